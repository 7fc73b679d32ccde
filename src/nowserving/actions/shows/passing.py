"""Passes: whoever was called comes in with one, it opens the seats for a while, and it ends once.

A token says which pass it is; whether it is good stands in the row, and in the ticket that it belongs to.
No key is known here: whose signature it is has been looked at before (`web/gate/passes.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from nowserving.actions.seats.freeing import release_of
from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.calling import end_visit
from nowserving.actions.tickets.moving import find, move
from nowserving.actions.tickets.serving import begin, check_in_time
from nowserving.domain.instants import SECOND_US
from nowserving.domain.shows.show import SELLING, Performance, Show, wrong_show_state
from nowserving.domain.tickets.ticket import State, Ticket, Verb, wrong_state
from nowserving.errors import N_, AppError, Conflict, Forbidden, Gone, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.shows import passes
from nowserving.store.shows.passes import Pass
from nowserving.store.shows.shows import performance_of_queue, show
from nowserving.store.tickets.tickets import ticket_by_id


@action(scope="key")
def come_in(tx: Tx, *, key: str, device_hash: str | None) -> Pass:
    """Let a called place in, from the device that joined; returns its pass. Asked again, the same pass.

    Raises NotFound, Forbidden `no_pass` for another device, Gone `lapsed` and `pass_lapsed`, Conflict
    `wrong_state` for who was not called, `wrong_show_state` where nobody is let in.
    """
    ticket = find(tx, key)
    performance, of = _lobby(tx, ticket.queue_id)
    joined_from = ticket.joined_from
    if not device_hash or joined_from is None or not _same(joined_from, device_hash):
        raise no_pass()
    if of.state not in SELLING or performance.ended_at is not None:
        raise wrong_show_state(of.state)
    check_in_time(tx, ticket)
    if ticket.state is State.CALLED:
        ticket = begin(tx, ticket, Verb.CHECK_IN)
    elif ticket.state is not State.SERVING:
        raise wrong_state(ticket.state)
    given = passes.live_pass_of(tx, ticket.id)
    if given is not None and not given.live(tx.now):
        raise pass_lapsed()
    return given or _issue(tx, ticket, performance.id, device_hash)


def _issue(tx: Tx, ticket: Ticket, performance_id: str, device_hash: str) -> Pass:
    if ticket.deadline_at is None or ticket.deadline_at <= tx.now:
        raise pass_lapsed()
    made = Pass(
        id=tx.new_key(),
        branch_id=ticket.branch_id,
        performance_id=performance_id,
        ticket_id=ticket.id,
        device_hash=device_hash,
        issued_at=tx.now,
        expires_at=ticket.deadline_at,
        extended_at=None,
        spent_at=None,
        ended_at=None,
    )
    passes.insert_pass(tx, made)
    tx.emit("pass.issued", performance_id=performance_id, of=ticket.id, until_at=made.expires_at)
    return made


def pass_in(tx: Tx, performance_id: str, claims: Mapping[str, Any]) -> Ticket:
    """Return the ticket that a pass lets to the seats of a performance now.

    `claims` are those of a token whose signature was good: its id `jti` and its device `dev`, which must be
    the one that asks. Raises Forbidden `no_pass`, Gone `pass_lapsed`.
    """
    return _opened(tx, performance_id, claims)[1]


def _opened(tx: Tx, performance_id: str, claims: Mapping[str, Any]) -> tuple[Pass, Ticket]:
    found = _issued(tx, performance_id, str(claims.get("jti", "")))
    if not _same(found.device_hash, str(claims.get("dev", ""))):
        raise no_pass()
    return found, _inside(tx, found)


def _issued(tx: Tx, performance_id: str, pass_id: str) -> Pass:
    found = passes.pass_by_id(tx, pass_id)
    if found is None or found.performance_id != performance_id or found.branch_id != tx.scope_id:
        raise no_pass()
    return found


def _inside(tx: Tx, found: Pass) -> Ticket:
    ticket = ticket_by_id(tx, found.ticket_id)
    # Expiry is judged when it is read: how late a sweep is must not matter.
    inside = ticket is not None and ticket.state is State.SERVING
    if ticket is None or not inside or not found.live(tx.now) or (ticket.deadline_at or 0) <= tx.now:
        raise pass_lapsed()
    return ticket


def extend_pass(tx: Tx, ticket: Ticket) -> Ticket:
    """Give the pass of a ticket more time, once; returns the ticket with its new deadline.

    Raises Conflict `already_extended`, also where no show gives any more.
    """
    extended = extend_if_may(tx, ticket)
    if extended is ticket:
        raise Conflict("already_extended", N_("More time was given already; it is given once."))
    return extended


def extend_if_may(tx: Tx, ticket: Ticket) -> Ticket:
    """Like `extend_pass`; a pass that has had its one extension lasts as long as it did."""
    more_s = _lobby(tx, ticket.queue_id)[1].rules.extend_s
    live = passes.live_pass_of(tx, ticket.id)
    if live is None or not live.live(tx.now):
        raise pass_lapsed()
    until = live.expires_at + more_s * SECOND_US
    if not more_s or not passes.extend_row(tx, live.id, until):
        return ticket
    return move(tx, ticket, Verb.EXTEND, deadline_at=until)


def end_pass(tx: Tx, ticket: Ticket, by: str) -> Ticket:
    """End the pass of a ticket and its visit; its unit is free at once, for the next in line."""
    passes.end_of_ticket(tx, ticket.id, by)
    done = end_visit(tx, ticket)
    admit_after(tx, done.queue_id)
    return done


@action(scope="performance_id")
def extend_own_pass(tx: Tx, *, performance_id: str, claims: Mapping[str, Any]) -> Ticket:
    """Give whoever has a pass more time, once. Raises what `pass_in` and `extend_pass` raise."""
    return extend_pass(tx, pass_in(tx, performance_id, claims))


@action(scope="performance_id")
def leave_seats(tx: Tx, *, performance_id: str, claims: Mapping[str, Any]) -> Ticket:
    """Give a pass back without booking. Raises what `pass_in` raises."""
    ticket = pass_in(tx, performance_id, claims)
    release_of(tx, ticket.id)
    return end_pass(tx, ticket, "left")


@action(scope="performance_id")
def spend_pass(tx: Tx, *, performance_id: str, pass_id: str) -> tuple[Pass, Ticket]:
    """Take a pass at a website that we guard: once. Returns it, and the ticket that it lets in.

    No device is asked for, because our cookie does not reach other websites: whoever was sent there had come
    in from the device that joined. Raises Forbidden `no_pass`, Gone `pass_lapsed`.
    """
    found = _issued(tx, performance_id, pass_id)
    ticket = _inside(tx, found)
    if not passes.spend_row(tx, found.id):
        raise no_pass()
    tx.emit("pass.spent", performance_id=performance_id, of=found.ticket_id)
    return found, ticket


@action(scope="performance_id")
def end_spent_pass(tx: Tx, *, performance_id: str, pass_id: str) -> Ticket:
    """End a pass that a website has taken, because its guest is done there: whoever is next is let in.

    Raises Forbidden `no_pass` for one that no website has taken, Gone `pass_lapsed`.
    """
    found = _issued(tx, performance_id, pass_id)
    if found.spent_at is None:
        raise no_pass()
    return end_pass(tx, _inside(tx, found), "left")


def _lobby(tx: Tx, queue_id: str) -> tuple[Performance, Show]:
    """Return the performance whose lobby a queue is, and its show; raises NotFound for every other queue."""
    performance = tx.kept(performance_of_queue, queue_id)
    of = tx.kept(show, performance.show_id) if performance else None
    if performance is None or of is None:
        raise not_found()
    return performance, of


def _same(one: str, other: str) -> bool:
    """Compare two secrets in a time that says nothing about them."""
    return compare_digest(one.encode(), other.encode())


def no_pass() -> AppError:
    """Return the refusal of whoever has no pass here, ready to raise: the same, whatever is wrong."""
    return Forbidden("no_pass", N_("You have no pass to these seats."))


def pass_lapsed() -> AppError:
    """Return the refusal of a pass that was good once, ready to raise."""
    return Gone("pass_lapsed", N_("The time of your pass has run out."))
