#!/usr/bin/env python3
"""Fits ln fold = mu B(t) to each CAR-T series by least squares with one variance (scipy).

B(t) = t + ln((1 + exp(-a (t - lag))) / (1 + exp(a lag))) / a with a = 0.25 1/h, in closed form.
The log-likelihood is that of the folds themselves: normal on ln fold, less the sum of ln fold.
"""
import csv, math, pathlib
import numpy as np
from scipy.optimize import least_squares

root = pathlib.Path(__file__).resolve().parents[3]
series = {}
for row in csv.DictReader(open(root / "data/runs/kaartinen2017_cart_il2/observations.csv")):
    series.setdefault(row["run"], []).append((24 * float(row["time [d]"]), float(row["fold [1]"])))

def B(t, lag, a=0.25):
    return t + (np.logaddexp(0, -a * (t - lag)) - np.logaddexp(0, a * lag)) / a

for run, points in sorted(series.items()):
    t, fold = np.array(points).T
    y = np.log(fold)
    best = min((least_squares(lambda p: np.exp(p[0]) * B(t, np.exp(p[1])) - y, [math.log(m), math.log(l)],
                              bounds=([math.log(5e-4), 0], [math.log(0.07), math.log(120)]),
                              xtol=1e-15, ftol=1e-15, gtol=1e-15)
                for m in (0.004, 0.01, 0.02) for l in (5, 40, 80)), key=lambda r: r.cost)
    n, var = len(y), 2 * best.cost / len(y)
    loglik = -0.5 * n * (math.log(2 * math.pi * var) + 1) - y.sum()
    mu, lag = np.exp(best.x)
    print(f'  SeriesRecord("{run}", count: {n}, mu: {mu:.10g}, lag: {lag:.10g}, sd: {var ** 0.5:.10g}, '
          f'logLikelihood: {loglik:.9g}),')
