#!/usr/bin/env python3
"""Prints CountTermRecords.swift: negative log-likelihoods of counts and limits, by mpmath.

Written from the definitions and not from the formulas of the code: a negative binomial probability is
the integral of a Poisson one over a gamma mean, a beta-binomial one that of a binomial over a beta
fraction, a limit the sum of probabilities or the integral of the density over its side. The slopes are
differences of those at 40 digits.
"""
from mpmath import (mp, mpf, log, exp, pi, sqrt, gamma, loggamma, quad, diff, nstr, erfc, inf,
                    factorial, binomial, beta, erf)

mp.dps = 40


def poisson(k, w):
    return exp(k * log(w) - w - loggamma(k + 1)) if w > 0 else mpf(k == 0)


def spans(middle, width, low, high):
    """Panels about a bump, so that quad sees it."""
    points = [middle + width * j for j in range(-14, 15, 2)]
    return [low] + [x for x in points if low < x < high] + [high]


def integral(log_f, points, at):
    """quad stops at an absolute error, so the integrand is scaled to 1 at its largest."""
    top = log_f(at)
    return exp(top) * quad(lambda x: exp(log_f(x) - top), points)


def nb_pmf(k, mu, s):
    """Integral over y = ln(mean) of Poisson(k; e^y) Gamma(e^y; shape 1/s^2, mean mu)."""
    if s == 0:
        return poisson(k, mu)
    a = 1 / s**2
    f = lambda y: (k * y - exp(y) - loggamma(k + 1)
                   + a * (log(a / mu) + y) - a * exp(y) / mu - loggamma(a))
    mode = log((k + a) / (1 + a / mu))
    width = 1 / sqrt(k + a)
    low = mode - 60 * max(width, 1 / (k + a)) - 5
    return integral(f, spans(mode, width, low, mode + 14 * width + 3), mode)


def bb_pmf(k, n, p, c):
    a, b = p * c, (1 - p) * c
    f = lambda x: (loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1) + (k + a) * x
                   - (n + a + b) * log(1 + exp(x)) - loggamma(a) - loggamma(b) + loggamma(a + b))
    mode = log((k + a) / (n - k + b))
    width = 1 / sqrt((k + a) * (n - k + b) / (n + c))
    return integral(f, spans(mode, width, mode - 70 * width - 5, mode + 70 * width + 5), mode)


def nb_exact(k, mu, s):
    """The closed form, for sums; checked against the integral above."""
    if s == 0:
        return poisson(k, mu)
    a = 1 / s**2
    return exp(loggamma(k + a) - loggamma(a) - loggamma(k + 1) + a * log(a / (a + mu)) + k * log(mu / (a + mu)))


def bb_exact(k, n, p, c):
    a, b = p * c, (1 - p) * c
    return binomial(n, k) * exp(loggamma(k + a) + loggamma(n - k + b) - loggamma(n + c)
                                - loggamma(a) - loggamma(b) + loggamma(c))


def cells(kind, args, pmf, top=None):
    """P of a limit of whole cells, summed over the smaller side."""
    if kind == "exact":
        return pmf(args[0])
    if kind == "between":
        return sum(pmf(j) for j in range(args[0], args[1] + 1))
    below = sum(pmf(j) for j in range(0, args[0] if kind == "below" else args[0] + 1))
    return below if kind == "below" else 1 - below


def t_pdf(x, v):
    return gamma((v + 1) / 2) / (sqrt(v * pi) * gamma(v / 2)) * (1 + x * x / v) ** (-(v + 1) / 2)


def n_pdf(x, _):
    return exp(-x * x / 2) / sqrt(2 * pi)


def area(pdf, v, low, high):
    cut = [x for x in (-1000, -100, -30, -10, -3, -1, 0, 1, 3, 10, 30, 100, 1000) if low < x < high]
    top = pdf(min(max(mpf(0), low), high), v)
    return top * quad(lambda x: pdf(x, v) / top, [low] + cut + [high])


SCALES = {"log": log, "linear": lambda y: y, "logit": lambda y: log(y / (1 - y))}


def continuous(scale, pdf, v, kind, ys, m, s):
    z = [(SCALES[scale](mpf(y)) - m) / s for y in ys]
    if kind == "below":
        return area(pdf, v, -inf, z[0])
    if kind == "above":
        return area(pdf, v, z[0], inf)
    return area(pdf, v, z[0], z[1])


def record(name, reading, count, m, s, like):
    """like(m, s) is the likelihood; slopes by m and ln s."""
    m0, s0 = mpf(m), mpf(s)
    value = -log(like(m0, s0))
    h = mpf(10) ** -10
    by_m = -(log(like(m0 + h, s0)) - log(like(m0 - h, s0))) / (2 * h)
    by_s = mpf(0) if s0 == 0 else -(log(like(m0, s0 * exp(h))) - log(like(m0, s0 * exp(-h)))) / (2 * h)
    tail = "" if count is None else f", exposure: {count}"
    print(f"  CountRecord(.{name}, .{reading}, {m}, {s}, {nstr(value, 17)}, "
          f"{nstr(by_m, 14)}, {nstr(by_s, 14)}{tail}),")


def say(kind, args):
    return f"{kind}({', '.join(str(a) for a in args)})"


# The closed forms equal the integrals that define the laws.
for k, mu, s in [(0, 3, .3), (140, 120, .2), (7, 30, 1.1), (900, 400, .05)]:
    mu, s = mpf(mu), mpf(s)
    assert abs(nb_pmf(k, mu, s) / nb_exact(k, mu, s) - 1) < 1e-15, (k, mu, s)
for k, n, p, c in [(0, 20, .9, 5), (180, 200, .93, 40), (3, 50, .01, .7), (99, 100, .5, 300)]:
    p, c = mpf(p), mpf(c)
    assert abs(bb_pmf(k, n, p, c) / bb_exact(k, n, p, c) - 1) < 1e-15, (k, n, p, c)

# Counts: exposure 100 cells for 1e6 cells/mL.
for m, s, sets in [
    ("0.2", "0.3", [("exact", [140]), ("exact", [0]), ("exact", [600]), ("below", [140]), ("below", [1]),
                    ("above", [140]), ("above", [400]), ("between", [100, 140]), ("between", [140, 140])]),
    ("-3", "0.15", [("exact", [5]), ("exact", [0]), ("below", [1]), ("above", [9]), ("between", [2, 7])]),
    ("1", "1e-4", [("exact", [270]), ("below", [200]), ("above", [330]), ("between", [260, 300])]),
    ("0.5", "1.2", [("exact", [30]), ("below", [10]), ("above", [900]), ("between", [1, 50])]),
    ("0.2", "0", [("exact", [140]), ("exact", [0]), ("below", [90]), ("above", [180]), ("between", [110, 135])]),
    ("2", "0.1", [("exact", [700]), ("below", [500]), ("above", [1100]), ("between", [1, 400])]),
]:
    for kind, args in sets:
        name = "poisson" if mpf(s) == 0 else "negativeBinomial"
        record(name, say(kind, args), 100, m, s,
               lambda m, s: cells(kind, args, lambda k: nb_exact(k, exp(m) * 100, s)))
# Large counts: 1e7 cells, so by the closed form only.
for m, s, k in [("0", "0.05", 10300000), ("0", "0", 10005000), ("0", "1e-5", 9999000)]:
    name = "poisson" if mpf(s) == 0 else "negativeBinomial"
    record(name, say("exact", [k]), 10000000, m, s, lambda m, s: nb_exact(k, exp(m) * mpf(10) ** 7, s))

# Fractions of n cells.
for n, m, c, sets in [
    (200, "2", "40", [("exact", [180]), ("exact", [200]), ("exact", [0]), ("below", [150]), ("above", [190]),
                      ("between", [170, 180])]),
    (50, "-4", "3", [("exact", [0]), ("exact", [9]), ("below", [2]), ("above", [5]), ("between", [1, 3])]),
    (300, "0.4", "1e6", [("exact", [170]), ("below", [150]), ("above", [210]), ("between", [180, 200])]),
    (20, "0.1", "0.5", [("exact", [0]), ("exact", [11]), ("below", [4]), ("above", [18]), ("between", [5, 15])]),
    (1, "1", "5", [("exact", [1]), ("exact", [0])]),
]:
    for kind, args in sets:
        record("betaBinomial(counted: nil)", say(kind, args), n, m, c,
               lambda m, c: cells(kind, args, lambda k: bb_exact(k, n, 1 / (1 + exp(-m)), c)))

# Limits of densities; noise_terms.py holds one-sided normal ones.
for name, scale, pdf, v, m, s, limits in [
    ("lognormal", "log", n_pdf, 0, "0.2", "0.3", [("1.1", "1.4"), ("4", "5"), ("1.2", "1.200001"), ("0.1", "9")]),
    ("normal", "linear", n_pdf, 0, "2.1", "0.3", [("1.1", "1.4"), ("4", "5"), ("-1", "2")]),
    ("logitNormal", "logit", n_pdf, 0, "1.3", "0.3", [("0.7", "0.8"), ("0.05", "0.1"), ("0.9", "0.99")]),
    ("studentT(df: 4)", "linear", t_pdf, mpf(4), "2.1", "0.3",
     [("1.1", "1.4"), ("40", "50"), ("2", "2.00001"), ("-900", "2.5")]),
    ("studentTLog(df: 3)", "log", t_pdf, mpf(3), "0.2", "0.3", [("1.1", "1.4"), ("400", "500"), ("0.5", "3")]),
]:
    for low, high in limits:
        for kind, ys in [("between", [low, high])] + (
                [("below", [low]), ("above", [low])] if v else []):
            record(name, say(kind, ys), None, m, s,
                   lambda m, s: continuous(scale, pdf, v, kind, ys, m, s))
