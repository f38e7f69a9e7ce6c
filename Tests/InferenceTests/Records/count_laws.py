#!/usr/bin/env python3
"""Prints the literals of StatisticsTests/FamilyTests.swift, by mpmath (50 digits)."""
from mpmath import mp, mpf, log, loggamma, betainc, digamma, psi, nstr, quad, exp, sqrt, erfc

mp.dps = 50

print("// digamma and trigamma")
for x in ["0.01", "0.5", "1", "7.3", "250", "1e7"]:
    print(f"({x}, {nstr(digamma(mpf(x)), 17)}, {nstr(psi(1, mpf(x)), 17)}),")

print("// ln P(T <= t): t, v")
for t, v in [("-1e6", "100"), ("-1e200", "3"), ("-12", "4"), ("-0.3", "4"), ("-1.9", "1"), ("2.5", "7"),
             ("-40", "1000"), ("-6", "0.5"), ("1e3", "2")]:
    t, v = mpf(t), mpf(v)
    tail = betainc(v / 2, mpf(1) / 2, 0, v / (v + t * t), regularized=True) / 2
    print(f"({nstr(t, 17)}, {nstr(v, 6)}, {nstr(log(tail if t < 0 else 1 - tail), 17)}),")

print("// ln(Phi(b) - Phi(a))")
for a, b in [("30", "31"), ("-31", "-30"), ("-0.5", "0.25"), ("8", "8.0001"), ("-3", "40"), ("-2", "9")]:
    a, b = mpf(a), mpf(b)
    low, high = (-b, -a) if b <= 0 else (a, b)
    print(f"({nstr(a, 17)}, {nstr(b, 17)}, {nstr(log((erfc(low / sqrt(2)) - erfc(high / sqrt(2))) / 2), 17)}),")

print("// negative binomial: mean, cv, k, ln P(K <= k), ln P(K > k)")
for mu, s, k in [("1e7", "0", "9995000"), ("1e7", "0.05", "8000000"), ("1e7", "0.3", "12000000"),
                 ("300", "0.1", "150"), ("2", "3", "50"), ("0.001", "0.2", "4")]:
    mu, s, k = mpf(mu), mpf(s), mpf(k)
    # The law of the mean at which the count passes k, in y = ln w; panels about mode and edge, since
    # series of these sizes converge too slowly.
    if s == 0:
        f = lambda y: exp((k + 1) * y - exp(y) - loggamma(k + 1))
        edge, mode, width = log(mu), log(k + 1), 1 / sqrt(k + 1)
    else:
        a = 1 / s**2
        f = lambda y: exp((k + 1) * y - (a + k + 1) * log(1 + exp(y)) + loggamma(a + k + 1)
                          - loggamma(a) - loggamma(k + 1))
        edge, mode = log(mu / a), log((k + 1) / a)
        width = sqrt(1 / (k + 1) + 1 / a)

    def part(lo, hi):
        cuts = sorted({lo, hi} | {x for x in (edge + far * j / 40 for j in range(1, 40)) if lo < x < hi}
                      | {mode + j * width for j in range(-30, 31) if lo < mode + j * width < hi}
                      | {edge + j * width / 4 for j in range(-30, 31) if lo < edge + j * width / 4 < hi})
        top = max(f(c) for c in cuts)
        return top * quad(lambda y: f(y) / top, cuts)

    far = 5 if s == 0 else 1500 * min(1, s)
    low = part(edge, max(mode, edge) + 60 * width + far)
    high = part(min(mode, edge) - 60 * width - 100, edge)
    assert abs(low + high - 1) < 1e-20, low + high - 1
    print(f"({nstr(mu, 17)}, {nstr(s, 6)}, {nstr(k, 17)}, {nstr(log(low), 17)}, {nstr(log(high), 17)}),")
