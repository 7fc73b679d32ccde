"""Automatic admission: capacity frees, the engine calls. Part of every transaction that frees any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nowserving.actions.tickets import move
from nowserving.domain.admission import admit, free_units
from nowserving.domain.rules import Admission
from nowserving.domain.ticket import Ticket, Verb
from nowserving.store import tickets as rows
from nowserving.store.places import QueuePlace, queue_place
from nowserving.store.tx import Tx

_CHUNK = 50


def admit_free(tx: Tx, queue: QueuePlace) -> tuple[Ticket, ...]:
    """Call whoever fits into the free capacity of a queue that calls by itself.

    Returns the tickets called; nothing for a queue whose agents call.
    """
    if queue.rules.admission is not Admission.AUTOMATIC or queue.paused:
        return ()
    free = free_units(queue.rules, rows.party_sizes_inside(tx, queue.id))
    decided = admit(free, _line(tx, queue.id), queue.rules)
    called = {ticket.id for ticket in decided.called}
    for ticket, times in decided.passed:
        if ticket.id not in called:
            rows.set_passed(tx, ticket.id, ticket.passed + times)
    return tuple(call(tx, queue, replace(ticket)) for ticket in decided.called)


def admit_after(tx: Tx, queue_id: str) -> None:
    """Run admission for the queue of a ticket that has just moved."""
    queue = queue_place(tx, queue_id)
    if queue is not None:
        admit_free(tx, queue)


def call(tx: Tx, queue: QueuePlace, ticket: Ticket) -> Ticket:
    """Call a ticket by rule: to no desk, with the check-in window as its deadline."""
    window_s = queue.rules.check_in_window_s
    return move(
        tx,
        ticket,
        Verb.CALL,
        actor="rule",
        called_at=tx.now,
        calls=ticket.calls + 1,
        deadline_at=tx.now + window_s * 1_000_000 if window_s else None,
    )


def _line(tx: Tx, queue_id: str) -> Iterator[Ticket]:
    """Yield the waiting tickets in rank order, read only as far as somebody looks."""
    after = -(1 << 62)
    while True:
        chunk = rows.waiting_after(tx, queue_id, after, _CHUNK)
        yield from chunk
        if len(chunk) < _CHUNK:
            return
        after = chunk[-1].rank
