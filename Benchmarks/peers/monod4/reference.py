"""Reference answers for monod4: scipy's DOP853 on the states and their analytic variational
equations, all parameter sets in one system, at a relative tolerance of 1e-13.

The slopes are those to the logarithms of the five parameters, as in the C program.
"""

import numpy as np
from scipy.integrate import solve_ivp

KG, KL, LYSIS, M = 1.0, 20.0, 0.005, 0.005
LEGS = [0.0, 97.0, 145.0, 240.0]


def parameters(folder):
    return np.loadtxt(folder / "monod4_truth.csv", delimiter=",", skiprows=1)[:, 1:]


def rates(t, flat, sets):
    mumax, lag, kd, yxg, ylg = sets.T
    count = len(sets)
    z = flat.reshape(24, count)
    x, dead, g, lactate = z[:4]
    sx, sd, sg, sl = z[4:].reshape(4, 5, count)
    fed, hindered, e = g / (KG + g), KL / (KL + lactate), np.exp(-t / lag)
    mu = mumax * fed * hindered * -np.expm1(-t / lag)
    q = mu / yxg + M * fed
    mu_g, mu_l = mu * KG / ((KG + g) * g), -mu / (KL + lactate)
    q_g, q_l = mu_g / yxg + M * KG / (KG + g) ** 2, mu_l / yxg
    direct = np.zeros((5, count))
    direct[0], direct[1] = mu, -mumax * fed * hindered * e * t / lag
    uptake = direct / yxg
    uptake[3] -= mu / yxg
    death = np.zeros((5, count))
    death[2] = kd
    dmu = direct + mu_g * sg + mu_l * sl
    dq = uptake + q_g * sg + q_l * sl
    out = np.empty_like(z)
    out[0], out[1], out[2], out[3] = (mu - kd) * x, kd * x - LYSIS * dead, -q * x, ylg * q * x
    slopes = out[4:].reshape(4, 5, count)
    slopes[0] = (mu - kd) * sx + x * (dmu - death)
    slopes[1] = kd * sx + death * x - LYSIS * sd
    slopes[2] = -(q * sx + x * dq)
    slopes[3] = ylg * (q * sx + x * dq)
    slopes[3, 4] += ylg * q * x
    return out.ravel()


def answers(sets, rtol):
    """[set, sample, state, value and 5 slopes]"""
    count = len(sets)
    z = np.zeros((24, count))
    z[0], z[1], z[2] = 0.2, 0.2 * 5 / 95, 25
    found = np.empty((count, 11, 4, 6))

    def keep(sample, z):
        found[:, sample, :, 0] = z[:4].T
        found[:, sample, :, 1:] = z[4:].reshape(4, 5, count).transpose(2, 0, 1)

    keep(0, z)
    for start, end in zip(LEGS, LEGS[1:]):
        hours = [24.0 * k for k in range(1, 11) if start < 24 * k <= end]
        solution = solve_ivp(
            rates, (start, end), z.ravel(), method="DOP853", rtol=rtol, atol=rtol / 100,
            t_eval=sorted({*hours, end}), args=(sets,), first_step=1e-3)
        for hour, column in zip(solution.t, solution.y.T):
            if hour in hours:
                keep(round(hour / 24), column.reshape(24, count))
        z = solution.y[:, -1].reshape(24, count).copy()
        z[2], z[3] = 0.5 * z[2] + 12.5, 0.5 * z[3]
        z[4:].reshape(4, 5, count)[2:] *= 0.5
    return found
