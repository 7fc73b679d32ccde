"""One press for a service's room: who is in there goes, and the next of its queue comes in."""

from __future__ import annotations

from dataclasses import dataclass

from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.calling import call_next, end_visit
from nowserving.actions.tickets.desk_duty import found_desk
from nowserving.actions.tickets.moving import move
from nowserving.actions.tickets.serving import begin
from nowserving.domain.tickets.ticket import State, Ticket, Verb
from nowserving.errors import N_, invalid_field
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows


@dataclass(frozen=True, slots=True)
class Advanced:
    """Who was at the desk and who is served there now; None for nobody."""

    before: Ticket | None
    now: Ticket | None


@action(scope="desk_id")
def advance(tx: Tx, *, desk_id: str, queue_id: str, skipped: bool = False) -> Advanced:
    """Finish who is at a desk and start serving the next of a queue.

    `skipped` says that who is at the desk is not served now: somebody called did not come, somebody served
    is set aside. Where nobody waits, only that happens. Raises Invalid for a desk that does not serve the
    queue, Conflict `desk_closed` and its like as calling does.
    """
    desk = found_desk(tx, desk_id)
    if queue_id not in desk.queue_ids:
        message = N_("This desk does not serve the queue that the service feeds.")
        raise invalid_field("/desk_id", "serves_other_queues", message)
    before = rows.open_at_desk(tx, desk_id)
    if before is not None:
        before = _away(tx, before) if skipped else end_visit(tx, before)
    started = None
    if rows.first_waiting(tx, queue_id) is not None:
        called = call_next(tx, desk_id=desk_id, queue_id=queue_id)
        started = begin(tx, called.ticket, Verb.START)
    admit_after(tx, *({before.queue_id} if before else ()))
    return Advanced(before, started)


def _away(tx: Tx, ticket: Ticket) -> Ticket:
    return move(tx, ticket, Verb.NO_SHOW if ticket.state is State.CALLED else Verb.PARK)
