"""Many parameter draws at once: draws a second and core, and how much of the core that is.

Usage: ensemble.py FOLDER C_PROGRAM PEAK ROUNDS TOOL=PROGRAM ...
"""

import json
import pathlib
import sys

from monod4 import Tool, c_tool, errors, reference
from precision import scan, settle
from tools import HERE, digits, duration, head, json_of, machine, publish, run, table

MODEL = HERE / "models" / "monod4_reference.thymus"
TARGET = 1e-6
# Operations of VectorFunctions.exp: range reduction, polynomial, scaling.
EXPONENTIAL = 42


def tools_of(label, program, folder):
    for name in run([program, "monod4", "list"])[0].decode().splitlines():
        if "draws" in name:
            yield Tool(f"{name}{label}", lambda mode, directions, rtol, name=name: [
                program, "monod4", folder, mode, name, directions, rtol, rtol / 100, MODEL])


def operations(program, folder, rtol):
    """Operations of a simulation on one draw, by where the equations come from."""
    told = json_of(run([program, "count", folder, rtol, rtol / 100, MODEL])[0])
    return {
        source: count["sums"] + count["products"] + count["quotients"]
        + EXPONENTIAL * count["exponentials"] for source, count in told.items()}


def main():
    folder, program, peak_program = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    rounds = int(sys.argv[4])
    where = machine()
    truth = reference.answers(reference.parameters(folder), 1e-13)
    tools, drivers = [c_tool("C, DP5 by hand", program, folder, "DP5")], []
    for word in sys.argv[5:]:
        label, _, driver = word.partition("=")
        drivers.append((label, driver))
        tools += tools_of(label, driver, folder)
    cases = {}
    for tool in tools:
        def error_at(rtol, tool=tool):
            return errors(tool.answers(0, rtol)[0], truth)[0]

        rtol = settle(TARGET, scan(TARGET, error_at), error_at)
        found, counters = tool.answers(0, rtol)
        cases[tool.label] = dict(
            tool=tool, rtol=rtol, error=errors(found, truth)[0], times=[], **counters)
    peaks = {"FMA": [], "PLAIN": []}
    for _ in range(rounds):
        for kind, rates in peaks.items():
            rates += json.loads(run([peak_program, kind, 3])[0])
        for case in cases.values():
            case["times"] += case["tool"].times(0, case["rtol"], 10)
    peak = max(peaks["FMA"])
    counts = operations(drivers[0][1], folder, cases["hand, 5(4), dense, 1 draws"]["rtol"])
    rows = []
    for label, case in cases.items():
        best = min(case["times"])
        row = [label, f"{case['rtol']:.1e}", f"{case['error']:.1e}", duration(best),
               f"{1e6 / best:,.0f}", digits(min(cases["C, DP5 by hand"]["times"]) / best)]
        source = label.split(", ")[0]
        if source in counts:
            alone = label.replace(", 4 draws", ", 1 draws").replace(", 8 draws", ", 1 draws")
            rate = counts[source] / best * 1e-3
            row += [digits(min(cases[alone]["times"]) / best), digits(rate),
                    f"{100 * rate / peak:.1f} %"]
        else:
            row += ["", "", ""]
        rows.append(row)
    publish("ensemble", [
        *head("Ensembles: draws a second and core", where),
        f"monod4 without sensitivities, {len(truth)} parameter draws, each tool at the tolerance at "
        f"which its worst scaled error is {TARGET:.0e}. Several draws share one step, which the "
        "draw that needs the shortest decides. Processor time of one thread, the minimum over "
        f"{rounds} rounds in turn. Operations are those of one draw alone (`solve count`: sums, "
        "products, quotients, an exponential as "
        f"{EXPONENTIAL}), so steps that only a neighbour needs do not count as work.", "",
        f"Peak of the core: {digits(peak)} Gflop/s with the widest fused multiply-adds, "
        f"{digits(max(peaks['PLAIN']))} Gflop/s with 128-bit products and sums, which is all that "
        "the portable build may use. Shares are of the first.", "",
        "Operations of a draw: " + ", ".join(f"{k} {v:,.0f}" for k, v in counts.items()) + ".", "",
        *table(["tool", "tolerance", "worst error", "time a draw", "draws/s and core",
                "C DP5 takes x longer", "one draw at a time takes x longer", "Gflop/s",
                "of the peak"], rows)])


if __name__ == "__main__":
    main()
