"""Who was called lately and did not come: the parties that a host may still bring back."""

from __future__ import annotations

from collections.abc import Iterable

from nowserving.domain.event import Event
from nowserving.domain.tickets.ticket import State
from nowserving.live.acts import RECENT
from nowserving.live.places import Place
from nowserving.store.memory import MISSED_KEPT_US

_SHOWN = 12


class Missed:
    """The no-shows of one branch. It changes only by `apply`.

    What is recent is counted in versions and by the instant of the latest event, never by a clock: so
    a memory that followed and one that was built afresh show the same.
    """

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[int, Place]] = {}
        self._at = 0

    def load(self, events: Iterable[Event], places: Iterable[Place]) -> None:
        """Take the no-shows of the database, and the latest events, oldest first."""
        known = {place.id: place for place in places}
        for event in events:
            if event.ticket_id is not None:
                self.apply(event, known.get(event.ticket_id))

    def apply(self, event: Event, place: Place | None) -> None:
        """Follow the next event of a ticket; `place` is that ticket as it is now."""
        self._at = event.at
        if event.ticket_id is None:
            return
        if place is not None and place.state is State.NO_SHOW:
            self._by_id[event.ticket_id] = (event.version, place)
        else:
            self._by_id.pop(event.ticket_id, None)
        if len(self._by_id) > RECENT:
            self._by_id = dict(list(self._by_id.items())[-RECENT:])

    def get(self, ticket_id: int) -> Place | None:
        """Return a no-show by the id of its ticket."""
        found = self._by_id.get(ticket_id)
        return found[1] if found else None

    def of(self, queue_id: str, version: int) -> list[Place]:
        """Return the latest no-shows of a queue, the last one first, when the branch is at `version`."""
        found = [
            place
            for told, place in self._by_id.values()
            if place.queue_id == queue_id
            and version - told < RECENT
            and self._at - place.since_at < MISSED_KEPT_US
        ]
        return sorted(found, key=lambda place: (place.since_at, place.id), reverse=True)[:_SHOWN]
