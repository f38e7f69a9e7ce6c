"""The reference problem beside C: CVODES, and a hand-written Dormand-Prince pair.

Usage: monod4.py FOLDER C_PROGRAM ROUNDS TOOL=PROGRAM ...   (Swift drivers, by label)
"""

import pathlib
import statistics
import sys

import numpy as np

from precision import scan, settle
from tools import HERE, digits, head, json_of, machine, microseconds, publish, run, table

sys.path.insert(0, str(HERE / "peers" / "monod4"))
import reference  # noqa: E402

TARGETS = [1e-6, 1e-8]
DIRECTIONS = [0, 5]


class Tool:
    """One way of solving the problem, behind the command line that all drivers share."""

    def __init__(self, label, command):
        self.label, self.command = label, command

    def answers(self, directions, rtol):
        words = self.command("answers", directions, rtol)
        out, err = run(words)
        return np.frombuffer(out).reshape(-1, 11, 4, 1 + directions), json_of(err)

    def times(self, directions, rtol, batches):
        out, _ = run([*self.command("time", directions, rtol), batches])
        return [float(x) for x in out.decode().strip().strip("[]").split(",")]


def c_tool(label, program, folder, method):
    return Tool(label, lambda mode, directions, rtol: [
        program, folder, mode, method, directions, rtol, rtol / 100])


def swift_tools(label, program, folder):
    """A driver names its own ways of solving; those with several draws at once are left out."""
    for name in run([program, "monod4", "list"])[0].decode().splitlines():
        if "draws" in name:
            continue
        yield Tool(f"{name}{label}", lambda mode, directions, rtol, name=name: [
            program, "monod4", folder, mode, name, directions, rtol, rtol / 100,
            HERE / "models" / "monod4_reference.thymus"])


def errors(found, truth):
    """Worst error of a state and of a slope over all sets, samples and components.

    Each is scaled by the largest magnitude of that component over the samples of its set.
    """
    truth = truth[..., : found.shape[-1]]
    peak = np.abs(truth).max(axis=1, keepdims=True)
    scaled = np.abs(found - truth) / peak
    return float(scaled[..., 0].max()), float(scaled[..., 1:].max()) if found.shape[-1] > 1 else 0.0


def main():
    folder, program, rounds = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    where = machine()
    sets = reference.parameters(folder)
    truth = reference.answers(sets, 1e-13)
    own = max(errors(reference.answers(sets, 1e-12), truth))
    tools = [
        c_tool("C, CVODES BDF", program, folder, "BDF"),
        c_tool("C, CVODES Adams", program, folder, "ADAMS"),
        c_tool("C, DP5 by hand", program, folder, "DP5"),
    ]
    for word in sys.argv[4:]:
        label, _, driver = word.partition("=")
        tools += swift_tools(label, driver, folder)
    cross = max(errors(tools[2].answers(5, 1e-13)[0], truth))
    if max(own, cross) > 1e-10:
        sys.exit(f"The references do not agree: {own:.1e}, {cross:.1e}.")

    cases = {}
    for tool in tools:
        for directions in DIRECTIONS:
            def error_at(rtol, tool=tool, directions=directions):
                return max(errors(tool.answers(directions, rtol)[0], truth))

            points = scan(min(TARGETS), error_at)
            for target in TARGETS:
                rtol = settle(target, points, error_at)
                if rtol is None:
                    continue
                found, counters = tool.answers(directions, rtol)
                cases[tool.label, directions, target] = dict(
                    tool=tool, rtol=rtol, errors=errors(found, truth), times=[], **counters)
    # Tools take turns, round after round, so that a busy machine is busy for all of them.
    for _ in range(rounds):
        for (label, directions, target), case in cases.items():
            batches = 1 if "CVODES" in label else 10
            case["times"] += case["tool"].times(directions, case["rtol"], batches)

    page = head("monod4: the reference problem at equal achieved accuracy", where)
    page += [
        f"Processor time of one thread a simulation: minimum (median) over {rounds} rounds in turn, "
        f"{len(sets)} parameter sets a batch. Each tool at the tolerance at which its worst scaled "
        "error over all sets, samples, states and slopes is at most the target; absolute tolerance 1 % of "
        "the relative one.",
        f"Reference: scipy DOP853 at 1e-13; it agrees with itself at 1e-12 to {own:.0e} and with the "
        f"C DP5 at 1e-13 to {cross:.0e}.", ""]
    for directions in DIRECTIONS:
        for target in TARGETS:
            page += [f"## {'States' if not directions else f'States and {directions} slopes'} "
                     f"to {target:.0e}", ""]
            yard = {name: min(cases[f"C, {name}", directions, target]["times"])
                    for name in ("CVODES BDF", "CVODES Adams", "DP5 by hand")
                    if (f"C, {name}", directions, target) in cases}
            rows = []
            for tool in tools:
                case = cases.get((tool.label, directions, target))
                if case is None:
                    rows.append([tool.label, "not reached", "", "", "", "", "", ""])
                    continue
                best = min(case["times"])
                rows.append([
                    tool.label, f"{case['rtol']:.1e}", microseconds(case["times"]),
                    digits(case["steps"]), digits(case["evaluations"]),
                    f"{case['errors'][0]:.1e}" + (f" / {case['errors'][1]:.1e}" if directions else ""),
                    digits(min(yard["CVODES BDF"], yard["CVODES Adams"]) / best),
                    digits(best / yard["DP5 by hand"])])
            page += table(["tool", "tolerance", "time", "steps", "evaluations",
                           "worst error, states" + (" / slopes" if directions else ""),
                           "CVODES (the faster) takes x longer", "time / C DP5"], rows)
    page += ratios(cases)
    publish("monod4", page)


def ratios(cases):
    """Text model over the same equations by hand, for every pair of names that differ so."""
    rows = []
    for (label, directions, target), case in cases.items():
        twin = cases.get((label.replace("text", "hand").replace("program", "hand"), directions, target))
        if label.startswith(("text", "program")) and twin:
            rows.append([label, directions, f"{target:.0e}",
                         digits(min(case["times"]) / min(twin["times"]))])
    if not rows:
        return []
    return ["## The text model over the same equations written in Swift by hand, each at its tolerance", "",
            *table(["tool", "slopes", "error", "ratio"], rows)]


if __name__ == "__main__":
    main()
