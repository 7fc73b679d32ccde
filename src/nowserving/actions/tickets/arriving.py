"""The guest on the way: saying so, and coming back after a missed call."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.joining import check_only_place, queue_closed, queue_paused
from nowserving.actions.tickets.lapsing import lapse, rejoin_until
from nowserving.actions.tickets.moving import find, move
from nowserving.actions.tickets.serving import check_in_time
from nowserving.domain.calendar.hours import is_open
from nowserving.domain.tickets import rank
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import State, Ticket, Verb, coming_from, next_state
from nowserving.domain.values import whole
from nowserving.errors import N_, Conflict, Gone
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.places import QueuePlace, known_queue

MOST_MINUTES = 120


@action(scope="key")
def coming(tx: Tx, *, key: str, minutes: int = 0) -> Ticket:
    """The guest says "I'm on my way", to be here in so many minutes; 0 promises no time.

    It moves nobody and no deadline: whoever seats parties sees it and decides. Raises Gone `lapsed`
    when the time to answer a call is over.
    """
    away = whole(minutes, "/minutes", 0, MOST_MINUTES)
    ticket = find(tx, key)
    check_in_time(tx, ticket)
    return move(tx, ticket, Verb.COMING, coming_at=coming_from(tx.now, away))


@action(scope="key")
def rejoin(tx: Tx, *, key: str) -> Ticket:
    """The guest missed the call, and comes back to a place between: behind half of the line.

    Raises Conflict `no_rejoin` where the queue takes nobody back or the call did not lapse by itself,
    `queue_archived` for a queue that is no more, `queue_paused` or `queue_closed` while it takes nobody,
    `one_place_only` for a device that has joined again, and Gone `rejoin_over` when the time to come back
    is over.
    """
    ticket = find(tx, key)
    queue = known_queue(tx, ticket.queue_id)
    # The answer must not depend on how late a sweep is.
    overdue = ticket.state is State.CALLED and ticket.deadline_at is not None and ticket.deadline_at <= tx.now
    if not overdue:
        next_state(ticket.state, Verb.REJOIN)
    # Before anything is written: a refusal after that would cost the whole group its transaction.
    _check_time(tx, rejoin_until(tx, queue) if overdue else ticket.rejoin_until_at)
    _check_queue(tx, queue)
    check_only_place(tx, queue, ticket)
    if overdue:
        ticket = lapse(tx, ticket)
    wanted = rank.rejoined(ticket.rank, rows.requeue_rank(tx, ticket.queue_id, Where.MIDDLE))
    found = rows.free_rank(tx, ticket.queue_id, wanted)
    moved = move(tx, ticket, Verb.REJOIN, rank=found)
    admit_after(tx, moved.queue_id)
    return find(tx, key)


def _check_time(tx: Tx, until: int | None) -> None:
    if until is None:
        raise Conflict("no_rejoin", N_("This place can't be taken up again. Please join again."))
    if until <= tx.now:
        raise Gone("rejoin_over", N_("The time to come back is over. Please join again."))


def _check_queue(tx: Tx, queue: QueuePlace) -> None:
    """Refuse where nobody may come back now. After the last ticket one may: the place was taken before."""
    if queue.archived:
        raise Conflict("queue_archived", N_("The queue of this ticket is closed for good."))
    if queue.paused:
        raise queue_paused()
    open_now = is_open(tx.now, queue.hours, ZoneInfo(queue.time_zone), queue.closures)
    if not (open_now or queue.rules.ignore_hours):
        raise queue_closed(tx.now, queue)
