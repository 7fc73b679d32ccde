"""Averages with how many they are made of: three visits are no statistics, and none is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, sqrt


@dataclass(frozen=True, slots=True)
class Figures:
    """What some durations tell, in seconds: their number, mean, spread and 90th percentile."""

    count: int
    mean_s: float
    spread_s: float
    p90_s: float


def figures(durations_s: Iterable[float]) -> Figures | None:
    """Return what durations tell, or None where there is none: that is unknown, and not zero.

    The 90th percentile is by nearest rank, so it is a duration that somebody really had.
    """
    found = sorted(durations_s)
    if not found:
        return None
    mean = sum(found) / len(found)
    spread = sqrt(sum((one - mean) ** 2 for one in found) / len(found))
    return Figures(len(found), mean, spread, found[ceil(0.9 * len(found)) - 1])


def over(lasted_s: float, limit_s: int | None) -> bool:
    """Tell whether something took longer than it was told or meant to; what nobody limited never does."""
    return limit_s is not None and lasted_s > limit_s
