"""How long a guest will probably wait: always a range, and "unknown" where we do not know.

The model: `c` desks serve one line, and a guest with `n` ahead is called at the (n+1)-th time that a
desk comes free. Each desk is, on average, half-way through somebody, so k = n + 1/2 service times
lie before that call, shared by c desks:

    middle = k · mean / c         spread = sqrt(k) · deviation / c

The sum of k independent times has k times the mean and sqrt(k) times the deviation of one (central
limit theorem); the range is the middle four fifths of that normal distribution, ± 1.2816 spreads.
Service times are skewed, so the mean is not the median. Swanson's rule takes it from three
percentiles: 0.3 · p10 + 0.4 · median + 0.3 · p90. The deviation is (p90 − p10) / 2.5631, as it is in
a normal distribution. Both ends are rounded outwards to half minutes: nobody should read more
precision than there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

STEP_S = 30
LONGEST_S = 24 * 60 * 60
ENOUGH_SAMPLES = 5

_Z80 = 1.2816


class Pace(NamedTuple):
    """How long a service takes: median, 10th and 90th percentile in seconds, from so many services."""

    median_s: float
    p10_s: float
    p90_s: float
    samples: int


class Range(NamedTuple):
    """From so many to so many seconds."""

    low_s: int
    high_s: int


def pace_from(durations: Iterable[float], expected_s: int | None = None) -> Pace | None:
    """Return the pace of recent service times in seconds, or None if nothing is known.

    With fewer than five the expected time, if one is set, stands in for those that are missing,
    and the spread is at least from half to twice the median: two services prove no precision.
    """
    measured = sorted(duration for duration in durations if 0 <= duration <= LONGEST_S)
    samples = len(measured)
    if expected_s is not None and samples < ENOUGH_SAMPLES:
        measured = sorted(measured + [float(expected_s)] * (ENOUGH_SAMPLES - samples))
    if not measured:
        return None
    median, low, high = (_percentile(measured, part) for part in (0.5, 0.1, 0.9))
    if samples < ENOUGH_SAMPLES:
        low, high = min(low, median / 2), max(high, median * 2)
    return Pace(median, low, high, samples)


def estimate(ahead: int, pace: Pace | None, desks: int) -> Range | None:
    """Return how long a guest with so many ahead will wait, or None if that is unknown.

    Unknown without a pace, without an open desk, and beyond a day, where a number would be nonsense.
    """
    if pace is None or desks < 1:
        return None
    services = max(ahead, 0) + 0.5
    mean = 0.3 * pace.p10_s + 0.4 * pace.median_s + 0.3 * pace.p90_s
    deviation = (pace.p90_s - pace.p10_s) / (2 * _Z80)
    middle = services * mean / desks
    reach = _Z80 * math.sqrt(services) * deviation / desks
    if middle + reach > LONGEST_S:
        return None
    low = STEP_S * math.floor(max(middle - reach, 0.0) / STEP_S)
    return Range(low, STEP_S * max(math.ceil((middle + reach) / STEP_S), 1))


def _percentile(ordered: list[float], part: float) -> float:
    """Return a percentile of sorted values, between two of them by straight line."""
    place = part * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
