"""Who is still to come: reservations whose guests may go before somebody who waits already.

A reservation that is kept counts as having come at its slot, less the lead, so until its grace is over it may
pass whoever has a larger rank. It does so only if its guest comes at all, and before the other is called.
Nothing of this is a place in the line: a position counts those who are here.

A phone does the same in static/js/guest/estimate.js, from the same numbers; a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nowserving.domain.instants import SECOND_US

BEFORE_US = 300 * SECOND_US
"""How long before the promised time most guests come in."""

_BELIEVED_CAME = 9
_BELIEVED = 10


class Coming(NamedTuple):
    """A reservation whose guest is not here yet, as an estimate sees it. Instants in µs."""

    rank: int
    """The rank that the ticket will have."""
    start_at: int
    until_at: int
    """Until when it has that rank; who comes later goes behind everybody."""
    work_s: float
    """How long it will take a desk."""
    shows: float
    """How probable it is that the guest comes."""


class Expected(NamedTuple):
    """What those still to come mean for one who waits."""

    many: int = 0
    """How many may go before."""
    visits: float = 0.0
    """How many visits of the usual length they are worth, each by how probably it happens."""
    variance: float = 0.0
    """What it adds to the variance, in squared visits, that nobody knows who comes."""


NOBODY = Expected()


def expected_before(
    coming: Iterable[Coming], rank: int, now: int, *, wait_s: float, mean_s: float, desks: int
) -> Expected:
    """Return what those still to come mean for a guest of this rank who would wait `wait_s` without them.

    `coming` is in the order of ranks. Each who goes before makes the wait longer, so that the next of them
    may still come in time.
    """
    many, visits, variance = 0, 0.0, 0.0
    for one in coming:
        if one.rank >= rank:
            break
        late = one.until_at < now
        if late or one.start_at - BEFORE_US > now + wait_s * SECOND_US:
            continue
        worth = one.work_s / mean_s
        many += 1
        visits += one.shows * worth
        variance += one.shows * (1.0 - one.shows) * worth * worth
        wait_s += one.shows * one.work_s / desks
    return Expected(many, visits, variance)


def share_of(came: int, of: int) -> float:
    """Return how probably a guest comes, from how many lately came; nine of ten before any is known."""
    return round((came + _BELIEVED_CAME) / (of + _BELIEVED), 3)
