"""What happens by itself at a deadline, and at the end of a service day."""

from __future__ import annotations

from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.moving import move
from nowserving.domain.calendar.day import service_day
from nowserving.domain.calendar.hours import is_open, opened_at
from nowserving.domain.tickets.ticket import State, Verb
from nowserving.store import layout
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.open_tickets import left_over
from nowserving.store.tickets.places import opening_of

_VERB = {State.CALLED: Verb.LAPSE, State.SERVING: Verb.EXPIRE}
_BATCH = 200


@action(scope="branch_id")
def lapse_overdue(tx: Tx, *, branch_id: str) -> int:
    """Move every ticket of the branch whose deadline has passed, oldest first; returns how many.

    It looks at the deadline under the lock, so a guest who came in the last microsecond has won,
    and however many servers sweep, each deadline fires once.
    """
    overdue = rows.overdue(tx, branch_id, tx.now, _BATCH)
    for ticket in overdue:
        done = move(tx, ticket, _VERB[ticket.state], actor="rule")
        admit_after(tx, done.queue_id)
    return len(overdue)


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
    hours, zone, _ = opening_of(tx, branch_id)
    today = service_day(tx.now, zone, hours.day_starts_at)
    queues = layout.queues(tx, branch_id, archived=True)
    queue_ids = [queue.id for queue in queues if not queue.rules.ignore_hours]
    found = left_over(tx, queue_ids, today, closed_before, _BATCH)
    for ticket in found:
        move(tx, ticket, Verb.FINISH if ticket.state is State.SERVING else Verb.CANCEL, actor="rule")
    admit_after(tx, *sorted({ticket.queue_id for ticket in found}))
    return len(found)


def _last_closed(tx: Tx, branch_id: str) -> int | None:
    """Return an instant up to which the doors were closed; None while they stay open for days."""
    hours, zone, closures = opening_of(tx, branch_id)
    if not is_open(tx.now, hours, zone, closures):
        return tx.now
    return opened_at(tx.now, hours, zone, closures)
