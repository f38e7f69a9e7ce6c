"""The initial value problems in scipy's solve_ivp, with analytic Jacobians for the stiff ones.

Usage: with_scipy.py METHOD PROBLEM RTOL ATOL REPEATS TIME ...
Prints what the C solvers here print. Rejected steps are not told by solve_ivp.
"""

import json
import sys
import time
import warnings

import numpy as np
from scipy.integrate import solve_ivp


def rober(t, y):
    a, b, c = 0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]
    return [-a + b, a - b - c, c]


def rober_j(t, y):
    b, c = 1e4 * y[1], 6e7 * y[1]
    return [[-0.04, 1e4 * y[2], b], [0.04, -1e4 * y[2] - c, -b], [0, c, 0]]


def hires(t, y):
    r = 280 * y[5] * y[7]
    return [
        -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
        1.71 * y[0] - 8.75 * y[1],
        -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
        8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
        -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
        -r + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
        r - 1.81 * y[6],
        -r + 1.81 * y[6],
    ]


def hires_j(t, y):
    a, b = 280 * y[7], 280 * y[5]
    return [
        [-1.71, 0.43, 8.32, 0, 0, 0, 0, 0],
        [1.71, -8.75, 0, 0, 0, 0, 0, 0],
        [0, 0, -10.03, 0.43, 0.035, 0, 0, 0],
        [0, 8.32, 1.71, -1.12, 0, 0, 0, 0],
        [0, 0, 0, 0, -1.745, 0.43, 0.43, 0],
        [0, 0, 0, 0.69, 1.71, -a - 0.43, 0.69, -b],
        [0, 0, 0, 0, 0, a, -1.81, b],
        [0, 0, 0, 0, 0, -a, 1.81, -b],
    ]


def vdpol_bari(t, y):
    return [y[1], 1000 * (1 - y[0] * y[0]) * y[1] - y[0]]


def vdpol_bari_j(t, y):
    return [[0, 1], [-2000 * y[0] * y[1] - 1, 1000 * (1 - y[0] * y[0])]]


def vdpol_hairer(t, y):
    return [y[1], 1e6 * ((1 - y[0] * y[0]) * y[1] - y[0])]


def vdpol_hairer_j(t, y):
    return [[0, 1], [1e6 * (-2 * y[0] * y[1] - 1), 1e6 * (1 - y[0] * y[0])]]


def orego(t, y):
    return [
        77.27 * (y[1] + y[0] * (1 - 8.375e-6 * y[0] - y[1])),
        (y[2] - (1 + y[0]) * y[1]) / 77.27,
        0.161 * (y[0] - y[2]),
    ]


def orego_j(t, y):
    return [
        [77.27 * (1 - 2 * 8.375e-6 * y[0] - y[1]), 77.27 * (1 - y[0]), 0],
        [-y[1] / 77.27, -(1 + y[0]) / 77.27, 1 / 77.27],
        [0.161, 0, -0.161],
    ]


def arenstorf(t, y):
    m = 0.012277471
    e = 1 - m
    a, b = y[0] + m, y[0] - e
    d1, d2 = (a * a + y[1] * y[1]) ** 1.5, (b * b + y[1] * y[1]) ** 1.5
    return [
        y[2], y[3],
        y[0] + 2 * y[3] - e * a / d1 - m * b / d2,
        y[1] - 2 * y[2] - e * y[1] / d1 - m * y[1] / d2,
    ]


MASSES = np.arange(1.0, 8.0)


def pleiades(t, y):
    dx, dy = y[None, :7] - y[:7, None], y[None, 7:14] - y[7:14, None]
    r = dx * dx + dy * dy
    np.fill_diagonal(r, 1)
    pull = MASSES / (r * np.sqrt(r))
    return np.concatenate([y[14:], (pull * dx).sum(1), (pull * dy).sum(1)])


def brusselator(t, y):
    c = y[0] * y[0] * y[1]
    return [1 + c - 4 * y[0], 3 * y[0] - c]


def lotka_volterra(t, y):
    return [1.5 * y[0] - y[0] * y[1], y[0] * y[1] - 3 * y[1]]


PROBLEMS = {
    "rober": (rober, rober_j, [1, 0, 0]),
    "hires": (hires, hires_j, [1, 0, 0, 0, 0, 0, 0, 0.0057]),
    "vdpol_bari": (vdpol_bari, vdpol_bari_j, [2, 0]),
    "vdpol_hairer": (vdpol_hairer, vdpol_hairer_j, [2, 0]),
    "orego": (orego, orego_j, [1, 2, 3]),
    "arenstorf": (arenstorf, None, [0.994, 0, 0, -2.00158510637908252240537862224]),
    "pleiades": (pleiades, None,
                 [3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4,
                  0, 0, 0, 0, 0, 1.75, -1.5, 0, 0, 0, -1.25, 1, 0, 0]),
    "brusselator": (brusselator, None, [1.5, 3]),
    "lotka_volterra": (lotka_volterra, None, [1, 1]),
}


def main():
    method, name, rtol, atol, repeats = sys.argv[1:6]
    times = [float(x) for x in sys.argv[6:]]
    rates, jacobian, start = PROBLEMS[name]
    options = dict(method=method, rtol=float(rtol), atol=float(atol))
    if method in ("Radau", "LSODA", "BDF"):
        options["jac"] = jacobian

    def solve(**more):
        return solve_ivp(rates, (0, times[-1]), start, **options, **more)

    warnings.simplefilter("ignore")
    free = solve()
    found, spent = free, []
    for _ in range(max(1, int(repeats))):
        begin = time.process_time()
        found = solve(t_eval=times)
        spent.append(1e6 * (time.process_time() - begin))
    whole = found.success and len(found.t) == len(times)
    print(json.dumps({
        "failed": 0 if whole else 1, "steps": len(free.t) - 1, "rejected": None,
        "evaluations": int(found.nfev), "jacobians": int(found.njev),
        "states": found.y.T.tolist() if whole else [], "times": spent,
    }))


if __name__ == "__main__":
    main()
