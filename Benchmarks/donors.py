#!/usr/bin/env python3
"""Simulated donors of Baranyi and Roberts, and the scores of forecasts of them.

    python3 donors.py make DIR            history (30 donors), new (400), slower (150), replay (200)
    thymus learn DIR/history --model baranyi_roberts -o DIR/prior.json
    thymus forecast DIR/new --prior DIR/prior.json --until 5d --horizon 10d --json > DIR/new-5.json
    python3 donors.py score DIR/new DIR/new-5.json

or all of it, with times, for the days 5 to 9:  python3 donors.py bar THYMUS DIR
or over several histories, each with 200 new and 100 slower donors of its own, as a page:

    python3 donors.py histories THYMUS DIR 5 > results/donors.md

ln mu ~ N(ln 0.030/h, 0.15), ln lag ~ N(ln 36 h, 0.25), ln K ~ N(ln 5e9 cells, 0.30), ln of the cells
that are seeded ~ N(ln 5e7, 0.10); counts of days 0, 3, 5 ... 9 with sd 0.10 of ln. The slower
population has mu x 0.8, lag x 1.3 and K x 0.6. Scores are against the true cells of day 10.
"""
import json, math, os, random, subprocess, sys, time

DAYS = [0, 3, 5, 6, 7, 8, 9]
VOLUME = 100.0  # mL


def ln_cells(t, ln_n0, mu, lag, ln_k):
    """ln N of Baranyi and Roberts (1994), growthrates grow_baranyi."""
    h0 = mu * lag
    a = mu * t + math.log(math.exp(-mu * t) + math.exp(-h0) - math.exp(-mu * t - h0))
    return ln_n0 + a - math.log(1 + (math.exp(a) - 1) / math.exp(ln_k - ln_n0))


def write(folder, count, seed, slow=False, days=DAYS):
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(seed)
    mu0, lag0, k0 = (0.030 * 0.8, 36 * 1.3, 5e9 * 0.6) if slow else (0.030, 36, 5e9)
    with open(folder + "/observations.csv", "w") as obs, \
            open(folder + "/operations.csv", "w") as ops, open(folder + "/truth.txt", "w") as truth:
        obs.write("run,donor,time [d],vcd [1e6 cells/mL]\n")
        ops.write("run,time [h],operation,volume [mL],density [1e6 cells/mL]\n")
        for i in range(count):
            mu = mu0 * math.exp(0.15 * rng.gauss(0, 1))
            lag = lag0 * math.exp(0.25 * rng.gauss(0, 1))
            ln_k = math.log(k0) + 0.30 * rng.gauss(0, 1)
            ln_n0 = math.log(5e7) + 0.10 * rng.gauss(0, 1)
            name = f"r{i:03d}"
            ops.write(f"{name},0,seed,{VOLUME:g},0.5\n{name},0,activation,,\n")
            for day in days:
                n = math.exp(ln_cells(24 * day, ln_n0, mu, lag, ln_k) + 0.10 * rng.gauss(0, 1))
                obs.write(f"{name},d{i:03d},{day},{n / VOLUME / 1e6:.6g}\n")
            truth.write(f"{name} {math.exp(ln_cells(240, ln_n0, mu, lag, ln_k))}\n")


def score(folder, path):
    truth = {a: float(b) for a, b in (line.split() for line in open(folder + "/truth.txt"))}
    errors, covered, refused = [], 0, 0
    for run in json.load(open(path))["runs"]:
        if "refused" in run:
            refused += 1
            continue
        day = next(d for d in run["days"] if d["time_h"] == 240)
        q = day["viable_cells"]
        errors.append(abs(q[2] / truth[run["run"]] - 1))
        covered += q[0] <= truth[run["run"]] <= q[4]
    errors.sort()
    n = len(errors)
    return {"runs": n, "refused": refused, "median_error": errors[n // 2], "coverage90": covered / n}


def make(root):
    write(root + "/history", 30, 1)
    write(root + "/new", 400, 2)
    write(root + "/slower", 150, 3, slow=True)
    write(root + "/replay", 200, 4, days=[0, 3, 4, 5, 6, 7, 8, 9, 10])


def bar(tool, root):
    make(root)
    start = time.time()
    subprocess.run([tool, "learn", root + "/history", "--model", "baranyi_roberts", "-o", root + "/prior.json"],
                   check=True)
    print(f"learn: {time.time() - start:.1f} s")
    for name, extra in [("new", []), ("slower", []), ("slower", ["--robust-population"]),
                        ("slower", ["--widening", "2"])]:
        for day in DAYS[2:]:
            start = time.time()
            out = f"{root}/{name}-{day}.json"
            with open(out, "w") as handle:
                subprocess.run([tool, "forecast", f"{root}/{name}", "--prior", root + "/prior.json", "--until",
                                f"{day}d", "--horizon", "10d", "--json"] + extra, stdout=handle)
            s = score(f"{root}/{name}", out)
            print(f"{name} {' '.join(extra)} day {day}: median error {100 * s['median_error']:.1f} %, "
                  f"coverage {s['coverage90']:.3f}, {s['runs']} runs, {s['refused']} refused, "
                  f"{time.time() - start:.1f} s", flush=True)


def histories(tool, root, count):
    print("# Forecasts of simulated donors from a learned prior\n")
    print("Made by `python3 Benchmarks/donors.py histories THYMUS DIR " + str(count) + "`: " + str(count) +
          " histories of 30 donors,\neach learned by `thymus learn --model baranyi_roberts` and tried on 200 other "
          "donors and 100 of a slower\npopulation by `thymus forecast --horizon 10d`. Truth: Baranyi and Roberts as in "
          "the script's head. Error: median of\n|forecast median / true cells of day 10 - 1|. Coverage: of 90 % "
          "intervals of the cells. Refused: draws that do not\ncarry a distribution, told by the command.\n")
    table = {}
    for h in range(count):
        base = f"{root}/history-{h}"
        write(base + "/history", 30, 1001 + h)
        write(base + "/new", 200, 2001 + h)
        write(base + "/slower", 100, 3001 + h, slow=True)
        subprocess.run([tool, "learn", base + "/history", "--model", "baranyi_roberts", "-o", base + "/prior.json"],
                       check=True, stdout=subprocess.DEVNULL)
        for name, extra in [("new", []), ("slower", []), ("slower", ["--robust-population"]),
                            ("slower", ["--widening", "2"])]:
            for day in DAYS[2:]:
                out = f"{base}/{name}-{day}.json"
                with open(out, "w") as handle:
                    subprocess.run([tool, "forecast", f"{base}/{name}", "--prior", base + "/prior.json", "--until",
                                    f"{day}d", "--horizon", "10d", "--json"] + extra, stdout=handle)
                table.setdefault((name, " ".join(extra), day), []).append(score(f"{base}/{name}", out))
        print(f"history {h + 1} of {count}", file=sys.stderr, flush=True)
    print("| donors | options | counts to day | median error, % (each history) | in 90 %, % (each history) | refused |")
    print("|---|---|---|---|---|---|")
    for (name, extra, day), scores in table.items():
        def column(key, decimals=1):
            values = [100 * s[key] for s in scores]
            each = ", ".join(f"{v:.0f}" for v in values)
            return f"{sum(values) / len(values):.{decimals}f} ({each})"
        refused = sum(s["refused"] for s in scores)
        runs = refused + sum(s["runs"] for s in scores)
        print(f"| {'same population' if name == 'new' else 'slower'} | {extra or '-'} | {day} | "
              f"{column('median_error')} | {column('coverage90')} | {refused} of {runs} |")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "make":
        make(sys.argv[2])
    elif len(sys.argv) == 4 and sys.argv[1] == "score":
        print(json.dumps(score(sys.argv[2], sys.argv[3])))
    elif len(sys.argv) == 4 and sys.argv[1] == "bar":
        bar(sys.argv[2], sys.argv[3])
    elif len(sys.argv) == 5 and sys.argv[1] == "histories":
        histories(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        sys.exit(__doc__)
