"""Work against achieved error, tool by tool and tolerance by tolerance."""

import math
import subprocess

from precision import value_at
from tools import HERE, digits, duration, json_of, microseconds, run, table

ACCURACIES = [1e-4, 1e-6, 1e-8]
# A solution that takes longer is left out, as one that failed.
PATIENCE = 120


class Tool:
    """A solver behind the command line that the C, Python and Swift drivers share."""

    def __init__(self, label, command, tolerances, repeats):
        self.label, self.command = label, command
        self.tolerances, self.repeats = tolerances, repeats

    def solve(self, name, rtol, atol, times, repeats=None):
        words = self.command(name) + [rtol, atol, repeats or self.repeats, *times]
        try:
            return json_of(run(words, timeout=PATIENCE)[0])
        except subprocess.TimeoutExpired:
            return {"failed": 1}


def thymus_tool(driver, method, tolerances, repeats=3):
    return Tool(f"Thymus text, {method}", lambda name: [
        driver, "problem", HERE / "models" / "problems" / f"{name}.thymus", method], tolerances, repeats)


class Problem:
    """A name, the hours looked at, the true states there, and the size below which a component
    is judged by its absolute error."""

    def __init__(self, name, times, truth, floor):
        self.name, self.times, self.truth, self.floor = name, times, truth, floor

    def error(self, states):
        """The largest error of any component at any time, |y - y*| / (|y*| + floor)."""
        worst = 0.0
        for row, true in zip(states, self.truth, strict=True):
            for a, b in zip(row, true, strict=True):
                e = abs(a - b) / (abs(b) + self.floor)
                worst = e if not e <= worst else worst
        return worst


def measure(problem, tools, rounds):
    """label -> tolerance -> record with its error and pooled times; tools take turns."""
    found = {tool.label: {} for tool in tools}
    for turn in range(rounds):
        for tool in tools:
            for rtol in tool.tolerances:
                record = found[tool.label].get(rtol)
                if turn and (record is None or record["failed"]):
                    continue
                fresh = tool.solve(problem.name, rtol, rtol * problem.floor, problem.times)
                if record is None:
                    record = fresh
                    if not fresh["failed"]:
                        record["error"] = problem.error(fresh["states"])
                    found[tool.label][rtol] = record
                else:
                    record["times"] += fresh["times"]
    return found


def page(problem, found):
    """Two tables: at equal achieved error, and tolerance by tolerance."""
    lines = [f"## {problem.name}", "", "At equal achieved error, interpolated (a tool that is better at its loosest tolerance is "
             "shown at that):", ""]
    rows = []
    for target in ACCURACIES:
        yardstick = None
        for label, records in found.items():
            good = [r for _, r in sorted(records.items(), reverse=True) if not r["failed"]]
            time, *counts = at_error(target, good)
            yardstick = yardstick or time
            rows.append([f"{target:.0e}", label, duration(time) if time else "not reached",
                         digits(time / yardstick) if time else "", *counts])
    first = next(iter(found))
    lines += table(["error", "tool", "time", f"time / {first}", "evaluations", "Jacobians",
                    "steps"], rows)
    lines += ["Tolerance by tolerance:", ""]
    rows = []
    for label, records in found.items():
        for rtol, record in sorted(records.items(), reverse=True):
            if record["failed"]:
                rows.append([label, f"{rtol:.0e}", "failed", "", "", "", "", "", ""])
                continue
            rows.append([
                label, f"{rtol:.0e}", f"{record['error']:.1e}", digits(record["error"] / rtol, 2),
                record["steps"], "" if record["rejected"] is None else record["rejected"],
                record["evaluations"], record["jacobians"], microseconds(record["times"])])
    return lines + table(["tool", "tolerance", "error", "error / tolerance", "steps", "rejected",
                          "evaluations", "Jacobians", "time"], rows)


def at_error(target, records):
    """Microseconds at an error, and evaluations, Jacobians and steps as cells of a table."""
    def cost(amount):
        # Half stands for none, so that a logarithm can be taken.
        return value_at(target, [(r["error"], max(amount(r), 0.5)) for r in records])

    time = cost(lambda r: min(r["times"]))
    if time is None:
        return None, "", "", ""
    counts = [cost(lambda r: r[key]) for key in ("evaluations", "jacobians", "steps")]
    return time, *(f"{0 if c <= 0.5 else c:.0f}" for c in counts)


def excess(found, label, low, high):
    """The largest error over tolerance of one tool between two tolerances; inf where it failed."""
    worst = 0.0
    for rtol, record in found[label].items():
        if low * 0.99 <= rtol <= high * 1.01:
            ratio = math.inf if record["failed"] else record["error"] / rtol
            worst = max(worst, ratio)
    return worst
