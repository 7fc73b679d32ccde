"""What an organiser watches while a performance is on sale: the line, the seats, and when it will be over."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from nowserving.domain.instants import SECOND_US
from nowserving.domain.shows.show import Performance, Show
from nowserving.domain.tickets.pace import ENOUGH

MINUTE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionNumbers:
    """How the seats of one section stand; `name` is "" where the plan gives none."""

    name: str
    seats: int
    sold: int = 0
    held: int = 0
    blocked: int = 0

    @property
    def free(self) -> int:
        """How many of them anybody could have now."""
        return self.seats - self.sold - self.held - self.blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyNumbers:
    """How the line of a performance stands. Durations are seconds."""

    waiting: int
    called: int
    """Who has been called and has not come in yet."""
    choosing: int
    absent: int
    """Who was unheard of for too long, and can still come back."""
    admitted_per_minute: int
    """How many were called in the last sixty seconds."""
    visits: int
    """How many have chosen and gone."""
    service_s: float
    """How long somebody chooses on average: what is expected until enough have been seen."""
    coming_s: float
    """How long somebody who is called takes to come in on average."""

    @property
    def inside(self) -> int:
        """How many take a unit of the lobby's capacity."""
        return self.called + self.choosing


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceNumbers:
    """Everything that is true now of a performance on sale. Instants are µs UTC.

    `limit` is how many choose at once, `admit_per_minute` how many are called in any minute at most;
    `gate` says how the lobby stands: closed, early, open, paused or ended.
    """

    show: Show
    performance: Performance
    gate: str
    limit: int
    admit_per_minute: int | None
    lobby: LobbyNumbers
    sections: tuple[SectionNumbers, ...]
    expected_end_at: int | None

    @property
    def house(self) -> SectionNumbers | None:
        """All sections together; None for a performance that has no seats yet."""
        return together(self.sections)


def together(sections: Iterable[SectionNumbers]) -> SectionNumbers | None:
    """Return all sections as one; None where there is none."""
    each = tuple(sections)
    if not each:
        return None
    return SectionNumbers(
        name="",
        seats=sum(one.seats for one in each),
        sold=sum(one.sold for one in each),
        held=sum(one.held for one in each),
        blocked=sum(one.blocked for one in each),
    )


def average_s(seen_s: Iterable[float], expected_s: float) -> float:
    """Return the mean of what was seen; with fewer than five the expected time stands in for the others."""
    times = list(seen_s)
    times += [expected_s] * (ENOUGH - len(times))
    return sum(times) / len(times)


def seconds_for_each(lobby: LobbyNumbers, limit: int, admit_per_minute: int | None) -> float:
    """Return how many seconds pass between two who are let in, while the line is long."""
    by_room = (lobby.service_s + lobby.coming_s) / limit
    return max(by_room, MINUTE_S / admit_per_minute) if admit_per_minute else by_room


def expected_end_at(
    lobby: LobbyNumbers,
    house: SectionNumbers | None,
    *,
    limit: int,
    admit_per_minute: int | None,
    closes_at: int | None,
    now: int,
) -> int | None:
    """Return when the last of those who are here now will have gone (µs), or None where nobody is.

    It is over sooner if the seats that are free last for fewer people, at what each visit has bought so
    far, and at the latest when the sale closes by itself.
    """
    if not lobby.waiting + lobby.inside:
        return None
    come = _still_served(lobby, house)
    taken_s = lobby.service_s + lobby.coming_s
    left_s = come * seconds_for_each(lobby, limit, admit_per_minute) + taken_s
    end_at = now + math.ceil(left_s) * SECOND_US
    return end_at if closes_at is None else max(now, min(end_at, closes_at))


def _still_served(lobby: LobbyNumbers, house: SectionNumbers | None) -> float:
    """Return how many of the line will be let in before everything is sold."""
    if house is None or lobby.visits < ENOUGH or not house.sold:
        return lobby.waiting
    needed = (house.free + house.held) * lobby.visits / house.sold
    return min(lobby.waiting, max(needed - lobby.inside, 0.0))
