"""A reservation and its life: a promise of a time, from the form to the line at the door.

The table is data, as a ticket's is. A reservation that is held, offered, pending, confirmed or
arrived takes room in its slot; one that has ended takes none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from nowserving.errors import N_, Conflict, Gone


class ReservationState(StrEnum):
    """Where a reservation is in its life."""

    HELD = "held"
    """Somebody fills in the form; the deadline says until when."""
    OFFERED = "offered"
    """A freed place, kept for whom the waiting list offers it to."""
    PENDING = "pending"
    """It waits for the staff's word, or for the guest to prove the e-mail address."""
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    """The guest is here and has a ticket, whose life goes on from here."""
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """A hold, an offer or a request that ran out."""


class ReservationVerb(StrEnum):
    """What moves a reservation. Holding and offering create one, so neither is in the table."""

    BOOK = "book"
    """The form is sent or the offer taken. Where nothing more is needed, `confirm` follows in the act."""
    CONFIRM = "confirm"
    """The staff approve, or the guest has proved the address."""
    MOVE = "move"
    """Another time (or another desk) for the same promise."""
    ARRIVE = "arrive"
    MISS = "miss"
    CANCEL = "cancel"
    LAPSE = "lapse"


TRANSITIONS: Mapping[tuple[ReservationState, ReservationVerb], ReservationState] = MappingProxyType(
    {
        (ReservationState.HELD, ReservationVerb.BOOK): ReservationState.PENDING,
        (ReservationState.HELD, ReservationVerb.CANCEL): ReservationState.CANCELLED,
        (ReservationState.HELD, ReservationVerb.LAPSE): ReservationState.LAPSED,
        (ReservationState.OFFERED, ReservationVerb.BOOK): ReservationState.PENDING,
        (ReservationState.OFFERED, ReservationVerb.CANCEL): ReservationState.CANCELLED,
        (ReservationState.OFFERED, ReservationVerb.LAPSE): ReservationState.LAPSED,
        (ReservationState.PENDING, ReservationVerb.CONFIRM): ReservationState.CONFIRMED,
        (ReservationState.PENDING, ReservationVerb.MOVE): ReservationState.PENDING,
        (ReservationState.PENDING, ReservationVerb.CANCEL): ReservationState.CANCELLED,
        (ReservationState.PENDING, ReservationVerb.LAPSE): ReservationState.LAPSED,
        (ReservationState.CONFIRMED, ReservationVerb.MOVE): ReservationState.CONFIRMED,
        (ReservationState.CONFIRMED, ReservationVerb.ARRIVE): ReservationState.ARRIVED,
        (ReservationState.CONFIRMED, ReservationVerb.MISS): ReservationState.NO_SHOW,
        (ReservationState.CONFIRMED, ReservationVerb.CANCEL): ReservationState.CANCELLED,
        # Late, but here: staff may let a guest in whom the rule has given up.
        (ReservationState.NO_SHOW, ReservationVerb.ARRIVE): ReservationState.ARRIVED,
        # The ticket was cancelled by mistake: staff may give another one.
        (ReservationState.ARRIVED, ReservationVerb.ARRIVE): ReservationState.ARRIVED,
    }
)

ENDED = frozenset({ReservationState.NO_SHOW, ReservationState.CANCELLED, ReservationState.LAPSED})
TAKES_ROOM = frozenset(ReservationState) - ENDED
PROMISED = frozenset({ReservationState.PENDING, ReservationState.CONFIRMED})
"""Somebody has booked, and is still to come."""
RUNS_OUT = frozenset({ReservationState.HELD, ReservationState.OFFERED, ReservationState.PENDING})
"""What ends by itself at its deadline. The store's conditions say the same in SQL: a test compares them."""

# One whole sentence for each: a translator can't bend a sentence around a foreign word.
_REFUSALS: Mapping[ReservationState, str] = {
    ReservationState.HELD: N_("That is not possible now: the form has not been sent yet."),
    ReservationState.OFFERED: N_("That is not possible now: the offer has not been taken yet."),
    ReservationState.PENDING: N_("That is not possible now: the reservation is not confirmed yet."),
    ReservationState.CONFIRMED: N_("That is not possible now: the reservation is confirmed."),
    ReservationState.ARRIVED: N_("That is not possible any more: the guest is here and has a ticket."),
    ReservationState.NO_SHOW: N_("That is not possible any more: nobody came at that time."),
    ReservationState.CANCELLED: N_("That is not possible any more: the reservation was cancelled."),
    ReservationState.LAPSED: N_("That is not possible any more: the time to confirm has run out."),
}


def next_state(state: ReservationState, verb: ReservationVerb) -> ReservationState:
    """Return where `verb` leads to; raises Gone for what ran out, else Conflict naming the real state."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise wrong_state(state) from None


def wrong_state(state: ReservationState) -> Conflict | Gone:
    """Return the refusal that names the state a reservation is really in, ready to raise."""
    if state is ReservationState.LAPSED:
        return Gone("lapsed", _REFUSALS[state], state=state.value)
    return Conflict("wrong_state", _REFUSALS[state], state=state.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A promise of a time, as it is stored. Instants are microseconds since the epoch, UTC."""

    id: int
    key: str
    code: str
    branch_id: str
    service_id: str
    desk_id: str | None
    start_at: int
    end_at: int
    busy_from_at: int
    busy_to_at: int
    size: int
    state: ReservationState
    deadline_at: int | None = None
    name: str | None = None
    birth_date: str | None = None
    phone: str | None = None
    email: str | None = None
    note: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    account_id: str | None = None
    booked_from: str | None = None
    standby_id: int | None = None
    verified_at: int | None = None
    sequence: int = 0
    coming_at: int | None = None
    stopped_at: int | None = None
    ticket_id: int | None = None
    ended_by: str = ""
    reason: str = ""
    created_at: int = 0
    since_at: int = 0
    ended_at: int | None = None

    def has_run_out(self, now: int) -> bool:
        """Tell whether a hold, an offer or a request is over, whether a sweep has been there or not."""
        return self.state in RUNS_OUT and self.deadline_at is not None and self.deadline_at <= now
