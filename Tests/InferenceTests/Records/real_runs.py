#!/usr/bin/env python3
"""Maximum likelihood for real runs, written from the equations and separately from the project.

Usage: real_runs.py CHO.csv FIBROBLASTS.csv   (writes real_runs.json beside this file)

The tables are those that data/runs/*/convert.py read. Three fits, each without priors, inside the
boxes below, from many starts, and finished with Newton steps:

cells       live_dead_density on the whole CHO run, days 0-13: live and dead counts. Each feed takes
            a tenth of all cells, as the authors of the data did.
joint       glucose_lactate on the CHO run up to its first feed, 96 h: live and dead counts, glucose
            and lactate. What the feeds brought, and in what volume, is not known, so that glucose
            cannot be balanced across a feed.
fibroblast  exponential growth with constant specific rates, in closed form; water evaporates.

Counts k are negative binomial, variance m + s^2 m^2, m = density * counted volume / dilution.
Glucose and lactate are normal with variance abs^2 + (rel mean)^2. Fibroblast numbers come from a dye,
not from a count, and are lognormal.

Derivatives by complex steps through every formula, Runge-Kutta included.
"""
import csv
import json
import pathlib
import sys

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import loggamma

STEP = 1.0  # h, classical Runge-Kutta; halved at the end to see what it costs
COARSE = 4.0  # h, while the starts are sorted out
GLUCOSE, LACTATE = 180.156, 89.07  # g/mol
RATE = {"kl": 0.005, "KG": 0.5, "abs": 0.2}
ROUNDED = 1e-4  # mmol/L, to which convert.py rounds


# ---- likelihood terms, as negative log-likelihoods with all constants

def negative_binomial(k, mean, s):
    n = 1 / (s * s)
    return -(loggamma(k + n) - loggamma(n) - loggamma(k + 1.0)
             + n * np.log(n / (n + mean)) + k * np.log(mean / (n + mean)))


def normal(y, mean, variance):
    return 0.5 * ((y - mean) ** 2 / variance + np.log(2 * np.pi * variance))


def lognormal(y, mean, s):
    return normal(np.log(y), np.log(mean), s * s) + np.log(y)


# ---- the curves; columns of p are parameter vectors

def runge_kutta(rates, state, times, step, after=None):
    """States at the times (first time 0), with `after` applied behind each sample."""
    out, t = [], 0.0
    for end in times:
        for _ in range(round((end - t) / step)):
            a = rates(t, state)
            b = rates(t + step / 2, state + step / 2 * a)
            c = rates(t + step / 2, state + step / 2 * b)
            state = state + step / 6 * (a + 2 * b + 2 * c + rates(t + step, state + step * c))
            t += step
        out.append(state)
        if after is not None:
            state = after(end, state)
    return out


def adapted(t, mu, lag):
    q = np.exp(mu * t) / (np.exp(mu * lag) - 1)
    return q / (1 + q)


class Cells:
    """live_dead_density: Baranyi's adaptation, logistic growth, first-order death and lysis."""

    names = ["V0", "D0", "mu", "lag", "Vmax", "kd", "s_count", "s_dead"]
    low = [1e-4, 1e-5, 5e-4, 1, 0.5, 1e-4, 0.04, 0.05]
    high = [100, 10, 0.1, 120, 200, 0.03, 0.4, 0.8]
    start = [0.3, 0.02, 0.04, 12, 12, 0.003, 0.12, 0.3]

    def __init__(self, rows, feeds):
        self.rows, self.feeds = rows, feeds

    def curve(self, p, step):
        V0, D0, mu, lag, Vmax, kd = p[:6]

        def rates(t, y):
            V, D = y
            grown = (mu * adapted(t, mu, lag) * (1 - V / Vmax) - kd) * V
            return np.array([grown, kd * V - RATE["kl"] * D])

        return runge_kutta(rates, np.array([V0, D0]), [r["t"] for r in self.rows], step,
                           lambda t, y: 0.9 * y if t in self.feeds else y)

    def terms(self, p, step=STEP):
        for row, (V, D) in zip(self.rows, self.curve(p, step)):
            yield negative_binomial(row["live"], V * row["exposure"], p[6])
            yield negative_binomial(row["dead"], D * row["exposure"], p[7])

    def scatter(self, p):
        """Squared Pearson residuals by quantity."""
        out = {"live": [], "dead": []}
        for row, (V, D) in zip(self.rows, self.curve(p, STEP)):
            for name, y, s in (("live", V, p[6]), ("dead", D, p[7])):
                m = y * row["exposure"]
                out[name].append((row[name] - m) ** 2 / (m + (s * m) ** 2))
        return {name: float(np.mean(v)) for name, v in out.items()}


class Joint:
    """glucose_lactate: growth on glucose, inhibition by lactate, death and lysis."""

    names = ["V0", "D0", "G0", "L0", "mu", "lag", "kd", "qG", "YL", "KL", "s_count", "s_dead",
             "s_rel"]
    low = [1e-4, 1e-5, 0.5, 0.01, 5e-4, 1, 1e-4, 0.005, 0.2, 4, 0.04, 0.05, 0.01]
    high = [100, 10, 100, 50, 0.1, 120, 0.015, 0.6, 2.2, 200, 0.4, 0.8, 0.5]
    start = [0.3, 0.02, 34, 3.3, 0.04, 12, 0.002, 0.1, 1.5, 40, 0.1, 0.3, 0.15]

    def __init__(self, rows, feeds):
        first = min(feeds)
        self.rows = [row for row in rows if row["t"] <= first]

    def curve(self, p, step):
        V0, D0, G0, L0, mu, lag, kd, qG, YL, KL = p[:10]

        def rates(t, y):
            V, D, G, L = y
            fed = G / (RATE["KG"] + G)
            grown = (mu * adapted(t, mu, lag) * fed / (1 + (L / KL) ** 2) - kd) * V
            uptake = qG * V * fed
            return np.array([grown, kd * V - RATE["kl"] * D, -uptake, YL * uptake])

        return runge_kutta(rates, np.array([V0, D0, G0, L0]), [r["t"] for r in self.rows], step)

    def terms(self, p, step=STEP):
        for row, (V, D, G, L) in zip(self.rows, self.curve(p, step)):
            yield negative_binomial(row["live"], V * row["exposure"], p[10])
            yield negative_binomial(row["dead"], D * row["exposure"], p[11])
            for y, mean in ((row["glucose"], G), (row["lactate"], L)):
                if y is not None:
                    yield normal(y, mean, RATE["abs"] ** 2 + (p[12] * mean) ** 2)

    def scatter(self, p):
        out = {"live": [], "dead": [], "glucose": [], "lactate": []}
        for row, (V, D, G, L) in zip(self.rows, self.curve(p, STEP)):
            for name, y, s in (("live", V, p[10]), ("dead", D, p[11])):
                m = y * row["exposure"]
                out[name].append((row[name] - m) ** 2 / (m + (s * m) ** 2))
            for name, mean in (("glucose", G), ("lactate", L)):
                if row[name] is not None:
                    out[name].append(
                        (row[name] - mean) ** 2 / (RATE["abs"] ** 2 + (p[12] * mean) ** 2))
        return {name: float(np.mean(v)) for name, v in out.items()}


class Fibroblast:
    """N' = mu N, amounts of glucose and lactate change by -qG N and qL N, water evaporates."""

    names = ["N0", "G0", "L0", "mu", "qG", "qL", "s_count", "s_glucose", "s_lactate"]
    low = [1e-4, 0.5, 1e-3, 5e-4, 0.005, 0.005, 0.02, 0.005, 0.01]
    high = [1, 100, 5, 0.07, 5, 5, 0.8, 0.3, 0.6]
    start = [0.012, 8, 0.1, 0.02, 0.4, 0.7, 0.2, 0.03, 0.1]
    absolute = 0.01  # mmol/L

    def __init__(self, rows):
        self.rows = rows
        self.volume = {row["t"]: row["volume"] for row in rows}
        last = max(self.volume)
        self.evaporation = (self.volume[0.0] - self.volume[last]) / last
        for t, v in self.volume.items():  # a straight line, to the last digit of the table
            assert abs(v - self.volume[0.0] + self.evaporation * t) < 2e-5

    def curve(self, p):
        N0, G0, L0, mu, qG, qL = p[:6]
        first = self.volume[0.0]
        for row in self.rows:
            v = first - self.evaporation * row["t"]
            cells = N0 * first * np.exp(mu * row["t"])  # 1e6 cells
            hours = N0 * first * np.expm1(mu * row["t"]) / mu
            yield row, cells, (G0 * first - qG * hours) / v, (L0 * first + qL * hours) / v

    def terms(self, p, step=None):
        for row, cells, G, L in self.curve(p):
            yield lognormal(row["tvc"], cells, p[6])
            yield normal(row["glucose"], G, self.absolute ** 2 + (p[7] * G) ** 2)
            if row["lactate"] is not None:
                yield normal(row["lactate"], L, self.absolute ** 2 + (p[8] * L) ** 2)

    def scatter(self, p):
        out = {"tvc": [], "glucose": [], "lactate": []}
        for row, cells, G, L in self.curve(p):
            out["tvc"].append((np.log(row["tvc"] / cells) / p[6]) ** 2)
            for name, mean, s in (("glucose", G, p[7]), ("lactate", L, p[8])):
                if row[name] is not None:
                    out[name].append(
                        (row[name] - mean) ** 2 / (self.absolute ** 2 + (s * mean) ** 2))
        return {name: float(np.mean(v)) for name, v in out.items()}


# ---- the search, on the logarithms of the parameters

def value_and_slope(problem, x, step=STEP):
    tiny = 1e-30
    columns = np.exp(x[:, None] + 1j * tiny * np.eye(len(x)))
    total = sum(problem.terms(columns, step))
    return float(total[0].real), total.imag / tiny


def newton(problem, x, low, high):
    """Newton steps over the parameters that no wall holds; the Hessian from slopes."""
    value, slope = value_and_slope(problem, x)
    for _ in range(30):
        held = ((x <= low + 1e-9) & (slope > 0)) | ((x >= high - 1e-9) & (slope < 0))
        free = np.flatnonzero(~held)
        if np.max(np.abs(slope[free]), initial=0) < 1e-9:
            break
        hessian = np.empty((len(free), len(free)))
        for i, j in enumerate(free):
            e = np.zeros(len(x))
            e[j] = 1e-5
            hessian[:, i] = (value_and_slope(problem, x + e)[1]
                             - value_and_slope(problem, x - e)[1])[free] / 2e-5
        curvature, axes = np.linalg.eigh((hessian + hessian.T) / 2)
        size = np.maximum(np.abs(curvature), 1e-8 * max(np.abs(curvature).max(), 1))
        step = np.zeros(len(x))
        step[free] = -axes @ ((axes.T @ slope[free]) / size)
        share = 1.0
        while share > 1e-6:
            trial = np.clip(x + share * step, low, high)
            moved, bent = value_and_slope(problem, trial)
            if moved < value or (moved <= value + 1e-11 and np.abs(bent).max() < np.abs(slope).max()):
                x, value, slope = trial, moved, bent
                break
            share /= 2
        else:
            break
    return x, value, slope


def fit(problem, starts, seed):
    low, high = np.log(problem.low), np.log(problem.high)
    rng = np.random.default_rng(seed)
    found = []
    for k in range(starts):
        x = np.log(problem.start) + (0.5 * rng.normal(size=len(low)) if k else 0)
        try:
            result = minimize(lambda x: value_and_slope(problem, x, COARSE), np.clip(x, low, high), jac=True,
                              method="L-BFGS-B", bounds=list(zip(low, high)),
                              options={"maxiter": 1500, "ftol": 1e-13, "gtol": 1e-7})
        except (FloatingPointError, ValueError):
            continue
        if np.isfinite(result.fun):
            found.append((result.fun, result.x))
    found.sort(key=lambda pair: pair[0])
    ends = [newton(problem, np.clip(x, low, high), low, high) for _, x in found[:8]]
    x, value, slope = min(ends, key=lambda end: end[1])
    held = ((x <= low + 1e-9) & (slope > 0)) | ((x >= high - 1e-9) & (slope < 0))
    finer = sum(problem.terms(np.exp(x)[:, None], STEP / 2))[0].real
    p = np.exp(x)
    return {
        "log_likelihood": -value,
        "log_likelihood_half_step": -float(finer),
        "readings": sum(1 for _ in problem.terms(p[:, None])),
        "largest_slope": float(np.abs(slope[~held]).max()),
        "starts_at_optimum": sum(bool(f < found[0][0] + 1e-3) for f, _ in found),
        "starts": starts,
        "estimates": dict(zip(problem.names, map(float, p))),
        "at_bounds": [n for n, h in zip(problem.names, held) if h],
        "pearson_dispersion_about_curve": problem.scatter(p),
    }


# ---- what replicates scatter among themselves

def flasks(first, second, s, name):
    """Two flasks counted on one day: chi-square of their two counts against one mean, per degree of
    freedom, with variance m + s^2 m^2. The mean is the counts' sum over the exposures' sum."""
    squares, days = 0.0, 0
    for a, b in zip(first, second):
        assert a["t"] == b["t"]
        density = (a[name] + b[name]) / (a["exposure"] + b["exposure"])
        if density <= 0:
            continue
        for row in (a, b):
            m = density * row["exposure"]
            squares += (row[name] - m) ** 2 / (m + (s * m) ** 2)
        days += 1
    return squares / days, days


def extra_cv(first, second, name):
    """The s at which the flasks scatter as the law says, chi-square 1 per freedom; 0 for Poisson."""
    if flasks(first, second, 0, name)[0] <= 1:
        return 0.0
    return float(brentq(lambda s: flasks(first, second, s, name)[0] - 1, 1e-9, 5))


def flasks_of_clones(cho, fitted):
    """Live and dead counts of the two flasks of a clone: from counting alone, and with the fitted s."""
    found = {}
    for clone in ("C", "X-B7"):
        pairs = list(zip(cho[f"{clone}_rep1"], cho[f"{clone}_rep2"]))
        early = list(zip(*(pair for pair in pairs if pair[0]["t"] < 240)))
        both = list(zip(*pairs))
        found[clone] = {}
        for name, noise in (("live", "s_count"), ("dead", "s_dead")):
            s = [fitted[f"{clone}_rep{k}"]["estimates"][noise] for k in (1, 2)]
            s = float(np.sqrt(np.mean(np.square(s))))
            found[clone][name] = {
                "days": flasks(*both, 0, name)[1], "days_before_day_10": flasks(*early, 0, name)[1],
                "poisson": flasks(*both, 0, name)[0],
                "poisson_before_day_10": flasks(*early, 0, name)[0],
                "cv_between_flasks": extra_cv(*both, name),
                "cv_between_flasks_before_day_10": extra_cv(*early, name),
                "fitted_s": s, "negative_binomial": flasks(*both, s, name)[0],
                "negative_binomial_before_day_10": flasks(*early, s, name)[0]}
    return found


def wells(problem, p):
    """Wells of one time among themselves, against the fitted noise: chi-square per freedom."""
    out = {}
    for name, k in (("tvc", 6), ("glucose", 7), ("lactate", 8)):
        squares, freedom = 0.0, 0
        for t in problem.volume:
            y = np.array([r[name] for r in problem.rows if r["t"] == t and r[name] is not None])
            if name == "tvc":
                squares += np.sum((np.log(y) - np.log(y).mean()) ** 2) / p[k] ** 2
            else:
                squares += (np.sum((y - y.mean()) ** 2)
                            / (problem.absolute ** 2 + (p[k] * y.mean()) ** 2))
            freedom += len(y) - 1
        out[name] = float(squares / freedom)
    return out


# ---- the tables

def decimal(text):
    return float(text) if text.strip() else None


def molar(text, mass):
    """g/L to mmol/L, rounded as the project's run files are."""
    value = decimal(text)
    return None if value is None else round(value * 1000 / mass / ROUNDED) * ROUNDED


def read_cho(path):
    runs, feeds = {}, {}
    for r in csv.DictReader(open(path, newline="")):
        name = f"{r['clone']}_rep{r['replicate']}"
        t = float(r["time_h"])
        if r["sample_phase"] == "post_feed":
            feeds.setdefault(name, set()).add(t)
            continue
        runs.setdefault(name, []).append({
            "t": t, "live": float(r["counted_live_cells"]), "dead": float(r["counted_dead_cells"]),
            "exposure": float(r["squares_counted"]) * 1e-4 * 1e6 / float(r["dilution_factor"]),
            "glucose": molar(r["glucose_g_per_L"], GLUCOSE),
            "lactate": molar(r["lactate_g_per_L"], LACTATE)})
    return {name: sorted(rows, key=lambda r: r["t"]) for name, rows in runs.items()}, feeds


def read_fibroblasts(path):
    runs = {}
    for r in csv.DictReader(open(path, newline="")):
        date, oxygen = r["date"], r["oxygen"].replace("%", "")
        runs.setdefault(f"lf05_{date}_O2_{oxygen}", []).append({
            "t": float(r["time_h"]), "volume": float(r["volume_mL"]),
            "tvc": float(r["cells_total"]) * 1e-6, "glucose": decimal(r["glucose_mM"]),
            "lactate": decimal(r["lactate_mM"])})
    return runs


def main():
    cho, feeds = read_cho(sys.argv[1])
    record = {"cells": {}, "joint": {}, "flasks": {}, "fibroblast": {}}
    for kind, make, starts in (("joint", Joint, 16), ("cells", Cells, 12)):
        for seed, name in enumerate(sorted(cho)):
            record[kind][name] = fit(make(cho[name], feeds[name]), starts, seed)
            print(kind, name, json.dumps(record[kind][name]), flush=True)
    record["flasks"] = flasks_of_clones(cho, record["cells"])
    print("flasks", json.dumps(record["flasks"]), flush=True)
    fibroblasts = read_fibroblasts(sys.argv[2])
    for seed, name in enumerate(sorted(fibroblasts)):
        problem = Fibroblast(fibroblasts[name])
        found = fit(problem, 12, seed)
        found["wells_dispersion"] = wells(problem, np.array(list(found["estimates"].values())))
        record["fibroblast"][name] = found
        print("fibroblast", name, json.dumps(found), flush=True)
    with open(pathlib.Path(__file__).with_suffix(".json"), "w") as out:
        json.dump(record, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
