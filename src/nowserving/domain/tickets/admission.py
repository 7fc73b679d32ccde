"""Admission: whom a queue calls by itself when capacity is free.

A pure function of the free units, the line and the rules. It runs inside every transaction that
frees capacity or adds a ticket, so there is no job to schedule, to lose or to run twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, NamedTuple, Protocol, TypeVar

from nowserving.domain.tickets.rules import Admission, Fit, QueueRules


class Standing(Protocol):
    """As much of a waiting ticket as admission looks at."""

    @property
    def party_size(self) -> int:
        """How many people it stands for."""

    @property
    def passed(self) -> int:
        """How many smaller parties have been let in before it."""


T = TypeVar("T", bound=Standing)


# Behind so many who don't fit nobody fills a gap: what one step costs must not grow with the line.
LOOK_AHEAD = 50
_AS_MANY_AS_COME = 1 << 60


@dataclass(frozen=True, slots=True)
class Admitted(Generic[T]):
    """Whom to call, in order, and who was passed on the way: each ticket and how many went before it."""

    called: tuple[T, ...] = ()
    passed: tuple[tuple[T, int], ...] = ()


def free_units(rules: QueueRules, inside: Iterable[int]) -> int | None:
    """Return the units that parties of these sizes leave free; None without a capacity.

    It is negative after a capacity was lowered below what is inside: "over", nobody is thrown out.
    """
    if rules.capacity is None:
        return None
    return rules.capacity - sum(rules.units(size) for size in inside)


def held_for(free: int | None, waiting: Iterable[T], rules: QueueRules) -> T | None:
    """Return the party for which free units are kept, though they are too few for it; None if for nobody.

    In strict order that is the first in line; where gaps are filled, the first that has been passed as
    often as the rule allows. `waiting` comes in rank order, after admission has called whom it could.
    """
    if rules.admission is not Admission.AUTOMATIC or not free or free < 0 or not rules.capacity:
        return None
    for ticket in islice(waiting, LOOK_AHEAD + 1):
        units = rules.units(ticket.party_size)
        if units <= free:
            return None
        if units <= rules.capacity and (rules.fit is Fit.STRICT or not patience(rules, ticket.passed)):
            return ticket
    return None


def patience(rules: QueueRules, passed: int) -> int:
    """Return how often a party passed so often may still be passed: `fit_passes` times in its life."""
    return max(rules.fit_passes - passed, 0)


class Chosen(NamedTuple):
    """Whom the rule calls, and whom they pass how often, each by the place in the line."""

    called: Sequence[int]
    passed: Sequence[tuple[int, int]]


_NOBODY = Chosen((), ())


def choose(free: int, line: Iterable[Sequence[int]], *, fill: bool) -> Chosen:
    """Decide who goes into so many free units: the rule itself, on plain numbers.

    Of each party `line` has the units it takes and how many may still pass it, in rank order; it is read
    only as far as needed. Strict order stops at the first party that does not fit. "Fill" lets smaller
    ones behind it go first, until somebody has been passed as often as may be: then the line waits for
    that party; and nobody goes ahead of more than LOOK_AHEAD others at once.
    """
    called: list[int] = []
    stepped_over: list[tuple[int, int]] = []
    # How many more may go before the least patient of those we stepped over.
    passes_left = _AS_MANY_AS_COME
    for place, party in enumerate(line):
        if free <= 0 or passes_left == 0:
            break
        if party[0] <= free:
            called.append(place)
            free -= party[0]
            passes_left -= 1
            continue
        if not fill or len(stepped_over) == LOOK_AHEAD:
            break
        stepped_over.append((place, len(called)))
        passes_left = min(passes_left, party[1])
    total = len(called)
    if not total:
        return _NOBODY
    return Chosen(called, [(place, total - before) for place, before in stepped_over if total > before])


def admit(free: int | None, waiting: Iterable[T], rules: QueueRules) -> Admitted[T]:
    """Return the tickets to call now, never more than `free` units of them (see `choose`).

    `waiting` comes in rank order and is read only as far as needed. A party larger than the whole capacity
    can't be helped by waiting, so it holds nobody up; it waits for a larger capacity.
    """
    if rules.admission is not Admission.AUTOMATIC or free is None or rules.capacity is None:
        return Admitted()
    capacity, looked_at = rules.capacity, list[T]()

    def line() -> Iterator[tuple[int, int]]:
        for ticket in waiting:
            units = rules.units(ticket.party_size)
            if units <= capacity:
                looked_at.append(ticket)
                yield units, patience(rules, ticket.passed)

    chosen = choose(free, line(), fill=rules.fit is Fit.FILL)
    passed = tuple((looked_at[place], times) for place, times in chosen.passed)
    return Admitted(tuple(looked_at[place] for place in chosen.called), passed)
