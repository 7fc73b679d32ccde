"""Undo: the inverse of the last act, itself on record. Nothing is erased, everything is put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nowserving.actions.tickets.admitting import admit_after, check_in_deadline, free_in
from nowserving.actions.tickets.desk_duty import at_work, desk_busy, found_desk
from nowserving.actions.tickets.joining import check_only_place
from nowserving.actions.tickets.moving import find, restore
from nowserving.domain.event import Event
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.branch import DeskState
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import N_, Conflict
from nowserving.store import events as log
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.places import desk_place, known_queue

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
        "ticket.passed",
        "ticket.resized",
        "ticket.extended",
    }
)


@action(scope="desk_id")
def undo(tx: Tx, *, desk_id: str) -> tuple[Ticket, ...]:
    """Take back the last act at a desk within a minute, whole: a call and the visit it finished.

    Raises Conflict `nothing_to_undo` when there is none, when one of its tickets has moved since or
    its place is gone, and `desk_busy` when the desk it came from has another ticket now.
    """
    found_desk(tx, desk_id)
    tx.settle()
    act = log.last_act_at(tx, desk_id, tx.now - UNDO_WINDOW_S * SECOND_US)
    if not act or not all(event.verb in UNDOABLE for event in act):
        raise nothing_to_undo()
    put_back = [_put_back(tx, events, desk_id) for events in _by_ticket(act)]
    admit_after(tx, *sorted({ticket.queue_id for ticket in put_back}))
    return tuple(find(tx, ticket.key) for ticket in put_back)


@action(scope="queue_id")
def undo_at_stand(tx: Tx, *, queue_id: str) -> tuple[Ticket, ...]:
    """Take back the last act of staff at a queue's stand within a minute.

    Whom the rule called because of it goes back too, unless they have moved on since: a party that has
    checked in stays, and the queue is over its capacity for a while. Raises Conflict `nothing_to_undo`
    when there is none, or when a ticket that staff moved has moved since.
    """
    tx.settle()
    act = log.last_act_of_stand(tx, queue_id, tx.now - UNDO_WINDOW_S * SECOND_US)
    if not act or not all(event.verb in UNDOABLE for event in act):
        raise nothing_to_undo()
    by_staff = {event.ticket_id for event in act if event.actor != "rule"}
    put_back = [
        _put_back(tx, events, None)
        for events in _by_ticket(act)
        if events[0].ticket_id in by_staff or _untouched(tx, events)
    ]
    admit_after(tx, *sorted({queue_id, *(ticket.queue_id for ticket in put_back)}))
    return tuple(find(tx, ticket.key) for ticket in put_back)


@action(scope="key")
def undo_leave(tx: Tx, *, key: str) -> Ticket:
    """The guest did not mean to leave: the old place, within a minute.

    Who had been called is called again if that is still possible, with the deadline of before, and
    otherwise waits at the old place in the line: nobody else is sent away for it. Raises Conflict
    `nothing_to_undo`, and `one_place_only` for a device that has joined again meanwhile.
    """
    ticket = find(tx, key)
    tx.settle()
    last = log.last_of_ticket(tx, ticket.id)
    if last is None or last.verb != "ticket.left" or last.at < tx.now - UNDO_WINDOW_S * SECOND_US:
        raise nothing_to_undo()
    before = _before(ticket, [last])
    if before.deadline_at is not None and before.deadline_at <= tx.now:
        raise nothing_to_undo()
    if before.state is State.CALLED and not _is_free(tx, before):
        before = replace(before, state=State.WAITING, desk_id=None, agent_id=None, deadline_at=None)
    _check_queue(tx, before)
    check_only_place(tx, known_queue(tx, before.queue_id), ticket)
    restore(tx, ticket, before, undoes=last.version)
    admit_after(tx, before.queue_id)
    return find(tx, key)


def nothing_to_undo() -> Conflict:
    """Return the refusal of an undo that has nothing to take back."""
    return Conflict("nothing_to_undo", N_("There is nothing to undo, or it is too late."))


def _by_ticket(act: Sequence[Event]) -> list[list[Event]]:
    """Return the events of an act by ticket, latest first; the ticket that moved last goes back first.

    So a desk is free again before the visit that was finished for the next one returns to it.
    """
    of_ticket: dict[str, list[Event]] = {}
    for event in reversed(act):
        of_ticket.setdefault(event.data["key"], []).append(event)
    return list(of_ticket.values())


def _untouched(tx: Tx, events: Sequence[Event]) -> bool:
    return log.last_of_ticket(tx, events[0].ticket_id or 0) == events[0]


def _put_back(tx: Tx, events: Sequence[Event], desk_id: str | None) -> Ticket:
    """Undo what an act did to one ticket, if nobody has touched it since."""
    ticket = find(tx, events[0].data["key"])
    if not _untouched(tx, events):
        raise nothing_to_undo()
    before = _before(ticket, events)
    moved = (before.state, before.desk_id) != (ticket.state, ticket.desk_id)
    # Who takes back "+minutes" when the minutes of before are over must not end the visit with it.
    if moved or (before.deadline_at is not None and before.deadline_at <= tx.now):
        before = replace(before, deadline_at=_deadline(tx, before, events[-1].at))
    _check_queue(tx, before)
    _check_desk(tx, before, desk_id)
    return restore(tx, ticket, before, at_desk=desk_id, undoes=events[0].version)


def _before(ticket: Ticket, events: Sequence[Event]) -> Ticket:
    """Return a ticket as it was before some events, which come latest first."""
    values = {name: value for event in events for name, value in event.data["before"].items()}
    return replace(ticket, **{**values, "state": State(values.get("state", ticket.state))})


def _deadline(tx: Tx, before: Ticket, left_at: int) -> int | None:
    """Return the deadline of a ticket that comes back to what it was until `left_at`.

    A call has its whole window again, as after a recall: nobody may lapse in the second in which an
    agent takes back a mistake. A service goes on with the time that it had left.
    """
    if before.state is State.CALLED:
        return check_in_deadline(tx, known_queue(tx, before.queue_id).rules)
    return None if before.deadline_at is None else before.deadline_at + (tx.now - left_at)


def _check_queue(tx: Tx, before: Ticket) -> None:
    if before.state is State.WAITING and known_queue(tx, before.queue_id).archived:
        raise nothing_to_undo()


def _check_desk(tx: Tx, before: Ticket, own_desk_id: str | None) -> None:
    """Refuse a desk that has somebody else now; open the own desk again if it has stopped work."""
    if before.desk_id is None:
        return
    open_there = rows.open_at_desk(tx, before.desk_id)
    if open_there is not None and open_there.id != before.id:
        raise desk_busy(open_there)
    if before.desk_id == own_desk_id:
        at_work(tx, found_desk(tx, before.desk_id))
    elif not _is_open(tx, before.desk_id):
        raise nothing_to_undo()


def _is_free(tx: Tx, called: Ticket) -> bool:
    """Tell whether a call can be taken up again: its desk at work for nobody else, and room in the queue."""
    if called.desk_id is not None:
        return _is_open(tx, called.desk_id) and rows.open_at_desk(tx, called.desk_id) is None
    queue = known_queue(tx, called.queue_id)
    free = free_in(tx, queue)
    return free is None or free >= queue.rules.units(called.party_size)


def _is_open(tx: Tx, desk_id: str) -> bool:
    desk = desk_place(tx, desk_id)
    return desk is not None and desk.state is DeskState.OPEN
