"""What happens by itself at a deadline, and at the end of a service day."""

from __future__ import annotations

from nowserving.actions.admitting import admit_after
from nowserving.actions.tickets import move
from nowserving.domain.day import service_day_of
from nowserving.domain.hours import is_open
from nowserving.domain.ticket import State, Ticket, Verb
from nowserving.store import tickets as rows
from nowserving.store.action import action
from nowserving.store.places import opening_of
from nowserving.store.tx import Tx

_VERB = {State.CALLED: Verb.LAPSE, State.SERVING: Verb.EXPIRE}
_BATCH = 200


@action(scope="branch_id")
def lapse_overdue(tx: Tx, *, branch_id: str) -> int:
    """Move every ticket of the branch whose deadline has passed, oldest first; returns how many.

    It looks at the deadline under the lock, so a guest who came in the last microsecond has won,
    and however many servers sweep, each deadline fires once.
    """
    moved = 0
    for ticket in rows.overdue(tx, branch_id, tx.now, _BATCH):
        done = move(tx, ticket, _VERB[ticket.state], actor="rule")
        admit_after(tx, done.queue_id)
        moved += 1
    return moved


@action(scope="branch_id")
def close_day(tx: Tx, *, branch_id: str) -> int:
    """Put away the tickets of earlier service days while the branch is closed; returns how many.

    Nobody is put away while the doors are open: at midnight in a place that never closes, people
    really do wait.
    """
    opening = opening_of(tx, branch_id)
    if opening is None:
        return 0
    zone, hours, closures = opening
    if is_open(tx.now, hours, zone, closures):
        return 0
    today = service_day_of(tx.now, zone, hours.day_starts_at).label
    left_over = rows.left_over(tx, branch_id, today, _BATCH)
    for ticket in left_over:
        _put_away(tx, ticket)
    return len(left_over)


def _put_away(tx: Tx, ticket: Ticket) -> None:
    verb = Verb.FINISH if ticket.state is State.SERVING else Verb.CANCEL
    move(tx, ticket, verb, actor="rule")
