#!/usr/bin/env python3
"""Forecasts of growth learned from other donors, beside simple rules on the same folds.

Usage: cohort.py DRIVER SHARED SCRATCH [--repeats 5] [--seed 11]
DRIVER is the built `cohort`; SHARED holds data/human_tcell_cohort_ced and data/kaartinen2017_cart_il2.
Writes run files (observations.csv) into SCRATCH, where data without a licence belongs, and prints tables.
"""
import argparse, collections, csv, math, os, subprocess, sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np
from scipy import special, stats


def crps(y, mu, s, nu):
    z = (y - mu) / s
    if math.isinf(nu):
        return s * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / math.sqrt(math.pi))
    tail = 2 * math.sqrt(nu) / (nu - 1) * special.beta(.5, nu - .5) / special.beta(.5, nu / 2) ** 2
    return s * (z * (2 * stats.t.cdf(z, nu) - 1) + 2 * stats.t.pdf(z, nu) * (nu + z * z) / (nu - 1) - tail)


def half(p, nu):
    return stats.norm.ppf(.5 + p / 2) if math.isinf(nu) else stats.t.ppf(.5 + p / 2, nu)


def read_cohort(shared):
    runs = collections.OrderedDict()
    with open(f"{shared}/data/human_tcell_cohort_ced/data.csv") as f:
        for row in csv.DictReader(f):
            runs.setdefault(row["run_id"], []).append(row)
    return runs


def write_run_files(runs, scratch):
    """observations.csv and runs.csv, as `thymus learn --growth --group cell_type --group medium` reads them too."""
    os.makedirs(scratch, exist_ok=True)
    path = f"{scratch}/observations.csv"
    with open(path, "w", newline="") as f, open(f"{scratch}/runs.csv", "w", newline="") as g:
        out, kinds = csv.writer(f), csv.writer(g)
        out.writerow(["run", "donor", "group", "time [h]", "sample", "tvc [1e6 cells]"])
        kinds.writerow(["run", "cell_type", "medium"])
        for run, rows in runs.items():
            name = run.replace("|", " ")
            kinds.writerow([name, rows[0]["cell_type"], rows[0]["condition"]])
            wells = collections.Counter()
            for r in sorted(rows, key=lambda r: float(r["time_h"])):
                wells[r["time_h"]] += 1
                out.writerow([name, r["subject_index"], f"{r['cell_type']} | {r['condition']}", r["time_h"],
                              f"{r['time_h']}h-{wells[r['time_h']]}", repr(float(r["live_cells_total"]) / 1e6)])
    return path


def cases(runs):
    """Features of the simple rules, from counts to 92 h, and what was seen at 116 and 140 h."""
    result = []
    for run, rows in runs.items():
        wells = collections.defaultdict(list)
        for r in rows:
            wells[float(r["time_h"])].append(float(r["live_cells_total"]) / 1e6)
        y = {t: math.log(np.mean(v)) for t, v in wells.items()}
        pick = lambda a, b: next((t for t in sorted(y) if a <= t <= b), None)
        t0, t1, t2 = pick(40, 44), pick(60, 80), pick(88, 98)
        if None in (t0, t1, t2):
            continue
        for k, t in ((116, pick(112, 121)), (140, pick(130, 150))):
            if t is None:
                continue
            result.append(dict(run=run.replace("|", " "), donor=rows[0]["subject_index"], k=k, t=t, h=(t - t2) / 24,
                               g1=24 * (y[t1] - y[t0]) / (t1 - t0), g2=24 * (y[t2] - y[t1]) / (t2 - t1),
                               last=y[t2], seen=y[t], cond=rows[0]["condition"], cd8="CD8" in rows[0]["cell_type"]))
    return result


def regression(train, test):
    X = lambda cs: np.array([[1, c["g1"], c["g2"], c["cond"] == "Block", c["cond"] == "Block+IL-2", c["cd8"], c["h"]]
                             for c in cs], float)
    A, y = X(train), np.array([c["seen"] - c["last"] for c in train])
    b, *_ = np.linalg.lstsq(A, y, rcond=None)
    nu = len(y) - A.shape[1]
    s2, inv, B = ((y - A @ b) ** 2).sum() / nu, np.linalg.inv(A.T @ A), X(test)
    return [(c["last"] + m, math.sqrt(s2 * (1 + q)), float(nu)) for c, m, q in
            zip(test, B @ b, np.einsum("ij,jk,ik->i", B, inv, B))]


def rule(train, test, growth):
    """A rule without parameters, with the spread that it had on the donors who teach, about its own median."""
    e = np.array([c["seen"] - c["last"] - growth(c) for c in train])
    return [(c["last"] + growth(c), math.sqrt(np.mean(e ** 2)), math.inf) for c in test]


def main():
    a = argparse.ArgumentParser()
    a.add_argument("driver"); a.add_argument("shared"); a.add_argument("scratch")
    a.add_argument("--repeats", type=int, default=5); a.add_argument("--seed", type=int, default=11)
    a.add_argument("--no-level", action="store_true")
    o = a.parse_args()
    runs = read_cohort(o.shared)
    observations = write_run_files(runs, o.scratch)
    donors = sorted({r[0]["subject_index"] for r in runs.values()})
    rng, folds = np.random.default_rng(o.seed), {}
    with open(f"{o.scratch}/folds.csv", "w") as f:
        f.write("repeat,fold,donor\n")
        for rep in range(o.repeats):
            order = list(donors); rng.shuffle(order)
            for j in range(4):
                folds[rep, j] = set(order[j * 10:(j + 1) * 10])
                for d in sorted(folds[rep, j]):
                    f.write(f"{rep},{j},{d}\n")
    told = subprocess.run([o.driver, "folds", observations, f"{o.scratch}/folds.csv"] + (["x"] if o.no_level else []),
                          check=True, capture_output=True, text=True)
    print(told.stderr, file=sys.stderr)
    with open(f"{o.scratch}/forecasts.csv", "w") as f:
        f.write(told.stdout)
    forecasts = {}
    for r in csv.DictReader(told.stdout.splitlines()):
        forecasts[int(r["repeat"]), r["run"], float(r["time"]), r["basis"]] = (
            float(r["median"]), float(r["scale"]), float(r["df"]))
    everything = cases(runs)
    names = ["last value", "log-linear", "OLS", "path", "surface"]
    told_by = {n: np.full((o.repeats, len(everything), 3), np.nan) for n in names}
    for (rep, j), out in folds.items():
        for k in (116, 140):
            test = [i for i, c in enumerate(everything) if c["k"] == k and c["donor"] in out]
            train = [c for c in everything if c["k"] == k and c["donor"] not in out]
            ts = [everything[i] for i in test]
            told_by["last value"][rep, test] = rule(train, ts, lambda c: 0.0)
            told_by["log-linear"][rep, test] = rule(train, ts, lambda c: c["g2"] * c["h"])
            told_by["OLS"][rep, test] = regression(train, ts)
            for basis in ("path", "surface"):
                told_by[basis][rep, test] = [forecasts[rep, c["run"], c["t"], basis] for c in ts]
    seen = np.array([c["seen"] for c in everything]); kk = np.array([c["k"] for c in everything])
    who = np.array([donors.index(c["donor"]) for c in everything])
    measures = {}
    for n in names:
        m, s, nu = (told_by[n][:, :, i] for i in range(3))
        z = np.abs(seen - m) / s
        q80 = np.vectorize(lambda v: half(.8, v))(nu); q90 = np.vectorize(lambda v: half(.9, v))(nu)
        score = np.array([[crps(seen[i], m[r, i], s[r, i], nu[r, i]) for i in range(len(seen))]
                          for r in range(o.repeats)])
        measures[n] = dict(ape=np.abs(np.exp(m - seen) - 1), c80=z <= q80, c90=z <= q90, crps=score)
    boot = np.random.default_rng(1)
    samples = [np.bincount(boot.integers(0, len(donors), len(donors)), minlength=len(donors)) for _ in range(2000)]
    for k in (116, 140):
        at = kk == k
        print(f"\n{k} h, {at.sum()} runs of {len(set(who[at]))} donors, {o.repeats} x 4 folds; [95 % bootstrap by donor]")
        print(f"{'rule':12s} {'median |error| %':>24s} {'in 80 %':>20s} {'in 90 %':>20s} {'CRPS':>24s} {'CRPS - OLS':>28s}")
        weights = [s[who[at]] for s in samples]
        rows = {}
        for n in names:
            M = {key: v[:, at] for key, v in measures[n].items()}
            def median(w):
                return 100 * np.mean([np.median(np.repeat(M["ape"][r], w)) for r in range(o.repeats)])
            one = np.ones(at.sum(), int)
            def interval(f):
                return np.percentile([f(w) for w in weights], [2.5, 97.5])
            mean = lambda key: (lambda w: np.average(M[key].mean(0), weights=w))
            gain = lambda w: np.average((M["crps"] - measures["OLS"]["crps"][:, at]).mean(0), weights=w)
            cells = []
            for f, scale, d in ((median, 1, 1), (mean("c80"), 100, 1), (mean("c90"), 100, 1), (mean("crps"), 1, 4), (gain, 1, 4)):
                lo, hi = interval(f)
                cells.append(f"{scale * f(one):.{d}f} [{scale * lo:.{d}f}, {scale * hi:.{d}f}]")
            print(f"{n:12s} {cells[0]:>24s} {cells[1]:>20s} {cells[2]:>20s} {cells[3]:>24s} {cells[4]:>28s}")
    levels(o)


def levels(o):
    """Points of day 13 to 20 against the distribution learned from points to day 10."""
    path = f"{o.scratch}/levels/observations.csv"
    os.makedirs(f"{o.scratch}/levels", exist_ok=True)
    points = []
    with open(f"{o.shared}/data/kaartinen2017_cart_il2/data.csv") as f:
        for i, r in enumerate(csv.DictReader(f)):
            points.append((r["il2_IU_per_mL"], float(r["time_d"]), float(r["fold_expansion"])))
    with open(path, "w", newline="") as f:
        out = csv.writer(f)
        out.writerow(["run", "donor", "group", "time [h]", "fold [1]"])
        for i, (g, d, x) in enumerate(points):
            out.writerow([f"P{i:03d}", f"pooled-{i:03d}", g, repr(24 * d), repr(x)])
    told = subprocess.run([o.driver, "levels", path, "10"], check=True, capture_output=True, text=True)
    print(told.stderr, file=sys.stderr)
    table = {(r["group"], float(r["time"])): (float(r["median"]), float(r["scale"]))
             for r in csv.DictReader(told.stdout.splitlines())}
    print("\nCAR-T at five IL-2 levels: learned from points to day 10, points of days 13 to 20 (ln fold)")
    print(f"{'IL-2':>5s} {'day':>4s} {'n':>3s} {'seen median':>12s} {'forecast':>9s} {'sd':>6s} {'bias':>6s} {'in 80 %':>8s} {'in 90 %':>8s}")
    groups, allz = sorted({p[0] for p in points}, key=float), collections.defaultdict(list)
    for g in groups:
        for d in sorted({p[1] for p in points if p[0] == g and p[1] >= 13}):
            x = np.log([p[2] for p in points if p[0] == g and p[1] == d])
            m, s = table[g, 24 * d]
            z = (x - m) / s
            allz[g] += list(zip(z, x - m))
            print(f"{g:>5s} {d:4.0f} {len(x):3d} {np.median(x):12.2f} {m:9.2f} {s:6.2f} {m - np.mean(x):6.2f} "
                  f"{np.mean(np.abs(z) < 1.2816):8.2f} {np.mean(np.abs(z) < 1.6449):8.2f}")
    for g in groups + ["all"]:
        v = np.array(sum(allz.values(), []) if g == "all" else allz[g])
        print(f"{g:>5s} n {len(v)}: bias (forecast - seen) {-v[:, 1].mean():.2f} ln, within 80 % {np.mean(np.abs(v[:, 0]) < 1.2816):.2f}, "
              f"90 % {np.mean(np.abs(v[:, 0]) < 1.6449):.2f}")


if __name__ == "__main__":
    main()
