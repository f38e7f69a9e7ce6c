"""Runs Thymus, COPASI and scipy on the same problem, checks that they agree, then prints times.

Usage: fit.py DRIVER THYMUS [ROUNDS]
"""

import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

from tools import HERE, head, json_of, machine, publish, run

PEERS = HERE / "peers" / "fit"
STATE_LIMIT, OBJECTIVE_LIMIT = 1e-5, 1e-4
SOLO = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1",
            PYTHONDONTWRITEBYTECODE="1")


def ask(*command):
    return json_of(run(command, env=SOLO, cwd=PEERS)[0])["runs"]


def peer(script, *arguments):
    return ask(sys.executable, PEERS / script, *map(str, arguments))


def state_error(states, reference):
    """Largest error of any state at any sample, relative to its value or to 1 % of its peak."""
    peaks = [max(abs(row[k]) for row in reference) for k in range(4)]
    return max(
        abs(a - b) / max(abs(b), 0.01 * peaks[k])
        for row, true in zip(states, reference)
        for k, (a, b) in enumerate(zip(row, true))
    )


def check(tools, reference):
    """Lines on agreement, and whether all agree."""
    lines, good = [], True
    for tool, records in tools.items():
        keys = [k for k in records[0] if k.startswith("states")]
        for key in keys:
            worst = max(state_error(r[key], t["states"]) for r, t in zip(records, reference))
            at = key.removeprefix("states")
            excess = [r["objective" + at] / t["objective"] - 1 for r, t in zip(records, reference)]
            excess = max(excess, key=abs)
            fits = all(r.get("converged", True) for r in records) and abs(excess) <= OBJECTIVE_LIMIT
            agrees = worst <= STATE_LIMIT and fits
            good = good and agrees
            label = tool + at
            simulations = statistics.median(r["simulations" + at] for r in records)
            lines.append(f"| {label} | {worst:.1e} | {excess:+.1e} | {simulations:g} | "
                         f"{'yes' if agrees else 'NO'} |")
    return lines, good


def text(microseconds):
    m, low, high = statistics.median(microseconds), min(microseconds), max(microseconds)
    unit, scale = ("ms", 1e-3) if m >= 1000 else ("us", 1)
    return f"{m * scale:.3g} ({low * scale:.3g}-{high * scale:.3g}) {unit}"


def starts(command, repeats):
    """Milliseconds of wall and processor time from start to end of a process."""
    wall, cpu = [], []
    for _ in range(repeats):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.perf_counter()
        done = subprocess.run(command, env=SOLO, cwd=PEERS, capture_output=True)
        wall.append(1e6 * (time.perf_counter() - begin))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(1e6 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
        if done.returncode not in (0, 1):
            sys.exit(f"{command} failed:\n{done.stderr.decode()}")
    return wall, cpu


def main():
    driver, thymus = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    where = machine()
    model, runs = HERE / "models" / "monod4.thymus", HERE / "run"
    reference = peer("with_scipy.py", "DOP853", 1e-12, 0)
    calls = {
        "Thymus": lambda n: ask(driver, model, runs, str(6 * n)),
        "COPASI LM": lambda n: peer("with_copasi.py", "LM", 1e-7, n),
        "COPASI NL2SOL": lambda n: peer("with_copasi.py", "NL2SOL", 1e-7, n),
        "scipy LSODA": lambda n: peer("with_scipy.py", "LSODA", 1e-7, n),
    }
    # Every tool in turn, round after round, so that a busy machine is busy for all of them.
    pooled, first = {}, {}
    for _ in range(rounds):
        for tool, call in calls.items():
            records = call(3)
            first.setdefault(tool, records)
            for record in records:
                for key, value in record.items():
                    if isinstance(value, list) and not key.startswith(("states", "optimum")):
                        pooled.setdefault((tool, key), []).extend(value)
    lines, good = check(first, reference)
    page = [
        *head("Fits beside COPASI and scipy", where),
        f"One thread each, {rounds} rounds in turn.", "",
        "## Agreement", "",
        "Against scipy's DOP853 at a relative tolerance of 1E-12, over five runs.", "",
        "| tool | worst error of a state | objective above the reference | simulations per fit | "
        "agrees |", "|---|---|---|---|---|", *lines, "",
    ]
    if not good:
        print("\n".join(page))
        sys.exit("The tools do not agree: no times.")

    def median(tool, key):
        return statistics.median(pooled[tool, key])

    page += ["## Processor time: median (min-max), and how many times longer the peer takes", ""]
    page += ["| what | Thymus | peer | | ratio |", "|---|---|---|---|---|"]
    rows = [
        ("one simulation", "simulation", "COPASI LM", "simulation call", "COPASI through basico"),
        ("one simulation", "simulation", "COPASI LM", "simulation", "COPASI, the task alone"),
        ("one simulation", "simulation", "scipy LSODA", "simulation", "scipy LSODA"),
        ("with 6 sensitivities", "sensitivities", "COPASI LM", "sensitivities",
         "COPASI, 7 tasks"),
        ("with 6 sensitivities", "sensitivities", "scipy LSODA", "sensitivities",
         "scipy LSODA, 7 simulations"),
        ("one fit", "fit", "COPASI LM", "fit call", "COPASI LM through basico"),
        ("one fit", "fit", "COPASI LM", "fit", "COPASI LM, the task alone"),
        ("one fit", "fit", "COPASI NL2SOL", "fit", "COPASI NL2SOL, the task alone"),
        ("one fit", "fit", "scipy LSODA", "fit", "scipy least_squares, LSODA"),
    ]
    for tolerance in ("1e-6", "1e-8"):
        for what, key, tool, other, label in rows:
            ours = pooled["Thymus", f"{key} {tolerance}"]
            ratio = median(tool, other) / statistics.median(ours)
            page.append(f"| {what}, Thymus at {tolerance} | {text(ours)} | {label} | "
                        f"{text(pooled[tool, other])} | {ratio:.3g} |")
    page += ["", "## From process start to the end of the first result", "",
             "| what | wall | processor |", "|---|---|---|"]
    data = str(HERE.parent / "data")
    one = [str(runs), "--model", str(model), "--run", "monod4_008", "--data", data]
    commands = {
        "thymus --version": [thymus, "--version"],
        "thymus models --json": [thymus, "models", "--json", "--data", data],
        "thymus dose": [thymus, "dose", "--product", "kymriah-us-ball", "--weight", "20 kg",
                        "--data", data],
        "thymus fit, one run, 12 starts": [thymus, "fit", *one],
        "thymus fit, one run, 1 start": [thymus, "fit", *one, "--starts", "1"],
        "python, COPASI, one simulation": [sys.executable, "start_copasi.py", "simulate"],
        "python, COPASI, one fit": [sys.executable, "start_copasi.py", "fit"],
        "python, scipy, one simulation": [sys.executable, "start_scipy.py", "simulate"],
        "python, scipy, one fit": [sys.executable, "start_scipy.py", "fit"],
    }
    for label, command in commands.items():
        wall, cpu = starts(command, 20 if command[0] == thymus else 5)
        page.append(f"| {label} | {text(wall)} | {text(cpu)} |")
    publish("fit", page)


if __name__ == "__main__":
    main()
