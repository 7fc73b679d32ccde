"""The one place where a reservation changes. Every verb and rule goes through here.

A change checks the table, updates the row on condition that it is still in the state that was read, and
appends the event with ids and instants alone. The branch's lock is held, so nothing can come between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from nowserving.actions.messages.promising import tell_of_reservation
from nowserving.domain.calendar.hours import Span
from nowserving.domain.instants import SECOND_US
from nowserving.domain.reservations.opening import Giver, Plan
from nowserving.domain.reservations.reservation import (
    ENDED,
    Reservation,
    ReservationState,
    ReservationVerb,
    next_state,
    wrong_state,
)
from nowserving.domain.reservations.slots import busy
from nowserving.errors import N_, Gone, not_found
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations import reservations as rows
from nowserving.store.reservations.daybook import daybook

# The event that each verb leaves behind: what happened, in the past tense.
EVENT_OF = {
    ReservationVerb.BOOK: "reservation.booked",
    ReservationVerb.CONFIRM: "reservation.confirmed",
    ReservationVerb.MOVE: "reservation.moved",
    ReservationVerb.ARRIVE: "reservation.arrived",
    ReservationVerb.MISS: "reservation.missed",
    ReservationVerb.CANCEL: "reservation.cancelled",
    ReservationVerb.LAPSE: "reservation.lapsed",
}
CREATED = {
    ReservationState.HELD: "reservation.held",
    ReservationState.OFFERED: "reservation.offered",
}
# What an event says of a reservation, and what it was before where it has changed: nothing personal.
TOLD = ("state", "desk_id", "start_at", "end_at", "busy_from_at", "busy_to_at", "size", "deadline_at")
# What was said on the telephone or read from a screen: no letter that is taken for another, and no vowel
# to make words of.
_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"
_CODE_LENGTH = 6


def find(tx: Tx, key: str) -> Reservation:
    """Return the reservation of a key in the branch that is locked; raises NotFound."""
    found = rows.reservation_by_key(tx, key)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    return found


def find_live(tx: Tx, key: str) -> Reservation:
    """Return a reservation that has not run out; raises NotFound, or Gone `lapsed`.

    The answer does not depend on how late a sweep is.
    """
    found = find(tx, key)
    if found.has_run_out(tx.now):
        raise lapsed()
    return found


def lapsed() -> Gone:
    """Return the refusal for what has run out, ready to raise."""
    message = N_("The time to confirm has run out. Please choose a time again.")
    return Gone("lapsed", message, state=ReservationState.LAPSED.value)


def create(
    tx: Tx,
    plan: Plan,
    giver: Giver,
    start_at: int,
    state: ReservationState,
    *,
    actor: str | None = None,
    **more: Any,
) -> Reservation:
    """Insert a reservation that is held or offered, and put it on record.

    Whether there is room must have been asked before, under the same lock.
    """
    drafted = draft(tx, plan, giver, start_at, state, **more)
    return write(tx, None, [(CREATED[state], drafted)], actor=actor)


def draft(
    tx: Tx, plan: Plan, giver: Giver, start_at: int, state: ReservationState, **more: Any
) -> Reservation:
    """Return a reservation that is held or offered and not written yet."""
    span = busy(plan.service, start_at)
    values: dict[str, Any] = {
        field.name: field.default for field in fields(Reservation) if field.name != "id"
    }
    values |= {
        "key": tx.new_key(),
        "code": _new_code(tx, plan.service.branch_id),
        "branch_id": plan.service.branch_id,
        "service_id": plan.service.id,
        "desk_id": giver.desk_id,
        **_times(plan, span),
        "state": state,
        "answers": {},
        "created_at": tx.now,
        "since_at": tx.now,
        **more,
    }
    return Reservation(id=0, **values)


def write(
    tx: Tx, before: Reservation | None, states: Sequence[tuple[str, Reservation]], *, actor: str | None = None
) -> Reservation:
    """Write the last of the states that a reservation goes through in one act, and put each on record.

    `states` are events and what they have led to; `before` is None for a new one. Raises Conflict
    `wrong_state` if it is no longer in the state that it was read in.
    """
    last = states[-1][1]
    daybook(tx).written += 1
    if before is None:
        reservation_id = rows.insert_reservation(tx, last)
    elif rows.update_reservation(tx, before, last):
        reservation_id = before.id
    else:
        raise wrong_state(find(tx, before.key).state)
    for event, state in states:
        after = state if state.id else replace(state, id=reservation_id)
        _emit(tx, event, before, after, actor=actor)
        before = last = after
    return last


def move(
    tx: Tx, before: Reservation, verb: ReservationVerb, *, actor: str | None = None, **changes: Any
) -> Reservation:
    """Move a reservation by a verb of the table and return it as it is now.

    `changes` are the other columns that the verb sets. `actor` overrides who does it, when a rule acts
    inside a person's action. Raises Conflict `wrong_state` with the real state, or Gone `lapsed`.
    """
    return write(tx, before, [moved(tx, before, verb, **changes)], actor=actor)


def moved(tx: Tx, before: Reservation, verb: ReservationVerb, **changes: Any) -> tuple[str, Reservation]:
    """Return what a verb makes of a reservation, without writing it, and the event that it leaves behind."""
    state = next_state(before.state, verb)
    ended_at = tx.now if state in ENDED else None
    # A deadline belongs to its state: what leaves the state leaves the deadline behind.
    left = {"deadline_at": None, "since_at": tx.now} if state is not before.state else {}
    return EVENT_OF[verb], replace(before, state=state, **{"ended_at": ended_at, **left, **changes})


def amend(tx: Tx, before: Reservation, event: str, **changes: Any) -> Reservation:
    """Change a reservation without moving it. The event names the fields and never what is in them."""
    after = replace(before, **changes)
    daybook(tx).written += 1
    if not rows.update_reservation(tx, before, after):
        raise wrong_state(find(tx, before.key).state)
    _emit(tx, event, before, after, fields=sorted(changes))
    return after


def times(plan: Plan, start_at: int) -> dict[str, int]:
    """Return the columns of a reservation that a beginning decides."""
    return _times(plan, busy(plan.service, start_at))


def _times(plan: Plan, span: Span) -> dict[str, int]:
    rules = plan.service.rules
    return {
        "start_at": span.start_us + rules.buffer_before_s * SECOND_US,
        "end_at": span.end_us - rules.buffer_after_s * SECOND_US,
        "busy_from_at": span.start_us,
        "busy_to_at": span.end_us,
    }


def _new_code(tx: Tx, branch_id: str) -> str:
    while True:
        code = "".join(tx.random.choices(_LETTERS, k=_CODE_LENGTH))
        if not rows.code_taken(tx, branch_id, code):
            return code


def _emit(
    tx: Tx,
    event: str,
    before: Reservation | None,
    after: Reservation,
    *,
    actor: str | None = None,
    **more: Any,
) -> None:
    changed = [name for name in TOLD if before is None or getattr(before, name) != getattr(after, name)]
    data: dict[str, Any] = {
        "reservation_id": after.id,
        "code": after.code,
        "service_id": after.service_id,
        # Memory follows who is still to come, also where it has not seen the reservation before.
        "state": after.state.value,
        "start_at": after.start_at,
        "after": {name: getattr(after, name) for name in changed},
    }
    if before is not None:
        data["before"] = {name: getattr(before, name) for name in changed}
    if after.ticket_id is not None:
        data["of"] = after.ticket_id
    # Not the event's own columns for desk and queue: what staff take back at a desk is never a booking.
    tx.emit(event, actor=actor, **data, **more)
    tell_of_reservation(tx, event, before, after)
