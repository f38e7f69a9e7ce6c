#!/usr/bin/env python3
"""How often the growth path's intervals hold what came: the check behind its defaults.

Usage: growth_path_check.py SHARED_DATA   (a folder with the public data sets named below)

Written apart from the program (numpy, scipy): the covariance of the integrated Ornstein-Uhlenbeck
rate is conditioned directly. From every count that has two before it, all later counts are
foretold. Real cultures: human T cells after activation (human_tcell_cohort_ced), mouse CD8 T cells
(mouse_cd8_cyton2), mouse B cells (mouse_bcell_cpg), fibroblasts (primary_human_fibroblast_flux), CHO
(cho_fedbatch_ibt_2024nov). Simulated ones, judged from days 5 to 7 by the truth: Baranyi donors, the
same from a slower population, and the same whose growth stops at a random hour and turns into
death, which no model foresees.
"""
import collections
import csv
import math
import sys

import numpy as np
from scipy.stats import t as student

MEAN, SD, MEMORY, ERROR, DEGREES = -0.1, 0.8, 1.5, 0.12, 5.0
LEVEL = 100.0


def integrated(s, t):
    """Covariance of the integrated rate at two times, d."""
    m = MEMORY
    return SD * SD * m * (2 * min(s, t) - m * (
        1 + math.exp(-abs(s - t) / m) - math.exp(-s / m) - math.exp(-t / m)))


def forecast(counts, times):
    """Centre, Student scale and degrees of freedom of ln cells at times (h), given (h, ln cells)."""
    first, level = counts[0]
    hours = [c[0] for c in counts] + list(times)
    days = [(h - first) / 24 for h in hours]
    n = len(counts)
    k = np.array([[integrated(a, b) + LEVEL for b in days] for a in days])
    k[:n, :n] += ERROR ** 2 * np.eye(n)
    trend = np.array([level + MEAN * d for d in days])
    residual = np.array([c[1] for c in counts]) - trend[:n]
    solved = np.linalg.solve(k[:n, :n], residual)
    centre = trend[n:] + k[n:, :n] @ solved
    scale = k[n:, n:] - k[n:, :n] @ np.linalg.solve(k[:n, :n], k[:n, n:])
    freedom = DEGREES + n - 1
    return centre, scale * (DEGREES + residual @ solved) / freedom, freedom


def real(path, run, time, value):
    cells = collections.defaultdict(lambda: collections.defaultdict(list))
    for row in csv.DictReader(open(path)):
        try:
            number = float(row[value])
        except ValueError:
            continue
        if number > 0:
            cells[row[run]][float(row[time])].append(number)
    return [[(t, math.log(np.mean(v)), None) for t, v in sorted(x.items())] for x in cells.values()]


def simulated(rng, count, mu=1.0, lag=1.0, capacity=1.0, stops=False):
    """Counts of days 0 and 2 to 12 with 10 % error, and the truth, from kinetics as in the docs."""
    runs = []
    for _ in range(count):
        rate = 0.029 * mu * math.exp(0.15 * rng.normal())
        delay = 36 * lag * math.exp(0.3 * rng.normal())
        top = math.log(40 * capacity) + 0.3 * rng.normal()
        stop, death = rng.uniform(60, 150), rng.uniform(-0.03, 0)
        w = -math.log(math.exp(rate * delay) - 1)
        grown, truth = 0.0, {0: 0.0}
        for step in range(1, 577):
            hour = 0.5 * (step - 1)
            slope = rate / (1 + math.exp(-(w + rate * hour))) * (1 - math.exp(grown - top))
            grown += 0.5 * (death if stops and hour > stop else slope)
            if step % 48 == 0:
                truth[step // 48] = grown
        runs.append([(24.0 * d, g + 0.1 * rng.normal(), g) for d, g in truth.items() if d != 1])
    return runs


def judge(name, runs, earliest, latest):
    found = collections.defaultdict(list)
    for points in runs:
        for last in range(2, len(points)):
            if not earliest <= points[last - 1][0] <= latest:
                continue
            later = points[last:]
            centre, scale, freedom = forecast([p[:2] for p in points[:last]], [p[0] for p in later])
            for i, (hour, seen, truth) in enumerate(later):
                width = math.sqrt(scale[i, i] + (ERROR ** 2 if truth is None else 0))
                what = seen if truth is None else truth
                day = round((hour - points[last - 1][0]) / 24)
                found[day].append(
                    (what - centre[i], student.cdf((what - centre[i]) / width, freedom), width))
    for day in (1, 2, 3, 5):
        if len(found[day]) >= 8:
            off, place, width = np.array(found[day]).T
            held = [np.mean(abs(place - 0.5) < 0.5 * c) for c in (0.5, 0.8, 0.9)]
            print(f"| {name} | {day} | {len(off)} | {np.median(off):+.2f} | "
                  f"{math.exp(1.645 * np.median(width)):.1f} | "
                  + " | ".join(f"{100 * h:.0f}" for h in held) + " |")


def main():
    shared = sys.argv[1]
    print("| cultures | days on | cases | median of seen less foretold, ln | "
          "90 % band: x or : | in 50 %, % | in 80 %, % | in 90 %, % |")
    print("|---|---|---|---|---|---|---|---|")
    for name, folder, run, value in [
        ("human T cells", "human_tcell_cohort_ced", "run_id", "live_cells_total"),
        ("mouse CD8 T cells", "mouse_cd8_cyton2", "run_id", "live_cells_total"),
        ("mouse B cells", "mouse_bcell_cpg", "run_id", "live_cells_total"),
        ("fibroblasts", "primary_human_fibroblast_flux", "run_id", "cells_total"),
        ("CHO", "cho_fedbatch_ibt_2024nov", "run_id", "vcd_cells_per_mL"),
    ]:
        judge(name, real(f"{shared}/{folder}/data.csv", run, "time_h", value), 40, 400)
    rng = np.random.default_rng(5)
    judge("simulated", simulated(rng, 200), 115, 172)
    judge("simulated, slower", simulated(rng, 200, 0.8, 1.3, 0.6), 115, 172)
    judge("simulated, growth stops", simulated(rng, 200, stops=True), 115, 172)


if __name__ == "__main__":
    main()
