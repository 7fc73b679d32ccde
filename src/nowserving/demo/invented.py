"""Who is invented: the demo moves its own guests and nobody whom a visitor has sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from nowserving.live.places import Place
from nowserving.store.engine.reader import Reader
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import open_tickets

# What stands in place of a device, or begins it. No phone is called so: theirs are long and drawn by chance.
INVENTED = "invented"


class Invented:
    """The open tickets of invented guests: those of before this start, and those that come."""

    def __init__(self, store: Store, queue_ids: Collection[str]) -> None:
        """`queue_ids` are the demo's own; what a visitor has added is the visitor's."""
        self._store = store
        self._keys: set[str] | None = None
        self.queue_ids = frozenset(queue_ids)

    async def load(self, branch_ids: Iterable[str]) -> None:
        """Learn, once, who was here before."""
        if self._keys is None:
            self._keys = await self._store.read(_keys, tuple(branch_ids))

    def came(self, key: str) -> None:
        """Take note of an invented guest who has just joined."""
        (self._keys or set()).add(key)

    def __contains__(self, place: Place) -> bool:
        """Tell whether a ticket is an invented guest's."""
        return place.key in (self._keys or ())


def _keys(reader: Reader, branch_ids: Iterable[str]) -> set[str]:
    found = (ticket for branch_id in branch_ids for ticket in open_tickets(reader, branch_id))
    return {ticket.key for ticket in found if (ticket.joined_from or "").startswith(INVENTED)}
