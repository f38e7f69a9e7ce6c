"""How many fits a second: 200 runs of the reference problem, all tools to the same optimum.

Usage: fits200.py DRIVER THYMUS C_PROGRAM FOLDER_OF_THE_PROBLEM [ROUNDS]

Every tool estimates the same five parameters from the start of spec.json; Thymus and the C program also
from the nearer start that the C program has of its own. A fit counts when the objective at its optimum,
computed for all tools by one program at a tolerance of 1e-12, is within 1e-6 of the one at the
reference optimum.
"""

import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

from runs200 import write_runs
from tools import HERE, digits, head, json_of, machine, publish, run, table

PEERS = HERE / "peers" / "fit"
LIMIT = 1e-6
PATIENCE = 200  # seconds for one command


class Tool:
    def __init__(self, name, command, count=200, threads=1, environment=None):
        self.name, self.command, self.count, self.threads = name, command, count, threads
        self.environment = environment or {}
        self.wall, self.processor, self.answer = [], [], None

    def ask(self):
        answer = json_of(run(self.command, cwd=PEERS, env={**os.environ, **self.environment})[0])
        self.wall += answer["wall"]
        self.processor += answer["processor"]
        self.answer = answer

    def seconds(self):
        """A fit's processor time; the least of all rounds."""
        return min(self.processor) / self.count


def costs(program, problem, optima, reference):
    """Objectives of all runs at given parameters; those that a tool did not fit stand at the reference."""
    rows = [[math.log(v) for v in optima[i]] if i < len(optima) and optima[i] else reference[i]
            for i in range(len(reference))]
    text = "\n".join(" ".join(f"{x:.17g}" for x in row) for row in rows)
    out, _ = run([program, problem, "costs", "DP5", 0, 1e-12, 1e-14], input=text.encode())
    return [float(line) for line in out.split()]


def python_tool(name, script, *words, count, problem):
    return Tool(name, [sys.executable, PEERS / script, *words, 1], count,
                environment={"MONOD4": str(problem), "MONOD4_RUNS": str(count)})


# 1.1, 1.1, 1.2, 1.1 and 0.9 times the nominal values, as in peer_c_cvodes.c.
NEAR = {"= 0.036 in": "= 0.0495 in", "= 30 in": "= 26.4 in", "= 0.003 in": "= 0.0024 in",
        "= 0.156 in": "= 0.132 in", "= 1.2 in": "= 1.44 in"}


def near_model(folder):
    """The model with the nearer start, as a file."""
    text = (HERE / "models" / "monod4_fit.thymus").read_text()
    for old, new in NEAR.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = pathlib.Path(folder) / "monod4_fit.thymus"
    path.write_text(text)
    return path


def tools(driver, program, problem, folder):
    models = {"": HERE / "models" / "monod4_fit.thymus", ", near start": near_model(folder)}

    def thymus(tolerance, threads, near=""):
        return Tool(f"Thymus, text model, {tolerance}{near}",
                    [driver, models[near], problem, "all", tolerance, threads, 1, 200],
                    threads=threads)

    def c(name, method, tolerance, threads, count=200, near=""):
        atol = float(tolerance) / 100
        return Tool(f"{name}, {tolerance}{near}",
                    [program, problem, "fits", method, threads, tolerance, atol, 1, count,
                     *(["near"] if near else [])], count, threads)

    found = []
    for near in models:
        for tolerance in ("1e-6", "1e-8"):
            found += [thymus(tolerance, k, near) for k in (1, 2)]
            found += [c("C, DP5 by hand", "DP5", tolerance, k, 200, near) for k in (1, 2)]
    found += [c("C, CVODES BDF", "BDF", "1e-8", 1, 20, ", near start"),
              c("C, CVODES Adams", "ADAMS", "1e-8", 1, 20, ", near start")]
    found += [python_tool(f"COPASI {m}, basico", "all_copasi.py", m, 1e-7, count=40, problem=problem)
              for m in ("LM", "NL2SOL")]
    has_amici = subprocess.run([sys.executable, "-c", "import amici, pypesto"],
                               capture_output=True).returncode == 0
    if has_amici:
        found.append(python_tool("AMICI + pyPESTO, fides", "all_amici.py", 1e-8, count=20,
                                 problem=problem))
    found.append(python_tool("scipy least_squares, LSODA with exact slopes", "all_scipy.py", 1e-7,
                             count=10, problem=problem))
    return found, has_amici


def cold(thymus, problem, rounds):
    """Wall and processor seconds of `thymus fit` on all runs as files, report included."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        write_runs(problem, pathlib.Path(folder) / "runs")
        base = [thymus, "fit", f"{folder}/runs", "--model", HERE / "models" / "monod4_fit.thymus",
                "--data", HERE.parent / "data"]
        for label, more in (("with a report of all runs", ["-o", f"{folder}/report.html"]),
                            ("as JSON", ["--json"])):
            wall, processor = [], []
            for _ in range(rounds):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                start = time.perf_counter()
                try:
                    done = subprocess.run([*map(str, base), *more], capture_output=True,
                                          timeout=PATIENCE)
                except subprocess.TimeoutExpired:
                    return [*lines, [f"`thymus fit` of 200 runs, {label}",
                                     f"more than {PATIENCE} s", "", "stopped"]]
                wall.append(time.perf_counter() - start)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
                if done.returncode not in (0, 1):
                    sys.exit(done.stderr.decode())
            lines.append([f"`thymus fit` of 200 runs, {label}", f"{digits(min(wall))} s",
                          f"{digits(min(processor))} s", f"exit {done.returncode}"])
    return lines


def main():
    driver, thymus, program, problem = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:5])
    rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 3
    where = machine()
    reference = json.loads((pathlib.Path(problem) / "reference_optima.json").read_text())["log_params"]
    least = costs(program, problem, [], reference)
    folder = tempfile.TemporaryDirectory()
    every, has_amici = tools(driver, program, problem, folder.name)
    for k in range(rounds):
        for tool in every:
            # Slow tools have one turn: their times are not near anybody else's.
            if k == 0 or min(tool.processor) < 5:
                tool.ask()
    ours = {near: next(t for t in every if t.name == f"Thymus, text model, 1e-6{near}").seconds()
            for near in ("", ", near start")}
    rows, two, bad = [], [], []
    for tool in every:
        excess = [a - b for a, b in zip(costs(program, problem, tool.answer["optima"], reference),
                                        least)][: tool.count]
        right = sum(bool(o) and e <= LIMIT for o, e in zip(tool.answer["optima"], excess))
        if right < tool.count:
            bad.append(f"{tool.name}: {tool.count - right} of {tool.count} do not count")
        if tool.threads == 2:
            single = next(t for t in every if t.name == tool.name and t.threads == 1)
            two.append([tool.name, digits(200 / min(single.wall)), digits(200 / min(tool.wall)),
                        digits(min(single.wall) / min(tool.wall))])
            continue
        rows.append([tool.name, f"{right} of {tool.count}", f"{max(excess):.1e}",
                     digits(tool.answer["simulations"]), digits(1 / tool.seconds()),
                     f"{digits(1e3 * tool.seconds())} ms", digits(
                         tool.seconds() / ours[", near start" if "near" in tool.name else ""])])
    page = [
        *head("Fits a second, 200 runs of the reference problem", where),
        "Five parameters, from the start of `spec.json` or from the nearer one of the C program; ratios "
        "are between equal starts. A fit counts when its objective is within "
        "1E-6 of the reference optimum's, both computed at a tolerance of 1E-12 by the C program. "
        "Processor time of one thread, the least of all rounds; tools in turn. Slow tools fitted the "
        "first runs only: the second column says how many.", "",
        "## One core", "",
        *table(["tool, tolerance, start", "fits that count", "worst excess", "simulations a fit",
                "fits a second", "one fit", "times Thymus at 1e-6"], rows),
        "## Two cores", "", "Wall time, all 200 runs; it tells of two cores only on a quiet machine.",
        "", *table(["tool, tolerance", "fits a second on one thread", "on two", "gain"], two),
        "## From a cold start", "",
        "The 200 runs as files, with the readings that a run file refuses left out (484 below 0, three "
        "viabilities above 1); one thread a core, all checks, intervals.", "",
    ]
    print("\n".join(page), flush=True)
    page += table(["command", "wall", "processor", ""], cold(thymus, problem, min(rounds, 2)))
    if not has_amici:
        page.append("AMICI is not in this table: it is not in the Python that ran the peers.")
    page += [f"- {line}" for line in bad]
    publish("fits200", page)


if __name__ == "__main__":
    main()
