"""Non-stiff problems beside DOP853 in C and in scipy.

Usage: nonstiff.py REFERENCE DOP853 DRIVER ROUNDS
"""

import sys

from tools import HERE, head, machine, publish, run, table
from workprecision import Problem, Tool, measure, page, thymus_tool

ENDS = {"arenstorf": "17.0652165601579625588917206249", "pleiades": "3", "brusselator": "20",
        "lotka_volterra": "10"}
DECADES = [10.0**-k for k in range(3, 14)]


def truth(reference, name):
    """End values in quadruple precision, and how well two tolerances agree."""
    loose, tight = (
        [float(x) for x in run([reference, name, tolerance])[0].split()]
        for tolerance in ("1e-22", "1e-26"))
    return tight, max(abs(a - b) / (abs(b) + 1) for a, b in zip(loose, tight))


def main():
    reference, dop853, driver, rounds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    where = machine()
    scipy = HERE / "peers" / "problems" / "with_scipy.py"
    tools = [
        Tool("C, DOP853", lambda name: [dop853, name], DECADES, 3),
        Tool("scipy DOP853", lambda name: [sys.executable, scipy, "DOP853", name], DECADES, 1),
        *(thymus_tool(driver, method, DECADES) for method in ("5(4)", "8(5,3)")),
    ]
    lines, agreement = [], []
    for name, end in ENDS.items():
        values, digit = truth(reference, name)
        problem = Problem(name, [end], [values], 1.0)
        agreement.append([name, f"{digit:.0e}"])
        lines += page(problem, measure(problem, tools, rounds))
    publish("nonstiff", [
        *head("Non-stiff problems: work and precision", where),
        "Error at the end: the largest |y - y*| / (|y*| + 1); the absolute tolerance is the relative "
        "one. Reference: Gragg's extrapolation in quadruple precision (peers/problems/reference.c) "
        "at 1e-26. The C DOP853 is compiled with -O3 -march=native. Processor time of one thread, "
        f"minimum (median) over {rounds} rounds in turn; scipy's includes its equations in Python.",
        "", "The reference at 1e-22 differs from it by:", "",
        *table(["problem", "difference"], agreement), *lines])


if __name__ == "__main__":
    main()
