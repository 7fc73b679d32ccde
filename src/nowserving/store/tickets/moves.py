"""Tickets that have moved and whose rows are not written yet: a group of calls writes them at once.

A call at a desk that has somebody moves three times: whoever was called is served, and done, and the next
is called. That is two rows. No two rows are ever in each other's way at a unique index: one that takes a
place (at a desk, a rank in a line) which another still has in the database waits until that one is written.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, NamedTuple

from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store.engine.statement import Changes
from nowserving.store.schema import tickets

# What a move may change. Identity, code and the instant of joining never do.
MUTABLE = (
    "queue_id",
    "state",
    "rank",
    "party_size",
    "desk_id",
    "agent_id",
    "since_at",
    "called_at",
    "calls",
    "passed",
    "deadline_at",
    "ended_at",
)
# What a move may change and few tickets ever have: told only where there is something to tell.
SELDOM = ("coming_at", "overstayed_at", "rejoin_until_at")
# What triage changes. An event tells it where it changed, and where a ticket appears.
TRIAGED = ("priority",)
MOVED = MUTABLE + SELDOM + TRIAGED

# A ticket is written on condition that it is still in the state in which it was read.
MOVES = Changes(tickets, ("id", "state"), MOVED)
_written = attrgetter(*("state.value" if name == "state" else name for name in MOVED))

# A desk's id, or a queue's and a rank: what only one ticket can have.
Spot = str | tuple[str, int] | None


class Move(NamedTuple):
    """What is to be written of a ticket, and the state in which it is in the database."""

    expected: State
    after: Ticket


class Moves:
    """Moves that are not written yet, each ticket once."""

    __slots__ = ("_held", "_pending")

    def __init__(self) -> None:
        self._pending: dict[int, Move] = {}
        # By spot: the ticket that has it in the database, and has moved since.
        self._held: dict[Spot, int] = {}

    def __bool__(self) -> bool:
        return bool(self._pending)

    def is_in_the_way(self, ticket: Ticket) -> bool:
        """Tell whether a ticket takes a spot whose holder must be written first."""
        holder = self._held.get(_spot(ticket))
        # Whoever takes no spot is written before those who do.
        return holder is not None and holder != ticket.id and _spot(self._pending[holder].after) is not None

    def add(self, before: Ticket, after: Ticket) -> None:
        """Note a move."""
        known = self._pending.get(before.id)
        if known is None:
            spot = _spot(before)
            if spot is not None:
                self._held[spot] = before.id
        self._pending[before.id] = Move(known.expected if known else before.state, after)

    def take(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return the rows for `MOVES`, and forget them: first those that take no spot, then those that do.

        They are two statements: in which order one statement changes its rows is the database's affair.
        """
        moves = self._pending.values()
        self._pending, self._held = {}, {}
        going = [_row(move) for move in moves if _spot(move.after) is None]
        return going, [_row(move) for move in moves if _spot(move.after) is not None]


def _spot(ticket: Ticket) -> Spot:
    if ticket.state is State.WAITING:
        return ticket.queue_id, ticket.rank
    return ticket.desk_id


def _row(move: Move) -> tuple[Any, ...]:
    return (move.after.id, move.expected.value, *_written(move.after))
