"""How much room there is: what is taken of a desk's time, and the most that is taken at once.

People count against the capacity while their reservations overlap, buffers included; what counts is the
most at any one instant, not how many overlap somewhere. Another service at the same desk leaves no room
at all: one desk does one thing at a time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple


class Taken(NamedTuple):
    """What reservations of the same time take of a desk, in µs. `size` is how many people they bring."""

    service_id: str
    desk_id: str | None
    start_at: int
    end_at: int
    busy_from_at: int
    busy_to_at: int
    size: int
    many: int = 1
    lapses_at: int | None = None
    """When any of them may stop taking room by itself."""


class Load:
    """What is taken of one desk, or of a service that no desk gives, as one service sees it."""

    __slots__ = ("_begun", "_edges", "_ends", "_froms", "_levels", "service_id")

    def __init__(self, service_id: str, taken: Iterable[Taken] = ()) -> None:
        self.service_id = service_id
        changes: dict[int, int] = {}
        foreign: list[tuple[int, int]] = []
        # How much time begins at each instant.
        self._begun: dict[int, int] = {}
        for one in taken:
            self._begin(one)
            if one.service_id == service_id:
                changes[one.busy_from_at] = changes.get(one.busy_from_at, 0) + one.size
                changes[one.busy_to_at] = changes.get(one.busy_to_at, 0) - one.size
            else:
                foreign.append((one.busy_from_at, one.busy_to_at))
        self._edges = sorted(changes)
        self._levels = list(accumulate(changes[edge] for edge in self._edges))
        foreign.sort()
        self._froms = [begins for begins, _ in foreign]
        # The latest end of all that begin no later: enough to know whether any of them reaches so far.
        self._ends = list(accumulate((ends for _, ends in foreign), max))

    def add(self, taken: Taken) -> None:
        """Count one more reservation."""
        self._begin(taken)
        if taken.service_id == self.service_id:
            for place in range(self._edge(taken.busy_from_at), self._edge(taken.busy_to_at)):
                self._levels[place] += taken.size
            return
        place = bisect_right(self._froms, taken.busy_from_at)
        self._froms.insert(place, taken.busy_from_at)
        self._ends.insert(place, taken.busy_to_at)
        self._ends[max(place - 1, 0) :] = accumulate(self._ends[max(place - 1, 0) :], max)

    def room(self, capacity: int, from_us: int, to_us: int) -> int:
        """Return how many people more fit in from one instant to another; never less than none."""
        foreign = bisect_left(self._froms, to_us)
        if foreign and self._ends[foreign - 1] > from_us:
            return 0
        return max(capacity - self.peak(from_us, to_us), 0)

    def is_busy(self, from_us: int, to_us: int) -> bool:
        """Tell whether anything at all is taken from one instant to another."""
        return self.room(1, from_us, to_us) == 0

    def peak(self, from_us: int, to_us: int) -> int:
        """Return the most people of this service who have the time at once, from one instant to another."""
        first = max(bisect_right(self._edges, from_us) - 1, 0)
        return max(self._levels[first : bisect_left(self._edges, to_us)], default=0)

    def reserved_us(self, from_us: int, to_us: int) -> int:
        """Return how much time of reservations, of any service, begins from one instant to another."""
        return sum(length for at, length in self._begun.items() if from_us <= at < to_us)

    def _begin(self, one: Taken) -> None:
        length = (one.end_at - one.start_at) * one.many
        self._begun[one.start_at] = self._begun.get(one.start_at, 0) + length

    def _edge(self, at: int) -> int:
        """Return the place of an instant among the edges; a new one has the level of the one before."""
        place = bisect_left(self._edges, at)
        if place == len(self._edges) or self._edges[place] != at:
            self._edges.insert(place, at)
            self._levels.insert(place, self._levels[place - 1] if place else 0)
        return place
