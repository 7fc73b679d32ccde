"""Journeys over several stations: on to the laboratory, and back to the doctor who sent."""

from __future__ import annotations

from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.moving import find, move
from nowserving.actions.tickets.serving import acting_desk, transfer
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import Ticket, Verb, next_state
from nowserving.errors import N_, Conflict
from nowserving.store.clinic import visits as rows
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets.places import queue_place
from nowserving.store.tickets.tickets import free_rank


@action(scope="key")
def send_on(tx: Tx, *, key: str, queue_id: str, desk_id: str | None = None) -> Ticket:
    """Send a guest on to another station, to come back to who sends: one visit, one code.

    Who is sent on from the station they were sent to still comes back to the first. Raises as
    transfer does.
    """
    ticket = find(tx, key)
    sent = transfer(tx, key=key, queue_id=queue_id, where=Where.END, desk_id=desk_id)
    visit = rows.visit_of(tx, ticket.id)
    at_home = visit is None or visit.back_to_queue_id in (None, ticket.queue_id)
    if at_home:
        rows.set_visit(
            tx,
            ticket,
            back_to_desk_id=ticket.desk_id or desk_id,
            back_to_queue_id=ticket.queue_id,
            back_to_rank=ticket.rank,
        )
    return sent


@action(scope="key")
def send_back(tx: Tx, *, key: str, desk_id: str | None = None) -> Ticket:
    """Send a guest back to who sent them on, with the rank they had there: so they come next.

    Whoever waits there came later than they did; it is on record as a transfer `back`. Raises Conflict
    `not_sent` when nobody sent them, or they are back already.
    """
    ticket = find(tx, key)
    next_state(ticket.state, Verb.TRANSFER)
    visit = rows.visit_of(tx, ticket.id)
    if visit is None or visit.back_to_queue_id in (None, ticket.queue_id):
        raise Conflict("not_sent", N_("Nobody has sent this guest here, so there is nowhere to go back to."))
    target = queue_place(tx, visit.back_to_queue_id)
    if target is None or target.archived:
        raise Conflict("queue_archived", N_("The queue of this ticket is closed for good."))
    rank = free_rank(tx, target.id, visit.back_to_rank)
    at_desk = acting_desk(tx, desk_id)
    move(tx, ticket, Verb.TRANSFER, at_desk=at_desk, why="back", queue_id=target.id, rank=rank)
    admit_after(tx, ticket.queue_id, target.id)
    return find(tx, key)
