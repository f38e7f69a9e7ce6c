"""Recomputes doses from the label texts with Python's exact numbers, into doses.csv.

Written from the sentences of the labels, not from the Swift code: plain `if` statements for the
bands, `fractions.Fraction` for the arithmetic, `decimal` for reading the weights.
Run: python3 recompute.py > doses.csv
"""
from decimal import Decimal
from fractions import Fraction as F
from math import ceil, floor


def kymriah_ball(w):
    return (F("0.2e6") * w, None, F("5.0e6") * w) if w <= 50 else (F("0.1e8"), None, F("2.5e8"))


def kymriah_lbcl(w):
    return F("0.6e8"), None, F("6.0e8")


def yescarta(w):
    most = min(F("2e6") * w, F("2e8"))
    return F("1e6") * w, most, most


def carvykti_eu(w):
    target = min(F("0.75e6") * w, F("1e8"))
    return (F("0.5e6") * w, target, F("1e6") * w) if w <= 100 else (F("0.5e8"), target, F("1e8"))


def carvykti_us(w):
    return F("0.5e6") * w, None, min(F("1e6") * w, F("1e8"))


def fucaso(w):
    return None, F("1e6") * w, F("1e6") * w


def prodigy(w):
    return (F("0.3e6") * w, None, F("1e6") * w) if w < 50 else (F("0.3e8"), None, F("1e8"))


RULES = {
    "kymriah-us-ball": (kymriah_ball, "5.8 10.4 20 49.9 49.9999999 50 50.0000001 50.1 90".split()),
    "kymriah-eu-ball": (kymriah_ball, "12.345 50 50.1".split()),
    "kymriah-us-lbcl": (kymriah_lbcl, "40 75.5 150".split()),
    "yescarta-eu-lbcl": (yescarta, "40 70 72.3456789 99.9 100 100.1 130 200 200.1 201".split()),
    "carvykti-eu-mm": (
        carvykti_eu,
        "45.67 80 80.1234567 99.9 100 100.1 120 133.3 133.4 200 201 300".split(),
    ),
    "carvykti-us-mm": (carvykti_us, "33.3333333 80 100 100.1 120 199.9 200 200.0000001 201".split()),
    "fucaso-cn-mm": (fucaso, "30 61.7283945 70 120".split()),
    "prodigy-nct05779930": (prodigy, "12.3456789 49.9 49.9999999 50 50.1 80".split()),
}

# Viable density (cells/mL), CAR+ of viable cells (%), step (mL), in the bag (mL).
BAGS = [("14.2e6", "23.7", "0.1", "68"), ("11.3e6", "31", "0.5", "50"), ("9e6", "8.25", "1", "50")]
# Retain (cells), thaw recovery (%), wash recovery (%), QC share (%).
PLANS = [("2e6", "70", "85", "2.5"), ("0", "66.6", "100", "0"), ("1234567", "90.7", "93.1", "5")]


def infusion(low, planned, high, bag):
    density, car, step, available = (F(x) for x in bag)
    per_ml = density * car / 100
    if available * per_ml < (planned if low is None else low):
        return "short", ""
    inside = [
        n
        for n in range(1, floor(available / step) + 1)
        if (low is None or n * step * per_ml >= low) and n * step * per_ml <= high
    ]
    if not inside:
        return "coarse", ""
    n = min(inside, key=lambda n: (abs(n * step - planned / per_ml), n))
    volume = n * step
    return str(Decimal(volume.numerator) / Decimal(volume.denominator)), floor(volume * per_ml)


print("product,weight_kg,minimum,target,maximum,choice,retain,thaw,wash,qc,harvest,"
      "viable_per_ml,car_percent,step_ml,bag_ml,volume_ml,dose")
row = 0
for product, (rule, weights) in RULES.items():
    for text in weights:
        w = F(Decimal(text))
        least, aim, most = rule(w)
        low = None if least is None else ceil(least)
        high = floor(most)
        target = None if aim is None else max(floor(aim), low or 0)
        plan, bag = PLANS[row % 3], BAGS[row // 3 % 3]
        row += 1
        if low is not None and low > high:
            print(f"{product},{text},empty,,,,,,,,,,,,,,")
            continue
        choice = "target" if target is not None else ("minimum", "maximum")[row % 2]
        planned = {"target": target, "minimum": low, "maximum": high}[choice]
        retain, thaw, wash, qc = (F(x) for x in plan)
        harvest = ceil((planned + retain) / (thaw / 100 * wash / 100 * (1 - qc / 100)))
        volume, dose = infusion(low, planned, high, bag)
        cells = [low if low is not None else "", "" if target is None else target, high]
        print(",".join(map(str, [product, text, *cells, choice, *plan, harvest, *bag, volume, dose])))
