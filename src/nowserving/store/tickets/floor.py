"""Who stands first in lines and at desks, as a group of calls has read it and moved it since.

Sixteen desks that call at once would each ask for the first of the same line, and for who is at the desk.
The group asks once, and follows its own moves; whatever else writes tickets makes it forget all of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from nowserving.domain.tickets.ticket import State, Ticket


class Floor:
    """What a group knows of its lines and desks. The lock of their branches is held until it ends."""

    __slots__ = ("_at_desk", "_heads", "_untold")

    def __init__(self) -> None:
        # The first of each line, in order: never one more than what follows in it without a gap.
        self._heads: dict[str, deque[Ticket]] = {}
        self._at_desk: dict[str, Ticket | None] = {}
        # Queues in whose lines nobody can be told that it is nearly their turn.
        self._untold: set[str] = set()

    def forget(self) -> None:
        """Somebody else has written tickets."""
        self._heads.clear()
        self._at_desk.clear()
        self._untold.clear()

    def first(self, queue_id: str, read: Callable[[], Iterable[Ticket]]) -> Ticket | None:
        """Return the first of a line; `read` returns the first few of it where they are not known."""
        head = self._heads.get(queue_id)
        if not head:
            head = self._heads[queue_id] = deque(read())
        return head[0] if head else None

    def at_desk(
        self, desk_id: str, read: Callable[[], dict[str, Ticket]], asked: Sequence[str]
    ) -> Ticket | None:
        """Return who is at a desk; `read` returns who is at each of the desks `asked` that has somebody."""
        if desk_id not in self._at_desk:
            self._at_desk |= {**dict.fromkeys(asked), **read()}
        return self._at_desk[desk_id]

    def can_tell(self, queue_id: str) -> bool:
        """Tell whether there may be somebody in a line who can be told that it is nearly their turn."""
        return queue_id not in self._untold

    def nobody_to_tell(self, queue_id: str) -> None:
        """Know that there is nobody, until somebody comes into the line who can be told."""
        self._untold.add(queue_id)

    def joined(self, ticket: Ticket) -> None:
        """Follow a ticket that has joined."""
        self._came(ticket)

    def moved(self, before: Ticket, after: Ticket) -> None:
        """Follow a move."""
        if before.state is State.WAITING:
            self._left(before)
        if before.desk_id is not None:
            self._at_desk[before.desk_id] = None
        if after.desk_id is not None:
            self._at_desk[after.desk_id] = after
        if after.state is State.WAITING:
            self._came(after)

    def _left(self, ticket: Ticket) -> None:
        head = self._heads.get(ticket.queue_id)
        if head and head[0].id == ticket.id:
            head.popleft()
        elif head and ticket.rank <= head[-1].rank:
            del self._heads[ticket.queue_id]

    def _came(self, ticket: Ticket) -> None:
        head = self._heads.get(ticket.queue_id)
        if head and ticket.rank < head[-1].rank:
            del self._heads[ticket.queue_id]
        if ticket.reach:
            self._untold.discard(ticket.queue_id)
