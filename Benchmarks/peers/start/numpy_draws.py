"""Bands of a logistic curve over N draws, all draws kept, as a short script would make them.

Usage: numpy_draws.py N
"""

import sys

import numpy as np

count = int(sys.argv[1])
chance = np.random.default_rng(1)
rate = 0.03 * np.exp(0.2 * chance.standard_normal(count))
capacity = 4e9 * np.exp(0.4 * chance.standard_normal(count))
hours = np.linspace(0, 288, 41)
start = 1e8
growth = np.exp(rate[:, None] * hours)
curves = capacity[:, None] * start * growth / (capacity[:, None] + start * (growth - 1))
print(np.quantile(curves, [0.05, 0.5, 0.95], axis=0)[:, -1])
