"""What a host does at the stand of a queue that calls by itself: what the rules can't know."""

from __future__ import annotations

from typing import Any

from nowserving.actions.layout.editing import live_queue
from nowserving.actions.tickets.admitting import admit_after, check_in_deadline
from nowserving.actions.tickets.calling import again, bring_back
from nowserving.actions.tickets.joining import checked_size, clean_name, clean_note, refuse_lobby
from nowserving.actions.tickets.moving import find, move
from nowserving.actions.tickets.serving import begin
from nowserving.domain.instants import MINUTE_US, SECOND_US
from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import Admission
from nowserving.domain.tickets.ticket import FINAL, State, Ticket, Verb, next_state, wrong_state
from nowserving.domain.values import whole
from nowserving.errors import N_, Conflict
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.contacts import contact_of
from nowserving.store.rows import update_where
from nowserving.store.tickets.places import known_queue

MOST_MINUTES = 600


@action(scope="key")
def call_now(tx: Tx, *, key: str) -> Ticket:
    """Call one chosen party, wherever it stands and whether there is room or not: a person decided so.

    Set aside or missed: brought back, then called. Called: announced again, with the whole time to
    come. Raises Conflict `called_at_desks` where desks call.
    """
    ticket = _of_stand(tx, key)
    if ticket.state is State.CALLED:
        return again(tx, ticket)
    called = _call(tx, ticket)
    admit_after(tx, called.queue_id)
    return called


@action(scope="key")
def seat(tx: Tx, *, key: str) -> Ticket:
    """Let a party in: one that was called, or one the host chose, which is called on the way.

    Raises Conflict `called_at_desks` where desks call.
    """
    ticket = _of_stand(tx, key)
    if ticket.state is not State.CALLED:
        ticket = _call(tx, ticket)
    seated = begin(tx, ticket, Verb.START)
    admit_after(tx, seated.queue_id)
    return seated


@action(scope="key")
def extend(tx: Tx, *, key: str, minutes: int) -> Ticket:
    """Give a party more minutes: to come, if it was called, or to stay.

    A time that is over counts from now. Raises Conflict `no_time_limit` for a party that has none.
    """
    more = whole(minutes, "/minutes", 1, MOST_MINUTES)
    ticket = find(tx, key)
    next_state(ticket.state, Verb.EXTEND)
    until = ticket.deadline_at or ticket.overstayed_at
    if until is None:
        raise Conflict("no_time_limit", N_("This ticket has no time limit that could be longer."))
    deadline_at = max(until, tx.now) + more * MINUTE_US
    return move(tx, ticket, Verb.EXTEND, deadline_at=deadline_at, overstayed_at=None)


@action(scope="key")
def resize(tx: Tx, *, key: str, party_size: int) -> Ticket:
    """Change how many people come, by staff. A party inside may grow over the capacity: they are there."""
    return _resized(tx, find(tx, key), party_size)


@action(scope="key")
def resize_own(tx: Tx, *, key: str, party_size: int) -> Ticket:
    """Change how many people come, by the guest, who may do so while waiting, and to what fits."""
    ticket = find(tx, key)
    if ticket.state is not State.WAITING:
        raise wrong_state(ticket.state)
    checked_size(tx, known_queue(tx, ticket.queue_id).rules, party_size)
    return _resized(tx, ticket, party_size)


@action(scope="key")
def correct(tx: Tx, *, key: str, name: str | None, note: str | None) -> Ticket:
    """Write down who a party is and what is to be known of it, in place of what stood there; None is nothing.

    The event says that it happened and never what. Raises Conflict `wrong_state` once the visit is over.
    """
    ticket = find(tx, key)
    if ticket.state in FINAL and ticket.state is not State.NO_SHOW:
        raise wrong_state(ticket.state)
    name, note = clean_name(name), clean_note(note)
    if (name, note) == (ticket.name, ticket.note):
        return ticket
    update_where(tx, schema.tickets, schema.tickets.c.id == ticket.id, name=name, note=note)
    told: dict[str, Any] = {"key": ticket.key, "code": ticket.code, "named": True, "before": {}, "after": {}}
    tx.emit("ticket.corrected", ticket_id=ticket.id, queue_id=ticket.queue_id, **told)
    return find(tx, key)


@action(scope="key")
def show_phone(tx: Tx, *, key: str) -> str | None:
    """Return the number of a party's guest to staff who ask for it, on record; None without one."""
    ticket = find(tx, key)
    contact = contact_of(tx, ticket.id)
    if contact is None or contact.phone is None:
        return None
    tx.emit("guest.phone_shown", queue_id=ticket.queue_id, code=ticket.code, of=ticket.id)
    return contact.phone


@action(scope="queue_id")
def run_late(tx: Tx, *, queue_id: str, minutes: int) -> Queue:
    """Add minutes to every estimate of a queue, in place of what was added before; 0: on time again."""
    late_s = whole(minutes, "/minutes", 0, MOST_MINUTES) * 60
    before = live_queue(tx, queue_id)
    if before.late_s != late_s:
        update_where(tx, schema.queues, schema.queues.c.id == queue_id, late_s=late_s)
        tx.emit("queue.late", queue_id=queue_id, name=before.name, late_s=late_s, late_before_s=before.late_s)
    return layout.queue(tx, queue_id) or before


def _of_stand(tx: Tx, key: str) -> Ticket:
    ticket = find(tx, key)
    queue = known_queue(tx, ticket.queue_id)
    refuse_lobby(queue)
    if queue.rules.admission is not Admission.AUTOMATIC:
        raise Conflict("called_at_desks", N_("In this queue people are called at a desk."))
    return ticket


def _call(tx: Tx, ticket: Ticket) -> Ticket:
    """Call a party to no desk, on record as chosen by a person."""
    if ticket.state in (State.PARKED, State.NO_SHOW):
        ticket = bring_back(tx, ticket, Where.FRONT)
    deadline_at = check_in_deadline(tx, known_queue(tx, ticket.queue_id).rules)
    return move(
        tx,
        ticket,
        Verb.CALL,
        chosen=True,
        agent_id=tx.actor,
        called_at=tx.now,
        calls=1,
        deadline_at=deadline_at,
    )


def _resized(tx: Tx, ticket: Ticket, party_size: int) -> Ticket:
    rules = known_queue(tx, ticket.queue_id).rules
    size = whole(party_size, "/party_size", 1, rules.max_party)
    next_state(ticket.state, Verb.RESIZE)
    if size == ticket.party_size:
        return ticket
    longer = _longer_limit(tx, ticket, rules.service_limit(size)) if ticket.state is State.SERVING else {}
    resized = move(tx, ticket, Verb.RESIZE, party_size=size, **longer)
    admit_after(tx, resized.queue_id)
    return find(tx, ticket.key)


def _longer_limit(tx: Tx, ticket: Ticket, limit_s: int | None) -> dict[str, Any]:
    """Return the deadline of a seated party of another size: a larger one may stay longer, none less long.

    A guest who goes home early must not put an end to the visit of the others.
    """
    if limit_s is None:
        return {}
    until = ticket.since_at + limit_s * SECOND_US
    so_far = ticket.deadline_at or ticket.overstayed_at or 0
    if until <= max(so_far, tx.now):
        return {}
    return {"deadline_at": until, "overstayed_at": None}
