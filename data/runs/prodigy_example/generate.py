#!/usr/bin/env python3
"""Writes three SYNTHETIC 12-day runs in a closed 250 mL vessel, with the truth beside them.

Usage: generate.py   (no arguments; the seed is fixed, the bytes repeat)

The truth is integrated here with fourth-order Runge-Kutta steps of 0.02 h, independently of the
program that reads these files:
    awake = 1 / (1 + exp(-0.25 (t - lag)))
    N' = (mu awake (1 - N/K) - kd) N        viable cells, 1e6
    D' = kd N - kl D                        dead cells, 1e6
    G' = -q N g / (0.5 + g)                 glucose, umol; g in mmol/L
    L' = -Y G'                              lactate, umol
Operations act at once, in the order of operations.csv; a measurement comes before them.
"""
import csv
import math
import pathlib
import random

SEED = 20240517
STEP = 0.02  # h
MEDIUM = {"glucose": 25.0, "lactate": 0.0}  # mmol/L, a high-glucose T-cell medium
SAMPLE_DAYS = [3, 5, 6, 7, 8, 9, 10, 11, 12]
CAR_DAYS = [5, 8, 12]
here = pathlib.Path(__file__).parent


def plan(viability):
    """The operations of a run: (time in h, operation, its cells)."""
    density = round(100 * viability / 70, 3)
    ops = [
        (0, "seed", {"volume": 70, "density": density, "viability": 100 * viability, **MEDIUM}),
        (0, "activation", {}),
        (24, "transduction", {}),
        (72, "sample", {"volume": 3}),
        (72, "wash", {"volume": 100, "recovery": 85, **MEDIUM}),
        (96, "feed", {"volume": 75, **MEDIUM}),
        (120, "sample", {"volume": 3}),
        (120, "feed", {"volume": 78, **MEDIUM}),
        (120, "exchange", {"fraction": 50, "retention": 97, **MEDIUM}),
    ]
    for day in range(6, 12):
        ops.append((24 * day, "sample", {"volume": 3}))
        ops.append((24 * day, "exchange", {"fraction": 50, "retention": 97, **MEDIUM}))
    return ops + [(288, "sample", {"volume": 3}), (288, "harvest", {})]


def rates(time, state, p):
    cells, dead, glucose, _, volume = state
    awake = 1 / (1 + math.exp(-0.25 * (time - p["lag"])))
    concentration = max(glucose, 0) / volume
    uptake = p["q"] * cells * concentration / (0.5 + concentration)
    growth = (p["mu"] * awake * (1 - cells / p["K"]) - p["kd"]) * cells
    return [growth, p["kd"] * cells - p["kl"] * dead, -uptake, p["Y"] * uptake, 0.0]


def advance(state, start, stop, p):
    count = max(1, math.ceil((stop - start) / STEP))
    h = (stop - start) / count

    def moved(slope, by):
        return [x + by * s for x, s in zip(state, slope)]

    for i in range(count):
        t = start + i * h
        a = rates(t, state, p)
        b = rates(t + h / 2, moved(a, h / 2), p)
        c = rates(t + h / 2, moved(b, h / 2), p)
        d = rates(t + h, moved(c, h), p)
        state = [x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
                 for x, k1, k2, k3, k4 in zip(state, a, b, c, d)]
    return state


def operate(state, name, o):
    cells, dead, glucose, lactate, volume = state
    entering = [o.get("glucose", 0), o.get("lactate", 0)]
    if name == "seed":
        viable = o["density"] * o["volume"]
        dead = viable * (100 / o["viability"] - 1)
        return [viable, dead] + [c * o["volume"] for c in entering] + [o["volume"]]
    if name == "sample":
        left = 1 - o["volume"] / volume
        return [x * left for x in state]
    if name == "wash":
        kept = o["recovery"] / 100
        return [cells * kept, dead * kept] + [c * o["volume"] for c in entering] + [o["volume"]]
    if name == "feed":
        new = [n + c * o["volume"] for n, c in zip((glucose, lactate), entering)]
        return [cells, dead] + new + [volume + o["volume"]]
    if name == "exchange":
        f = o["fraction"] / 100
        kept = 1 - (1 - o["retention"] / 100) * f
        new = [n * (1 - f) + c * f * volume for n, c in zip((glucose, lactate), entering)]
        return [cells * kept, dead * kept] + new + [volume]
    return state


def poisson(rng, mean):
    """Counts unit-rate arrivals up to the mean."""
    total, count = rng.expovariate(1.0), 0
    while total < mean:
        total += rng.expovariate(1.0)
        count += 1
    return count


def donor(rng):
    """Parameters of one donor: ln-normal about the typical donor."""
    def vary(median, sd):
        return median * math.exp(sd * rng.gauss(0, 1))

    p = {"mu": vary(0.033, 0.08), "lag": vary(34, 0.15), "K": vary(4200, 0.20), "kd": 0.0025,
         "kl": 0.005, "q": vary(0.025, 0.12), "Y": 1.7}
    car = 1 / (1 + math.exp(-(math.log(0.38 / 0.62) + 0.25 * rng.gauss(0, 1))))
    return p, car, round(0.93 + 0.012 * rng.gauss(0, 1), 3)


def measure(rng, state, car, day):
    """One sample: counts of about 300 live cells, an analyser reading, CAR+ on some days."""
    cells, dead, glucose, lactate, volume = state
    mixing = math.exp(0.09 * rng.gauss(0, 1))
    per_cell = cells / volume / 300  # 1e6 cells/mL that one counted cell stands for
    # The dilution is chosen beforehand, to about 300 live cells, in steps of a factor of two.
    per_cell = 2.0 ** round(math.log2(per_cell))
    live = poisson(rng, cells / volume / per_cell * mixing)
    gone = poisson(rng, dead / volume / per_cell * mixing)

    def analyser(amount):
        true = amount / volume
        return max(0.0, true * (1 + 0.05 * rng.gauss(0, 1)) + 0.2 * rng.gauss(0, 1))

    row = [f"{live * per_cell:.4g}", f"{100 * live / (live + gone):.1f}",
           f"{analyser(glucose):.2f}", f"{analyser(lactate):.2f}"]
    if day in CAR_DAYS:
        logit = math.log(car / (1 - car)) + 0.15 * rng.gauss(0, 1)
        row.append(f"{100 / (1 + math.exp(-logit)):.1f}")
    else:
        row.append("")
    return row


OPERATION_COLUMNS = ["volume", "fraction", "retention", "recovery", "density", "viability",
                     "glucose", "lactate"]
UNITS = {"volume": "mL", "fraction": "%", "retention": "%", "recovery": "%",
         "density": "1e6 cells/mL", "viability": "%", "glucose": "mmol/L", "lactate": "mmol/L"}


def main():
    rng = random.Random(SEED)
    observations = [["run", "donor", "platform", "time [h]", "vcd [1e6 cells/mL]",
                     "viability [%]", "glucose [mmol/L]", "lactate [mmol/L]", "car_positive [%]"]]
    operations = [["run", "time [h]", "operation"]
                  + [f"{c} [{UNITS[c]}]" for c in OPERATION_COLUMNS]]
    truth = [["run", "quantity", "time_h", "value", "unit"]]
    for number in range(1, 4):
        run = f"synthetic_prodigy_{number:02d}"
        p, car, viability = donor(rng)
        units = {"mu": "1/h", "lag": "h", "K": "1e6 cells", "kd": "1/h", "kl": "1/h",
                 "q": "umol/1e6 cells/h", "Y": "1"}
        truth += [[run, name, "", repr(p[name]), units[name]] for name in units]
        truth.append([run, "car_positive", "", repr(car), "1"])
        state, now = [0.0] * 4 + [1.0], 0.0
        ops = plan(viability)
        for i, (time, name, cells) in enumerate(ops):
            if time > now:
                state, now = advance(state, now, time, p), time
            if name == "sample":
                row = measure(rng, state, car, time // 24)
                observations.append(
                    [run, f"synthetic_donor_{number:02d}", "prodigy", str(time)] + row)
                names = ["viable_cells", "dead_cells", "glucose_amount", "lactate_amount", "volume"]
                kinds = ["1e6 cells", "1e6 cells", "umol", "umol", "mL"]
                truth += [[run, n, str(time), f"{x:.10g}", u]
                          for n, x, u in zip(names, state, kinds)]
            state = operate(state, name, cells)
            operations.append([run, str(time), name] + [
                f"{cells[c]:g}" if c in cells else "" for c in OPERATION_COLUMNS])
    for name, rows in [("observations", observations), ("operations", operations),
                       ("truth", truth)]:
        with open(here / f"{name}.csv", "w", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
