#!/usr/bin/env python3
"""Windows of the shipped rules at, beside and away from every edge, in exact fractions.

The rules below were typed from the sources, not taken from data/products, so that a slip in a file
or in its reader shows. Run: python3 rule_edges.py > rule_edges.csv
"""

from fractions import Fraction as F
from math import ceil, floor

M = 10**6


def band(lo=None, lo_in=False, hi=None, hi_in=False, least=None, aim=None, most=None, cap=None,
         tol=None):
    return dict(lo=lo, lo_in=lo_in, hi=hi, hi_in=hi_in, least=least, aim=aim, most=most, cap=cap,
                tol=tol)


def kg(x):  # cells per kg
    return (F(str(x)), True)


def flat(x):  # cells
    return (F(str(x)), False)


kymriah = [band(hi=50, hi_in=True, least=kg(200000), most=kg(5 * M)),
           band(lo=50, least=flat(10 * M), most=flat(250 * M))]
adult = [band(least=flat(60 * M), most=flat(600 * M))]
kite_us = [band(aim=kg(2 * M), cap=200 * M)]
kite_eu = [band(hi=100, least=kg(M), aim=kg(2 * M), most=kg(2 * M)),
           band(lo=100, lo_in=True, least=kg(M), aim=kg(2 * M), cap=200 * M)]

RULES = {
    "kymriah-us-ball": kymriah, "kymriah-eu-ball": kymriah,
    "kymriah-us-lbcl": adult, "kymriah-us-fl": adult, "kymriah-eu-dlbcl": adult,
    "kymriah-eu-fl": adult, "kymriah-jp-dlbcl": adult,
    "yescarta-us-lbcl": kite_us, "yescarta-us-lbcl-2l": kite_us, "yescarta-us-fl": kite_us,
    "tecartus-us-mcl": kite_us,
    **{f"yescarta-{j}-{i}": kite_eu for j in ("eu", "gb") for i in ("lbcl", "lbcl-2l", "fl")},
    "tecartus-eu-mcl": kite_eu, "tecartus-gb-mcl": kite_eu,
    "breyanzi-us-lbcl": [band(least=flat(50 * M), most=flat(110 * M))],
    "breyanzi-eu-lbcl": [band(least=flat(44 * M), aim=flat(100 * M), most=flat(120 * M))],
    "abecma-us-mm": [band(least=flat(300 * M), most=flat(510 * M))],
    "abecma-eu-mm": [band(least=flat(260 * M), aim=flat(420 * M), most=flat(500 * M))],
    "carvykti-us-mm": [band(least=kg(500000), most=kg(M), cap=100 * M)],
    "carvykti-eu-mm": [
        band(hi=100, hi_in=True, least=kg(500000), aim=kg(750000), most=kg(M), cap=100 * M),
        band(lo=100, least=flat(50 * M), aim=kg(750000), most=flat(100 * M), cap=100 * M)],
    "aucatzyl-us-all": [band(aim=flat(410 * M))],
    "fucaso-cn-mm": [band(aim=kg(M))],
    "carteyva-cn-mcl": [band(aim=flat(100 * M))],
    "inaticabtagene-cn-pall": [band(aim=kg(M), tol=F(1, 5))],
    "satricabtagene-cn-gc": [band(aim=flat(250 * M))],
    "prodigy-nct05779930": [band(hi=50, least=kg(300000), most=kg(M)),
                            band(lo=50, lo_in=True, least=flat(30 * M), most=flat(100 * M))],
    "ari0001-es-all": [band(least=kg(400000), most=kg(5 * M))],
    "ari0002h-es-mm": [band(aim=kg(3 * M))],
    "nexcar19-in-nhl": [band(least=kg(5 * M))],
    "nexcar19-in-ped:A": [band(aim=kg(M))],
    "nexcar19-in-ped:B": [band(least=kg(3 * M), most=kg(5 * M))],
    "nexcar19-in-ped:C": [band(least=kg(10 * M), most=kg(15 * M))],
    "opbg-it-allo": [band(least=kg(M), most=kg(3 * M))],
}


def inside(b, w):
    if b["lo"] is not None and not (w >= b["lo"] if b["lo_in"] else w > b["lo"]):
        return False
    return b["hi"] is None or (w <= b["hi"] if b["hi_in"] else w < b["hi"])


def times(amount, w):
    return amount[0] * w if amount[1] else amount[0]


def window(bands, w):
    (b,) = [b for b in bands if inside(b, w)]
    least = times(b["least"], w) if b["least"] else None
    most = times(b["most"], w) if b["most"] else None
    if b["aim"]:
        aim = times(b["aim"], w)
        if least is None and b["tol"] is not None:
            least = aim * (1 - b["tol"])
        if most is None:
            most = aim * (1 + (b["tol"] or 0))
    if b["cap"] is not None:
        most = b["cap"] if most is None else min(most, b["cap"])
    low = None if least is None else ceil(least)
    high = None if most is None else floor(most)
    if high is not None and (high == 0 or (low is not None and low > high)):
        return None
    goal = None
    if b["aim"]:
        goal = floor(aim if b["cap"] is None else min(aim, b["cap"]))
        goal = goal if low is None else max(goal, low)
    return low, goal, high


def show(w):
    text = f"{float(w):.9f}".rstrip("0").rstrip(".")
    assert F(text) == w
    return text


TINY, TENTH = F(1, 10**9), F(1, 10)
print("product,level,kg,minimum,target,maximum")
for key, bands in sorted(RULES.items()):
    name, _, level = key.partition(":")
    points = {F(2), F("7.3"), F("12.345"), F(70), F(200), 200 + TINY, F(201), F(300)}
    for b in bands:
        for edge in (b["lo"], b["hi"]):
            if edge is not None:
                points |= {F(edge) + d for d in (-TENTH, -TINY, 0, TINY, TENTH)}
    for w in sorted(points):
        found = window(bands, w)
        cells = ["refused"] * 3 if found is None else ["" if c is None else str(c) for c in found]
        print(",".join([name, level, show(w)] + cells))
