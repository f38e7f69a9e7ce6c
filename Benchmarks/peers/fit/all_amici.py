"""All runs of the reference problem in AMICI with pyPESTO: CVODES with forward sensitivities, fides.

Compiling the model and building each run's objects are not timed; the search is.
Usage: MONOD4=FOLDER MONOD4_RUNS=N all_amici.py RTOL ROUNDS
"""

import json
import logging
import math
import os
import pathlib
import sys
import tempfile
import time

# The SWIG beside this Python is the one that wrapped AMICI; a system's own may be older.
os.environ["SWIG"] = str(pathlib.Path(sys.executable).parent / "swig")

import amici
import amici.sim.sundials as asd
import numpy as np
import pypesto
import pypesto.optimize
from amici.importers.antimony import antimony2sbml
from amici.importers.sbml import SbmlImporter
from amici.importers.utils import MeasurementChannel

from problem import BOUNDS, EXCHANGES, FIXED, INITIAL, NAMES, SD, START, runs

MODEL = """
model monod4
  fed := G / (KG + G)
  mu := mumax * fed * KL / (KL + L) * (1 - exp(-time / lag))
  q := (mu / Yxg + m * fed) * V
  V' = (mu - kd) * V
  D' = kd * V - kl * D
  G' = -q
  L' = Ylg * q
"""


def build(folder):
    values = {**START, **FIXED, **INITIAL}
    text = MODEL + "".join(f"  {name} = {number}\n" for name, number in values.items())
    for k, hour in enumerate(EXCHANGES):
        text += f"  exchange{k}: at (time >= {hour}), t0=false: G = 0.5 * G + 12.5, L = 0.5 * L\n"
    channels = [("lnV", "log(V)"), ("viability", "V / (V + D)"), ("G_seen", "G"), ("L_seen", "L")]
    importer = SbmlImporter(antimony2sbml(text + "end\n"), from_file=False)
    importer.sbml2amici(
        "monod4", folder, fixed_parameters=list(FIXED), verbose=logging.ERROR,
        observation_model=[MeasurementChannel(id_=name, formula=formula, sigma=str(sd))
                           for (name, formula), sd in zip(channels, SD.values())])
    module = amici.import_model_module("monod4", folder)
    return module.get_model()


def main():
    rtol, rounds = float(sys.argv[1]), int(sys.argv[2])
    wall, processor, optima, counted = [0.0] * rounds, [0.0] * rounds, [], 0
    logging.getLogger("pypesto").setLevel(logging.ERROR)
    logging.getLogger("fides").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        model = build(folder)
        model.set_parameter_scale(asd.ParameterScaling.ln)
        solver = model.create_solver()
        solver.set_relative_tolerance(rtol)
        solver.set_absolute_tolerance(rtol / 100)
        solver.set_sensitivity_method(asd.SensitivityMethod.forward)
        solver.set_sensitivity_order(asd.SensitivityOrder.first)
        order = list(model.get_free_parameter_ids())
        box = [np.array([math.log(BOUNDS[n][k]) for n in order]) for k in (0, 1)]
        start = np.array([[math.log(START[n]) for n in order]])
        for rows in runs().values():
            rows = np.array(rows)
            model.set_timepoints(rows[:, 0])
            data = asd.ExpData(model)
            data.set_measurements(rows[:, 1:].ravel())
            objective = pypesto.AmiciObjective(model, solver, [data])
            problem = pypesto.Problem(objective, box[0], box[1], x_guesses=start, x_names=order)
            for k in range(rounds):
                begin, begun = time.perf_counter(), time.process_time()
                result = pypesto.optimize.minimize(
                    problem, n_starts=1, progress_bar=False,
                    optimizer=pypesto.optimize.FidesOptimizer(verbose=logging.ERROR))
                wall[k] += time.perf_counter() - begin
                processor[k] += time.process_time() - begun
            best = result.optimize_result[0]
            counted += best["n_fval"]
            found = dict(zip(order, np.exp(best["x"])))
            optima.append([float(found[n]) for n in NAMES])
    print(json.dumps({"optima": optima, "wall": wall, "processor": processor,
                      "simulations": counted / len(optima)}))


if __name__ == "__main__":
    main()
