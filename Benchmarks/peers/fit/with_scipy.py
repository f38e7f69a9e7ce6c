"""The reference problem in scipy: solve_ivp restarted at the exchanges, least_squares (trf).

Parameters are on a log scale. The derivative of the fit is scipy's default two-point difference.
Usage: with_scipy.py METHOD RTOL REPEATS
"""

import json
import sys
import time

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import least_squares

from problem import BOUNDS, EXCHANGES, FIXED, INITIAL, NAMES, SD, START, runs

KL_FIXED, KG, M = FIXED["kl"], FIXED["KG"], FIXED["m"]
SDS = np.array([SD["lnV"], SD["viability"], SD["G"], SD["L"]])


def rates(t, y, mumax, lag, kd, Yxg, Ylg, KL=FIXED.get("KL")):
    V, D, G, L = y
    fed = G / (KG + G)
    mu = mumax * fed * KL / (KL + L) * (1 - np.exp(-t / lag))
    q = (mu / Yxg + M * fed) * V
    return [(mu - kd) * V, kd * V - KL_FIXED * D, -q, Ylg * q]


def simulate(p, hours, method, rtol, atol):
    """States at the hours, one row an hour."""
    y = np.array([INITIAL[k] for k in "VDGL"])
    edges = [0.0] + EXCHANGES + [hours[-1]]
    parts = []
    for a, b in zip(edges, edges[1:]):
        inside = hours[(hours >= a) & (hours <= b)] if a == 0 else hours[(hours > a) & (hours <= b)]
        at = inside if len(inside) and inside[-1] == b else np.append(inside, b)
        s = solve_ivp(rates, (a, b), y, method=method, t_eval=at, args=tuple(p), rtol=rtol, atol=atol)
        parts.append(s.y[:, : len(inside)])
        y = s.y[:, -1] * [1, 1, 0.5, 0.5] + [0, 0, 12.5, 0]
    return np.hstack(parts).T


def observed(states):
    V, D, G, L = states.T
    return np.stack([np.log(V), V / (V + D), G, L], axis=1)


def problem(rows, method, rtol, atol):
    rows = np.array(rows)
    hours, data = rows[:, 0], rows[:, 1:]

    def residuals(x):
        return ((observed(simulate(np.exp(x), hours, method, rtol, atol)) - data) / SDS).ravel()

    start = np.log([START[n] for n in NAMES])
    low = np.log([BOUNDS[n][0] for n in NAMES])
    high = np.log([BOUNDS[n][1] for n in NAMES])
    return hours, residuals, start, (low, high)


def times(repeats, body):
    body()
    found = []
    for _ in range(repeats):
        begin = time.thread_time()
        body()
        found.append(1e6 * (time.thread_time() - begin))
    return found


def main():
    method, rtol, repeats = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    atol = rtol / 100
    records = []
    for name, rows in runs().items():
        hours, residuals, start, bounds = problem(rows, method, rtol, atol)
        nominal = np.exp(start)

        def sensitivities():
            base = residuals(start)
            for j in range(len(start)):
                moved = start.copy()
                moved[j] += 1e-5
                (residuals(moved) - base) / 1e-5

        fit = least_squares(residuals, start, bounds=bounds)
        record = {
            "run": name,
            "converged": bool(fit.success),
            "objective": fit.cost,
            "simulations": int(fit.nfev + fit.njev * len(start)),
            "optimum": list(np.exp(fit.x)),
            "states": simulate(nominal, hours, method, rtol, atol).tolist(),
        }
        if repeats:
            record["simulation"] = times(3 * repeats, lambda: simulate(nominal, hours, method, rtol, atol))
            record["sensitivities"] = times(repeats, sensitivities)
            record["fit"] = times(1 if repeats < 3 else 2, lambda: least_squares(residuals, start, bounds=bounds))
        records.append(record)
    print(json.dumps({"tool": f"scipy {method}", "runs": records}))


if __name__ == "__main__":
    main()
