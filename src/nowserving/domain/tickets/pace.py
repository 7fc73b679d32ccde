"""What tickets that have ended lately tell about the next ones: how long, how evenly, how many stay."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeGuard

from nowserving.domain.tickets.estimate import LONGEST_S
from nowserving.domain.tickets.rules import QueueRules
from nowserving.domain.tickets.ticket import State

RECENT = 100
"""How many ended tickets of a queue are looked at."""
ENOUGH = 5
MANY = 20
KNOWN = 3
"""With fewer visits, and no expected time, nothing is known yet."""

# What is believed before anything is measured, and how many visits it takes to unlearn half of it.
_USUAL_VARIATION = 0.5
_USUAL_STAYS = 1.0
_BELIEF = 4
_USUAL_SIZE = 2
# A party uses about so much of the time that it is allowed.
_OF_LIMIT = 0.8
_WITHOUT_CALL = frozenset({State.LEFT, State.CANCELLED})
_SPREAD = (1.0, 0.8, 1.2, 0.9, 1.1)


class Ended(NamedTuple):
    """As much of an ended ticket as estimates are made of."""

    ticket_id: int
    taken_s: float | None
    """From the call to the end; None for one that left the line without being called."""
    party_size: int
    at: int
    came: bool
    """False for a no-show, which takes a desk's time as well."""


def ended_from(
    ticket_id: int, state: str, called_at: int | None, ended_at: int, party_size: int
) -> Ended | None:
    """Return what an ended ticket tells, instants in µs; None where nobody knows how it went.

    One that was called and then left, or was set aside for hours and cancelled, took nobody knows how much.
    """
    if (state in _WITHOUT_CALL) != (called_at is None):
        return None
    taken_s = None if called_at is None else (ended_at - called_at) / 1_000_000
    return Ended(ticket_id, taken_s, party_size, ended_at, came=state == State.DONE)


class Learnt(NamedTuple):
    """What recent tickets tell; times in seconds."""

    mean_s: float
    variation: float
    stays: float
    median_s: float
    samples: int


class Stays(NamedTuple):
    """How long parties stay: the mean by party size, and a sorted list of stays as parts of their mean."""

    mean_s: dict[int, float]
    overall_s: float
    parts: tuple[float, ...]
    sizes: tuple[int, ...]

    @property
    def usual_size(self) -> int:
        """Return the size in the middle of those that came lately."""
        return sorted(self.sizes)[len(self.sizes) // 2]

    def mean_units(self, units: Callable[[int], int]) -> float:
        """Return how many units a party takes that is met inside, on average."""
        times = [(units(size), self.mean_of(size)) for size in self.sizes]
        return sum(of * time for of, time in times) / sum(time for _, time in times)

    def mean_of(self, size: int) -> float:
        """Return the mean stay of parties of a size, in seconds."""
        return self.mean_s.get(size, self.overall_s)


def learnt(ended: Iterable[Ended], expected_s: float | None = None) -> Learnt | None:
    """Return what tickets tell, or None while nothing is known.

    With fewer than five visits the expected time, if one is set, stands in for those that are missing.
    """
    known = list(ended)
    # Sorted, so that the same tickets tell the same to the last digit, in whatever order they come.
    times = sorted(one.taken_s for one in known if _is_time(one.taken_s))
    samples = len(times)
    if expected_s is not None:
        times += [float(expected_s)] * (ENOUGH - samples)
    elif samples < KNOWN:
        return None
    mean = sum(times) / len(times)
    square = mean * mean
    # The square of a very small mean is zero.
    squares = sum((time - mean) ** 2 for time in times) / square if square else 0.0
    visits = sorted(one.taken_s for one in known if one.came and _is_time(one.taken_s))
    gone = sum(one.taken_s is None for one in known)
    return Learnt(
        round(mean, 1),
        round((squares + _BELIEF * _USUAL_VARIATION) / (len(times) - 1 + _BELIEF), 3),
        round((samples + _BELIEF * _USUAL_STAYS) / (samples + gone + _BELIEF), 3),
        round(_middle(visits or [mean]), 1),
        samples,
    )


def stays_from(ended: Iterable[Ended], expected_of: Callable[[int], float | None]) -> Stays | None:
    """Return how long parties stay by their size, or None while nothing is known.

    `expected_of` says how long a party of a size is expected to stay, in seconds. That stands in until
    twenty have been seen, for those who leave first on an evening are those who stay shortest. The mean
    of a size that was seldom seen leans to that of all.
    """
    found = sorted((one.taken_s, one.party_size) for one in ended if _is_time(one.taken_s))
    taken = [(size, time) for time, size in found]
    sizes = [size for size, _ in taken] or [_USUAL_SIZE]
    for place in range(MANY - len(taken)):
        size = sizes[place % len(sizes)]
        expected_s = expected_of(size)
        if expected_s is not None:
            taken.append((size, expected_s * _SPREAD[place % len(_SPREAD)]))
    if len(taken) < KNOWN:
        return None
    overall = max(sum(time for _, time in taken) / len(taken), 1.0)
    means: dict[int, float] = {}
    for size in {size for size, _ in taken}:
        own = [time for of, time in taken if of == size]
        means[size] = (sum(own) + overall) / (len(own) + 1)
    parts = tuple(sorted(time / means[size] for size, time in taken))
    return Stays(means, overall, parts, tuple(size for size, _ in taken))


def expected_stay(rules: QueueRules, size: int) -> float | None:
    """Return how long a party is expected to stay, in seconds: as set, or most of what it is allowed."""
    limit_s = rules.service_limit(size)
    return rules.expected_service_s or (None if limit_s is None else limit_s * _OF_LIMIT)


def _is_time(taken_s: float | None) -> TypeGuard[float]:
    return taken_s is not None and 0 <= taken_s <= LONGEST_S


def _middle(ordered: Sequence[float]) -> float:
    place = (len(ordered) - 1) / 2
    return (ordered[math.floor(place)] + ordered[math.ceil(place)]) / 2
