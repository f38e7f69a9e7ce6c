"""How long a population fit takes beside nlme and nlmer, and how near each comes to the exact maximum.

Usage: population.py DRIVER FOLDER [ROUNDS]

Tools take turns, set by set and round by round; each call times its fit several times in one process,
after one that is not counted, in processor time of one thread. From data in memory to estimates with
standard errors, the same starts for all; Thymus without its sampled log-likelihood, which the peers
do not have. Ratios are medians over the rounds of a peer's time over ours in the same round.
"""

import json
import pathlib
import statistics
import sys

from tools import HERE, digits, head, json_of, machine, publish, run, table

SETS = ["orange", "theoph_diag2", "sim_logistic_diag", "sim_logistic_full", "loblolly", "indometh",
        "soybean"]
PEER = HERE / "peers" / "population" / "fit.R"


def ask(tool, driver, folder, name):
    if tool in ("laplace", "exact"):
        return json_of(run([driver, folder, tool, 20, name])[0])
    return json_of(run(["Rscript", PEER, folder, tool, 5, name])[0])


def off(answer, fixed, deviations):
    """Largest relative differences from the exact maximum, in per cent."""
    if "fixed" not in answer:
        return "failed"
    parts = [max(abs(a / b - 1) for a, b in zip(answer["fixed"], fixed)),
             max((abs(a / b - 1) for a, b in zip(sorted(answer["deviations"]), sorted(deviations)) if b),
                 default=0)]
    return f"{digits(100 * parts[0], 2)}, {digits(100 * parts[1], 2)}"


def main():
    driver, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    where = machine()
    exact = json.loads((folder / "expected.json").read_text())["exact_ml"]
    tools = ["laplace", "exact", "nlme", "nlmer"]
    times, optima = [], []
    for name in SETS:
        seconds = {tool: [] for tool in tools}
        answers = {}
        for _ in range(rounds):
            for tool in tools:
                answer = answers[tool] = ask(tool, driver, folder, name)
                if "seconds" in answer:
                    seconds[tool].append(statistics.median(answer["seconds"]))
        reference = exact.get(name)
        ours = answers["exact"]
        fixed = list(reference["estimates"].values()) if reference else ours["fixed"]
        deviations = reference["ranef_sd"] if reference else ours["deviations"]
        level = reference["logLik"] if reference else ours["logLik"]

        def ratio(peer, own):
            pairs = [a / b for a, b in zip(seconds[peer], seconds[own])]
            return digits(statistics.median(pairs)) if pairs else "-"

        times.append([name, *(digits(1e3 * statistics.median(seconds[t])) if seconds[t] else "failed"
                              for t in tools),
                      ratio("nlme", "laplace"), ratio("nlme", "exact"), ratio("nlmer", "laplace"),
                      ratio("nlmer", "exact")])
        optima.append([name + ("" if reference else " *"), f"{level:.4f}",
                       *(f"{answers[t]['logLik'] - level:+.4f}" if "logLik" in answers[t] else "-"
                         for t in tools), *(off(answers[t], fixed, deviations) for t in tools)])
    lines = head("Population fits beside nlme and nlmer", where)
    lines += [f"Processor time of one thread in milliseconds, median of {rounds} rounds; ratios are medians of "
              "pairs.", ""]
    lines += table(["set", "Laplace", "exact", "nlme", "nlmer", "nlme / Laplace", "nlme / exact",
                    "nlmer / Laplace", "nlmer / exact"], times)
    lines += ["## Where each ends", "",
              "Log-likelihood as each tool defines it, less the exact one; largest relative differences of "
              "fixed effects and of deviations from the exact maximum, in per cent. nlme maximises a "
              "linearised likelihood and nlmer a Laplace approximation with the expected curvature. Sets "
              "with a star have no reference of others: their exact value is Thymus's quadrature.", ""]
    lines += table(["set", "exact logL", *tools, *(f"{t}, %" for t in tools)], optima)
    publish("population", lines)


main()
