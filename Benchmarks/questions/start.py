"""Process start, reading of models, and memory of ensembles.

Usage: start.py DRIVER THYMUS ROUNDS
"""

import os
import subprocess
import sys
import tempfile
import time

from tools import HERE, ROOT, duration, head, json_of, machine, microseconds, publish
from tools import run, table

DATA = ROOT / "data"
DRAWS = [10_000, 1_000_000]


def process(command):
    """Wall and processor microseconds and the exit code of a process."""
    words = [str(c) for c in command]
    begin = time.perf_counter()
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = 1e6 * (time.perf_counter() - begin)
    return wall, 1e6 * (used.ru_utime + used.ru_stime), child.returncode


def peak_memory(command):
    """Megabytes, as `time` tells them: a child of this script would inherit the script's peak."""
    with tempfile.NamedTemporaryFile() as told:
        words = ["/usr/bin/time", "-f", "%M", "-o", told.name, *(str(c) for c in command)]
        subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return f"{int(told.read().split()[-1]) / 1024:.0f} MB"


def starts(thymus, rounds):
    commands = {
        "thymus --version": [thymus, "--version"],
        "thymus models --json": [thymus, "models", "--json", "--data", DATA],
        "thymus models check, a file": [thymus, "models", "check",
                                        HERE / "models" / "monod4.thymus"],
        "thymus dose": [thymus, "dose", "--product", "kymriah-us-ball", "--weight", "20 kg",
                        "--data", DATA],
        "the least process (true)": ["/bin/true"],
        "python, nothing": [sys.executable, "-c", ""],
        "python, import scipy.integrate": [sys.executable, "-c", "import scipy.integrate"],
        "python, import basico (COPASI)": [sys.executable, "-c", "import basico"],
    }
    found = {label: [] for label in commands}
    for _ in range(rounds):
        for label, command in commands.items():
            found[label] += [process(command) for _ in range(3)]
    rows = []
    for label, samples in found.items():
        failed = any(code for *_, code in samples)
        rows.append([label, "failed" if failed else microseconds([s[0] for s in samples]),
                     microseconds([s[1] for s in samples]), peak_memory(commands[label])])
    return table(["process", "wall", "processor", "peak memory"], rows)


def reading(driver):
    files = sorted((DATA / "models").glob("**/*.thymus")) + sorted(
        (HERE / "models").glob("**/*.thymus"))
    told = json_of(run([driver, 20, *files])[0])
    rows = [[os.path.relpath(path, ROOT), duration(record["first"]), microseconds(record["times"])]
            for path, record in told.items()]
    copasi = json_of(run([sys.executable, HERE / "peers" / "start" / "copasi_build.py", 6])[0])
    rows.append(["COPASI through basico: the model of the fits, built call by call",
                 duration(copasi["first"]), microseconds(copasi["times"])])
    return table(["model", "the first time", "again"], rows)


def memory(thymus):
    def simulate(count):
        return [thymus, "simulate", "live_dead", "--until", "12d", "--seed-density",
                "0.5e6 cells/mL", "--platform", "prodigy", "--draws", count, "--json",
                "--data", DATA]

    numpy = [sys.executable, HERE / "peers" / "start" / "numpy_draws.py"]
    if subprocess.run([thymus, "simulate", "--help"], capture_output=True).returncode:
        return ["Skipped: this build has no command `simulate`.", ""]
    rows = []
    for label, command in (("thymus simulate live_dead", simulate),
                           ("numpy, closed form, all draws kept", lambda n: [*numpy, n])):
        for count in DRAWS:
            wall, cpu, code = process(command(count))
            rows.append([label, f"{count:,}", "failed" if code else peak_memory(command(count)),
                         duration(wall), duration(cpu), duration(cpu / count)])
    return table(["command", "draws", "peak memory", "wall", "processor", "processor a draw"], rows)


def main():
    driver, thymus, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    where = machine()
    publish("start", [
        *head("Start, reading of models, memory", where),
        f"## From process start to its end: minimum (median) of {3 * rounds}", "",
        *starts(thymus, rounds),
        "## Reading, checking and compiling a model: processor time (aim: under 1 ms)", "",
        *reading(driver),
        "## Memory and time of ensembles", "",
        *memory(thymus)])


if __name__ == "__main__":
    main()
