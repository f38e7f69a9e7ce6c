"""Literals of the tests of safety, chance and harvest, in exact fractions and 60 digits.

No Swift is read here: each line states its formula. Run: python3 worked.py > worked.txt
"""

from decimal import Decimal as D, getcontext
from fractions import Fraction as F

getcontext().prec = 60


def phi(x):
    """Phi by the Taylor series of erf, 60 digits."""
    x = D(x)
    term, total, n = x, x, 0
    while abs(term) > D(10) ** -58:
        n += 1
        term = -term * x * x / (2 * n)
        total += term / (2 * n + 1)
    pi = D("3.14159265358979323846264338327950288419716939937510582097494459")
    return D("0.5") + total / (2 * pi).sqrt()


def quantile(p):
    low, high = D(-9), D(9)
    for _ in range(180):
        middle = (low + high) / 2
        if phi(middle) < p:
            low = middle
        else:
            high = middle
    return low


def show(name, value):
    if isinstance(value, F):
        value = f"{value.numerator}/{value.denominator} = {float(value):.6g}"
    else:
        value = f"{D(value):.17g}"
    print(f"{name}: {value}")


print("# safety")
show("kymriah 5.8 kg 50 mL DMSO g/kg", F("82.5") * 50 / 1000 / F("5.8"))
show("kymriah 10.4 kg 150 mL DMSO g/kg", F("82.5") * 150 / 1000 / F("10.4"))
show("yescarta 40 kg 68 mL of 55 mg/mL g/kg", F(55) * 68 / 1000 / 40)
show("endotoxin 10.4 kg 50 mL 3.5 EU/mL EU/kg", F("3.5") * 50 / F("10.4"))
show("endotoxin allowed EU/mL there", F(5) * F("10.4") / 50)
show("VCN 1.8 copies per cell, 45 % CAR+", F("1.8") / F("0.45"))

print("# chance")
for least, dose, most, errors in [
    (70_000_000, 139_664_100, 140_000_000, ["0.1", "0.08", "0.02"]),
    (80, 100, 120, ["0.15", "0.15", "0.03"]),
    (80, 100, 120, ["0.1", "0.08", "0.02"]),
    (90, 100, 110, ["0.1", "0.08", "0.02"]),
    (None, 100, 110, ["0.1"]),
    (90, 100, None, ["0.1"]),
]:
    u = sum(D(e) ** 2 for e in errors).sqrt()
    top = D(1) if most is None else phi((D(most) - dose) / (u * dose))
    low = D(0) if least is None else phi((D(least) - dose) / (u * dose))
    show(f"P({least} {dose} {most} {errors}) u {u:.6f}", top - low)

print("# harvest: thaw 70 +- 10 %, 140e6 cells; count error 8 %")
z = quantile(D("0.9"))
show("z90", z)
show("thaw alone, 90 %", D(140_000_000) / (D("0.7") - z * D("0.1")))
# a chain: 2 % QC, 2e6 kept, wash 80 +- 5 %, 1e6 kept, thaw 70 +- 10 %, count 8 %
# m(H) by each step, s(H) by moving one step at a time by its standard deviation, H by bisection


def leave(h, wash=D("0.8"), thaw=D("0.7"), count=D(1)):
    x = h * count * D("0.98") - 2_000_000
    x = x * wash - 1_000_000
    return x * thaw


def spread(h):
    d = leave(h)
    moves = [
        leave(h, wash=D("0.85")) - d, leave(h, thaw=D("0.8")) - d, leave(h, count=D("1.08")) - d,
    ]
    return sum(m * m for m in moves).sqrt()


dose = D(140_000_000)
mean = (((dose / D("0.7")) + 1_000_000) / D("0.8") + 2_000_000) / D("0.98")
show("chain, mean", mean)
show("chain, relative error", spread(mean) / dose)
low, high = mean, mean * 4
for _ in range(150):
    middle = (low + high) / 2
    if leave(middle) - z * spread(middle) < dose:
        low = middle
    else:
        high = middle
show("chain, 90 %", high)
