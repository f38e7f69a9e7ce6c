"""The reference problem in COPASI through basico: events, LSODA, Levenberg-Marquardt.

Times are taken twice: the call a user makes (basico) and the task alone (COPASI's own engine,
without the table that basico makes of its results).
Usage: with_copasi.py LM|NL2SOL RTOL REPEATS
"""

import json
import math
import os
import sys
import tempfile
import time

import basico
import COPASI
import pandas

from problem import BOUNDS, EXCHANGES, FIXED, INITIAL, NAMES, SD, START, runs

# With its default step of the difference quotient, 1e-3, Levenberg-Marquardt stops short of the
# optimum in one of the runs and the tools would not agree.
METHODS = {
    "LM": {"name": "Levenberg - Marquardt", "Modulation": 1e-4},
    "NL2SOL": {"name": "NL2SOL"},
}


def value(name):
    return f"Values[{name}]"


def build(rtol, method):
    basico.new_model(name="monod4", time_unit="h", quantity_unit="1", volume_unit="1")
    for name, number in {**START, **FIXED}.items():
        basico.add_parameter(name, number)
    basico.add_parameter("fed", type="assignment", expression="1")
    basico.add_parameter("mu", type="assignment", expression="1")
    basico.add_parameter("q", type="assignment", expression="1")
    for name, number in INITIAL.items():
        basico.add_parameter(name, number, type="ode", expression="0")
    v = {n: "{" + value(n) + "}" for n in [*START, *FIXED, *INITIAL, "fed", "mu", "q"]}
    expressions = {
        "fed": "{G}/({KG}+{G})",
        "mu": "{mumax}*{fed}*{KL}/({KL}+{L})*(1-exp(-{Time}/{lag}))",
        "q": "({mu}/{Yxg}+{m}*{fed})*{V}",
        "V": "({mu}-{kd})*{V}",
        "D": "{kd}*{V}-{kl}*{D}",
        "G": "-{q}",
        "L": "{Ylg}*{q}",
    }
    for name, text in expressions.items():
        basico.set_parameters(name, exact=True, expression=text.format(Time="{Time}", **v))
    basico.add_parameter("lnV", type="assignment", expression=f"log({v['V']})")
    basico.add_parameter(
        "viability", type="assignment", expression=f"{v['V']}/({v['V']}+{v['D']})"
    )
    for k, hour in enumerate(EXCHANGES):
        basico.add_event(
            f"exchange{k}",
            trigger=f"{{Time}} >= {hour:g}",
            assignments=[(value("G"), f"0.5*{v['G']}+12.5"), (value("L"), f"0.5*{v['L']}")],
        )
    settings = {"method": {"name": "Deterministic (LSODA)", "Relative Tolerance": rtol,
                           "Absolute Tolerance": rtol / 100}}
    basico.set_task_settings("Time-Course", settings)
    basico.set_task_settings(
        "Time-Course", {"problem": {"Duration": 240, "StepNumber": 10, "StepSize": 24}}
    )
    basico.set_task_settings(
        "Parameter Estimation", {"method": METHODS[method]}
    )


def load(name, rows, folder):
    """Replaces the data; weights are 1/sd^2, so that COPASI's objective is the sum of squares."""
    basico.remove_experiments()
    quantities = ["lnV", "viability", "G", "L"]
    data = pandas.DataFrame(rows, columns=["Time"] + [value(q) for q in quantities])
    basico.add_experiment(name, data, data_dir=folder)
    container = basico.get_current_model().getModel().getMathContainer()
    experiments = task("Parameter Estimation").getProblem().getExperimentSet()
    experiment = experiments.getExperiment(name)
    columns = experiment.getObjectMap()
    for k, quantity in enumerate(quantities):
        columns.setScale(k + 1, 1 / SD[quantity] ** 2)
    experiments.compile(container)
    basico.set_fit_parameters(
        [{"name": value(n), "lower": BOUNDS[n][0], "upper": BOUNDS[n][1], "start": START[n]}
         for n in NAMES]
    )


def task(name):
    return basico.get_current_model().getTask(name)


def alone(name):
    """The task without the table of results that basico makes."""
    it = task(name)
    it.initializeRaw(COPASI.CCopasiTask.ONLY_TIME_SERIES)
    it.processRaw(True)
    it.restore(False)


def simulate():
    return basico.run_time_course(duration=240, intervals=10, automatic=False)


def states():
    table = simulate()
    return table[[value(n) for n in "VDGL"]].to_numpy().tolist()


def fit():
    return basico.run_parameter_estimation(update_model=False, write_report=False)


def moved():
    """The parameters of the simulation, one after the other a little further: seven simulations."""
    model = basico.get_current_model().getModel()
    container = model.getMathContainer()
    alone("Time-Course")
    for name in NAMES:
        parameter = model.getModelValue(name)
        for number in (START[name] * (1 + 1e-4), START[name]):
            parameter.setInitialValue(number)
            model.updateInitialValues(parameter.getInitialValueReference())
            if number != START[name]:
                alone("Time-Course")


def times(repeats, body):
    body()
    found = []
    for _ in range(repeats):
        begin = time.thread_time()
        body()
        found.append(1e6 * (time.thread_time() - begin))
    return found


def main():
    method, rtol, repeats = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    records = []
    with tempfile.TemporaryDirectory() as folder:
        build(rtol, method)
        for name, rows in runs().items():
            load(name, rows, folder)
            solution = fit()
            statistic = basico.get_fit_statistic()
            optimum = [float(solution.loc[value(n), "sol"]) for n in NAMES]
            record = {
                "run": name,
                "converged": math.isfinite(statistic["obj"]),
                "objective": statistic["obj"] / 2,
                "simulations": statistic["f_evals"],
                "optimum": optimum,
                "states": states(),
            }
            if repeats:
                record["simulation"] = times(3 * repeats, lambda: alone("Time-Course"))
                record["simulation call"] = times(repeats, simulate)
                record["sensitivities"] = times(repeats, moved)
                record["fit"] = times(repeats, lambda: alone("Parameter Estimation"))
                record["fit call"] = times(repeats, fit)
            records.append(record)
    print(json.dumps({"tool": f"COPASI {method}", "runs": records}))


if __name__ == "__main__":
    main()
