"""Undo: the inverse of the last act, itself on record. Nothing is erased, everything is put back."""

from __future__ import annotations

from collections.abc import Sequence

from nowserving.actions.admitting import admit_after
from nowserving.actions.tickets import find, restore
from nowserving.domain.event import Event
from nowserving.domain.ticket import Ticket
from nowserving.errors import N_, Conflict
from nowserving.store import events as log
from nowserving.store import tickets as rows
from nowserving.store.action import action
from nowserving.store.tx import Tx

UNDO_WINDOW_S = 60
UNDOABLE = frozenset(
    {
        "ticket.called",
        "ticket.taken",
        "ticket.started",
        "ticket.finished",
        "ticket.no_show",
        "ticket.parked",
        "ticket.requeued",
        "ticket.transferred",
        "ticket.cancelled",
    }
)


@action(scope="desk_id")
def undo(tx: Tx, *, desk_id: str) -> tuple[Ticket, ...]:
    """Take back the last act at a desk within a minute, whole: a call and the visit it finished.

    Raises Conflict `nothing_to_undo` when there is none, or when one of its tickets has moved since.
    """
    tx.settle()
    act = log.last_act_at(tx, desk_id, tx.now - UNDO_WINDOW_S * 1_000_000)
    if not act or not all(event.verb in UNDOABLE for event in act):
        raise nothing_to_undo()
    return _take_back(tx, act, desk_id)


@action(scope="key")
def undo_leave(tx: Tx, *, key: str) -> Ticket:
    """The guest did not mean to leave: the old place, within a minute."""
    ticket = find(tx, key)
    tx.settle()
    last = log.last_of_ticket(tx, ticket.id)
    if last is None or last.verb != "ticket.left" or last.at < tx.now - UNDO_WINDOW_S * 1_000_000:
        raise nothing_to_undo()
    return _take_back(tx, [last])[0]


def nothing_to_undo() -> Conflict:
    """Return the refusal of an undo that has nothing to take back."""
    return Conflict("nothing_to_undo", N_("There is nothing to undo, or it is too late."))


def _take_back(tx: Tx, act: Sequence[Event], desk_id: str | None = None) -> tuple[Ticket, ...]:
    """Undo the events of an act from the last to the first, each ticket only if it is untouched since."""
    restored: dict[int, Ticket] = {}
    for event in reversed(act):
        assert event.ticket_id is not None  # Every undoable event has its ticket.
        ticket = restored.get(event.ticket_id) or _untouched(tx, event)
        restored[event.ticket_id] = restore(tx, ticket, dict(event.data["before"]), event.version, desk_id)
    for queue_id in {ticket.queue_id for ticket in restored.values()}:
        admit_after(tx, queue_id)
    return tuple(restored.values())


def _untouched(tx: Tx, event: Event) -> Ticket:
    assert event.ticket_id is not None
    ticket = rows.ticket_by_id(tx, event.ticket_id)
    last = log.last_of_ticket(tx, event.ticket_id)
    if ticket is None or last is None or last.version != event.version:
        raise nothing_to_undo()
    return ticket
