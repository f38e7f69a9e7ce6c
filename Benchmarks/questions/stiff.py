"""Stiff problems beside CVODES and scipy.

Usage: stiff.py FOLDER_OF_REFERENCES CVODES DRIVER ROUNDS
"""

import json
import pathlib
import sys

from tools import HERE, digits, head, machine, publish, table
from workprecision import Problem, Tool, excess, measure, page, thymus_tool

# The absolute tolerance is the relative one times this; so is the size below which an error
# counts as absolute. It lies below the components at the end, or near the smallest.
FLOORS = {"rober": 1e-14, "hires": 1e-6, "vdpol_bari": 1e-3, "vdpol_hairer": 1e-3, "orego": 1e-3}
DECADES = [10.0**-k for k in range(3, 13)]


def problems(folder):
    for name, floor in FLOORS.items():
        told = json.loads((folder / f"{name}.json").read_text())
        rows = told["reference"]
        yield Problem(name, [row["t"] for row in rows],
                      [[float(x) for x in row["y"]] for row in rows], floor)


def main():
    folder, cvodes, driver = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    rounds = int(sys.argv[4])
    where = machine()
    scipy = HERE / "peers" / "problems" / "with_scipy.py"
    tools = [
        Tool("C, CVODES BDF", lambda name: [cvodes, name], DECADES, 3),
        *(Tool(f"scipy {method}", lambda name, method=method: [sys.executable, scipy, method, name],
               DECADES[:8], 1) for method in ("Radau", "LSODA")),
        *(thymus_tool(driver, method, DECADES) for method in ("stiff", "automatic")),
    ]
    lines, bars = [], []
    for problem in problems(folder):
        found = measure(problem, tools, rounds)
        lines += page(problem, found)
        bars.append([problem.name, *(digits(excess(found, tool.label, 1e-10, 1e-4), 2)
                                     for tool in tools)])
    publish("stiff", [
        *head("Stiff problems: work and precision", where),
        "Analytic Jacobians for every peer; Thymus's come from nested dual numbers. Error: the "
        "largest |y - y*| / (|y*| + floor) over all times with a reference; the absolute tolerance "
        "is the relative one times the floor, in every tool: "
        + ", ".join(f"{name} {floor:.0e}" for name, floor in FLOORS.items())
        + f". Processor time of one thread, minimum (median) over {rounds} rounds in turn; scipy's "
        "includes its equations in Python.", "",
        "## Largest achieved error over the tolerance, tolerances 1e-4 to 1e-10 (aim 20)", "",
        *table(["problem", *(tool.label for tool in tools)], bars), *lines])


if __name__ == "__main__":
    main()
