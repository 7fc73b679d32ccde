"""Messages about reservations: what each change tells, when reminders are due, and what is still true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nowserving.domain.instants import SECOND_US
from nowserving.domain.messages.kinds import Kind
from nowserving.domain.reservations.reservation import Reservation, ReservationState
from nowserving.domain.reservations.service import ServiceRules
from nowserving.domain.seats.stub import StubText

_PROMISED = frozenset({ReservationState.PENDING, ReservationState.CONFIRMED})
_GIVEN_UP = frozenset({ReservationState.CANCELLED, ReservationState.LAPSED})

# The states in which each kind is still true.
_TRUE_IN: Mapping[Kind, frozenset[ReservationState]] = {
    Kind.REQUESTED: frozenset({ReservationState.PENDING}),
    Kind.VERIFY: _PROMISED,
    Kind.BOOKED: frozenset({ReservationState.CONFIRMED}),
    Kind.MOVED: _PROMISED,
    Kind.CANCELLED: _GIVEN_UP,
    Kind.REMINDER: frozenset({ReservationState.CONFIRMED}),
    Kind.OFFERED: frozenset({ReservationState.OFFERED}),
}
# These tell of one change: a later one makes them out of date.
_OF_A_CHANGE = frozenset({Kind.BOOKED, Kind.MOVED, Kind.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a letter says of a reservation or of a place in the waiting list. Instants are µs UTC."""

    service: str
    giver: str
    start_at: int
    end_at: int
    until_at: int | None
    sequence: int
    email: str | None
    change_until_at: int | None = None
    """Until when the guest may move or cancel; None: by no rule, or not at all by this letter's links."""
    standby_key: str | None = None
    confirmed: bool = False
    ended: bool = False
    stubs: tuple[tuple[str, StubText], ...] = ()
    """The seats that were booked, by name, with what their codes say."""


def kinds_of(
    event: str, before: Reservation | None, after: Reservation, rules: ServiceRules
) -> tuple[Kind, ...]:
    """Return what a change of a reservation tells its guest."""
    if event == "reservation.booked":
        asks = (Kind.REQUESTED, rules.approval), (Kind.VERIFY, rules.verify_email and not after.verified_at)
        return tuple(kind for kind, needed in asks if needed)
    if event in ("reservation.cancelled", "reservation.lapsed"):
        return (Kind.CANCELLED,) if before is not None and before.state in _PROMISED else ()
    if event == "reservation.edited":
        new_address = before is not None and after.email != before.email and not after.verified_at
        return (Kind.VERIFY,) if rules.verify_email and new_address else ()
    told = {
        "reservation.confirmed": Kind.BOOKED,
        "reservation.moved": Kind.MOVED,
        "reservation.offered": Kind.OFFERED,
    }.get(event)
    return () if told is None else (told,)


def reminders_of(reservation: Reservation, rules: ServiceRules, now: int) -> list[int]:
    """Return the instants (µs) from now on at which a guest is reminded; each is its message's occasion.

    So a reminder of a time that was moved away from is known to be one: no rule leads to its instant.
    """
    if reservation.state is not ReservationState.CONFIRMED:
        return []
    due = (reservation.start_at - before_s * SECOND_US for before_s in rules.reminders_s)
    return [at for at in due if at > now]


def still_promised(
    kind: Kind, occasion: int, reservation: Reservation, rules: ServiceRules, now: int
) -> bool:
    """Tell whether what a message says of a reservation is so at an instant (µs)."""
    if reservation.state not in _TRUE_IN.get(kind, frozenset()):
        return False
    if kind in _OF_A_CHANGE:
        return reservation.sequence == occasion
    if kind is Kind.VERIFY:
        return reservation.verified_at is None
    if kind is Kind.OFFERED:
        return reservation.deadline_at is None or now < reservation.deadline_at
    if kind is Kind.REMINDER:
        instants = [reservation.start_at - before_s * SECOND_US for before_s in rules.reminders_s]
        return occasion in instants and now < reservation.start_at
    return True
