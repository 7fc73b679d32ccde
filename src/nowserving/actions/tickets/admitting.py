"""Automatic admission: capacity frees, the engine calls. Part of every transaction that frees any."""

from __future__ import annotations

from collections.abc import Iterator

from nowserving.actions.tickets.moving import move, pass_over
from nowserving.domain.instants import MINUTE_US, SECOND_US
from nowserving.domain.tickets.admission import admit, free_units
from nowserving.domain.tickets.rules import Admission, Counts, QueueRules
from nowserving.domain.tickets.ticket import Ticket, Verb
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import calls
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.places import QueuePlace, known_queue

# Most often it is decided by the first few.
_FIRST, _CHUNK = 4, 64


def admit_free(tx: Tx, queue: QueuePlace) -> tuple[Ticket, ...]:
    """Call whoever fits into the free capacity of a queue that calls by itself.

    Returns the tickets called; nothing for a queue whose agents call.
    """
    if queue.rules.admission is not Admission.AUTOMATIC or queue.paused or queue.rules.gate_closed:
        return ()
    left = _left_by_rate(tx, queue)
    called: tuple[Ticket, ...] = ()
    if left != 0:
        decided = admit(free_in(tx, queue), _line(tx, queue.id), queue.rules)
        for ticket, times in decided.passed:
            pass_over(tx, ticket, times)
        called = tuple(_call(tx, queue.rules, ticket) for ticket in decided.called[:left])
    if left == len(called):
        _admit_later(tx, queue)
    return called


@action(scope="branch_id")
def admit_due(tx: Tx, *, branch_id: str) -> int:
    """Call whom the rate of admission lets in by now, in every queue of the branch; returns how many queues.

    Whoever was called meanwhile is counted under the lock, so that a sweep that comes late, or twice, lets
    nobody in too early.
    """
    due = calls.queues_due(tx, branch_id, tx.now)
    for queue_id in due:
        calls.admit_next_at(tx, queue_id, None)
        admit_free(tx, known_queue(tx, queue_id))
    return len(due)


def _left_by_rate(tx: Tx, queue: QueuePlace) -> int | None:
    """Return how many the rate lets in now: no sixty seconds see more calls than it says. None: any."""
    rate = queue.rules.admit_per_minute
    if rate is None:
        return None
    if queue.admit_at is not None and queue.admit_at > tx.now:
        return 0
    return max(rate - len(calls.called_since(tx, queue.id, tx.now - MINUTE_US)), 0)


def _admit_later(tx: Tx, queue: QueuePlace) -> None:
    """Put down when the rate lets the next one in, if somebody waits for that."""
    rate = queue.rules.admit_per_minute
    known = queue.admit_at is not None and queue.admit_at > tx.now
    if rate is None or known or not rows.waiting_in(tx, queue.id):
        return
    lately = calls.called_since(tx, queue.id, tx.now - MINUTE_US)
    # The window is full until so many of its calls, the oldest first, have left it that one more is below the
    # rate.
    calls.admit_next_at(tx, queue.id, lately[len(lately) - rate] + MINUTE_US)


def admit_after(tx: Tx, *queue_ids: str) -> None:
    """Run admission for the queues of tickets that have just moved."""
    for queue_id in queue_ids:
        admit_free(tx, known_queue(tx, queue_id))


def free_in(tx: Tx, queue: QueuePlace) -> int | None:
    """Return how many units of a queue are free, less than none if it is over; None without a capacity."""
    if queue.rules.capacity is not None and queue.rules.counts is Counts.PEOPLE:
        # A thousand choose seats at once: they are counted, and their sizes are not read.
        return queue.rules.capacity - rows.people_inside(tx, queue.id)
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
