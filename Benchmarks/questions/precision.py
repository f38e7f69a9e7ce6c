"""At which tolerance does a tool achieve a given error? Scanned, then interpolated on log scales."""

import math

# Relative tolerances tried: a third of a decade apart, loose to tight.
SCAN = [10 ** (-k / 3) for k in range(9, 42)]


def scan(target, error_at):
    """(tolerance, error) pairs, loose to tight, until three errors in turn are at most the target."""
    points, met = [], 0
    for tolerance in SCAN:
        error = error_at(tolerance)
        points.append((tolerance, error))
        met = met + 1 if error <= target else 0
        if met == 3:
            break
    return points


def envelope(points):
    """(tolerance, error) pairs, loose to tight, each error raised to that of any tighter one.

    A tool is believed to achieve an error at a tolerance only when it does so at every tighter
    tolerance too, so a lucky cancellation does not count.
    """
    worst, raised = 0.0, []
    for tolerance, error in sorted(points):
        worst = max(worst, error)
        raised.append((tolerance, worst))
    return raised[::-1]


def tolerance_for(target, points):
    """The loosest tolerance at which the error is the target, None when none scanned is as good.

    Where the tightest errors stand at round-off, above the target, there is none either.
    """
    rows = envelope(points)
    for (loose, above), (tight, below) in zip(rows, rows[1:]):
        if above > target >= below:
            part = math.log(target / below) / math.log(above / below) if below > 0 else 1
            return math.exp(math.log(tight) + part * math.log(loose / tight))
    return rows[0][0] if rows and rows[0][1] <= target else None


def settle(target, points, error_at):
    """The interpolated tolerance, tightened by tenths until the error there is the target or less.

    The worst error of many parameter sets is not a smooth function of the tolerance.
    """
    tolerance = tolerance_for(target, points)
    while tolerance is not None and error_at(tolerance) > target:
        tolerance = tolerance * 0.9 if tolerance > SCAN[-1] else None
    return tolerance


def value_at(target, points):
    """A cost interpolated at a target error, from (error, cost) pairs in order of tightness.

    Between the last pair above the target and the first at or below it. Where the loosest is
    better than asked its own cost; None where the target is not reached.
    """
    rows = [(e, c) for e, c in points if e > 0 and c > 0]
    if rows and rows[0][0] <= target:
        return rows[0][1]
    for (above, cheap), (below, dear) in zip(rows, rows[1:]):
        if above > target >= below:
            part = math.log(above / target) / math.log(above / below)
            return math.exp(math.log(cheap) + part * math.log(dear / cheap))
    return None
