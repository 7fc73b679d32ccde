"""The one place where a ticket changes. Every verb, rule and undo goes through here.

A change checks the table, updates the row on condition that it is still in the state that was
read, closes the open stay and opens the next, keeps the waiting counters, and appends the event
with what was before and what is after. The branch's lock is held, so nothing can come between.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nowserving.domain.ticket import FINAL, State, Ticket, Verb, next_state, wrong_state
from nowserving.errors import not_found
from nowserving.store import tickets as rows
from nowserving.store.tx import Tx

# The event that each verb leaves behind: what happened, in the past tense.
EVENT_OF = {
    Verb.CALL: "ticket.called",
    Verb.TAKE: "ticket.taken",
    Verb.RECALL: "ticket.recalled",
    Verb.START: "ticket.started",
    Verb.CHECK_IN: "ticket.checked_in",
    Verb.FINISH: "ticket.finished",
    Verb.EXPIRE: "ticket.expired",
    Verb.LAPSE: "ticket.lapsed",
    Verb.NO_SHOW: "ticket.no_show",
    Verb.PARK: "ticket.parked",
    Verb.REQUEUE: "ticket.requeued",
    Verb.TRANSFER: "ticket.transferred",
    Verb.POSTPONE: "ticket.postponed",
    Verb.LEAVE: "ticket.left",
    Verb.CANCEL: "ticket.cancelled",
}

# What never changes in a ticket's life and is told when a ticket appears.
IDENTITY = ("number", "service_day", "number_queue_id", "joined_at", "priority")


def find(tx: Tx, key: str) -> Ticket:
    """Return the ticket of a key in the branch that is locked; raises NotFound."""
    ticket = rows.ticket_by_key(tx, key)
    if ticket is None or ticket.branch_id != tx.scope_id:
        raise not_found()
    return ticket


def move(
    tx: Tx,
    ticket: Ticket,
    verb: Verb,
    *,
    actor: str | None = None,
    at_desk: str | None = None,
    **changes: Any,
) -> Ticket:
    """Move a ticket by a verb of the table and return it as it is now.

    `changes` are the other columns that the verb sets; `at_desk` is the desk that acts on a ticket
    which is at no desk. Raises Conflict "wrong_state" with the real state when the table has no such row.
    """
    state = next_state(ticket.state, verb)
    if state not in (State.CALLED, State.SERVING):
        # Away from the desk there is no desk, no deadline; a final state has an end.
        changes = {"desk_id": None, "deadline_at": None, **changes}
    ended_at = tx.now if state in FINAL else None
    after = replace(ticket, state=state, since_at=tx.now, ended_at=ended_at, **changes)
    return _change(tx, ticket, after, EVENT_OF[verb], actor, at_desk=at_desk)


def restore(
    tx: Tx, ticket: Ticket, before: dict[str, Any], undone_version: int, at_desk: str | None = None
) -> Ticket:
    """Put a ticket back to what it was before an event: the inverse action, itself on record."""
    values = {**before, "state": State(before.get("state", ticket.state))}
    # The new stay begins now, the ticket's rank and call are the old ones.
    values.pop("since_at", None)
    after = replace(ticket, **{**values, "since_at": tx.now})
    if after.state is State.WAITING:
        after = replace(after, rank=rows.free_rank(tx, after.queue_id, after.rank))
    return _change(tx, ticket, after, "ticket.undone", None, at_desk=at_desk, undoes=undone_version)


def _change(
    tx: Tx,
    before: Ticket,
    after: Ticket,
    event: str,
    actor: str | None,
    *,
    at_desk: str | None,
    **more: Any,
) -> Ticket:
    if (before.state, before.queue_id, before.desk_id) == (after.state, after.queue_id, after.desk_id):
        # A recall or a postponement: still the same stay.
        after = replace(after, since_at=before.since_at)
    if not rows.update_ticket(tx, before, after):
        raise wrong_state(before.state)
    if after.since_at != before.since_at:
        rows.close_stay(tx, before.id)
        if after.state not in FINAL:
            rows.open_stay(tx, after)
    _count(tx, before, after)
    emit(tx, event, before, after, actor, at_desk=at_desk, **more)
    return after


def _count(tx: Tx, before: Ticket, after: Ticket) -> None:
    was = before.queue_id if before.state is State.WAITING else None
    now = after.queue_id if after.state is State.WAITING else None
    if was == now:
        return
    if was is not None:
        rows.count_waiting(tx, was, -1)
    if now is not None:
        rows.count_waiting(tx, now, 1)


def emit(
    tx: Tx,
    event: str,
    before: Ticket | None,
    after: Ticket,
    actor: str | None = None,
    *,
    at_desk: str | None = None,
    **more: Any,
) -> None:
    """Append a ticket's event. It carries everything a screen needs and nothing personal."""
    # A ticket that memory does not hold, new or back from a final state, is told whole.
    whole = before is None or before.state in FINAL
    changed = [
        name
        for name in rows.MUTABLE
        if before is None or whole or getattr(before, name) != getattr(after, name)
    ]
    data: dict[str, Any] = {
        "key": after.key,
        "code": after.code,
        "after": {name: getattr(after, name) for name in changed},
        **more,
    }
    if whole:
        data |= {name: getattr(after, name) for name in IDENTITY}
        data["named"] = after.name is not None
    if before is not None:
        data["before"] = {name: getattr(before, name) for name in changed}
    first = tx.latest_events()
    if first:
        # The first change of an action names the whole act, so that undo takes it back whole.
        data["act"] = first[0].version
    desk_id = after.desk_id or (before.desk_id if before else None) or at_desk
    tx.emit(event, ticket_id=after.id, queue_id=after.queue_id, desk_id=desk_id, actor=actor, **data)
