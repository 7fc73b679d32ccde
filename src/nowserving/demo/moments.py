"""When an invented person does the next thing: drawn once for each state of a ticket, then waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nowserving.domain.instants import SECOND_US
from nowserving.live.places import Place

if TYPE_CHECKING:
    from random import Random


class Moments:
    """The instants (µs) that were drawn for tickets."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._until: dict[int, tuple[str, int]] = {}

    def is_time(self, place: Place, now: int, between_s: tuple[int, int]) -> bool:
        """Say whether a ticket's present state has lasted as long as was drawn for it."""
        state, until = self._until.get(place.id, ("", 0))
        if state != place.state:
            until = now + self._random.randrange(*between_s) * SECOND_US
            self._until[place.id] = (place.state, until)
        return now >= until

    def forget(self, place: Place) -> None:
        """Draw anew for a ticket."""
        self._until.pop(place.id, None)
