"""Milliseconds that COPASI, through basico, takes to build the model of the fits, as JSON."""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fit"))
from with_copasi import build  # noqa: E402

times = []
for _ in range(int(sys.argv[1])):
    begin = time.process_time()
    build(1e-7, "LM")
    times.append(1e6 * (time.process_time() - begin))
print(json.dumps({"first": times[0], "times": times[1:]}))
