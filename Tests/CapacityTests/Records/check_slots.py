#!/usr/bin/env python3
"""Checks slot plans in exact arithmetic and prints the records of SlotRecords.swift.

It knows only the definitions: no code and no data structure of the planner. Every probability is
the decimal number as written, every sum a fraction. Usage: check_slots.py > SlotRecords.swift
"""
from fractions import Fraction as F

LAWS = [
    dict(zip(range(6, 16), map(F, [
        "0.004047014244347376", "0.04958919404128919", "0.18367368543167215",
        "0.29251457189092633", "0.25291908356767234", "0.13964382702039743",
        "0.05526067941951243", "0.017037729541702854", "0.004351006853351382",
        "0.0009632079891285111"]))),
    dict(zip(range(8, 13), map(F, ["0.1", "0.2", "0.3", "0.2", "0.2"]))),
]
WEEK = [F(24)] * 5 + [F(12)] * 2
QC, START, HARVEST, WINDOW = 1, 4, 5, 21


def check(name, rows, starts, devices, alpha):
    patients = [tuple(map(int, r.split(","))) for r in rows.split()]
    cost = 0
    use, hours = {}, {}
    for (_, release, due, weight, law, committed), start in zip(patients, starts):
        assert committed < 0 or start == committed, "a committed start moved"
        assert release <= start <= release + WINDOW, "outside the window"
        late = sum(p * max(0, start + k + QC - due) for k, p in LAWS[law].items())
        exact = 100 * (weight * late + F(1, 20) * (start - release))
        cost += (exact + F(1, 2)).__floor__()
        hours[start] = hours.get(start, 0) + START
        for age in range(0, max(LAWS[law]) + 1):
            p = sum(q for k, q in LAWS[law].items() if k >= age)
            use.setdefault(start + age, []).append(p)
            hours[start + age] = hours.get(start + age, 0) + HARVEST * LAWS[law].get(age, 0)
    most, over = F(0), F(0)
    for day, probabilities in use.items():
        most = max(most, sum(probabilities))
        mass = [F(1)]
        for p in probabilities:
            p = min(p, F(1))
            mass = [a * (1 - p) + b * p for a, b in zip(mass + [0], [0] + mass)]
        over = max(over, sum(mass[devices + 1:]))
    room = min(WEEK[day % 7] - h for day, h in hours.items())
    if alpha is None:
        assert most <= devices + F(1, 10**9), most
    else:
        assert over <= F(alpha) + F(1, 10**9), float(over)
    assert room >= -F(1, 10**9), room
    print(f"    Record(\n      name: \"{name}\", devices: {devices}, "
          f"alpha: {alpha or 'nil'},\n      patients: [")
    for p in patients:
        print("        [" + ", ".join(map(str, p)) + "],")
    print(f"      ],\n      starts: [{', '.join(map(str, starts))}],")
    print(f"      cost: {cost}, mostInUse: {float(most)!r}, over: {float(over)!r},"
          f" leastRoom: {float(room)!r}),")


def main():
    import pathlib
    here = pathlib.Path(__file__).parent
    print("// Made by Records/check_slots.py; not written by hand.")
    print("// swift-format-ignore-file\n")
    print("/// Plans that the planner found, and what exact arithmetic in Python says of them.")
    print("struct SlotRecord: Sendable {")
    print("  let name: String\n  let devices: Int\n  let alpha: Double?")
    print("  /// Number, release, due, weight, law, committed start or -1.")
    print("  let patients: [[Int]]\n  let starts: [Int]\n  let cost: Int")
    print("  let mostInUse: Double\n  let over: Double\n  let leastRoom: Double\n")
    print("  typealias Record = SlotRecord\n  static let all: [SlotRecord] = [")
    for line in (here / "slots.txt").read_text().split("\n\n"):
        head, starts, *rows = line.strip().split("\n")
        name, devices, alpha = head.split(";")
        check(name, "\n".join(rows), list(map(int, starts.split(","))), int(devices),
              None if alpha == "-" else alpha)
    print("  ]\n}")


main()
