"""A population with covariates, fitted without any of the project's code.

ln y = a_i + r_i t + e, e normal with a known sd of 0.1; a and r vary between ten donors, a depends on
the platform, r on platform and age. The marginal likelihood is normal in closed form; errors come from
its Hessian by central differences, extrapolated. Then the distribution of a
new donor of 31 years on xuri by the formulas of docs/theory/population.md.
Writes covariates.csv and covariates.json beside it.  python3 covariates.py
"""
import json, os
import numpy as np
from scipy import optimize, stats

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20240611)
n, times, s = 10, np.array([0.0, 1, 2, 3]), 0.1
xuri = np.array([0, 0, 1, 0, 1, 0, 1, 0, 1, 0.0])
age = np.array([23, 61, 45, 38, 70, 52, 29, 66, 57, 34.0])
rows = []
for i in range(n):
    a = 0.5 + 0.4 * xuri[i] + 0.25 * rng.normal()
    r = 0.6 - 0.006 * (age[i] - 45) - 0.2 * xuri[i] + 0.12 * rng.normal()
    for t in times:
        rows.append((f"d{i}", ["bag", "xuri"][int(xuri[i])], age[i], t, round(a + r * t + s * rng.normal(), 6)))
with open(os.path.join(here, "covariates.csv"), "w") as h:
    h.write("donor,platform,age,time,ln\n")
    for row in rows:
        h.write("%s,%s,%g,%g,%.6f\n" % row)
y = np.array([r[4] for r in rows]).reshape(n, len(times))
x = age - age.mean()


def f(v):  # a, r, a~xuri, r~xuri, r~age (a year), ln omega_a, ln omega_r
    total = 0.0
    Z = np.column_stack([np.ones_like(times), times])
    V = Z @ np.diag(np.exp(2 * v[5:7])) @ Z.T + s * s * np.eye(len(times))
    sign, ld = np.linalg.slogdet(V)
    for i in range(n):
        mean = v[0] + v[2] * xuri[i] + (v[1] + v[3] * xuri[i] + v[4] * x[i]) * times
        e = y[i] - mean
        total += 0.5 * (ld + e @ np.linalg.solve(V, e) + len(times) * np.log(2 * np.pi))
    return total


v = np.array([0.5, 0.6, 0.1, -0.1, -0.005, -1.5, -2.0])
for _ in range(8):
    v = optimize.minimize(f, v, method="Nelder-Mead", options=dict(xatol=1e-10, fatol=1e-13, maxiter=60000, maxfev=60000, adaptive=True)).x
    b = optimize.minimize(f, v, method="BFGS", options=dict(gtol=1e-9))
    v = b.x if b.fun <= f(v) else v


def hessian(step):
    h = step * np.array([1, 1, 1, 1, 0.02, 1, 1])
    H = np.zeros((7, 7))
    for i in range(7):
        for j in range(7):
            ei, ej = np.eye(7)[i] * h, np.eye(7)[j] * h
            H[i, j] = (f(v + ei + ej) - f(v + ei - ej) - f(v - ei + ej) + f(v - ei - ej)) / (4 * h[i] * h[j])
    return H


H = (4 * hessian(1e-3) - hessian(2e-3)) / 3
C = np.linalg.inv(0.5 * (H + H.T))
omega2 = np.exp(2 * v[5:7])
k = np.array([1, 2])  # effects on a and on r
se_log = np.sqrt(np.diag(C)[5:7])
df = np.minimum(n - 1 - k, np.maximum(2, 1 / (2 * se_log ** 2)))
D = stats.t.ppf(0.95, df) / stats.norm.ppf(0.95)
B2 = (df + 1 + k) / df
share = xuri.mean()
at_mean = np.array([
    C[0, 0] + 2 * share * C[0, 2] + share ** 2 * C[2, 2],
    C[1, 1] + 2 * share * C[1, 3] + share ** 2 * C[3, 3],
])
between = np.maximum(omega2, at_mean * n * np.sqrt(2 / n))


def predictive(is_xuri, years):
    w = years - age.mean()
    L = np.zeros((2, 5))  # the two means at these covariates from the five fixed effects
    L[0, 0], L[0, 2] = 1, is_xuri
    L[1, 1], L[1, 3], L[1, 4] = 1, is_xuri, w
    mean = L @ v[:5]
    V = L @ C[:5, :5] @ L.T
    S = np.diag(D) @ (np.diag(B2 * between) + V) @ np.diag(D)
    sd = np.sqrt(np.diag(S))
    return dict(mean=list(mean), sd=list(sd), correlation=S[0, 1] / sd[0] / sd[1], meanError=list(np.sqrt(np.diag(V))))


with open(os.path.join(here, "covariates.json"), "w") as h:
    json.dump(dict(
        logLikelihood=-f(v), fixed=list(v[:5]), errors=list(np.sqrt(np.diag(C))[:5]), omega=list(np.sqrt(omega2)),
        centre=age.mean(), reference=predictive(0, age.mean()), xuri31=predictive(1, 31), bag70=predictive(0, 70)), h, indent=1)
print(open(os.path.join(here, "covariates.json")).read(), df, D, between, omega2)
