"""The reference problem as every peer reads it: data, start values, bounds, events, weights.

Five runs with six parameters to estimate, from Benchmarks/run. With the environment variable MONOD4
naming the folder of the reference problem: the first MONOD4_RUNS (default 200) of its own runs, with
its five parameters.
"""

import csv
import json
import math
import os
import pathlib

HERE = pathlib.Path(__file__).resolve().parents[2]
BOUNDS = dict(
    mumax=(0.005, 0.2), lag=(1, 150), kd=(1e-5, 0.05), Yxg=(0.01, 1), Ylg=(0.1, 5), KL=(1, 200)
)
INITIAL = dict(V=0.2, D=0.010526315789473684, G=25.0, L=0.0)
SD = dict(lnV=0.10, viability=0.02, G=0.5, L=0.8)
EXCHANGES = [97.0, 145.0]
ORACLE = os.environ.get("MONOD4")
if ORACLE:
    _spec = json.loads((pathlib.Path(ORACLE) / "spec.json").read_text())
    START, FIXED = _spec["start"], _spec["fixed"]
else:
    START = dict(mumax=0.036, lag=30.0, kd=0.003, Yxg=0.156, Ylg=1.2, KL=26.0)
    FIXED = dict(kl=0.005, KG=1.0, m=0.005)
NAMES = list(START)


def runs():
    """name -> rows of (hour, ln V, viability, glucose, lactate)."""
    if ORACLE:
        path, skipped = pathlib.Path(ORACLE) / "monod4.csv", 1
    else:
        path, skipped = HERE / "run" / "observations.csv", 2
    found = {}
    with open(path, newline="") as file:
        for row in csv.reader(file):
            if row[0] == "run":
                continue
            hour, vcd, viability, glucose, lactate = map(float, row[skipped:])
            found.setdefault(row[0], []).append((hour, math.log(vcd), viability, glucose, lactate))
    return dict(list(found.items())[: int(os.environ.get("MONOD4_RUNS", "200"))])
