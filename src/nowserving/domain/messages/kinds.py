"""The kinds of message, the channels, and which message is still worth sending.

A visit may have four messages, and one of the four is kept for "your turn" until that was told. Only a call
may go beyond: it is always told, and who rejoins after four is called like everybody else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from nowserving.domain.tickets.ticket import FINAL, State, Ticket

MOST_A_VISIT = 4


class Kind(StrEnum):
    """What a message is about: a visit, a reservation, or (the last three) something for staff."""

    JOINED = "joined"
    NEARLY = "nearly"
    TURN = "turn"
    MISSED = "missed"
    LINE = "line"
    REQUESTED = "requested"
    VERIFY = "verify"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    OFFERED = "offered"
    STANDBY = "standby"
    SEATS_BOOKED = "seats_booked"
    SEATS_CANCELLED = "seats_cancelled"
    SEATS_HANDED_ON = "seats_handed_on"
    SEATS_OFFERED = "seats_offered"
    SEATS_STANDBY = "seats_standby"
    FIRST_IN_LINE = "first_in_line"
    DEVICE_FAULT = "device_fault"
    FAILURES = "failures"


FOR_GUESTS = (Kind.JOINED, Kind.NEARLY, Kind.TURN, Kind.MISSED, Kind.LINE)
OF_RESERVATIONS = (
    Kind.REQUESTED,
    Kind.VERIFY,
    Kind.BOOKED,
    Kind.MOVED,
    Kind.CANCELLED,
    Kind.REMINDER,
    Kind.OFFERED,
    Kind.STANDBY,
)
OF_SEATS = (
    Kind.SEATS_BOOKED,
    Kind.SEATS_CANCELLED,
    Kind.SEATS_HANDED_ON,
    Kind.SEATS_OFFERED,
    Kind.SEATS_STANDBY,
)

# What may be told in quiet hours: a call, and what becomes of a reservation. The first can't wait for the
# morning, the second answers what the guest has just done, or is an offer that expires.
AT_ANY_HOUR = frozenset({Kind.TURN, *OF_RESERVATIONS, *OF_SEATS} - {Kind.REMINDER})


class MessageState(StrEnum):
    """Where a message is in its life. A failed one may be tried again by hand; a skipped one is over."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One row of the outbox. Instants are microseconds since the epoch, UTC."""

    id: str
    branch_id: str
    queue_id: str | None
    ticket_id: int | None
    kind: Kind
    occasion: int
    channel: str
    state: MessageState
    attempts: int
    due_at: int
    fence: int
    reason: str
    created_at: int
    tried_at: int | None
    sent_at: int | None
    reservation_id: int | None = None
    standby_id: int | None = None
    booking_id: int | None = None
    seat_standby_id: int | None = None

    @property
    def for_staff(self) -> bool:
        """Whether it is for staff: it is about no visit, no promise and no place in a waiting list."""
        about = (self.ticket_id, self.reservation_id, self.standby_id, self.booking_id, self.seat_standby_id)
        return not any(one is not None for one in about)


def may_have(kind: Kind, had: Collection[Kind]) -> bool:
    """Tell whether a visit that has had these messages may have one more of this kind."""
    if kind is Kind.TURN:
        return True
    kept = 0 if Kind.TURN in had else 1
    return len(had) < MOST_A_VISIT - kept


# The states in which each kind is still true. JOINED is as long as the visit goes on, LINE as long as
# one waits.
_TRUE_IN: Mapping[Kind, frozenset[State]] = {
    Kind.JOINED: frozenset(State) - FINAL,
    Kind.NEARLY: frozenset({State.WAITING}),
    Kind.TURN: frozenset({State.CALLED}),
    Kind.MISSED: frozenset({State.NO_SHOW}),
    Kind.LINE: frozenset({State.WAITING}),
}


def still_true(message: Message, ticket: Ticket) -> bool:
    """Tell whether what a message says is so: a call that was taken back or answered is told to nobody."""
    return ticket.state in _TRUE_IN.get(message.kind, frozenset())
