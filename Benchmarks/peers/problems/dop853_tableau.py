"""Writes the coefficients of DOP853, as scipy holds them, as a C header on standard output."""

import numpy as np
from scipy.integrate._ivp import dop853_coefficients as d

stages = d.N_STAGES
print(f"/* Hairer's DOP853, from scipy. */\n#define STAGES {stages}")
for name, values in [("A", d.A[:stages, :stages]), ("B", d.B), ("C_", d.C[:stages]),
                     ("E3", d.E3), ("E5", d.E5)]:
    sizes = "".join(f"[{n}]" for n in np.shape(values))
    body = str(np.asarray(values).tolist()).replace("[", "{").replace("]", "}")
    print(f"static const double {name}{sizes} = {body};")
