"""What happens to a ticket after its call, and what takes it out of the line."""

from __future__ import annotations

from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.calling import bring_back, end_visit
from nowserving.actions.tickets.joining import refuse_lobby
from nowserving.actions.tickets.moving import find, move
from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets import rank
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import State, Ticket, Verb, next_state
from nowserving.domain.values import whole
from nowserving.errors import N_, Gone, invalid_field
from nowserving.store.engine.action import action
from nowserving.store.engine.scopes import branch_of
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.places import known_queue, queue_place

MOST_PLACES = 1_000


@action(scope="key")
def start(tx: Tx, *, key: str) -> Ticket:
    """Begin serving a called ticket."""
    return begin(tx, find(tx, key), Verb.START)


@action(scope="key")
def check_in(tx: Tx, *, key: str) -> Ticket:
    """The guest says "I am here" to a call: service begins.

    Raises Gone `lapsed` from the deadline on, whether or not a sweep has been there: the answer must
    not depend on how late a sweep is. An agent who sees the guest may still start.
    """
    ticket = find(tx, key)
    check_in_time(tx, ticket)
    return begin(tx, ticket, Verb.CHECK_IN)


@action(scope="key")
def finish(tx: Tx, *, key: str) -> Ticket:
    """End the service of a ticket; one that was called and never started is started first, on record."""
    done = end_visit(tx, find(tx, key))
    admit_after(tx, done.queue_id)
    return done


@action(scope="key")
def no_show(tx: Tx, *, key: str) -> Ticket:
    """Say that a called guest did not come."""
    return _away(tx, find(tx, key), Verb.NO_SHOW)


@action(scope="key")
def park(tx: Tx, *, key: str, desk_id: str | None = None) -> Ticket:
    """Set a ticket aside, to be requeued later. `desk_id` is the desk that does so, for its undo."""
    return _away(tx, find(tx, key), Verb.PARK, acting_desk(tx, desk_id))


@action(scope="key")
def cancel(tx: Tx, *, key: str, desk_id: str | None = None) -> Ticket:
    """Withdraw a ticket, by staff. `desk_id` is the desk that does so, for its undo."""
    return _away(tx, find(tx, key), Verb.CANCEL, acting_desk(tx, desk_id))


@action(scope="key")
def leave(tx: Tx, *, key: str) -> Ticket:
    """Withdraw a ticket, by its guest."""
    return _away(tx, find(tx, key), Verb.LEAVE)


@action(scope="key")
def requeue(tx: Tx, *, key: str, where: Where, desk_id: str | None = None) -> Ticket:
    """Bring a called, parked or missed ticket back to the front, middle or end of its line.

    `desk_id` is the desk that does so, for its undo.
    """
    ticket = bring_back(tx, find(tx, key), where, acting_desk(tx, desk_id))
    return _admitted(tx, ticket, ticket.queue_id)


@action(scope="key")
def transfer(
    tx: Tx, *, key: str, queue_id: str, where: Where = Where.END, desk_id: str | None = None
) -> Ticket:
    """Send a ticket on to another queue of the branch; code, key and history stay.

    `desk_id` is the desk that does so, for its undo. Raises Invalid when the queue is the ticket's
    own or not of this branch, Conflict `lobby` for the line of a show.
    """
    ticket = find(tx, key)
    next_state(ticket.state, Verb.TRANSFER)
    target = queue_place(tx, queue_id)
    if target is None or target.branch_id != tx.scope_id or target.archived:
        raise invalid_field("/queue_id", "unknown_queue", N_("This branch has no such queue."))
    if queue_id == ticket.queue_id:
        raise invalid_field("/queue_id", "same_queue", N_("The ticket is in this queue already."))
    refuse_lobby(target)
    found = rows.free_rank(tx, queue_id, rows.requeue_rank(tx, queue_id, where))
    at_desk = acting_desk(tx, desk_id)
    moved = move(tx, ticket, Verb.TRANSFER, at_desk=at_desk, queue_id=queue_id, rank=found)
    return _admitted(tx, moved, ticket.queue_id, queue_id)


@action(scope="key")
def postpone(tx: Tx, *, key: str, places: int) -> Ticket:
    """Let the next `places` tickets pass; nobody else is worse off for it.

    With nobody behind there is nobody to let pass, and nothing changes.
    """
    passing = whole(places, "/places", 1, MOST_PLACES)
    ticket = find(tx, key)
    next_state(ticket.state, Verb.POSTPONE)
    behind = rows.ranks_from(tx, ticket.queue_id, ticket.rank + 1, passing + 1)
    wanted = rank.postponed(passing, behind, ticket.rank)
    if wanted == ticket.rank:
        return ticket
    moved = move(tx, ticket, Verb.POSTPONE, rank=rows.free_rank(tx, ticket.queue_id, wanted))
    return _admitted(tx, moved, ticket.queue_id)


def check_in_time(tx: Tx, ticket: Ticket) -> None:
    """Raise Gone `lapsed`, in the same words, for a call whose time is over, swept already or not."""
    if ticket.state is State.NO_SHOW:
        may_rejoin = ticket.rejoin_until_at is not None and ticket.rejoin_until_at > tx.now
    elif ticket.state is State.CALLED and ticket.deadline_at is not None and ticket.deadline_at <= tx.now:
        may_rejoin = known_queue(tx, ticket.queue_id).rules.rejoin_grace_s is not None
    else:
        return
    message = N_("You were called, and the time to come is over. You may join again.")
    if may_rejoin:
        message = N_("You were called, and the time to come is over. You may still come back into the line.")
    raise Gone("lapsed", message, state=State.NO_SHOW.value, may_rejoin=may_rejoin)


def begin(tx: Tx, ticket: Ticket, verb: Verb) -> Ticket:
    """Let service begin, with the limit that the queue has for a party of this size."""
    next_state(ticket.state, verb)
    limit_s = known_queue(tx, ticket.queue_id).rules.service_limit(ticket.party_size)
    deadline_at = None if limit_s is None else tx.now + limit_s * SECOND_US
    return move(tx, ticket, verb, deadline_at=deadline_at)


def _away(tx: Tx, ticket: Ticket, verb: Verb, at_desk: str | None = None) -> Ticket:
    moved = move(tx, ticket, verb, at_desk=at_desk)
    admit_after(tx, moved.queue_id)
    return moved


def _admitted(tx: Tx, ticket: Ticket, *queue_ids: str) -> Ticket:
    """Run admission for queues, and return a ticket as that left it: it may have been called at once."""
    admit_after(tx, *queue_ids)
    return find(tx, ticket.key)


def acting_desk(tx: Tx, desk_id: str | None) -> str | None:
    """Return the desk that acts on a ticket from its list; it must be of this branch."""
    if desk_id is not None and branch_of(tx, "desk_id", desk_id) != tx.scope_id:
        raise invalid_field("/desk_id", "unknown_desk", N_("This branch has no such desk."))
    return desk_id
