"""Rehearsing an evening: when will covers come free for the first of a line that is called by rule?

Nobody can say when one table leaves, but how long parties of its size stay is known. So the evening
is played ahead a number of times: each party inside stays on for a time drawn from those recent stays
that were longer than its own so far, whoever leaves makes room, and the queue's own rule calls the
next. What most of the rehearsals agree on is the range. Chance begins at the same point each time, so
the same line is always told the same.

It takes a millisecond or so, for parties are plain lists here; the rule that calls them is the queue's own,
`choose` in admission.py.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from itertools import cycle
from random import Random
from typing import NamedTuple

from nowserving.domain.tickets.admission import choose, patience
from nowserving.domain.tickets.estimate import LONGEST_S, Range
from nowserving.domain.tickets.pace import Stays
from nowserving.domain.tickets.rules import Fit, QueueRules

PLACES = 16
"""How many places of a line are rehearsed."""
MOST_INSIDE = 40
"""With more parties inside, they come free so regularly that the formula serves."""
TIMES = 9
# How many deviations the range reaches to both sides of the mean, and what share of the mean nobody
# can foresee: with these, four waits of five end inside (docs/evidence/estimates.md).
_REACH = 1.45
_UNFORESEEN = 0.06
# Who has stayed longer than anybody lately stays on for about so much of a usual stay.
_ON_AND_ON = 0.15
_LATER = -1
"""The place of those who have not come yet."""


def _draws() -> list[list[float]]:
    """Return the numbers between 0 and 1 that each rehearsal draws.

    The first of all rehearsals are spread evenly, and so are the second, and so on (a Latin hypercube):
    a few rehearsals then have as little luck as many.
    """
    chance = Random(1)  # noqa: S311 - nobody gains by guessing it.
    columns = [chance.sample(range(TIMES), TIMES) for _ in range(251)]
    return [[(column[time] + 0.5) / TIMES for column in columns] for time in range(TIMES)]


_DRAWS = _draws()

Party = list[int]
"""A waiting party: its units, how many may still pass it, its place and its size."""


class Inside(NamedTuple):
    """A party that takes covers: its size, for how long it has been called, when its limit is over."""

    party_size: int
    for_s: float
    left_s: float | None = None


def rehearse(
    inside: Sequence[Inside], line: Sequence[tuple[int, int]], rules: QueueRules, stays: Stays
) -> tuple[Range | None, ...]:
    """Return the wait in seconds of each of the first places, None for a party that never fits.

    `line` has the size of each waiting party, in order, and how often it was passed.
    """
    evening = _Evening(inside, line[:PLACES], rules, stays)
    waits = [evening.play(time) for time in range(TIMES)]
    return tuple(_range([one[place] for one in waits]) for place in range(len(waits[0])))


def _range(waits: list[float]) -> Range | None:
    if max(waits) > LONGEST_S:
        return None
    mean = sum(waits) / TIMES
    variance = sum((wait - mean) ** 2 for wait in waits) / (TIMES - 1) + (_UNFORESEEN * mean) ** 2
    reach = _REACH * math.sqrt(variance)
    return Range(math.floor(max(mean - reach, 0.0)), math.ceil(mean + reach))


def called_from(line: list[Party], free: int, *, fill: bool) -> list[Party]:
    """Take from a line whom the rule calls into so many free units, and return them (see `choose`)."""
    places, passed = choose(free, line, fill=fill)
    called = [line[place] for place in places]
    for place, times in passed:
        line[place][1] -= times
    for place in reversed(places):
        del line[place]
    return called


class _Leaver(NamedTuple):
    """A party inside: the stays it may have in seconds, how long it has been there, how long it may be."""

    units: int
    mean_s: float
    parts: tuple[float, ...]
    so_far: float
    left_s: float


class _Evening:
    """One evening after the other, from the same beginning."""

    def __init__(
        self, inside: Sequence[Inside], line: Sequence[tuple[int, int]], rules: QueueRules, stays: Stays
    ) -> None:
        self._rules, self._stays, self._fill = rules, stays, rules.fit is Fit.FILL
        self._capacity = rules.capacity or 0
        self._free = self._capacity - sum(rules.units(one.party_size) for one in inside)
        self._inside = [self._leaver(one) for one in inside]
        self._line: list[Party] = [
            [rules.units(size), patience(rules, passed), place, size]
            for place, (size, passed) in enumerate(line)
        ]
        self._limits = {
            size: rules.service_limit(size) or math.inf for size in {*stays.sizes, *(one[0] for one in line)}
        }
        # Who may be passed must reckon with those who have not come yet. As many come as can leave.
        taken = sum(rules.units(size) * stays.mean_of(size) for size in stays.sizes) / len(stays.sizes)
        self._rate = max(self._capacity, 1) / max(taken, 1.0)
        self._chance: Callable[[], float] = cycle(_DRAWS[0]).__next__

    def play(self, time: int) -> list[float]:
        """Return after how many seconds each of the first in line is called; endless for who never fits."""
        self._chance = cycle(_DRAWS[time]).__next__
        line = [party.copy() for party in self._line if party[0] <= self._capacity]
        called = [math.inf] * len(self._line)
        missing, free, now = len(line), self._free, 0.0
        leaves = [(self._stays_on(one), one.units, 0) for one in self._inside]
        heapify(leaves)
        if self._fill:
            heappush(leaves, self._next_arrival(0.0))
        while True:
            for units, _, place, size in called_from(line, free, fill=self._fill):
                free -= units
                heappush(leaves, (now + self._stay(size), units, 0))
                if place != _LATER:
                    called[place] = now
                    missing -= 1
            if not missing or not leaves or now > LONGEST_S:
                return called
            now, units, later = heappop(leaves)
            if later:
                line.append([self._rules.units(later), patience(self._rules, 0), _LATER, later])
                heappush(leaves, self._next_arrival(now))
            else:
                free += units

    def _leaver(self, party: Inside) -> _Leaver:
        mean_s, parts = self._stays.mean_of(party.party_size), self._stays.parts
        so_far = party.for_s / mean_s
        left_s = math.inf if party.left_s is None else max(party.left_s, 0.0)
        longer = parts[bisect_right(parts, so_far) :]
        return _Leaver(self._rules.units(party.party_size), mean_s, longer, so_far, left_s)

    def _stays_on(self, one: _Leaver) -> float:
        if one.parts:
            more = one.parts[int(self._chance() * len(one.parts))] - one.so_far
        else:
            more = -math.log(1 - self._chance()) * _ON_AND_ON
        return min(more * one.mean_s, one.left_s)

    def _stay(self, size: int) -> float:
        parts = self._stays.parts
        stay = parts[int(self._chance() * len(parts))] * self._stays.mean_of(size)
        return min(stay, self._limits[size])

    def _next_arrival(self, now: float) -> tuple[float, int, int]:
        """Return when the next party comes, and its size in the last place: that of no one who leaves."""
        sizes = self._stays.sizes
        return now - math.log(1 - self._chance()) / self._rate, 0, sizes[int(self._chance() * len(sizes))]
