"""Recomputes, without the package, what ArithmeticTests and FlowTests compare with.

Needs Python 3 and PyYAML. Run: python3 facility_arithmetic.py ../../../data/facilities
"""
import heapq, math, random, sys
from fractions import Fraction
import yaml


def erlang_c(a, c):  # by the sum of the state probabilities, not by the recursion
    a = Fraction(a).limit_denominator(10**9)
    term, total = Fraction(1), Fraction(0)
    for k in range(c):
        total += term
        term = term * a / (k + 1)
    last = term * c / (c - a)
    return float(last / (total + last))


def mmc(a, c, s):
    return erlang_c(a, c) * s / (c - a)


def mdc(a, c, s):
    r = a / c
    return mmc(a, c, s) / 2 * (1 + (1 - r) * (c - 1) * (math.sqrt(4 + 5 * c) - 2) / (16 * r * c))


def kimura(a, c, s, cs2):
    return (1 + cs2) / (2 * cs2 / mmc(a, c, s) + (1 - cs2) / mdc(a, c, s))


def shift_queue(rates, hours, servers, days=300_000, seed=7):
    """First come first served at teams that hold an operation until it fits into 08:00-18:00."""
    rnd, free, now = random.Random(seed), [0.0] * servers, 0.0
    sums = [[0, 0.0] for _ in rates]
    while now < days:
        now += rnd.expovariate(sum(rates))
        kind = 0 if rnd.random() * sum(rates) < rates[0] else 1
        ready = max(now, heapq.heappop(free))
        day, clock = math.floor(ready), (ready % 1) * 24
        if clock < 8 - 1e-6:
            clock = 8
        if clock + hours[kind] > 18 + 1e-6:
            day, clock = day + 1, 8
        begin = day + clock / 24
        heapq.heappush(free, begin + hours[kind] / 24)
        sums[kind][0] += 1
        sums[kind][1] += begin - now
    return [s / n for n, s in sums]


def share(text):
    return float(str(text).split("%")[0]) / 100


def number(text):
    return float(str(text).split()[0])


def flow(stream, doc):
    """Follows every branch of one patient by its probability."""
    product = doc["products"][stream["product"]]
    f = product.get("failure", {})
    rate = number(stream["rate"]) / 365
    leave = product.get("drop_out", {})
    out = dict(started=0.0, collections=0.0, starts=0.0, ended=0.0, harvests=0.0, tests=0.0,
               released=0.0, infused=0.0, lost=0.0)
    mix = stream.get("diseases") or {None: "100 %"}

    def attempt(p, k, factor, drop, fresh):
        if p < 1e-13:
            return
        m = factor * (number(f.get("again", 1)) if k > 1 else 1)
        out["starts"] += p
        out["collections"] += p if fresh else 0

        def failed(q, harvested):
            inf = share(f.get("infused", 0)) if harvested else 0
            infuse(q * inf)
            back, new = share(f.get("retained", 0)), share(f.get("recollected", 0))
            if "attempts" in f and k >= number(f["attempts"]):
                back = new = 0
            out["lost"] += q * (1 - inf - back - new)
            attempt(q * back, k + 1, factor, drop, False)
            attempt(q * new, k + 1, factor, drop, True)

        def infuse(q):
            out["infused"] += q * (1 - share(leave.get("before_infusion", 0)) * drop)

        e = p * share(f.get("culture", 0)) * m
        h = p - e
        o = h * share(f.get("harvest", 0)) * m
        t = h - o
        q = t * share(f.get("quality", 0)) * m
        out["ended"] += e
        out["harvests"] += h
        out["tests"] += t
        out["released"] += t - q
        infuse(t - q)
        failed(e, False)
        failed(o, True)
        failed(q, True)

    for name, part in mix.items():
        d = doc.get("diseases", {}).get(name, {})
        p = rate * share(part) * (
            1 - share(leave.get("before_start", 0)) * number(d.get("drop_out", 1)))
        out["started"] += p
        attempt(p, 1, number(d.get("failure", 1)), number(d.get("drop_out", 1)), True)
    return {k: round(v * 365, 6) for k, v in out.items()}


if __name__ == "__main__":
    for a, c, s in ((4, 5, 1), (21.6, 24, 9), (29.408, 32, 10), (30.4, 32, 10)):
        print("kimura", a, c, s, round(mmc(a, c, s), 9), round(mdc(a, c, s), 9),
              round(kimura(a, c, s, 0.0225), 9))
    lam = 1000 / 365 * 1.053
    print("table", [round(kimura(lam * 10.65, c, 10.65, (1.35 / 10.65) ** 2), 6)
                    for c in (32, 33, 34, 36)])
    lam = 1000 / 365 / 0.95
    print("shift", [round(w, 4) for w in shift_queue([lam, lam], [4, 5], 4)])
    for name in sys.argv[1:] and ("fac1", "hospital_one_prodigy", "regional_250", "plant_1000"):
        doc = yaml.safe_load(open(f"{sys.argv[1]}/{name}.yaml"))
        for stream, value in doc["arrivals"].items():
            print("flow", name, stream, flow(value, doc))
