#!/usr/bin/env python3
"""Writes observations.csv and operations.csv from the digitised folds.

Usage: convert.py DATA.csv   (columns il2_IU_per_mL, time_d, fold_expansion)
Numbers are copied as text. Rows are sorted by run and time; the order within a time is kept.
"""
import csv
import pathlib
import sys

here = pathlib.Path(__file__).parent
with open(sys.argv[1], newline="") as source:
    rows = list(csv.DictReader(source))
rows = [(f"il2_{int(r['il2_IU_per_mL']):03d}", r["time_d"], r["fold_expansion"]) for r in rows]
rows.sort(key=lambda row: (row[0], float(row[1])))
with open(here / "observations.csv", "w", newline="") as out:
    write = csv.writer(out, lineterminator="\n").writerow
    write(["run", "donor", "time [d]", "fold [1]"])
    for run, time, fold in rows:
        write([run, "pooled", time, fold])
with open(here / "operations.csv", "w", newline="") as out:
    write = csv.writer(out, lineterminator="\n").writerow
    write(["run", "time [h]", "operation"])
    for run in sorted({row[0] for row in rows}):
        write([run, "0", "activation"])
