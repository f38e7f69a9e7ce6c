"""Writes the 200 runs of the reference problem as a run folder.

Usage: runs200.py FOLDER_OF_THE_PROBLEM OUT

Readings below 0 (additive noise around no lactate) and viabilities above 1 are left blank: a run file
refuses them. All else is copied digit by digit.
"""

import csv
import pathlib
import sys


def write_runs(problem, out):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    names = []
    with open(pathlib.Path(problem) / "monod4.csv", newline="") as source, \
            open(out / "observations.csv", "w", newline="") as target:
        write = csv.writer(target, lineterminator="\n").writerow
        write(["run", "donor", "time [h]", "vcd [1e6 cells/mL]", "viability [1]",
               "glucose [mmol/L]", "lactate [mmol/L]"])
        for row in csv.DictReader(source):
            name = f"monod4_{int(row['run']):03}"
            if name not in names:
                names.append(name)
            write([name, f"synthetic_{row['run']}", row["t_h"], row["X"],
                   row["viability"] if float(row["viability"]) <= 1 else "",
                   *(row[k] if float(row[k]) >= 0 else "" for k in "GL")])
    with open(out / "operations.csv", "w", newline="") as target:
        write = csv.writer(target, lineterminator="\n").writerow
        write(["run", "time [h]", "operation", "fraction [%]", "retention [%]", "glucose [mmol/L]",
               "lactate [mmol/L]"])
        for name in names:
            for hour in (97, 145):
                write([name, hour, "exchange", 50, 100, 25, 0])


if __name__ == "__main__":
    write_runs(sys.argv[1], sys.argv[2])
