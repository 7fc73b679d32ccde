"""What happens by itself at a deadline, and at the end of a service day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.moving import move
from nowserving.domain.calendar.day import service_day
from nowserving.domain.calendar.hours import is_open, last_closing, opened_at
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.rules import Overstay
from nowserving.domain.tickets.ticket import State, Ticket, Verb
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.events import said_late_since
from nowserving.store.rows import update_where
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.open_tickets import left_over
from nowserving.store.tickets.places import QueuePlace, known_queue, opening_of

_BATCH = 200


@action(scope="branch_id")
def lapse_overdue(tx: Tx, *, branch_id: str) -> int:
    """Move every ticket of the branch whose deadline has passed, oldest first; returns how many.

    It looks at the deadline under the lock, so a guest who came in the last microsecond has won,
    and however many servers sweep, each deadline fires once.
    """
    overdue = rows.overdue(tx, branch_id, tx.now, _BATCH)
    for ticket in overdue:
        if ticket.state is State.CALLED:
            lapse(tx, ticket)
        elif ticket.state is State.PARKED:
            # Set aside because nothing was heard of it, and nothing has been heard since.
            move(tx, ticket, Verb.CANCEL, actor="rule", why="absent")
        else:
            _end_stay(tx, ticket)
    return len(overdue)


def lapse(tx: Tx, ticket: Ticket) -> Ticket:
    """Say that a called guest did not come in time, and let others in.

    From now on, not from the deadline: a guest must not lose time to come back to a server that was down.
    """
    until = rejoin_until(tx, known_queue(tx, ticket.queue_id))
    missed = move(tx, ticket, Verb.LAPSE, actor="rule", rejoin_until_at=until)
    admit_after(tx, missed.queue_id)
    return missed


def rejoin_until(tx: Tx, queue: QueuePlace) -> int | None:
    """Return until when somebody may come back whose call lapses now; None where nobody may."""
    grace_s = queue.rules.rejoin_grace_s
    return None if grace_s is None else tx.now + grace_s * SECOND_US


def _end_stay(tx: Tx, ticket: Ticket) -> None:
    """Let a party go whose limit is over, or put on record, once, that it stays."""
    if known_queue(tx, ticket.queue_id).rules.overstay is Overstay.FREE:
        move(tx, ticket, Verb.EXPIRE, actor="rule")
        admit_after(tx, ticket.queue_id)
        return
    move(tx, ticket, Verb.OVERSTAY, actor="rule", deadline_at=None, overstayed_at=ticket.deadline_at)


@action(scope="branch_id")
def close_day(tx: Tx, *, branch_id: str) -> int:
    """Put away the tickets of earlier service days that nobody can be waiting with; returns how many.

    Between a guest's ticket and now, the doors must have been closed: they are closed now, or they
    opened again since. So a place that never closes keeps its people over midnight, a queue that
    ignores the hours keeps them always, and a server that was off at night tidies up in the morning.
    """
    closed_before = _last_closed(tx, branch_id)
    if closed_before is None:
        return 0
    hours, zone, closures = opening_of(tx, branch_id)
    today = service_day(tx.now, zone, hours.day_starts_at)
    queues = layout.queues(tx, branch_id, archived=True)
    queue_ids = [queue.id for queue in queues if not queue.rules.ignore_hours]
    if not is_open(tx.now, hours, zone, closures):
        _forget_lateness(tx, [one for one in queues if one.late_s and not one.rules.ignore_hours])
    found = left_over(tx, queue_ids, today, closed_before, _BATCH)
    for ticket in found:
        move(tx, ticket, Verb.FINISH if ticket.state is State.SERVING else Verb.CANCEL, actor="rule")
    admit_after(tx, *sorted({ticket.queue_id for ticket in found}))
    return len(found)


def _forget_lateness(tx: Tx, late: Sequence[Queue]) -> None:
    """Let no queue begin its next day with the minutes that it ran late today.

    What was said since the doors closed is meant for the next day, and stays.
    """
    for queue in late:
        closed = last_closing(tx.now, *opening_of(tx, queue.branch_id))
        if closed is None or said_late_since(tx, queue.id, closed):
            continue
        update_where(tx, schema.queues, schema.queues.c.id == queue.id, late_s=0)
        told: dict[str, Any] = {"name": queue.name, "late_s": 0, "late_before_s": queue.late_s}
        tx.emit("queue.late", queue_id=queue.id, actor="rule", **told)


def _last_closed(tx: Tx, branch_id: str) -> int | None:
    """Return an instant up to which the doors were closed; None while they stay open for days."""
    hours, zone, closures = opening_of(tx, branch_id)
    if not is_open(tx.now, hours, zone, closures):
        return tx.now
    return opened_at(tx.now, hours, zone, closures)
