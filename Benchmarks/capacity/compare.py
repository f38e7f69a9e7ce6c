"""Thymus beside SimPy and Ciw in one run: python compare.py DRIVER ROUNDS. Prints the page."""
import json
import os
import statistics
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
driver, rounds = sys.argv[1], int(sys.argv[2])


def run(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def ours(model, devices, replications, threads, seed):
    return run(driver, model, str(devices), str(replications), str(threads), str(seed))


def peer(script, *arguments):
    return run(sys.executable, os.path.join(here, script), *map(str, arguments))


REPLICATIONS = 20
tools = [
    ("Thymus", "FAC-1", lambda s: ours("fac1", 34, REPLICATIONS, 1, s), REPLICATIONS),
    ("SimPy", "FAC-1", lambda s: peer("fac1_simpy.py", 34, 10, s), 1),
    ("Thymus", "FAC-1r", lambda s: ours("fac1r", 32, REPLICATIONS, 1, s), REPLICATIONS),
    ("SimPy", "FAC-1r", lambda s: peer("fac1_simpy.py", 32, 10, s, "--reduced"), 1),
    ("Ciw", "FAC-1r", lambda s: peer("fac1r_ciw.py", 32, 10, s), 1),
    ("Thymus", "M/M/1", lambda s: ours("mm1", 1, REPLICATIONS, 1, s), REPLICATIONS),
]
cpu = {(tool, model): [] for tool, model, _, _ in tools}
events, leads, loads = {}, {}, []
for seed in range(1, rounds + 1):
    loads.append(os.getloadavg()[0])
    for tool, model, call, count in tools:
        answer = call(seed)
        cpu[tool, model].append(1000 * answer["cpu"] / count)
        events[tool, model] = answer["events"] / count
        lead = answer["lead"]
        leads.setdefault((tool, model), []).append(lead[0] if isinstance(lead, list) else lead)

print(f"Load average {min(loads):.1f} to {max(loads):.1f} while it ran on {os.cpu_count()} cores.\n")
print("Processor time of one replication (180 days and 10 years; M/M/1: 84,000 patients), minimum of "
      f"{rounds} rounds (median); ratios are medians of pairs of one round.\n")
print("| model | tool | ms | events | million events/s, at the minimum (median) | Thymus is faster by "
      "| mean lead, d |")
print("|---|---|---|---|---|---|---|")
for tool, model, _, _ in tools:
    times = cpu[tool, model]
    pairs = [a / b for a, b in zip(times, cpu["Thymus", model])]
    rate = [events[tool, model] / t / 1000 for t in (min(times), statistics.median(times))]
    ratio = "" if tool == "Thymus" else f"{statistics.median(pairs):.0f}x"
    print(f"| {model} | {tool} | {min(times):.3g} ({statistics.median(times):.3g}) "
          f"| {events[tool, model]:,.0f} | {rate[0]:.2f} ({rate[1]:.2f}) | {ratio} "
          f"| {statistics.mean(leads[tool, model]):.2f} |")
print("\nAn event of Thymus is one that its heap hands out; waits that end when a unit is given back "
      "are carried out with the event that gave it back. SimPy and Ciw count what their loops carry "
      "out.\n")
print("## 200 replications of 10 years of FAC-1\n")
print("| threads | wall, s | processor, s | million events/s of wall |")
print("|---|---|---|---|")
for threads in (1, 2):
    best = min((ours("fac1", 34, 200, threads, 1) for _ in range(3)), key=lambda a: a["wall"])
    print(f"| {threads} | {best['wall']:.2f} | {best['cpu']:.2f} "
          f"| {best['events'] / best['wall'] / 1e6:.2f} |")
print("\n## Memory\n")
print("| replications | largest resident size, MiB |")
print("|---|---|")
for count in (20, 200, 1000):
    print(f"| {count} | {ours('fac1', 34, count, 2, 1)['memory_kib'] / 1024:.1f} |")
