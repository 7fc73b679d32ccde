"""Calling: a desk summons the next ticket, or one that an agent chose."""

from __future__ import annotations

from dataclasses import dataclass

from nowserving.actions.tickets.admitting import admit_after, check_in_deadline
from nowserving.actions.tickets.desk_duty import at_work, found_desk
from nowserving.actions.tickets.joining import refuse_lobby
from nowserving.actions.tickets.moving import find, move
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import FINAL, State, Ticket, Verb, wrong_state
from nowserving.errors import N_, Conflict
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.places import DeskPlace, desk_place, known_queue


@dataclass(frozen=True, slots=True)
class Called:
    """A called ticket, the desk it is called to, and the visit that ended for it, if one did."""

    ticket: Ticket
    desk: DeskPlace
    finished: Ticket | None = None


@action(scope="desk_id")
def call_next(tx: Tx, *, desk_id: str, queue_id: str | None = None) -> Called:
    """Call the next ticket of the desk's queues, in the desk's order of queues, to this desk.

    With `queue_id`, of this queue alone.

    What is still open at the desk is finished first, for an agent who calls the next has done with
    the one before. In a clinic that needs somebody who was started: raises Conflict `not_started` otherwise,
    for a second press would end as served whoever was called by the first. Raises Conflict `queue_empty`
    when nobody waits; then nothing changes at all.
    """
    desk = found_desk(tx, desk_id)
    ticket = _next(tx, desk) if queue_id is None else rows.first_waiting(tx, queue_id)
    if ticket is None:
        raise Conflict("queue_empty", N_("Nobody is waiting for this desk."))
    return _summon(tx, ticket, desk)


@action(scope="desk_id")
def call_chosen(tx: Tx, *, desk_id: str, key: str, anyway: bool = False) -> Called:
    """Call one chosen ticket to this desk, wherever it stands.

    Waiting: called out of turn, on record. Parked or no-show: brought back, then called. At this
    desk: announced again. At another desk: raises Conflict `at_other_desk` naming it, unless
    `anyway`, which takes it over. Raises Conflict `lobby` for a place in the line of a show, `not_started` as
    `call_next` does.
    """
    desk = found_desk(tx, desk_id)
    ticket = find(tx, key)
    refuse_lobby(known_queue(tx, ticket.queue_id))
    if ticket.desk_id == desk_id:
        return Called(again(tx, ticket), desk)
    if ticket.desk_id is not None and not anyway:
        raise _elsewhere(tx, ticket)
    if ticket.state in FINAL and ticket.state is not State.NO_SHOW:
        raise wrong_state(ticket.state)
    return _summon(tx, ticket, desk, chosen=True)


@action(scope="key")
def recall(tx: Tx, *, key: str) -> Ticket:
    """Announce a called ticket again. Raises Conflict `too_many_recalls` past the queue's limit."""
    return again(tx, find(tx, key))


def end_visit(tx: Tx, ticket: Ticket) -> Ticket:
    """Finish a ticket; one that was called and never started counts as having come, on record."""
    if ticket.state is State.CALLED:
        ticket = move(tx, ticket, Verb.START, deadline_at=None)
    return move(tx, ticket, Verb.FINISH)


def bring_back(tx: Tx, ticket: Ticket, where: Where, at_desk: str | None = None) -> Ticket:
    """Return a ticket to the front, the middle or the end of its line."""
    if known_queue(tx, ticket.queue_id).archived:
        raise Conflict("queue_archived", N_("The queue of this ticket is closed for good."))
    wanted = rows.requeue_rank(tx, ticket.queue_id, where)
    rank = rows.free_rank(tx, ticket.queue_id, wanted)
    return move(tx, ticket, Verb.REQUEUE, at_desk=at_desk, rank=rank)


def _next(tx: Tx, desk: DeskPlace) -> Ticket | None:
    for queue_id in desk.queue_ids:
        ticket = rows.first_waiting(tx, queue_id)
        if ticket is not None:
            return ticket
    return None


def _summon(tx: Tx, ticket: Ticket, desk: DeskPlace, *, chosen: bool = False) -> Called:
    """Clear the desk and call a ticket to it. The rule may call others only when the desk has its own."""
    at = at_work(tx, desk)
    finished = _clear(tx, desk.id)
    if ticket.state in (State.PARKED, State.NO_SHOW):
        ticket = bring_back(tx, ticket, Where.FRONT, desk.id)
    called = _call(tx, ticket, desk.id, chosen=chosen)
    if finished is not None:
        admit_after(tx, finished.queue_id)
    return Called(called, at, finished)


def _clear(tx: Tx, desk_id: str) -> Ticket | None:
    ticket = rows.open_at_desk(tx, desk_id)
    if ticket is None:
        return None
    # A visit of no time at all would be in the patient's history, and in the doctor's own average.
    if ticket.state is State.CALLED and known_queue(tx, ticket.queue_id).rules.clinical:
        message = N_("%(ticket)s was called and has not been started. Start it, or note a no-show.")
        raise Conflict("not_started", message, ticket=ticket.code, state=ticket.state.value)
    return end_visit(tx, ticket)


def _call(tx: Tx, ticket: Ticket, desk_id: str, *, chosen: bool) -> Ticket:
    return move(
        tx,
        ticket,
        Verb.CALL if ticket.state is State.WAITING else Verb.TAKE,
        chosen=chosen,
        desk_id=desk_id,
        agent_id=tx.actor,
        called_at=tx.now,
        calls=1,
        deadline_at=check_in_deadline(tx, known_queue(tx, ticket.queue_id).rules),
    )


def again(tx: Tx, ticket: Ticket) -> Ticket:
    """Announce a called ticket again. Raises Conflict `too_many_recalls` past the queue's limit."""
    rules = known_queue(tx, ticket.queue_id).rules
    # The first call is not a recall.
    if ticket.state is State.CALLED and rules.max_recalls is not None and ticket.calls > rules.max_recalls:
        raise Conflict("too_many_recalls", N_("This ticket was called as often as this queue allows."))
    # Who is called again gets the whole window again: the call may not have been heard.
    deadline_at = check_in_deadline(tx, rules)
    return move(tx, ticket, Verb.RECALL, called_at=tx.now, calls=ticket.calls + 1, deadline_at=deadline_at)


def _elsewhere(tx: Tx, ticket: Ticket) -> Conflict:
    other = desk_place(tx, ticket.desk_id or "")
    return Conflict(
        "at_other_desk",
        N_("%(ticket)s is at %(desk)s. Call it here all the same?"),
        ticket=ticket.code,
        desk=other.name if other else "",
        desk_id=ticket.desk_id,
        state=ticket.state.value,
    )
