"""The one place where a ticket changes. Every verb, rule and undo goes through here.

A change checks the table, updates the row on condition that it is still in the state that was
read, closes the open stay and opens the next, keeps the waiting counters, and appends the event
with what was before and what is after. The branch's lock is held, so nothing can come between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Any

from nowserving.actions.clinic.stays import follow_service
from nowserving.actions.messages.telling import tell_of
from nowserving.actions.shows.following import follow_pass
from nowserving.domain.tickets.ticket import FINAL, State, Ticket, Verb, next_state
from nowserving.errors import not_found
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.moves import MOVED, MUTABLE, SELDOM

# The event that each verb leaves behind: what happened, in the past tense.
EVENT_OF = {
    Verb.CALL: "ticket.called",
    Verb.TAKE: "ticket.taken",
    Verb.RECALL: "ticket.recalled",
    Verb.START: "ticket.started",
    Verb.CHECK_IN: "ticket.checked_in",
    Verb.COMING: "ticket.coming",
    Verb.EXTEND: "ticket.extended",
    Verb.RESIZE: "ticket.resized",
    Verb.FINISH: "ticket.finished",
    Verb.EXPIRE: "ticket.expired",
    Verb.OVERSTAY: "ticket.overstayed",
    Verb.LAPSE: "ticket.lapsed",
    Verb.NO_SHOW: "ticket.no_show",
    Verb.PARK: "ticket.parked",
    Verb.REQUEUE: "ticket.requeued",
    Verb.REJOIN: "ticket.rejoined",
    Verb.TRANSFER: "ticket.transferred",
    Verb.POSTPONE: "ticket.postponed",
    Verb.TRIAGE: "ticket.triaged",
    Verb.DRAW: "ticket.drawn",
    Verb.LEAVE: "ticket.left",
    Verb.CANCEL: "ticket.cancelled",
}

# What one stay has one of.
_A_STAY = ("state", "queue_id", "desk_id")
# What never changes in a ticket's life and is told when a ticket appears.
IDENTITY = ("number", "service_day", "number_queue_id", "joined_at", "priority", "language")
_identity_of = attrgetter(*IDENTITY)
_mutable_of = attrgetter(*MUTABLE)
_moved_of = attrgetter(*MOVED)


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
    chosen: bool = False,
    why: str | None = None,
    **changes: Any,
) -> Ticket:
    """Move a ticket by a verb of the table and return it as it is now.

    `changes` are the other columns that the verb sets. `actor` overrides who does it, when a rule
    acts inside a person's action; `at_desk` is the desk that acts on a ticket which is at no desk.
    `chosen` puts on record that a person picked it, whoever stood before it, and `why` a word for why.
    Raises Conflict "wrong_state" with the real state when the table has no such row.
    """
    state = next_state(ticket.state, verb)
    ended_at = tx.now if state in FINAL else None
    becomes = {"state": state, "ended_at": ended_at, **_LEFT_BEHIND[state], **changes}
    picked = {**({"chosen": True} if chosen else {}), **({"why": why} if why else {})}
    return _change(tx, ticket, ticket, becomes, EVENT_OF[verb], actor=actor, at_desk=at_desk, **picked)


def _left_behind(state: State) -> dict[str, Any]:
    left: dict[str, Any] = {}
    if state not in (State.CALLED, State.SERVING):
        left |= {"desk_id": None, "deadline_at": None}
    if state not in (State.WAITING, State.CALLED):
        left["coming_at"] = None
    if state is not State.SERVING:
        left["overstayed_at"] = None
    if state is not State.NO_SHOW:
        left["rejoin_until_at"] = None
    if state is State.WAITING:
        left["agent_id"] = None
    return left


# What a ticket does not take along into a state.
_LEFT_BEHIND = {state: _left_behind(state) for state in State}


def pass_over(tx: Tx, ticket: Ticket, times: int) -> Ticket:
    """Put on record that so many smaller parties went in ahead of a waiting one."""
    return _change(tx, ticket, ticket, {"passed": ticket.passed + times}, "ticket.passed", actor="rule")


def restore(tx: Tx, ticket: Ticket, before: Ticket, **told: Any) -> Ticket:
    """Put a ticket back to what it was before: the inverse action, itself on record.

    It takes its old place in the line, or the one behind it where somebody stands there now. A
    final state begins anew: the ticket was alive in between.
    """
    becomes: dict[str, Any] = {"ended_at": tx.now if before.state in FINAL else None}
    if before.state is State.WAITING and not _in_place(ticket, before):
        becomes["rank"] = rows.free_rank(tx, before.queue_id, before.rank)
    return _change(tx, ticket, before, becomes, "ticket.undone", **told)


def _in_place(ticket: Ticket, before: Ticket) -> bool:
    return (ticket.state, ticket.queue_id, ticket.rank) == (before.state, before.queue_id, before.rank)


def _change(
    tx: Tx, before: Ticket, model: Ticket, becomes: dict[str, Any], event: str, **told: Any
) -> Ticket:
    """Make a ticket what `model` is, but for what else it becomes."""
    # A recall, a postponement, a pass: still the same stay.
    stays = all(becomes.get(name, getattr(model, name)) == getattr(before, name) for name in _A_STAY)
    after = replace(model, **{**becomes, "since_at": before.since_at if stays else tx.now})
    rows.update_ticket(tx, before, after)
    if not stays:
        rows.close_stay(tx, before.id)
        if after.state not in FINAL:
            rows.open_stay(tx, after)
        undone = event == "ticket.undone"
        if undone or State.SERVING in (before.state, after.state):
            follow_service(tx, before, after, undone=undone)
            follow_pass(tx, before, after, event, told.get("why"))
    _count(tx, before, after)
    emit(tx, event, before, after, **told)
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
    *,
    actor: str | None = None,
    at_desk: str | None = None,
    **more: Any,
) -> None:
    """Append a ticket's event. It carries everything a screen needs and nothing personal."""
    data: dict[str, Any] = {"key": after.key, "code": after.code, **_difference(before, after), **more}
    if first := tx.latest_events():
        # The first change of an action names the whole act, so that undo takes it back whole.
        data["act"] = first[0].version
    desk_id = after.desk_id or (before.desk_id if before else None) or at_desk
    tx.emit(event, ticket_id=after.id, queue_id=after.queue_id, desk_id=desk_id, actor=actor, **data)
    tell_of(tx, event, before, after)


def _difference(before: Ticket | None, after: Ticket) -> dict[str, Any]:
    """Return what an event says of a ticket: what changed, and what it was before.

    A ticket that memory does not hold, new or back from a final state, is told whole.
    """
    if before is None:
        # A ticket that joins has none of what few tickets have.
        after_all = dict(zip(MUTABLE, _mutable_of(after), strict=True))
        return {**_identity(after), "named": _is_personal(after), "after": after_all}
    if before.state in FINAL:
        names = (*MUTABLE, *_used(before, after))
        told = {**_identity(after), "named": _is_personal(after), "after": _told(after, names)}
        return {**told, "before": _told(before, names)}
    was, now = _moved_of(before), _moved_of(after)
    changed = [(name, old, new) for name, old, new in zip(MOVED, was, now, strict=True) if old != new]
    return {
        "after": {name: new for name, _, new in changed},
        "before": {name: old for name, old, _ in changed},
    }


def _is_personal(ticket: Ticket) -> bool:
    """Tell whether the row has what no event may carry, and memory must read."""
    return ticket.name is not None or ticket.note is not None


def _identity(ticket: Ticket) -> dict[str, Any]:
    told = dict(zip(IDENTITY, _identity_of(ticket), strict=True))
    if ticket.quoted_low_s is not None:
        told["quoted"] = [ticket.quoted_low_s, ticket.quoted_high_s]
    return told


def _used(before: Ticket, after: Ticket) -> list[str]:
    return [name for name in SELDOM if (getattr(before, name), getattr(after, name)) != (None, None)]


def _told(ticket: Ticket, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in names}
