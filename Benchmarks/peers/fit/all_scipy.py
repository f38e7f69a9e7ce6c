"""All runs of the reference problem in scipy with exact slopes: the variational equations by hand.

solve_ivp (LSODA) on states and slopes together, restarted at the exchanges; least_squares (trf) on the
logarithms with that Jacobian.
Usage: MONOD4=FOLDER MONOD4_RUNS=N all_scipy.py RTOL ROUNDS
"""

import json
import sys
import time

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import least_squares

from problem import BOUNDS, EXCHANGES, FIXED, INITIAL, NAMES, SD, START, runs

KL, LYSIS, KG, M = FIXED["KL"], FIXED["kl"], FIXED["KG"], FIXED["m"]
SDS = np.array([SD["lnV"], SD["viability"], SD["G"], SD["L"]])


def rates(t, z, mumax, lag, kd, Yxg, Ylg):
    """States and their slopes by the logarithms of the parameters, 4 rows of 1 + 5."""
    z = z.reshape(4, 6)
    V, D, G, L = z[:, 0]
    fed, brake, fade = G / (KG + G), KL / (KL + L), np.exp(-t / lag)
    mu = mumax * fed * brake * (1 - fade)
    q = mu / Yxg + M * fed
    dfed = KG / (KG + G) ** 2
    mu_G, mu_L = mumax * dfed * brake * (1 - fade), -mu / (KL + L)
    q_G, q_L = mu_G / Yxg + M * dfed, mu_L / Yxg
    mu_lag = -mumax * fed * brake * fade * t / lag
    J = np.array([[mu - kd, 0, mu_G * V, mu_L * V], [kd, -LYSIS, 0, 0],
                  [-q, 0, -q_G * V, -q_L * V], [Ylg * q, 0, Ylg * q_G * V, Ylg * q_L * V]])
    P = np.array([
        [mu * V, mu_lag * V, -kd * V, 0, 0], [0, 0, kd * V, 0, 0],
        [-mu / Yxg * V, -mu_lag / Yxg * V, 0, mu / Yxg * V, 0],
        [Ylg * mu / Yxg * V, Ylg * mu_lag / Yxg * V, 0, -Ylg * mu / Yxg * V, Ylg * q * V]])
    out = np.empty((4, 6))
    out[:, 0] = [(mu - kd) * V, kd * V - LYSIS * D, -q * V, Ylg * q * V]
    out[:, 1:] = J @ z[:, 1:] + P
    return out.ravel()


def simulate(p, hours, rtol):
    z = np.zeros((4, 6))
    z[:, 0] = [INITIAL[k] for k in "VDGL"]
    z = z.ravel()
    edges, parts = [0.0, *EXCHANGES, hours[-1]], []
    for a, b in zip(edges, edges[1:]):
        inside = hours[(hours >= a) & (hours <= b)] if a == 0 else hours[(hours > a) & (hours <= b)]
        at = inside if len(inside) and inside[-1] == b else np.append(inside, b)
        s = solve_ivp(rates, (a, b), z, method="LSODA", t_eval=at, args=tuple(p), rtol=rtol,
                      atol=rtol / 100)
        parts.append(s.y[:, : len(inside)])
        z = s.y[:, -1].reshape(4, 6).copy()
        z[2:] *= 0.5
        z[2, 0] += 12.5
        z = z.ravel()
    return np.hstack(parts).T.reshape(-1, 4, 6)


def fit(rows, rtol):
    rows = np.array(rows)
    hours, data = rows[:, 0], rows[:, 1:]
    seen = {}

    def both(x):
        if seen.get("x") is None or not np.array_equal(seen["x"], x):
            z = simulate(np.exp(x), hours, rtol)
            V, D = z[:, 0], z[:, 1]
            total = V[:, :1] + D[:, :1]
            means = np.stack([np.log(V[:, 0]), V[:, 0] / total[:, 0], z[:, 2, 0], z[:, 3, 0]], axis=1)
            share = (V[:, 1:] * D[:, :1] - V[:, :1] * D[:, 1:]) / total ** 2
            slopes = np.stack([V[:, 1:] / V[:, :1], share, z[:, 2, 1:], z[:, 3, 1:]], axis=1)
            seen.update(x=x.copy(), r=((means - data) / SDS).ravel(),
                        J=(slopes / SDS[:, None]).reshape(-1, len(x)))
            seen["count"] = seen.get("count", 0) + 1
        return seen

    start = np.log([START[n] for n in NAMES])
    box = tuple(np.log([BOUNDS[n][k] for n in NAMES]) for k in (0, 1))
    found = least_squares(lambda x: both(x)["r"], start, jac=lambda x: both(x)["J"], bounds=box)
    return np.exp(found.x).tolist(), seen["count"]


def main():
    rtol, rounds = float(sys.argv[1]), int(sys.argv[2])
    wall, processor = [], []
    for _ in range(rounds):
        start, begun = time.perf_counter(), time.process_time()
        ends = [fit(rows, rtol) for rows in runs().values()]
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - begun)
    print(json.dumps({"optima": [end[0] for end in ends], "wall": wall, "processor": processor,
                      "simulations": sum(end[1] for end in ends) / len(ends)}))


if __name__ == "__main__":
    main()
