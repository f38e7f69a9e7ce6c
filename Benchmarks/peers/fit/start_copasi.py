"""Process start to the first result with COPASI: import, build, one fit or one simulation."""

import sys
import tempfile

from with_copasi import build, fit, load, simulate
from problem import runs

with tempfile.TemporaryDirectory() as folder:
    build(1e-7, "LM")
    if sys.argv[1] == "simulate":
        print(simulate())
    else:
        name, rows = next(iter(runs().items()))
        load(name, rows, folder)
        print(fit())
