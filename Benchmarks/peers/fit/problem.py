"""The reference problem as every peer reads it: data, start values, bounds, events, weights."""

import csv
import math
import pathlib

HERE = pathlib.Path(__file__).resolve().parents[2]
NAMES = ["mumax", "lag", "kd", "Yxg", "Ylg", "KL"]
START = dict(mumax=0.036, lag=30.0, kd=0.003, Yxg=0.156, Ylg=1.2, KL=26.0)
BOUNDS = dict(
    mumax=(0.005, 0.2), lag=(1, 150), kd=(1e-5, 0.05), Yxg=(0.01, 1), Ylg=(0.1, 5), KL=(1, 200)
)
FIXED = dict(kl=0.005, KG=1.0, m=0.005)
INITIAL = dict(V=0.2, D=0.010526315789473684, G=25.0, L=0.0)
SD = dict(lnV=0.10, viability=0.02, G=0.5, L=0.8)
EXCHANGES = [97.0, 145.0]


def runs():
    """name -> rows of (hour, ln V, viability, glucose, lactate)."""
    found = {}
    with open(HERE / "run" / "observations.csv", newline="") as file:
        for row in csv.reader(file):
            if row[0] == "run":
                continue
            hour, vcd, viability, glucose, lactate = map(float, row[2:])
            found.setdefault(row[0], []).append((hour, math.log(vcd), viability, glucose, lactate))
    return found
