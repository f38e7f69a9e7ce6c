"""Simulated mixed-effects data and their exact maximum likelihood, without any of the project's code.

Linear sets: the closed-form normal marginal likelihood. Nonlinear set: the trapezoid rule over
a fixed fine grid of both effects. Student set: the trapezoid rule about
each mean. Writes the CSV files and expected.json beside it.  python3 make.py
"""
import json, os
import numpy as np
from scipy import optimize, stats

here = os.path.dirname(os.path.abspath(__file__))
out = {}


def best(f, x0):
    x = np.array(x0, float)
    for _ in range(6):
        x = optimize.minimize(f, x, method="Nelder-Mead",
                              options=dict(xatol=1e-9, fatol=1e-12, maxiter=40000, maxfev=40000, adaptive=True)).x
        r = optimize.minimize(f, x, method="BFGS", options=dict(gtol=1e-9))
        if r.fun <= f(x):
            x = r.x
    return x, f(x)


def save(name, header, rows):
    with open(os.path.join(here, name + ".csv"), "w") as h:
        h.write(header + "\n")
        for r in rows:
            h.write(",".join(str(v) for v in r) + "\n")


def linear(name, groups, make_V, X, Y, start, names):
    def f(t):
        total = 0
        for g in groups:
            V = make_V(g, t)
            sign, ld = np.linalg.slogdet(V)
            r = Y[g] - X[g] @ t[: X[g].shape[1]]
            total += 0.5 * (ld + r @ np.linalg.solve(V, r) + len(r) * np.log(2 * np.pi))
        return total
    x, v = best(f, start)
    out[name] = dict(theta=list(map(float, x)), names=names, logLik=float(-v))


# 1 random intercept and slope, correlated, unbalanced
rng = np.random.default_rng(11)
rows, X, Y, groups = [], {}, {}, []
L = np.array([[0.8, 0], [0.15, 0.25]])
for d in range(12):
    n = 4 + d % 4
    t = np.arange(n) * 0.7
    b = L @ rng.normal(size=2)
    y = np.round(3 + b[0] + (1.2 + b[1]) * t + 0.4 * rng.normal(size=n), 4)
    rows += [(f"d{d:02d}", round(float(a), 4), float(c)) for a, c in zip(t, y)]
    X[d], Y[d] = np.column_stack([np.ones(n), t]), y
    groups.append(d)
save("slope", "donor,t,y", rows)
def V1(g, th):
    Lo = np.array([[np.exp(th[2]), 0], [th[3], np.exp(th[4])]])
    return X[g] @ Lo @ Lo.T @ X[g].T + np.exp(2 * th[5]) * np.eye(len(Y[g]))
linear("slope", groups, V1, X, Y, [3, 1.2, -0.2, 0.1, -1.4, -0.9], ["b0", "b1", "ln L00", "L10", "ln L11", "ln sigma"])

# 2 runs within donors
rng = np.random.default_rng(12)
rows, X, Y, groups, runs = [], {}, {}, [], {}
for d in range(9):
    a = 0.6 * rng.normal()
    yy, rr = [], []
    for r in range(1 + d % 3 + 1):
        k = 0.35 * rng.normal()
        for _ in range(3):
            y = round(2 + a + k + 0.2 * rng.normal(), 4)
            yy.append(y); rr.append(r); rows.append((f"d{d}", f"d{d}r{r}", y))
    X[d], Y[d], runs[d] = np.ones((len(yy), 1)), np.array(yy), np.array(rr)
    groups.append(d)
save("nested", "donor,run,y", rows)
def V2(g, th):
    same = runs[g][:, None] == runs[g][None, :]
    return np.exp(2 * th[1]) + np.exp(2 * th[2]) * same + np.exp(2 * th[3]) * np.eye(len(Y[g]))
linear("nested", groups, V2, X, Y, [2, -0.5, -1, -1.6], ["b0", "ln omega", "ln kappa", "ln sigma"])

# 3 bolus with proportional noise (interaction), two effects, one covariate
rng = np.random.default_rng(13)
rows, sets = [], []
for d in range(14):
    w = round(float(rng.normal()), 3)
    lv, lk = 1.0 + 0.4 * w + 0.30 * rng.normal(), -1.2 + 0.45 * rng.normal()
    t = np.array([0.5, 1, 2, 4, 7, 11.0])[: 4 + d % 3]
    c = 100 / np.exp(lv) * np.exp(-np.exp(lk) * t)
    y = np.round(c * (1 + 0.15 * rng.normal(size=len(t))), 4)
    rows += [(f"d{d:02d}", w, float(a), float(b)) for a, b in zip(t, y)]
    sets.append((w, t, y))
save("bolus", "donor,weight,t,y", rows)
side = np.arange(-5.5, 5.5001, 0.06)
V1g, V2g = [a.ravel() for a in np.meshgrid(side, side)]
PG = 0.5 * (V1g**2 + V2g**2) + np.log(2 * np.pi)
def bolus(th):  # the trapezoid rule over all that a standard normal can reach
    b0, bw, bk, lo1, lo2, ls = th
    k, sd, total = np.exp(bk + np.exp(lo2) * V2g), np.exp(ls), 0
    for w, t, y in sets:
        h = PG.copy()
        base = np.log(100) - (b0 + bw * w + np.exp(lo1) * V1g)
        for ti, yi in zip(t, y):
            lc = base - k * ti
            h += 0.5 * ((yi * np.exp(-lc) - 1) / sd) ** 2 + lc + ls + 0.5 * np.log(2 * np.pi)
        total += h.min() - np.log(np.exp(h.min() - h).sum() * 0.06**2)
    return total
r = optimize.minimize(bolus, [1, 0.4, -1.2, -1.2, -0.8, -1.9], method="BFGS", options=dict(gtol=1e-5))
r = optimize.minimize(bolus, r.x, method="BFGS", options=dict(gtol=1e-6))
out["bolus"] = dict(theta=list(map(float, r.x)), names=["lV", "lV ~ weight", "lk", "ln omega lV", "ln omega lk", "ln sigma"], logLik=float(-r.fun))

# 4 a normal sample about donors that follow a t with 4 degrees of freedom, one of them far off
rng = np.random.default_rng(14)
rows, samples = [], []
for d in range(15):
    a = 0.5 * rng.standard_t(4) if d else 4.0
    y = np.round(1 + a + 0.3 * rng.normal(size=3 + d % 2), 4)
    rows += [(f"d{d:02d}", float(c)) for c in y]
    samples.append(y)
save("student", "donor,y", rows)
grid = np.linspace(-12, 12, 4001)
def student(th):  # the trapezoid rule converges like a series for a smooth peak
    mu, lw, ls = th
    s, total = np.exp(ls), 0
    for y in samples:
        c, width = (y.mean() - mu) / np.exp(lw), s / np.sqrt(len(y)) / np.exp(lw)
        z = c + width * grid
        e = -0.5 * (((y[:, None] - mu - np.exp(lw) * z) / s) ** 2).sum(0)
        I = (np.exp(e - e.max()) * stats.t.pdf(z, 4)).sum() * (grid[1] - grid[0]) * width
        total -= np.log(I) + e.max() - len(y) * (ls + 0.5 * np.log(2 * np.pi))
    return total
x, v = best(student, [1, -0.7, -1.2])
out["student"] = dict(theta=list(map(float, x)), names=["mu", "ln omega", "ln sigma"], logLik=float(-v))

json.dump(out, open(os.path.join(here, "expected.json"), "w"), indent=1)
print(json.dumps(out, indent=1))
