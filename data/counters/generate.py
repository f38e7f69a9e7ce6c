"""Write example_dilution_series.csv: a SYNTHETIC dilution series with a known truth (truth.csv).

Five fractions, three independently prepared dilutions of each, three counts of each dilution in eight
large squares (1e-4 mL each) after 1:2 with dye. Every prepared dilution has an error of its own (gamma,
CV 5 %), every chamber filling too (gamma, CV 4 %), and cells fall into squares at random (Poisson).
"""
import csv
import numpy as np

rng = np.random.default_rng(20391)
STOCK, LIVE, BETWEEN, WITHIN, SQUARES, DILUTION = 1.6, 0.92, 0.05, 0.04, 8, 2
exposure = SQUARES * 1e-4 * 1e6 / DILUTION  # expected cells for 1e6 cells/mL


def gamma(cv):
    return rng.gamma(1 / cv**2, cv**2)


with open("example_dilution_series.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["fraction [%]", "replicate", "live_counted [cells]", "dead_counted [cells]",
                  "squares [1]", "dilution [1]", "counter", "comment"])
    for fraction in (0.1, 0.3, 0.5, 0.7, 0.9):
        for replicate in (1, 2, 3):
            prepared = STOCK * fraction * gamma(BETWEEN)
            for _ in range(3):
                found = prepared * gamma(WITHIN) * exposure
                out.writerow([round(100 * fraction), replicate, rng.poisson(LIVE * found),
                              rng.poisson((1 - LIVE) * found), SQUARES, DILUTION, "chamber",
                              "SYNTHETIC"])

with open("truth.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["quantity", "value"])
    out.writerows([["stock, viable [1e6 cells/mL]", STOCK * LIVE], ["cv between dilutions", BETWEEN],
                   ["cv within a dilution", WITHIN],
                   ["cv_extra of one count", round(((1 + BETWEEN**2) * (1 + WITHIN**2) - 1) ** 0.5, 6)]])
