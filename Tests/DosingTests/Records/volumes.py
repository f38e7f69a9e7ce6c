"""Volumes, containers and harvests by search, in exact fractions; written to volumes.csv.

It follows the written arithmetic of docs/theory/dose.md and no Swift: instead of rounding and
clipping it looks at every step of the syringe and takes the allowed one that is nearest to the plan;
instead of dividing backwards it looks for the least harvest that leaves the dose going forwards.
Run: python3 volumes.py > volumes.csv
"""

import random
from fractions import Fraction as F

random.seed(20261122)


def steps_of(plan, least, most, density, step, drawable):
    s = density * step
    if drawable * density < (least if least is not None else plan):
        return None
    best = None
    k = 1
    while k * step <= drawable:
        cells = k * s
        if (least is None or cells >= least) and (most is None or cells <= most):
            if best is None or abs(cells - plan) < abs(best * s - plan):
                best = k
        k += 1
    return best


def floor(x):
    return x.numerator // x.denominator


def ceil(x):
    return -floor(-x)


def draw(plan, least, most, case):
    density = case["density"] * case["car"]
    loss = case["dead"] + case["overfill"]
    if not case["sizes"]:
        drawable = case["available"] - loss
        k = steps_of(plan, least, most, density, case["step"], drawable)
        return None if k is None else (k, [k * case["step"] + loss])
    for n in range(1, case["most_containers"] + 1):
        k = steps_of(plan, least, most, density, case["step"], case["available"] - n * loss)
        if k is None:
            return None
        parts = [k // n + (1 if i < k % n else 0) for i in range(n)]
        fills = [p * case["step"] + loss for p in parts]
        if any(all(lo <= f <= hi for f in fills) for lo, hi in case["sizes"]):
            return k, fills
    return None


def solve(case):
    s = case["density"] * case["car"] * case["step"]
    least, most, plan = case["least"], case["greatest"], case["plan"]
    shares = case["shares"]
    if case["kind"] != "one bag":
        rows, doses = [], []
        before, cumulative = 0, F(0)
        for share in shares:
            cumulative += share
            reached = floor(cumulative * plan)
            cells, before = reached - before, reached
            low = None if least is None else ceil(share * least)
            high = None if most is None else floor(share * most)
            got = draw(cells, low, high, case)
            if got is None:
                return None
            rows.append((got[0] * case["step"], floor(got[0] * s), got[1]))
            doses.append(floor(got[0] * s))
        return rows, sum(doses)
    whole = draw(plan, least, most, case)
    if whole is None:
        return None
    k_n, rows, before, cumulative = whole[0], [], 0, F(0)
    for i, share in enumerate(shares):
        cumulative += share
        if i == len(shares) - 1:
            k = k_n
        else:
            k = min(range(0, k_n + 1), key=lambda j: (abs(j * s - cumulative * plan), j))
        if k == before:
            return None
        rows.append(((k - before) * case["step"], floor((k - before) * s), []))
        before = k
    return rows, floor(k_n * s)


def harvest(dose, losses):
    def left(n):
        x = F(n)
        for kind, value in losses:
            if kind == "r":
                x *= value
            elif kind == "q":
                x *= 1 - value
            else:
                x -= value
        return x

    low, high = 0, 1
    while left(high) < dose:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if left(middle) < dose:
            low = middle
        else:
            high = middle
    return high


def text(x):
    """An exact decimal, or a fraction a/b."""
    x = F(x)
    scaled = x * 10**9
    if scaled.denominator != 1:
        return f"{x.numerator}/{x.denominator}"
    sign, digits = ("-" if x < 0 else ""), str(abs(scaled.numerator)).rjust(10, "0")
    whole, part = digits[:-9], digits[-9:].rstrip("0")
    return sign + whole + ("." + part if part else "")


def make(index):
    kind = ["whole", "whole", "least only", "own bags", "one bag"][index % 5]
    density = F(random.randint(2, 900), 10) * 100_000
    car = F(random.randint(50, 700), 1000)
    per_ml = density * car
    step = random.choice([F(1, 100), F(1, 10), F(1, 2), F(1), F(3, 100)])
    volume = F(random.randint(20, 900), 10)
    plan = max(1, floor(per_ml * volume))
    least = floor(plan * F(random.randint(70, 100), 100))
    greatest = ceil(plan * F(random.randint(100, 130), 100))
    if kind == "least only":
        least, greatest = (max(2, least // 2 * 2), None)
        plan = max(plan, least)
    if index % 7 == 0 and kind == "whole":
        least = None
        greatest = plan
    shares = [F(1)]
    if kind in ("own bags", "one bag"):
        shares = random.choice(
            [[F(1, 2), F(1, 2)], [F(1, 10), F(3, 10), F(6, 10)], [F(2, 5), F(3, 5)]]
        )
    sizes = []
    if kind in ("whole", "least only") and index % 3 == 0:
        sizes = random.choice([[(10, 30), (30, 50)], [(10, 30), (30, 70), (55, 100)], [(5, 20)]])
    losses = []
    for _ in range(index % 5):
        which = random.choice("rqc")
        value = {
            "r": F(random.randint(300, 1000), 1000),
            "q": F(random.randint(0, 300), 1000),
            "c": F(random.randint(0, 5_000_000)),
        }[which]
        losses.append((which, value))
    loss = F(random.randint(0, 30), 10)
    return {
        "kind": kind, "least": least, "plan": plan, "greatest": greatest, "shares": shares,
        "density": density, "car": car, "step": step,
        "available": volume * F(random.randint(80, 160), 100) + (loss if index % 4 else 0),
        "dead": loss, "overfill": F(random.randint(0, 20), 10) if index % 2 else F(0),
        "sizes": [(F(a), F(b)) for a, b in sizes], "most_containers": random.randint(1, 4),
        "losses": losses,
    }


print(
    "kind,least,plan,greatest,shares,density,car,step,available,dead,overfill,sizes,most,losses,"
    "harvest,volumes,doses,fills,total"
)
for index in range(240):
    case = make(index)
    answer = solve(case)
    fields = [
        case["kind"], "" if case["least"] is None else case["least"], case["plan"],
        "" if case["greatest"] is None else case["greatest"],
        ";".join(text(x) for x in case["shares"]), text(case["density"]), text(case["car"]),
        text(case["step"]), text(case["available"]), text(case["dead"]), text(case["overfill"]),
        ";".join(f"{text(a)}-{text(b)}" for a, b in case["sizes"]), case["most_containers"],
        ";".join(f"{k}:{text(v)}" for k, v in case["losses"]),
        harvest(case["plan"], case["losses"]),
    ]
    if answer is None:
        fields += ["refused", "", "", ""]
    else:
        rows, total = answer
        fields += [
            ";".join(text(v) for v, _, _ in rows), ";".join(str(d) for _, d, _ in rows),
            ";".join("+".join(text(f) for f in fills) for _, _, fills in rows), total,
        ]
    print(",".join(str(f) for f in fields))
