"""Calling: a desk summons the next ticket, or one that an agent chose."""

from __future__ import annotations

from dataclasses import dataclass

from nowserving.actions.admitting import admit_after
from nowserving.actions.desk_duty import at_work
from nowserving.actions.tickets import find, move
from nowserving.domain.rank import Where
from nowserving.domain.rules import QueueRules
from nowserving.domain.ticket import State, Ticket, Verb, wrong_state
from nowserving.errors import N_, Conflict, not_found
from nowserving.store import tickets as rows
from nowserving.store.action import action
from nowserving.store.places import DeskPlace, desk_place, queue_place
from nowserving.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Called:
    """A called ticket, the desk it is called to, and the visit that ended for it, if one did."""

    ticket: Ticket
    desk: DeskPlace
    finished: Ticket | None = None


@action(scope="desk_id")
def call_next(tx: Tx, *, desk_id: str) -> Called:
    """Call the next ticket of the desk's queues, in the desk's order of queues, to this desk.

    What is still open at the desk is finished first, for an agent who calls the next has done with
    the one before. Raises Conflict `queue_empty` when nobody waits; then nothing changes at all.
    """
    desk = at_work(tx, desk_id)
    for queue_id in desk.queue_ids:
        ticket = rows.first_waiting(tx, queue_id)
        if ticket is not None:
            finished = clear_desk(tx, desk_id)
            return Called(_call(tx, ticket, desk), desk, finished)
    raise Conflict("queue_empty", N_("Nobody is waiting for this desk."))


@action(scope="desk_id")
def call_chosen(tx: Tx, *, desk_id: str, key: str, anyway: bool = False) -> Called:
    """Call one chosen ticket to this desk, wherever it stands.

    Waiting: called out of turn, on record. Parked or no-show: brought back, then called. At another
    desk: raises Conflict `at_other_desk` naming it, unless `anyway`, which takes it over.
    """
    desk = at_work(tx, desk_id)
    ticket = find(tx, key)
    if ticket.desk_id == desk_id:
        return Called(_again(tx, ticket), desk)
    if ticket.desk_id is not None and not anyway:
        raise _elsewhere(tx, ticket)
    if ticket.state not in (*_CALLABLE, State.CALLED, State.SERVING):
        raise wrong_state(ticket.state)
    finished = clear_desk(tx, desk_id)
    if ticket.state in (State.PARKED, State.NO_SHOW):
        ticket = bring_back(tx, ticket, Where.FRONT, desk_id)
    return Called(_call(tx, ticket, desk), desk, finished)


_CALLABLE = (State.WAITING, State.PARKED, State.NO_SHOW)


@action(scope="key")
def recall(tx: Tx, *, key: str) -> Ticket:
    """Announce a called ticket again. Raises Conflict `too_many_recalls` past the queue's limit."""
    return _again(tx, find(tx, key))


def clear_desk(tx: Tx, desk_id: str) -> Ticket | None:
    """Finish what is open at a desk and return it; a called guest counts as having come."""
    ticket = rows.open_at_desk(tx, desk_id)
    if ticket is None:
        return None
    if ticket.state is State.CALLED:
        ticket = move(tx, ticket, Verb.START)
    done = move(tx, ticket, Verb.FINISH)
    admit_after(tx, done.queue_id)
    return done


def bring_back(tx: Tx, ticket: Ticket, where: Where, at_desk: str | None = None) -> Ticket:
    """Return a ticket to the front, the middle or the end of its line."""
    wanted = rows.requeue_rank(tx, ticket.queue_id, where)
    found = rows.free_rank(tx, ticket.queue_id, wanted)
    return move(tx, ticket, Verb.REQUEUE, at_desk=at_desk, rank=found)


def _call(tx: Tx, ticket: Ticket, desk: DeskPlace) -> Ticket:
    verb = Verb.CALL if ticket.state is State.WAITING else Verb.TAKE
    window_s = _rules(tx, ticket).check_in_window_s
    return move(
        tx,
        ticket,
        verb,
        desk_id=desk.id,
        agent_id=tx.actor,
        called_at=tx.now,
        calls=1,
        deadline_at=tx.now + window_s * 1_000_000 if window_s else None,
    )


def _again(tx: Tx, ticket: Ticket) -> Ticket:
    rules = _rules(tx, ticket)
    # The first call is not a recall.
    if ticket.state is State.CALLED and rules.max_recalls is not None and ticket.calls > rules.max_recalls:
        raise Conflict("too_many_recalls", N_("This ticket was called as often as this queue allows."))
    window_s = rules.check_in_window_s
    # Who is called again gets the whole window again: the call may not have been heard.
    deadline_at = tx.now + window_s * 1_000_000 if window_s else None
    return move(tx, ticket, Verb.RECALL, called_at=tx.now, calls=ticket.calls + 1, deadline_at=deadline_at)


def _rules(tx: Tx, ticket: Ticket) -> QueueRules:
    queue = queue_place(tx, ticket.queue_id)
    if queue is None:
        raise not_found()
    return queue.rules


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
