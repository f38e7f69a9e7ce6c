"""A third calculation of doses, like a spreadsheet: one row a case, one column after another.

Written from the written arithmetic alone (docs/theory/dose.md), with Python's exact fractions; it
shares no line with either Swift calculation. Rules, courses, bags and safety are put together from
lists, by hand where an edge matters and by a seeded draw elsewhere.
Run: python3 independent.py > independent.csv
"""
from decimal import Decimal
from fractions import Fraction as F
from math import ceil, floor, sqrt
from random import Random
from statistics import NormalDist


class Refused(Exception):
    pass


def nearest_down(x):
    """Nearest whole number; a half goes down."""
    return ceil(x - F(1, 2))


# ---------------------------------------------------------------- the columns of the spreadsheet

def holds(interval, x):
    low, high = interval.get("from"), interval.get("to")
    ok = True
    if low:
        ok = ok and (x >= low[1] if low[0] == ">=" else x > low[1])
    if high:
        ok = ok and (x <= high[1] if high[0] == "<=" else x < high[1])
    return ok


def amount(stated, w):
    """A stated amount ('2000000', kg or not) at a weight."""
    if stated is None:
        return None
    value, per_kg = stated
    if not per_kg:
        return value
    if w is None:
        raise Refused
    return value * w


def window(case):
    w = case["kg"]
    if w is None and any("from" in b or "to" in b for b in case["bands"]):
        raise Refused
    here = [b for b in case["bands"] if w is None or holds(b, w)]
    assert len(here) == 1
    b = here[0]
    tol = b.get("tol")
    target = amount(b.get("target"), w)
    least = amount(b.get("min"), w)
    most = amount(b.get("max"), w)
    if tol is not None:
        least, most = target * (1 - tol), target * (1 + tol)
    elif most is None:
        most = target
    ceiling = [x for x in (most, b.get("cap")) if x is not None]
    minimum = None if least is None else ceil(least)
    maximum = floor(min(ceiling)) if ceiling else None
    if maximum is not None and (maximum == 0 or (minimum or 0) > maximum):
        raise Refused
    if target is not None:
        target = floor(target if b.get("cap") is None else min(target, b["cap"]))
        target = max(target, minimum or 0)
    return minimum, target, maximum


def plan(case, minimum, target, maximum):
    choice = case["choice"]
    d = {"target": target, "minimum": minimum, "maximum": maximum}.get(choice, choice)
    if d is None or d == 0 or d < (minimum or 0) or (maximum is not None and d > maximum):
        raise Refused
    return d


def cut(d, shares):
    assert sum(shares) == 1
    marks = [floor(sum(shares[:k]) * d) for k in range(len(shares) + 1)]
    return [b - a for a, b in zip(marks, marks[1:])]


def portions(case, d, minimum, maximum):
    """Rows of (cells, least, most)."""
    kind, detail = case["course"]
    if kind == "single":
        return [(d, minimum, maximum)]
    if kind == "split":
        if case["blasts"] is None or case["choice"] != "target":
            raise Refused
        (regimen,) = [r for r in detail if holds(r, case["blasts"])]
        assert sum(regimen["cells"]) == d
        return [(c, None, c) for c in regimen["cells"]]
    return [
        (c, None if minimum is None else ceil(f * minimum),
         None if maximum is None else floor(f * maximum))
        for c, f in zip(cut(d, detail), detail)
    ]


def harvest(d, steps):
    n = F(d)
    for kind, x in reversed(steps):
        if kind == "recovery":
            if x == 0:
                raise Refused
            n = n / x
        elif kind == "share":
            if x == 1:
                raise Refused
            n = n / (1 - x)
        else:
            n = n + x
    return ceil(n)


def counted_density(bag):
    d = bag.get("viable", bag.get("total"))
    for share in bag["shares"]:
        d = d * share
    return d


def steps_drawn(bag, cells, least, most, n):
    d, step = counted_density(bag), bag["step"]
    s = d * step
    a = bag["have"] - n * (bag.get("dead", 0) + bag.get("over", 0))
    if a < 0 or a * d < (cells if least is None else least):
        raise Refused
    k = nearest_down(cells / s)
    if least is not None:
        k = max(k, ceil(least / s))
    if most is not None:
        k = min(k, floor(most / s))
    k = min(k, floor(a / step))
    if k == 0 or (least is not None and k * s < least):
        raise Refused
    return k


def drawn(bag, cells, least, most):
    """Steps in each container."""
    if "sizes" not in bag:
        return [steps_drawn(bag, cells, least, most, 1)]
    for n in range(1, bag.get("most", 1) + 1):
        k = steps_drawn(bag, cells, least, most, n)
        each = [k // n + 1] * (k % n) + [k // n] * (n - k % n)
        fills = [e * bag["step"] + bag.get("dead", 0) + bag.get("over", 0) for e in each]
        if any(all(lo <= f <= hi for f in fills) for lo, hi in bag["sizes"]):
            return each
    raise Refused


def row(case):
    out = {}
    minimum, target, maximum = out["window"] = window(case)
    w = case["kg"]
    rows, days = [], []
    if case["choice"] is not None:
        d = out["planned"] = plan(case, minimum, target, maximum)
        if case["harvest"] is not None:
            out["harvest"] = harvest(d, case["harvest"])
        parts = portions(case, d, minimum, maximum)
        bags = case["bags"]
        if not bags:
            rows = [(c, None, None, []) for c, _, _ in parts]
        elif len(bags) == len(parts):
            for (c, least, most), bag in zip(parts, bags):
                each = drawn(bag, c, least, most)
                k, more = sum(each), bag.get("dead", 0) + bag.get("over", 0)
                dose = floor(k * bag["step"] * counted_density(bag))
                rows.append((c, k * bag["step"], dose, [e * bag["step"] + more for e in each]))
                days.append([e * bag["step"] for e in each])
            out["dose"] = sum(r[2] for r in rows)
        else:
            assert len(bags) == 1 and case["course"][0] == "fractions"
            bag = bags[0]
            s = bag["step"] * counted_density(bag)
            whole = steps_drawn(bag, d, minimum, maximum, 1)
            marks = [0]
            for i in range(1, len(parts)):
                mark = min(nearest_down(sum(case["course"][1][:i]) * d / s), whole)
                marks.append(max(mark, marks[-1]))
            marks.append(whole)
            for (c, _, _), a, b in zip(parts, marks, marks[1:]):
                if a == b:
                    raise Refused
                rows.append((c, (b - a) * bag["step"], floor((b - a) * s), []))
                days.append([(b - a) * bag["step"]])
            out["dose"] = floor(whole * s)
    out["portions"] = rows
    if case["course"][0] == "components" and days:
        days = [sum(days, [])]
    safety = case["safety"]
    if safety is not None:
        if "copies" in safety and "car" in safety:
            out["copies"] = safety["copies"] / safety["car"]
        if days and w is not None:
            volume = max(sum(day) for day in days)
            out["mlkg"] = volume / w
            if "dmso" in safety:
                out["dmso"] = volume * safety["dmso"] / 1000 / w
            if "endotoxin" in safety:
                n = safety.get("perhour")
                hours = [sum(sorted(day, reverse=True)[:n]) for day in days]
                out["endotoxin"] = max(hours) * safety["endotoxin"] / w
    if case["errors"] and "dose" in out:
        d = out["dose"]
        u = sqrt(sum(float(e) ** 2 for e in case["errors"]))
        if u == 0:
            out["within"] = float((minimum or 0) <= d and (maximum is None or d <= maximum))
        else:
            phi = NormalDist().cdf
            upper = 1.0 if maximum is None else phi((maximum - d) / (u * d))
            lower = 0.0 if minimum is None else phi((minimum - d) / (u * d))
            out["within"] = upper - lower
    return out


# ---------------------------------------------------------------- the cases

def kg(x):
    return (F(x), True)


def cells(x):
    return (F(x), False)


RULES = {
    "per kg target with cap": [{"target": kg("2e6"), "cap": F("2e8")}],
    "per kg range with target and cap": [
        {"min": kg("1e6"), "target": kg("2e6"), "max": kg("2e6"), "cap": F("2e8")}],
    "per kg range with cap": [{"min": kg("0.5e6"), "max": kg("1e6"), "cap": F("1e8")}],
    "bands closed above": [
        {"to": ("<=", F(50)), "min": kg("0.2e6"), "max": kg("5e6")},
        {"from": (">", F(50)), "min": cells("1e7"), "max": cells("2.5e8")}],
    "bands open above": [
        {"to": ("<", F(50)), "min": kg("0.3e6"), "max": kg("1e6")},
        {"from": (">=", F(50)), "min": cells("3e7"), "max": cells("1e8")}],
    "bands with a target": [
        {"to": ("<=", F(100)), "min": kg("0.5e6"), "target": kg("0.75e6"), "max": kg("1e6")},
        {"from": (">", F(100)), "min": cells("0.5e8"), "target": kg("0.75e6"), "max": cells("1e8"),
         "cap": F("1e8")}],
    "three bands": [
        {"to": ("<", F(25)), "min": kg("0.4e6"), "target": kg("1.5e6"), "max": kg("3e6")},
        {"from": (">=", F(25)), "to": ("<=", F(80)), "min": kg("0.3e6"), "target": kg("1e6"),
         "max": kg("2e6"), "cap": F("123456789")},
        {"from": (">", F(80)), "min": cells("2.4e7"), "target": cells("8e7"),
         "max": cells("1.6e8")}],
    "flat range": [{"min": cells("3e8"), "max": cells("5.1e8")}],
    "flat range with target": [
        {"min": cells("2.6e8"), "target": cells("4.2e8"), "max": cells("5e8")}],
    "flat fixed": [{"target": cells("1e8")}],
    "fixed per kg": [{"target": kg("1e6")}],
    "fixed per kg with tolerance": [{"target": kg("1e6"), "tol": F("0.2")}],
    "tolerance with a cap": [{"target": kg("1.3e6"), "tol": F("0.15"), "cap": F("9.1e7")}],
    "minimum only": [{"min": kg("0.7e6")}],
    "minimum with cap": [{"min": kg("0.4e6"), "cap": F("7.5e7")}],
    "odd amounts": [
        {"min": (F(1000001, 3), True), "target": (F(7000001, 9), True),
         "max": (F(10000019, 7), True), "cap": F("87654321")}],
    "odd level": [{"target": kg("333333"), "tol": F(1, 3)}],
    "split": [{"target": cells("4.1e8")}],
}
EDGES = {
    "per kg target with cap": ["99.9", "100", "100.1"],
    "per kg range with target and cap": ["100", "130", "200", "200.0000001", "201"],
    "per kg range with cap": ["100", "199.9", "200", "200.0000001", "201"],
    "bands closed above": ["49.9999999", "50", "50.0000001"],
    "bands open above": ["49.9999999", "50", "50.0000001"],
    "bands with a target": ["100", "100.0000001", "133.3", "133.4"],
    "three bands": ["24.9", "25", "80", "80.1"],
    "minimum with cap": ["187.5", "187.6"],
    "tolerance with a cap": ["60.8", "70", "82.3", "82.4"],
}
SPLIT = [
    {"to": ("<=", F("0.2")), "cells": [100000000, 310000000]},
    {"from": (">", F("0.2")), "cells": [10000000, 400000000]}]
FRACTIONS = [
    [F(1, 10), F(3, 10), F(6, 10)], [F(1, 3), F(1, 3), F(1, 3)], [F(1, 2), F(1, 2)],
    [F(1, 7), F(2, 7), F(4, 7)], [F(1)]]
SHARES = [[F(1, 2), F(1, 2)], [F(2, 5), F(3, 5)], [F(1, 3), F(2, 3)]]


def weight(r):
    return F(Decimal(r.randint(25, 1400)) / 10) if r.random() < 0.7 else F(
        Decimal(r.randint(5000000, 1300000000)) / 10000000)


def a_bag(r, want, roomy=True):
    """A bag in which about `want` cells can be had."""
    car = F(r.randint(60, 750), 1000)
    density = F(r.randint(8, 700) * 10**5)
    bag = {}
    if r.random() < 0.5:
        bag["viable"], bag["shares"] = density, [car]
        if r.random() < 0.4:
            bag["shares"] = [F(r.randint(700, 999), 1000), car]
    else:
        bag["total"], bag["shares"] = density, [F(r.randint(700, 999), 1000), car]
        if r.random() < 0.4:
            bag["shares"].insert(1, F(r.randint(700, 999), 1000))
    bag["step"] = F(r.choice(["0.01", "0.1", "0.1", "0.5", "1", "0.03"]))
    # Enough for the dose most of the time, sometimes only just, sometimes not.
    need = want / counted_density(bag)
    bag["have"] = F(round(float(need) * 10 * r.choice([0.9, 1.01, 1.5, 3, 3, 3])) + 5, 10)
    if r.random() < 0.5:
        bag["dead"] = F(r.choice(["0.4", "1.5", "2"]))
    if r.random() < 0.3:
        bag["over"] = F(r.choice(["0.5", "1"]))
    more = bag.get("dead", 0) + bag.get("over", 0)
    bag["have"] += more * r.randint(0, 3)
    return bag


def with_sizes(r, bag, want):
    fill = float(want / counted_density(bag))
    top = max(1, round(fill * r.choice([0.4, 0.7, 1.2, 2])))
    bag["sizes"] = [
        (F(top, 5), F(top)), (F(top), F(2 * top)), (F(top, 2), F(3 * top, 2))][: r.randint(1, 3)]
    bag["most"] = r.choice([1, 2, 3, 6])
    return bag


def a_case(r, name, w):
    case = {
        "rule": name, "bands": RULES[name], "kg": w, "blasts": None, "course": ("single", None),
        "harvest": None, "bags": [], "safety": None, "errors": []}
    case["choice"] = r.choice(["target", "target", "minimum", "maximum", "amount", None])
    if name == "minimum only" or name == "split":
        case["choice"] = r.choice(["minimum", "amount"]) if name == "minimum only" else "target"
    try:
        low, aim, high = window(case)
    except Refused:
        return case | {"choice": "maximum"}
    if aim is None and case["choice"] == "target":
        case["choice"] = "maximum"
    if low is None and case["choice"] == "minimum":
        case["choice"] = "target"
    if case["choice"] == "amount":
        case["choice"] = r.randint(low or 1, high or 3 * low)
    if case["choice"] is None:
        return case
    d = plan(case, low, aim, high)
    if name == "split":
        case["course"] = ("split", SPLIT)
        case["blasts"] = F(r.choice(["0.05", "0.2", "0.2000001", "0.6"]))
    elif r.random() < 0.4:
        case["course"] = ("fractions", r.choice(FRACTIONS))
    elif r.random() < 0.35:
        case["course"] = ("components", r.choice(SHARES))
    if r.random() < 0.6:
        case["harvest"] = [
            r.choice([
                ("recovery", F(r.randint(40, 100), 100)), ("share", F(r.randint(0, 50), 1000)),
                ("cells", r.randint(0, 5000000))]) for _ in range(r.randint(0, 5))]
    if r.random() < 0.85:
        parts = portions(case, d, low, high)
        if case["course"][0] == "fractions" and r.random() < 0.6:
            case["bags"] = [a_bag(r, d)]
        else:
            case["bags"] = [a_bag(r, F(c)) for c, _, _ in parts]
            if r.random() < 0.5 and len(parts) > 0 and not (
                    case["course"][0] == "fractions" and len(parts) == 1):
                for bag, (c, _, _) in zip(case["bags"], parts):
                    with_sizes(r, bag, F(c))
        if r.random() < 0.75:
            s = {}
            if r.random() < 0.8:
                s["dmso"] = F(r.choice(["82.5", "55", "110"]))
            if r.random() < 0.8:
                s["endotoxin"] = F(r.choice(["0.5", "3.5", "0.07"]))
                if r.random() < 0.5:
                    s["perhour"] = r.choice([1, 2])
            if r.random() < 0.6:
                s["copies"], s["car"] = F(r.randint(2, 60), 10), F(r.randint(100, 900), 1000)
            case["safety"] = s
        if r.random() < 0.75:
            case["errors"] = [F(r.randint(0, 250), 1000) for _ in range(r.randint(1, 5))]
    return case


def cases():
    r = Random(20261121)
    for name, weights in EDGES.items():
        for w in weights:
            yield a_case(r, name, F(w))
    names = list(RULES)
    for index in range(190):
        name = names[index % len(names)]
        yield a_case(r, name, weight(r))
    # No weight where none is needed, and where one is.
    for name in ("flat range", "flat fixed", "split", "fixed per kg", "bands closed above"):
        if name in ("fixed per kg", "bands closed above"):
            yield a_case(r, name, F(60)) | {"kg": None}
        else:
            yield a_case(r, name, None)
    # Exactly no error, and a split whose blasts are unknown or whose dose is another.
    base = {
        "rule": "flat range", "bands": RULES["flat range"], "kg": F(70), "blasts": None,
        "course": ("single", None), "harvest": [], "safety": None, "errors": [F(0)],
        "choice": "minimum", "bags": [
            {"viable": F("2e7"), "shares": [F(1, 2)], "step": F("0.1"), "have": F(40)}]}
    yield base
    split = base | {
        "rule": "split", "bands": RULES["split"], "course": ("split", SPLIT), "bags": [],
        "errors": [], "choice": "target"}
    yield split
    yield split | {"blasts": F("0.1"), "choice": "maximum"}
    # A tie of steps goes down; a bag that holds the dose exactly; one cell short.
    tie = {"viable": F("1e7"), "shares": [F(1, 2)], "step": F("0.2"), "have": F(40)}
    flat = base | {"bands": RULES["flat range with target"], "rule": "flat range with target"}
    small = [{"min": cells("1e7"), "max": cells("9e7")}]
    yield flat | {"bands": small, "choice": 50500000, "bags": [tie]}
    yield flat | {"bands": small, "choice": 50500001, "bags": [tie]}
    exact = {"viable": F("1e7"), "shares": [F(1, 2)], "step": F("0.1"), "have": F("12.5"),
             "dead": F("1.5"), "over": F(1)}
    yield flat | {"bands": small, "choice": "minimum", "bags": [exact | {"have": F("4.5")}]}
    yield flat | {"bands": small, "choice": "minimum", "bags": [exact | {"have": F("4.4999999")}]}
    yield flat | {"bands": small, "choice": "maximum", "bags": [exact]}
    # Containers at the very ends of their sizes.
    for low, high in (("4.5", "4.5"), ("4.5000001", "9"), ("1", "4.4999999"), ("1", "3.5")):
        sized = exact | {"sizes": [(F(low), F(high))], "most": 2, "have": F(30)}
        yield flat | {"bands": small, "choice": "minimum", "bags": [sized]}
    # A fraction too small for a step.
    yield flat | {
        "bands": small, "choice": 10000000, "course": ("fractions", [F(1, 100), F(99, 100)]),
        "bags": [tie]}
    # Many digits: beyond 128 bits when nothing is cancelled.
    for w in ("61.728394506172839", "33.333333333333333"):
        yield base | {
            "bands": [{"min": (F(1000000007, 998244353) * 10**6, True),
                       "max": (F(2147483647, 1000000009) * 10**6, True)}],
            "rule": "many digits", "kg": F(w), "choice": "maximum",
            "course": ("fractions", [F(1, 3), F(1, 7), F(11, 21)]),
            "harvest": [("recovery", F("0.7123456789")), ("share", F("0.0123456789")),
                        ("cells", 1234567), ("recovery", F("0.9876543211"))],
            "safety": {"dmso": F("82.123456789"), "endotoxin": F("0.123456789")},
            "errors": [F("0.1"), F("0.0123456789")], "bags": [
                {"total": F("12345678.912345"), "step": F("0.013"), "have": F("41.234567891"),
                 "shares": [F("0.912345678"), F("0.987654321"), F("0.312345679")],
                 "dead": F("0.123456789")}]}


# ---------------------------------------------------------------- as text

def number(x):
    return "" if x is None else str(x)


def stated(x):
    return f"{x[0]}/kg" if x[1] else f"{x[0]}"


def interval(b):
    return [f"{side}{b[side][0]}{b[side][1]}" for side in ("from", "to") if side in b]


def band(b):
    parts = interval(b)
    parts += [f"{k}={stated(b[k])}" for k in ("min", "target", "max") if k in b]
    return " ".join(parts + [f"{k}={b[k]}" for k in ("cap", "tol") if k in b])


def bag_text(b):
    parts = [f"{k}={b[k]}" for k in ("viable", "total", "step", "have", "dead", "over", "most")
             if k in b]
    parts.append("shares=" + "*".join(map(str, b["shares"])))
    if "sizes" in b:
        parts.append("sizes=" + "+".join(f"{lo}..{hi}" for lo, hi in b["sizes"]))
    return " ".join(parts)


def course_text(kind, detail):
    if kind == "single":
        return kind
    if kind == "split":
        return "split " + "|".join(
            ":".join(interval(x) + ["+".join(map(str, x["cells"]))]) for x in detail)
    return kind + " " + " ".join(map(str, detail))


def line(case):
    ask = [
        case["rule"], "|".join(map(band, case["bands"])), number(case["kg"]),
        number(case["choice"]), course_text(*case["course"]), number(case["blasts"]),
        "" if case["harvest"] is None else
        " ".join(f"{k}={x}" for k, x in case["harvest"]) or "none",
        "|".join(map(bag_text, case["bags"])),
        "" if case["safety"] is None else
        " ".join(f"{k}={x}" for k, x in case["safety"].items()) or "none",
        " ".join(map(str, case["errors"]))]
    try:
        out = row(case)
    except Refused:
        return ask + ["refused"] + [""] * 14
    rows = out["portions"]
    listed = lambda i: " ".join(str(p[i]) for p in rows if p[i] is not None)
    return ask + [number(x) for x in out["window"]] + [
        number(out.get("planned")), listed(0), listed(1), listed(2),
        "|".join(" ".join(map(str, p[3])) for p in rows), number(out.get("harvest")),
        number(out.get("dose")), number(out.get("mlkg")), number(out.get("dmso")),
        number(out.get("endotoxin")), number(out.get("copies")),
        "" if "within" not in out else repr(out["within"])]


print("rule,bands,kilograms,choice,course,blasts,harvest steps,bags,safety,errors,minimum,target,"
      "maximum,planned,portions,volumes,portion doses,fills,harvest,dose,mL/kg,DMSO g/kg,"
      "endotoxin EU/kg,copies per CAR+,within")
for case in cases():
    print(",".join(line(case)))
