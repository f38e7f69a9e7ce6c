#!/usr/bin/env python3
"""Writes SYNTHETIC runs of fourteen earlier donors, and the first five days of a child's run.

Usage: generate.py   (no arguments; the seeds are fixed, the bytes repeat)

Process, measurements and equations are those of ../prodigy_example/generate.py, with one more
sample, at day 1. Writes observations.csv, operations.csv and truth.csv here and in ../prodigy_child, and there the
measurements after day 5 into later.csv.
"""
import csv
import importlib.util
import pathlib
import random

here = pathlib.Path(__file__).parent
spec = importlib.util.spec_from_file_location(
    "process", here.parent / "prodigy_example" / "generate.py")
process = importlib.util.module_from_spec(spec)
spec.loader.exec_module(process)

DONORS = 14
# A child's apheresis: fewer cells, a weak transduction, slower than the typical donor.
CHILD = {"cells": 70.0, "car": 0.25, "viability": 0.915,
         "truth": {"mu": 0.0318, "lag": 37.0, "K": 3900.0, "kd": 0.0025, "kl": 0.005, "q": 0.025,
                   "Y": 1.7}}
UNITS = {"mu": "1/h", "lag": "h", "K": "1e6 cells", "kd": "1/h", "kl": "1/h",
         "q": "umol/1e6 cells/h", "Y": "1"}


def plan(viability, cells):
    """The operations of ../prodigy_example with these cells seeded and a sample at day 1."""
    ops = process.plan(viability)
    ops[0][2]["density"] = round(cells * viability / 70, 3)
    ops.insert(2, (24, "sample", {"volume": 1}))
    return ops


def simulate(run, donor, rng, p, car, ops, out):
    observations, operations, truth = out
    truth += [[run, name, "", repr(p[name]), UNITS[name]] for name in UNITS]
    truth.append([run, "car_positive", "", repr(car), "1"])
    state, now = [0.0] * 4 + [1.0], 0.0
    for time, name, cells in ops:
        if time > now:
            state, now = process.advance(state, now, time, p), time
        if name == "sample":
            row = process.measure(rng, state, car, time // 24)
            observations.append([run, donor, "prodigy", str(time)] + row)
            truth.append([run, "viable_cells", str(time), f"{state[0]:.10g}", "1e6 cells"])
        state = process.operate(state, name, cells)
        operations.append([run, str(time), name] + [
            f"{cells[c]:g}" if c in cells else "" for c in process.OPERATION_COLUMNS])


def tables():
    return (
        [["run", "donor", "platform", "time [h]", "vcd [1e6 cells/mL]", "viability [%]",
          "glucose [mmol/L]", "lactate [mmol/L]", "car_positive [%]"]],
        [["run", "time [h]", "operation"]
         + [f"{c} [{process.UNITS[c]}]" for c in process.OPERATION_COLUMNS]],
        [["run", "quantity", "time_h", "value", "unit"]])


def write(folder, out):
    for name, rows in zip(["observations", "operations", "truth"], out):
        with open(folder / f"{name}.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def main():
    rng = random.Random(20260302)
    out = tables()
    for number in range(1, DONORS + 1):
        p, car, viability = process.donor(rng)
        cells = 100 * (0.8 + 0.4 * rng.random())
        simulate(f"earlier_{number:02d}", f"earlier_donor_{number:02d}", rng, p, car,
                 plan(viability, cells), out)
    write(here, out)
    rng = random.Random(18)
    out = tables()
    process.CAR_DAYS = [5, 6, 8, 12]
    simulate("child_18kg", "child", rng, CHILD["truth"], CHILD["car"],
             plan(CHILD["viability"], CHILD["cells"]), out)
    # What is known on day 5; the rest is the future.
    observations = [row for row in out[0] if row[0] == "run" or int(row[3]) <= 120]
    later = out[0][:1] + [row for row in out[0][1:] if int(row[3]) > 120]
    write(here.parent / "prodigy_child", (observations, out[1], out[2]))
    with open(here.parent / "prodigy_child" / "later.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(later)


if __name__ == "__main__":
    main()
