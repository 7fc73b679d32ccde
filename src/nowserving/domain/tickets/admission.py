"""Admission: whom a queue calls by itself when capacity is free.

A pure function of the free units, the line and the rules. It runs inside every transaction that
frees capacity or adds a ticket, so there is no job to schedule, to lose or to run twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Protocol, TypeVar

from nowserving.domain.tickets.rules import Admission, Fit, QueueRules


class Standing(Protocol):
    """As much of a waiting ticket as admission looks at."""

    # The names are the ticket's own, and explained there: hence no docstrings.
    @property
    def party_size(self) -> int: ...  # noqa: D102
    @property
    def passed(self) -> int: ...  # noqa: D102


T = TypeVar("T", bound=Standing)


# Behind so many who don't fit nobody fills a gap: what one step costs must not grow with the line.
LOOK_AHEAD = 50


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
        if units <= rules.capacity and (rules.fit is Fit.STRICT or ticket.passed >= rules.fit_passes):
            return ticket
    return None


def admit(free: int | None, waiting: Iterable[T], rules: QueueRules) -> Admitted[T]:
    """Return the tickets to call now, never more than `free` units of them.

    `waiting` comes in rank order and is read only as far as needed. Strict order stops at the first
    party that does not fit. "Fill" lets smaller parties behind it go first, but none is passed more
    than `fit_passes` times in its life: after that the line waits for it; and nobody goes ahead of
    more than LOOK_AHEAD others at once. A party larger than the
    whole capacity can't be helped by waiting, so it holds nobody up; it waits for a larger capacity.
    """
    if rules.admission is not Admission.AUTOMATIC or free is None or rules.capacity is None:
        return Admitted()
    called: list[T] = []
    stepped_over: list[tuple[T, int]] = []
    # How many more may go before the least patient of those we stepped over; None while there is none.
    passes_left: int | None = None
    for ticket in waiting:
        if free <= 0 or passes_left == 0:
            break
        units = rules.units(ticket.party_size)
        if units > rules.capacity:
            continue
        if units <= free:
            called.append(ticket)
            free -= units
            passes_left = None if passes_left is None else passes_left - 1
            continue
        if rules.fit is Fit.STRICT or len(stepped_over) == LOOK_AHEAD:
            break
        stepped_over.append((ticket, len(called)))
        own = max(rules.fit_passes - ticket.passed, 0)
        passes_left = own if passes_left is None else min(passes_left, own)
    passed = ((ticket, len(called) - before) for ticket, before in stepped_over)
    return Admitted(tuple(called), tuple((ticket, times) for ticket, times in passed if times))
