"""All runs of the reference problem in COPASI through basico: the task alone, without basico's tables.

Building the model and loading a run's data are not timed.
Usage: MONOD4=FOLDER MONOD4_RUNS=N all_copasi.py LM|NL2SOL RTOL ROUNDS
"""

import json
import sys
import tempfile
import time

import basico

from problem import NAMES, runs
from with_copasi import alone, build, load, value


def main():
    method, rtol, rounds = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    wall, processor, optima, counted = [0.0] * rounds, [0.0] * rounds, [], 0
    with tempfile.TemporaryDirectory() as folder:
        build(rtol, method)
        for name, rows in runs().items():
            load(name, rows, folder)
            for k in range(rounds):
                start, begun = time.perf_counter(), time.process_time()
                alone("Parameter Estimation")
                wall[k] += time.perf_counter() - start
                processor[k] += time.process_time() - begun
            counted += basico.get_fit_statistic()["f_evals"]
            solution = basico.get_parameters_solution()
            optima.append([float(solution.loc[value(n), "sol"]) for n in NAMES])
    print(json.dumps({"optima": optima, "wall": wall, "processor": processor,
                      "simulations": counted / len(optima)}))


if __name__ == "__main__":
    main()
