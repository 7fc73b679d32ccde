"""Automatic admission: capacity frees, the engine calls. Part of every transaction that frees any."""

from __future__ import annotations

from collections.abc import Iterator

from nowserving.actions.tickets.moving import move, pass_over
from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets.admission import admit, free_units
from nowserving.domain.tickets.rules import Admission, QueueRules
from nowserving.domain.tickets.ticket import Ticket, Verb
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.places import QueuePlace, known_queue

# Most often it is decided by the first few.
_FIRST, _CHUNK = 4, 64


def admit_free(tx: Tx, queue: QueuePlace) -> tuple[Ticket, ...]:
    """Call whoever fits into the free capacity of a queue that calls by itself.

    Returns the tickets called; nothing for a queue whose agents call.
    """
    if queue.rules.admission is not Admission.AUTOMATIC or queue.paused:
        return ()
    decided = admit(free_in(tx, queue), _line(tx, queue.id), queue.rules)
    for ticket, times in decided.passed:
        pass_over(tx, ticket, times)
    return tuple(_call(tx, queue.rules, ticket) for ticket in decided.called)


def admit_after(tx: Tx, *queue_ids: str) -> None:
    """Run admission for the queues of tickets that have just moved."""
    for queue_id in queue_ids:
        admit_free(tx, known_queue(tx, queue_id))


def free_in(tx: Tx, queue: QueuePlace) -> int | None:
    """Return how many units of a queue are free, less than none if it is over; None without a capacity."""
    return free_units(queue.rules, rows.party_sizes_inside(tx, queue.id))


def check_in_deadline(tx: Tx, rules: QueueRules) -> int | None:
    """Return until when somebody who is called now may come, or None if there is no limit."""
    window_s = rules.check_in_window_s
    return None if window_s is None else tx.now + window_s * SECOND_US


def _call(tx: Tx, rules: QueueRules, ticket: Ticket) -> Ticket:
    """Call a ticket by rule: to no desk."""
    deadline_at = check_in_deadline(tx, rules)
    return move(tx, ticket, Verb.CALL, actor="rule", called_at=tx.now, calls=1, deadline_at=deadline_at)


def _line(tx: Tx, queue_id: str) -> Iterator[Ticket]:
    """Yield the waiting tickets in rank order, read only as far as somebody looks."""
    chunk = rows.waiting_after(tx, queue_id, rows.BEFORE_ALL, _FIRST)
    while chunk:
        yield from chunk
        chunk = rows.waiting_after(tx, queue_id, chunk[-1].rank, _CHUNK)
