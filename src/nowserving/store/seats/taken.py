"""Which seats of a house are taken, as a transaction has read it and changed it since.

Sixty guests who choose at once would each read ten thousand seats. Their transaction reads them once and
follows its own changes; the lock of the branch is held until it ends, so nobody else's are missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Taken:
    """A byte for each seat: those nobody gets (sold, blocked), and those held until an instant (µs)."""

    __slots__ = ("_held", "_marks", "_soonest")

    def __init__(self, seats: int, fixed: Iterable[int], held: Mapping[int, int]) -> None:
        self._marks = bytearray(seats)
        for place in fixed:
            self._marks[place] = 1
        self._held: dict[int, int] = {}
        # No hold that is known runs out before.
        self._soonest = 0
        for place, until in held.items():
            self.hold((place,), until)

    def at(self, now: int) -> bytearray:
        """Return a byte for each seat, 1 where nobody can have it at an instant (µs)."""
        marks = bytearray(self._marks)
        if self._held and now >= self._soonest:
            for place, until in self._held.items():
                if until <= now:
                    marks[place] = 0
        return marks

    def hold(self, places: Iterable[int], until: int) -> None:
        """Follow seats that are held until an instant (µs)."""
        self._soonest = min(self._soonest, until) if self._held else until
        for place in places:
            self._marks[place] = 1
            self._held[place] = until

    def free(self, places: Iterable[int]) -> None:
        """Follow seats that were held, and are free."""
        for place in places:
            self._marks[place] = 0
            self._held.pop(place, None)

    def sell(self, places: Iterable[int]) -> None:
        """Follow seats that were held, and are sold."""
        for place in places:
            self._held.pop(place, None)
