"""Process start to the first result with scipy: import, one fit or one simulation."""

import sys

import numpy as np
from scipy.optimize import least_squares

from problem import runs
from with_scipy import problem, simulate

hours, residuals, start, bounds = problem(next(iter(runs().values())), "LSODA", 1e-7, 1e-9)
if sys.argv[1] == "simulate":
    print(simulate(np.exp(start), hours, "LSODA", 1e-7, 1e-9))
else:
    print(np.exp(least_squares(residuals, start, bounds=bounds).x))
