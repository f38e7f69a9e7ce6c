"""What every question's script shares: running a tool, naming the machine, writing the page."""

import datetime
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent


def run(command, **options):
    """Standard output and standard error of a command, as bytes; the script ends when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n"
                 f"{done.stderr.decode(errors='replace')}")
    return done.stdout, done.stderr


def json_of(text):
    return json.loads(text[text.index(b"{"):])


def machine():
    """The processor, its cores and how busy it is."""
    name = "unknown processor"
    try:
        with open("/proc/cpuinfo") as file:
            name = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = os.getloadavg()[0]
    return f"{name}, {os.cpu_count()} cores, load average {load:.1f} at the start"


def versions():
    """The compilers and the commit."""
    def first(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0]
        except (OSError, IndexError):
            return f"no {command[0]}"

    swift = first("swift", "--version").split("(")[0].strip()
    return f"{swift}; {first('gcc', '--version')}; commit {first('git', '-C', ROOT, 'rev-parse', '--short', 'HEAD')}"


def head(title, where):
    return [f"# {title}", "", f"{datetime.date.today()}, {where}.", f"{versions()}.", ""]


def table(names, rows):
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names),
            *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows), ""]


def publish(question, lines):
    """Prints the page and writes results/<date>-<question>.md."""
    page = "\n".join(lines).rstrip() + "\n"
    print(page)
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"{datetime.date.today()}-{question}.md").write_text(page)


def unit(time):
    """The unit in which so many microseconds are readable, and the factor to it."""
    return ("s", 1e-6) if time >= 1e6 else ("ms", 1e-3) if time >= 1e3 else ("us", 1)


def duration(time):
    """Microseconds in a readable unit."""
    name, scale = unit(time)
    return f"{digits(time * scale)} {name}"


def microseconds(times):
    """Minimum and median, in a readable unit."""
    low, middle = min(times), statistics.median(times)
    name, scale = unit(low)
    return f"{digits(low * scale)} ({digits(middle * scale)}) {name}"


def digits(number, count=3):
    """A number to so many digits, without an exponent where it is readable so."""
    if number == 0 or not math.isfinite(number):
        return str(number)
    places = max(0, count - 1 - math.floor(math.log10(abs(number))))
    return f"{number:.{places}f}" if places <= 6 else f"{number:.{count - 1}e}"
