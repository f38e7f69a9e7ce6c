"""Diagnostics of made chains by ArviZ 0.23.4 (numpy 2.4.6, scipy 1.17.1), independent of Thymus.

Usage: python diagnostics.py; prints the literals of StatisticsTests/DiagnosticsTests.swift.
The chains come from a linear congruential generator that the test repeats exactly.
"""
import warnings

warnings.filterwarnings("ignore")
import arviz
import numpy as np
from arviz.stats.diagnostics import _bfmi, _ess_bulk, _ess_mean, _ess_tail, _rhat_rank


class Congruential:
    """Knuth's MMIX generator; uniform numbers from the upper 32 bits."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return ((self.state >> 32) + 0.5) / 2**32


def chains(seed, count, draws, phi, kind):
    g = Congruential(seed)
    rows = []
    for c in range(count):
        x, row = 0.0, []
        for _ in range(draws):
            x = phi * x + g.uniform() - 0.5
            y = x
            if kind == "shifted" and c == 0:
                y = x + 0.3
            if kind == "wide" and c == 0:
                y = 2 * x
            if kind == "heavy":
                y = x / (0.001 + abs(x) ** 3)
            if kind == "tied":
                y = np.floor(4 * x)
            row.append(y)
        rows.append(row)
    return np.array(rows)


cases = [
    (1, 4, 200, 0.9, "plain"), (2, 4, 101, 0.0, "plain"), (3, 4, 250, 0.5, "shifted"),
    (4, 4, 250, 0.3, "wide"), (5, 2, 400, 0.7, "heavy"), (6, 3, 150, 0.6, "tied"),
    (7, 4, 300, -0.6, "plain"),
]
for seed, count, draws, phi, kind in cases:
    x = chains(seed, count, draws, phi, kind)
    row = [_rhat_rank(x), _ess_bulk(x), _ess_tail(x), x.std(ddof=1) / np.sqrt(_ess_mean(x)),
           _bfmi(x)[0]]
    print(f'({seed}, {count}, {draws}, {phi}, .{kind}, [' + ", ".join(repr(float(v)) for v in row)
          + "]),")
for seed, size, power in [(11, 100, 0.3), (12, 1000, 0.6), (13, 4000, 0.9), (14, 2000, 0.0)]:
    g = Congruential(seed)
    u = np.array([g.uniform() for _ in range(size)])
    # Weights u^-power have a Pareto tail of shape `power`; power 0 stands for bounded weights.
    logs = -power * np.log(u) if power > 0 else np.sqrt(u)
    print(f"({seed}, {size}, {power}, {float(arviz.psislw(logs)[1])!r}),")
