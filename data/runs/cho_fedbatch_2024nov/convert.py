#!/usr/bin/env python3
"""Writes observations.csv and operations.csv from the transcribed fed-batch table.

Usage: convert.py DATA.csv
Only pre_feed rows become observations: the post_feed counts were computed by the authors, not
counted. Glucose and lactate are converted from g/L to mmol/L with the molar masses below.
"""
import csv
import pathlib
import sys
from decimal import Decimal

GLUCOSE = Decimal("180.156")  # g/mol, D-glucose
LACTATE = Decimal("89.07")  # g/mol, lactate ion; see SOURCE.md

HEADER = [
    "run", "donor", "platform", "time [h]", "live_counted [cells]", "dead_counted [cells]",
    "squares [1]", "dilution [1]", "glucose [mmol/L]", "lactate [mmol/L]", "glutamine [mmol/L]",
    "glutamate [mmol/L]",
]


def number(text):
    """The number without needless zeros; a blank stays blank."""
    if not text.strip():
        return ""
    value = Decimal(text)
    whole = value == value.to_integral_value()
    return str(value.to_integral_value()) if whole else format(value.normalize(), "f")


def molar(text, mass):
    """g/L to mmol/L, rounded to 1e-4 mmol/L."""
    if not text.strip():
        return ""
    return number(str((Decimal(text) * 1000 / mass).quantize(Decimal("0.0001"))))


here = pathlib.Path(__file__).parent
with open(sys.argv[1], newline="") as source:
    rows = list(csv.DictReader(source))
rows.sort(key=lambda r: (r["run_id"], Decimal(r["time_h"])))
name = {r["run_id"]: f"{r['clone']}_rep{r['replicate']}" for r in rows}
with open(here / "observations.csv", "w", newline="") as out:
    write = csv.writer(out, lineterminator="\n").writerow
    write(HEADER)
    for r in rows:
        if r["sample_phase"] != "pre_feed":
            continue
        write([
            name[r["run_id"]], f"clone {r['clone']}", "shake_flask", number(r["time_h"]),
            number(r["counted_live_cells"]), number(r["counted_dead_cells"]),
            number(r["squares_counted"]), number(r["dilution_factor"]),
            molar(r["glucose_g_per_L"], GLUCOSE), molar(r["lactate_g_per_L"], LACTATE),
            number(r["glutamine_mM"]), number(r["glutamate_mM"]),
        ])
with open(here / "operations.csv", "w", newline="") as out:
    write = csv.writer(out, lineterminator="\n").writerow
    write(["run", "time [h]", "operation", "fraction [%]", "retention [%]", "comment"])
    for r in rows:
        if r["sample_phase"] == "post_feed":
            write([name[r["run_id"]], number(r["time_h"]), "exchange", "10", "0",
                   "feed, as the authors computed it"])
