"""Growth at given hyper-parameters, by dense formulas; writes growth.json. Needs numpy."""
import json, math
import numpy as np
from math import sin, cos, exp, log

KINDS = [("CD4", "alone"), ("CD4", "IL-2"), ("CD8", "alone"), ("CD8", "IL-2")]


def history(i):
    late = 24 * sin(1.7 * i) / 12
    times = [42, 68 + late / 2, 92 + late / 3, 116 + late / 4, 140 + late / 5]
    kind = KINDS[i % 4]
    fade = (0.35 if kind[1] == "IL-2" else 0.55) + 0.08 * sin(2.3 * i)
    rate = 1.6 + 0.2 * cos(1.1 * i) + (0.1 if kind[0] == "CD8" else 0)
    d = [(t - 42) / 24 for t in times]
    y = [8.5 + 0.4 * cos(0.9 * i) + rate * x - 0.5 * fade * x * x + 0.07 * sin(5.1 * i + 3.7 * j)
         for j, x in enumerate(d)]
    return dict(t=np.array(times), y=np.array(y), n=1 + i % 3, kind=kind)


H = [history(i) for i in range(40)]
new, H = H[39], H[:39]
groups = sorted({" | ".join(h["kind"]) for h in H})
g_of = lambda h: groups.index(" | ".join(h["kind"]))
weight = [0.6 + 0.05 * (r % 9) for r in range(len(H))]


def features(h):
    t, y = h["t"], h["y"]
    return np.array([24 * (y[1] - y[0]) / (t[1] - t[0]), 24 * (y[2] - y[1]) / (t[2] - t[1]), y[2]])


def prior(rows):
    return np.array([log(c) for c, _ in rows]), np.array([s for _, s in rows])


# --- the surface
c0, s0 = prior(SURFACE_PRIOR) if "SURFACE_PRIOR" in globals() else prior(
    [(.5, 1), (.3, 1), (2, .4), (2, .4), (5, .3), (1.5, .4), (1.5, .4), (2.5, .4), (.08, .5), (.15, 1)] + [(1, .5)] * 4)
theta = c0 + 0.1 * np.sin(np.arange(len(c0)))
p = np.exp(theta)
C = [dict(r=r, x=features(h), kind=h["kind"], g=g_of(h), h=(h["t"][k] - h["t"][2]) / 24, y=h["y"][k] - h["y"][2], n=h["n"])
     for r, h in enumerate(H) for k in (3, 4)]
N = [dict(r=-1, x=features(new), kind=new["kind"], g=g_of(new), h=float(k), n=2) for k in (1, 2)]


def k_surface(a, b):
    e = (((a["x"] - b["x"]) / p[2:5]) ** 2).sum() + ((a["h"] - b["h"]) / p[7]) ** 2
    e += sum((a["kind"][f] != b["kind"][f]) / p[5 + f] ** 2 for f in (0, 1))
    return a["h"] * b["h"] * (p[0] ** 2 + p[1] ** 2 * exp(-e / 2))


def k_own(a, b, same):
    if a["r"] != b["r"]:
        return 0.0
    return p[9] ** 2 * p[10 + a["g"]] ** 2 * a["h"] * b["h"] + same * p[8] ** 2 / a["n"]


gram = lambda A, B, k: np.array([[k(a, b) for b in B] for a in A])
W = np.array([[k_own(a, b, i == j) / weight[a["r"]] if a["r"] == b["r"] else 0 for j, b in enumerate(C)]
              for i, a in enumerate(C)])
M = gram(C, C, k_surface)
K, y = M + W, np.array([c["y"] for c in C])
cross = gram(N, C, k_surface)
mean = cross @ np.linalg.solve(K, y)
own = np.array([[k_own(a, b, i == j) for j, b in enumerate(N)] for i, a in enumerate(N)])
scale = gram(N, N, k_surface) + own - cross @ np.linalg.solve(K, cross.T)
value = .5 * (y @ np.linalg.solve(K, y) + np.linalg.slogdet(K)[1]) + .5 * (((theta - c0) / s0) ** 2).sum()
post = M @ np.linalg.solve(K, y)
V = M - M @ np.linalg.solve(K, M)
new_weights = []
for r in range(6):
    i = [j for j, c in enumerate(C) if c["r"] == r]
    W1 = W[np.ix_(i, i)] * weight[r]
    e = (y - post)[i]
    q = e @ np.linalg.solve(W1, e) + np.trace(np.linalg.solve(W1, V[np.ix_(i, i)]))
    new_weights.append((4 + len(i)) / (4 + q))
surface = list(mean) + list(scale.ravel()) + [value]

# --- the path, as one normal vector
c1, s1 = prior([(1, .5), (.5, 1), (.2, 1), (.2, 1), (.4, 1), (.25, 1), (2, 1), (.08, .5)] + [(1, .5)] * 4)
theta = c1 + 0.1 * np.sin(np.arange(len(c1)))
q = np.exp(theta)
first, last = min(h["t"].min() for h in H), max(h["t"].max() for h in H)
knots = first + 24 * np.arange(math.ceil((last + 24 - first) / 24) + 1)
fine = np.linspace(first, knots[-1], 1 + 24 * 40 * (len(knots) - 1))


def hats(t):
    """Integral of each hat, by the trapezoid on a fine grid that holds the knots; exact at its points."""
    row = []
    for j in range(len(knots)):
        v = np.interp(fine, knots, np.eye(len(knots))[j])
        cum = np.concatenate([[0], np.cumsum((v[1:] + v[:-1]) / 2 * np.diff(fine))])
        k = min(int(np.searchsorted(fine, t, side="right")) - 1, len(fine) - 2)
        part = (t - fine[k])
        slope = (v[k + 1] - v[k]) / (fine[k + 1] - fine[k])
        row.append((cum[k] + v[k] * part + slope * part ** 2 / 2) / 24)
    return np.array(row)


rates = np.zeros((len(knots), len(knots)))
own_rates = np.zeros_like(rates)
for a in range(len(knots)):
    for b in range(len(knots)):
        days = (knots[min(a, b)] - first) / 24
        rates[a, b] = q[0] ** 2 + q[1] ** 2 * days
        own_rates[a, b] = q[2] ** 2 + q[3] ** 2 * days + 1e-8 * (a == b)


def ou(s, t):
    s, t, T = (s - first) / 24, (t - first) / 24, q[6]
    return q[5] ** 2 * T * (2 * min(s, t) - T * (1 + exp(-abs(s - t) / T) - exp(-s / T) - exp(-t / T)))


P = [dict(r=r, g=g_of(h), t=t, y=v, n=h["n"], w=weight[r]) for r, h in enumerate(H) for t, v in zip(h["t"], h["y"])]
Q = [dict(r=-1, g=g_of(new), t=t, y=v, n=new["n"], w=1) for t, v in zip(new["t"][:3], new["y"][:3])]
Q += [dict(r=-1, g=g_of(new), t=t, n=2, w=1) for t in (116., 150.)]
everyone = P + Q
for c in everyone:
    c["b"] = hats(c["t"])


def cov(a, b):
    v = a["b"] @ rates @ b["b"]
    if a["g"] == b["g"]:
        v += 9 + a["b"] @ own_rates @ b["b"]
    if a["r"] == b["r"]:
        v += q[8 + a["g"]] ** 2 * (q[4] ** 2 + ou(a["t"], b["t"])) / a["w"]
    if a is b:
        v += q[7] ** 2 / a["n"] / a["w"]
    return v


big = gram(everyone, everyone, cov)
n = len(P)
centre = np.mean([c["y"] for c in P])
z = np.array([c["y"] for c in everyone[:-2]]) - centre
given = slice(0, n + 3)
S = big[given, given]
m = centre + big[n + 3:, given] @ np.linalg.solve(S, z)
s = big[n + 3:, n + 3:] - big[n + 3:, given] @ np.linalg.solve(S, big[given, n + 3:])
# Student's factor: the squared distance of the run's own counts from what the others told.
teach = big[:n, :n]
o = slice(n, n + 3)
r = z[n:] - big[o, :n] @ np.linalg.solve(teach, z[:n])
So = big[o, o] - big[o, :n] @ np.linalg.solve(teach, big[:n, o])
factor = (5 + r @ np.linalg.solve(So, r)) / (5 + 3)
value = .5 * (z[:n] @ np.linalg.solve(teach, z[:n]) + np.linalg.slogdet(teach)[1])
path = list(m) + list((factor * s).ravel()) + [value]
json.dump(dict(surface=surface, weights=new_weights, path=path), open(__file__.replace(".py", ".json"), "w"), indent=1)
