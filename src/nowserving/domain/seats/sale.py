"""What is sold for a performance: maps, holds, bookings, stubs and the waiting list, as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nowserving.domain.seats.best import House
from nowserving.errors import N_, Conflict, Gone


class HoldState(StrEnum):
    """Where a hold is in its life; only a held one keeps seats, and only until it expires."""

    HELD = "held"
    BOOKED = "booked"
    RELEASED = "released"
    LAPSED = "lapsed"


class BookingState(StrEnum):
    """Whether a booking stands."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class StubState(StrEnum):
    """Whether the seat of a stub is still booked."""

    VALID = "valid"
    VOID = "void"


class SeatStandbyState(StrEnum):
    """Where a place in the waiting list for seats is in its life."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    LEFT = "left"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMap:
    """The plan of a house, by name. `plan` is JSON of the inner form."""

    id: str
    branch_id: str
    name: str
    plan: str
    seat_count: int
    edited: int
    created_at: int
    archived_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A performance as whoever sells its seats knows it. Instants are µs UTC, durations seconds."""

    performance_id: str
    branch_id: str
    show_id: str
    show_name: str
    starts_at: int
    doors_at: int | None
    prices: Mapping[str, Mapping[str, Any]]
    per_person: int
    choose_s: int
    extend_s: int
    no_single_seat: bool
    cancel_until_s: int | None
    payment: str
    over: bool
    edition: int
    house: House


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Seats kept for minutes, under a pass or as an offer to somebody in the waiting list."""

    id: int
    key: str
    branch_id: str
    performance_id: str
    ticket_id: int | None
    seat_standby_id: int | None
    state: HoldState
    seats: int
    expires_at: int
    extended_at: int | None
    created_at: int
    ended_at: int | None

    def live(self, now: int) -> bool:
        """Tell whether it keeps its seats at an instant (µs): judged by the clock, not by any sweep."""
        return self.state is HoldState.HELD and self.expires_at > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Seats that were sold to somebody."""

    id: int
    key: str
    code: str
    branch_id: str
    performance_id: str
    hold_id: int | None
    ticket_id: int | None
    name: str | None
    email: str | None
    phone: str | None
    language: str
    state: BookingState
    payment: Mapping[str, Any]
    sequence: int
    created_at: int
    cancelled_at: int | None
    cancelled_by: str
    over_at: int
    pay_at: int | None = None
    """When money is to be taken or given back (µs); None: nothing is to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """The proof of one booked seat, with what its seat is called."""

    id: int
    booking_id: int
    performance_id: str
    branch_id: str
    serial: str
    version: int
    holder: str | None
    state: StubState
    came_at: int | None
    came_by: str
    place: int
    guid: str
    seat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatStandby:
    """A place in the waiting list of a sold-out performance."""

    id: int
    key: str
    branch_id: str
    performance_id: str
    size: int
    category: str | None
    state: SeatStandbyState
    name: str | None
    email: str | None
    phone: str | None
    language: str
    offers: int
    turn: int
    created_at: int
    ended_at: int | None

    @property
    def ended(self) -> bool:
        """Whether nobody waits here any more."""
        return self.ended_at is not None


def hold_lapsed() -> Gone:
    """Return the refusal of a hold that has run out, ready to raise."""
    message = N_("The time to book these seats has run out. Please choose again.")
    return Gone("hold_lapsed", message, state=HoldState.LAPSED.value)


def sale_over() -> Conflict:
    """Return the refusal for a performance whose seats are not for sale (any more), ready to raise."""
    return Conflict("sale_over", N_("Seats of this performance are not for sale now."))


def amount_of(sale: Sale, categories: list[str]) -> tuple[int | None, str | None]:
    """Return what these seats cost in minor units and the currency; None where a price is only a text."""
    prices = [sale.prices.get(one, {}) for one in categories]
    amounts = [price.get("amount_minor") for price in prices]
    currencies = {price.get("currency") for price in prices}
    if len(currencies) != 1 or None in currencies or None in amounts:
        return None, None
    return sum(amount for amount in amounts if amount is not None), currencies.pop()
