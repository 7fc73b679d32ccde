"""How much room there is: what is taken of a desk's time, and the most that is taken at once.

People count against the capacity while their reservations overlap, buffers included; what counts is the
most at any one instant, not how many overlap somewhere. Another service at the same desk leaves no room
at all: one desk does one thing at a time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Taken:
    """What one reservation takes of a desk, in µs."""

    service_id: str
    desk_id: str | None
    start_at: int
    end_at: int
    busy_from_at: int
    busy_to_at: int
    size: int


class Load:
    """What is taken of one desk, or of a service that no desk gives, as one service sees it."""

    __slots__ = ("_edges", "_ends", "_froms", "_levels", "_taken", "service_id")

    def __init__(self, service_id: str, taken: Iterable[Taken] = ()) -> None:
        self.service_id = service_id
        self._taken = list(taken)
        self._reckon()

    def add(self, taken: Taken) -> None:
        """Count one more reservation."""
        self._taken.append(taken)
        self._reckon()

    def room(self, capacity: int, from_us: int, to_us: int) -> int:
        """Return how many people more fit in from one instant to another; never less than none."""
        foreign = bisect_left(self._froms, to_us)
        if foreign and self._ends[foreign - 1] > from_us:
            return 0
        return max(capacity - self.peak(from_us, to_us), 0)

    def peak(self, from_us: int, to_us: int) -> int:
        """Return the most people of this service who have the time at once, from one instant to another."""
        first = max(bisect_right(self._edges, from_us) - 1, 0)
        return max(self._levels[first : bisect_left(self._edges, to_us)], default=0)

    def reserved_us(self, from_us: int, to_us: int) -> int:
        """Return how much time of reservations, of any service, begins from one instant to another."""
        return sum(one.end_at - one.start_at for one in self._taken if from_us <= one.start_at < to_us)

    def _reckon(self) -> None:
        own = [one for one in self._taken if one.service_id == self.service_id]
        changes: dict[int, int] = {}
        for one in own:
            changes[one.busy_from_at] = changes.get(one.busy_from_at, 0) + one.size
            changes[one.busy_to_at] = changes.get(one.busy_to_at, 0) - one.size
        self._edges = sorted(changes)
        self._levels = list(accumulate(changes[edge] for edge in self._edges))
        foreign = sorted(
            (one.busy_from_at, one.busy_to_at) for one in self._taken if one.service_id != self.service_id
        )
        self._froms = [begins for begins, _ in foreign]
        # The latest end of all that begin no later: enough to know whether any of them reaches so far.
        self._ends = list(accumulate((ends for _, ends in foreign), max))
