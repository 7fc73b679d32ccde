"""Triage: a nurse says who can't wait, and who stands in for whom. Every change of place is on record."""

from __future__ import annotations

from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.moving import find, move
from nowserving.actions.tickets.serving import acting_desk
from nowserving.domain.clinic.visit import Why
from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import State, Ticket, Verb, next_state
from nowserving.errors import N_, invalid_field
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.open_tickets import without_desk
from nowserving.store.tickets.places import known_queue, queue_place


@action(scope="key")
def triage(
    tx: Tx, *, key: str, why: Why, priority: str | None = None, now: bool = False, desk_id: str | None = None
) -> Ticket:
    """Give a waiting ticket a priority class, or let it come next (`now`); `why` stands in the log.

    A class is worth its head start, whenever it is given: the rank is what it would have been had the
    ticket joined with it, so it changes by the difference to the class before. Raises Invalid for a
    class that the queue has not, Conflict for a ticket that does not wait.
    """
    ticket = find(tx, key)
    next_state(ticket.state, Verb.TRIAGE)
    wanted = ticket.priority if priority is None else priority
    rank = _front(tx, ticket) if now else _ranked(tx, ticket, wanted)
    if rank == ticket.rank and wanted == ticket.priority:
        return ticket
    at_desk = acting_desk(tx, desk_id)
    move(tx, ticket, Verb.TRIAGE, at_desk=at_desk, why=why.value, rank=rank, priority=wanted)
    admit_after(tx, ticket.queue_id)
    return find(tx, key)


@action(scope="queue_id")
def take_over_line(tx: Tx, *, queue_id: str, to_queue_id: str) -> list[Ticket]:
    """Move everybody who waits in one queue to another of the branch, each with the rank they have.

    So a replacement sees them in the order in which they came, among those who waited there before.
    Who is set aside stays. Raises Invalid for a queue that is not of this branch, or the same.
    """
    target = queue_place(tx, to_queue_id)
    if target is None or target.branch_id != tx.scope_id or target.archived:
        raise invalid_field("/to_queue_id", "unknown_queue", N_("This branch has no such queue."))
    if to_queue_id == queue_id:
        raise invalid_field("/to_queue_id", "same_queue", N_("The ticket is in this queue already."))
    waiting = [one for one in without_desk(tx, tx.scope_id, queue_id) if one.state is State.WAITING]
    moved = []
    for ticket in sorted(waiting, key=lambda one: one.rank):
        rank = rows.free_rank(tx, to_queue_id, ticket.rank)
        moved.append(move(tx, ticket, Verb.TRANSFER, why="takeover", queue_id=to_queue_id, rank=rank))
    admit_after(tx, queue_id, to_queue_id)
    return moved


def _front(tx: Tx, ticket: Ticket) -> int:
    """Return the rank before everybody else's; who is first already stays there."""
    if rows.first_rank(tx, ticket.queue_id) == ticket.rank:
        return ticket.rank
    return rows.free_rank(tx, ticket.queue_id, rows.requeue_rank(tx, ticket.queue_id, Where.FRONT))


def _ranked(tx: Tx, ticket: Ticket, priority: str) -> int:
    rules = known_queue(tx, ticket.queue_id).rules
    head_start_s = rules.head_start(priority)
    known = {one.code: one.head_start_s for one in rules.priorities}
    # A class that came along from another queue, or was taken away since, is worth nothing here.
    had_s = known.get(ticket.priority, 0)
    if head_start_s == had_s:
        return ticket.rank
    wanted = ticket.rank + (had_s - head_start_s) * SECOND_US
    return rows.free_rank(tx, ticket.queue_id, wanted)
