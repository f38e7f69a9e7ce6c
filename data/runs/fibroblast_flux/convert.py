#!/usr/bin/env python3
"""Writes observations.csv and operations.csv from the transcribed flux measurements.

Usage: convert.py DATA.csv
Three wells of one time become three rows. The medium's volume falls along a straight line, which
becomes the seeded volume and a steady evaporation.
"""
import csv
import pathlib
import sys
from decimal import Decimal

HEADER = ["run", "donor", "time [h]", "tvc [cells]", "glucose [mmol/L]", "lactate [mmol/L]",
          "glutamine [mmol/L]", "glutamate [mmol/L]", "comment"]


def plain(value):
    """The number without an exponent and without needless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


here = pathlib.Path(__file__).parent
runs = {}
with open(sys.argv[1], newline="") as source:
    for r in csv.DictReader(source):
        name = f"lf05_{r['date']}_O2_{r['oxygen'].replace('%', '')}"
        runs.setdefault(name, []).append(r)
with open(here / "observations.csv", "w", newline="") as out:
    write = csv.writer(out, lineterminator="\n").writerow
    write(HEADER)
    for name in sorted(runs):
        for r in sorted(runs[name], key=lambda r: (Decimal(r["time_h"]), r["well"])):
            write([name, "lung fibroblasts, batch " + r["batch"], plain(Decimal(r["time_h"])),
                   r["cells_total"], r["glucose_mM"], r["lactate_mM"], r["glutamine_mM"],
                   r["glutamate_mM"], "well " + r["well"]])
with open(here / "operations.csv", "w", newline="") as out:
    write = csv.writer(out, lineterminator="\n").writerow
    write(["run", "time [h]", "operation", "volume [mL]", "evaporation [mL/h]"])
    for name in sorted(runs):
        volume = {Decimal(r["time_h"]): Decimal(r["volume_mL"]) for r in runs[name]}
        last = max(volume)
        rate = (volume[0] - volume[last]) / last
        assert all(abs(v - volume[0] + rate * t) < Decimal("2e-5") for t, v in volume.items())
        write([name, "0", "seed", volume[0], ""])
        write([name, "0", "flow", "", rate.quantize(Decimal("1e-12")).normalize()])
