#!/usr/bin/env python3
"""Prints NoiseTermRecords.swift: negative log-likelihoods of single readings, by mpmath (40 digits).

Written from the definitions: the density of the reading itself for exact readings, the probability
of lying beyond the limit for censored ones.
"""
from mpmath import mp, mpf, log, exp, pi, ncdf, erfc, sqrt, gamma, betainc, nstr

mp.dps = 40

def t_pdf(x, v):
    return gamma((v + 1) / 2) / (sqrt(v * pi) * gamma(v / 2)) * (1 + x * x / v) ** (-(v + 1) / 2)

def phi(z):  # lower tail, without cancellation on either side
    return erfc(-z / sqrt(2)) / 2

SCALES = {
    "log": (lambda y: log(y), lambda y: 1 / y),
    "linear": (lambda y: y, lambda y: mpf(1)),
    "logit": (lambda y: log(y / (1 - y)), lambda y: 1 / (y * (1 - y))),
}

def value(scale, df, kind, y, m, s):
    g, slope = SCALES[scale]
    y, m, s = mpf(y), mpf(m), mpf(s)
    z = (g(y) - m) / s
    if kind == "exact":
        d = exp(-z * z / 2) / sqrt(2 * pi) if df is None else t_pdf(z, mpf(df))
        return -log(d / s * slope(y))
    return -log(phi(z) if kind == "below" else phi(-z))

CASES = [
    ("lognormal", "log", None, [("1.4", "0.2", "0.3"), ("0.02", "1", "0.15"), ("60", "3.9", "0.1")]),
    ("normal", "linear", None, [("1.4", "2.1", "0.3"), ("-3", "0.5", "0.25"), ("12", "11", "2")]),
    ("logitNormal", "logit", None, [("0.7", "1.3", "0.3"), ("0.995", "2", "0.25"), ("0.01", "-4", "0.6")]),
    ("studentT(df: 4)", "linear", 4, [("1.4", "2.1", "0.3"), ("30", "2", "0.5")]),
    ("studentTLog(df: 3)", "log", 3, [("1.4", "0.2", "0.3"), ("0.02", "1", "0.15")]),
]
for family, scale, df, points in CASES:
    for y, m, s in points:
        for kind in ["exact", "below", "above"]:
            if df is not None and kind != "exact":
                continue
            print(f"  NoiseRecord(.{family}, .{kind}({y}), {m}, {s}, {nstr(value(scale, df, kind, y, m, s), 17)}),")
