#!/usr/bin/env python3
"""Maximum likelihood for the CHO runs, from the raw counts, written separately from the project.

Baranyi adaptation q' = mu q in closed form; V and D by a fixed-step RK4; every feed takes 10 % of
all cells; counts are negative binomial with variance m + (s m)^2 about the expected count m.
"""
import csv, math, pathlib, sys
import numpy as np
from scipy.optimize import minimize
from scipy.stats import nbinom

root = pathlib.Path(__file__).resolve().parents[3] / "data/runs/cho_fedbatch_2024nov"
NAMES = ["V0", "D0", "mu", "lag", "Vmax", "kd", "s_count", "s_dead"]
LOW = np.log([1e-4, 1e-5, 5e-4, 1, 0.5, 1e-4, 0.04, 0.05])
HIGH = np.log([100, 10, 0.1, 120, 200, 0.03, 0.4, 0.8])
KL = 0.005

counts, feeds = {}, {}
for r in csv.DictReader(open(root / "observations.csv")):
    one = 1e-6 * float(r["dilution [1]"]) / (float(r["squares [1]"]) * 1e-4)
    counts.setdefault(r["run"], []).append(
        (float(r["time [h]"]), int(r["live_counted [cells]"]), int(r["dead_counted [cells]"]), one))
for r in csv.DictReader(open(root / "operations.csv")):
    feeds.setdefault(r["run"], set()).add(float(r["time [h]"]))

def simulate(p, times, exchanged, h):
    V0, D0, mu, lag, Vmax, kd = p
    grow = math.exp(mu * lag) - 1
    def f(t, V, D):
        q = math.exp(mu * t) / grow
        return (mu * q / (1 + q) * (1 - V / Vmax) - kd) * V, kd * V - KL * D
    V, D, t, out = V0, D0, 0.0, []
    for end in times:
        steps = int(round((end - t) / h))
        for _ in range(steps):
            a, b = f(t, V, D)
            c, d = f(t + h / 2, V + h / 2 * a, D + h / 2 * b)
            e, g = f(t + h / 2, V + h / 2 * c, D + h / 2 * d)
            i, j = f(t + h, V + h * e, D + h * g)
            V += h / 6 * (a + 2 * c + 2 * e + i)
            D += h / 6 * (b + 2 * d + 2 * g + j)
            t += h
        out.append((V, D))
        if end in exchanged:
            V, D = 0.9 * V, 0.9 * D
    return out

def negative(x, run, h=1.0):
    p = np.exp(np.clip(x, LOW, HIGH))
    total = 0.0
    path = simulate(p[:6], [c[0] for c in counts[run]], feeds[run], h)
    for (t, live, dead, one), (V, D) in zip(counts[run], path):
        if not (V > 0 and D > 0):
            return 1e6
        for k, mean, s in ((live, V, p[6]), (dead, D, p[7])):
            total -= nbinom.logpmf(k, 1 / s**2, 1 / (1 + s**2 * mean / one))
    return total

rng = np.random.default_rng(1)
for run in sorted(counts):
    best = None
    for k in range(8):
        x0 = np.log([0.3, 0.02, 0.05, 12, 12, 0.003, 0.12, 0.3]) + rng.normal(0, 0.3 if k else 0, 8)
        fit = minimize(negative, np.clip(x0, LOW, HIGH), (run,), "L-BFGS-B", bounds=list(zip(LOW, HIGH)),
                       options={"maxiter": 400, "maxfun": 6000, "ftol": 1e-12, "gtol": 1e-7})
        if best is None or fit.fun < best.fun:
            best = fit
    fit = minimize(negative, best.x, (run, 0.5), "L-BFGS-B", bounds=list(zip(LOW, HIGH)),
                   options={"maxiter": 200, "ftol": 1e-14, "gtol": 1e-8})
    x = np.clip(fit.x, LOW, HIGH)
    print(f'  "{run}": {-negative(x, run, 0.25):.8g},  //', " ".join(f"{n} {v:.6g}" for n, v in zip(NAMES, np.exp(x))))
    sys.stdout.flush()
