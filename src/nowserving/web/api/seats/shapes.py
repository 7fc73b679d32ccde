"""Seats as JSON: what the API gives out. Only whoever holds a booking's key reads who booked."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from nowserving.domain.seats.best import House
from nowserving.domain.seats.sale import Booking, Hold, Sale, SeatMap, SeatStandby, Stub
from nowserving.domain.seats.scenery import scenery_of
from nowserving.outside.stub_keys import StubKey
from nowserving.web.wire.resource import Shape
from nowserving.web.wire.ticket_json import instant


class SeatMapShape(Shape):
    """A seat map without its plan."""

    id: str
    branch_id: str
    name: str
    seat_count: int
    edited: int
    archived_at: str | None


class DrawnMapShape(SeatMapShape):
    """A seat map with its plan: the open seating-plan format, with what is ours besides."""

    plan: dict[str, Any]


class StubShape(Shape):
    """One booked seat; `code` is what its QR code says, signed by us."""

    guid: str
    seat: str
    state: str
    holder: str | None
    came_at: str | None
    code: str


class BookingShape(Shape):
    """A booking for whoever holds its key."""

    id: str
    key: str
    code: str
    state: str
    branch_id: str
    performance_id: str
    name: str | None
    email: str | None
    phone: str | None
    language: str
    payment: dict[str, Any]
    sequence: int
    created_at: str
    cancelled_at: str | None
    stubs: list[StubShape]


class SeatStandbyShape(Shape):
    """A place in the waiting list; `offer_until` is there while seats are kept for it."""

    id: str
    key: str
    state: str
    performance_id: str
    size: int
    category: str | None
    ahead: int
    offer_until: str | None
    offered: list[str]


class SeatingShape(Shape):
    """What never changes of a performance's seats: one row a seat, in the order of `fields`."""

    edition: str
    fields: list[str]
    seats: list[list[Any]]
    categories: list[str]
    prices: dict[str, Any]
    per_person: int
    scenery: list[dict[str, Any]]
    colours: dict[str, str]


class TakenShape(Shape):
    """Which seats are taken: one bit each in the order of the seats, the first in the highest bit, base64."""

    edition: str
    version: int
    taken: str
    free: int


class LookedShape(Shape):
    """What the door says to a code, for the screen and in words."""

    answer: str
    words: str
    seat: str | None
    holder: str | None
    came_at: str | None


FIELDS = [
    *("guid", "name", "section", "row", "number", "category"),
    *("x", "y", "area", "accessible", "companion_of"),
]


def map_json(found: SeatMap, *, drawn: bool = False) -> dict[str, Any]:
    """Return a seat map as JSON, with its plan where it is drawn."""
    shown: dict[str, Any] = {
        "id": found.id,
        "branch_id": found.branch_id,
        "name": found.name,
        "seat_count": found.seat_count,
        "edited": found.edited,
        "archived_at": instant(found.archived_at),
    }
    return shown | ({"plan": json.loads(found.plan)} if drawn else {})


def hold_json(found: Hold, seats: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return a hold as JSON."""
    return {
        "id": found.key,
        "key": found.key,
        "state": found.state.value,
        "performance_id": found.performance_id,
        "seats": [{name: seat[name] for name in ("guid", "name", "category")} for seat in seats],
        "expires_at": instant(found.expires_at),
        "extended": found.extended_at is not None,
    }


def booking_json(found: Booking, stubs: Iterable[Stub], key: StubKey) -> dict[str, Any]:
    """Return a booking as JSON for its guest."""
    return {
        "id": found.key,
        "key": found.key,
        "code": found.code,
        "state": found.state.value,
        "branch_id": found.branch_id,
        "performance_id": found.performance_id,
        "name": found.name,
        "email": found.email,
        "phone": found.phone,
        "language": found.language,
        "payment": dict(found.payment),
        "sequence": found.sequence,
        "created_at": instant(found.created_at),
        "cancelled_at": instant(found.cancelled_at),
        "stubs": [_stub(stub, key) for stub in stubs],
    }


def seating_json(sale: Sale, plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return what never changes of a performance's seats as JSON."""
    names = list(dict.fromkeys(seat.category for seat in sale.house.seats))
    return {
        "edition": str(sale.edition),
        "fields": FIELDS,
        "seats": [[getattr(seat, name) for name in FIELDS] for seat in sale.house.seats],
        "categories": names,
        "prices": {name: dict(said) for name, said in sale.prices.items()},
        "per_person": sale.per_person,
        "scenery": scenery_of(plan),
        "colours": {one["name"]: one["color"] for one in plan["categories"] if "color" in one},
    }


def taken_json(sale: Sale, marks: bytearray, version: int) -> dict[str, Any]:
    """Return which seats are taken as JSON: one bit a seat."""
    return {
        "edition": str(sale.edition),
        "version": version,
        "taken": b64encode(bits_of(sale.house, marks)).decode("ascii"),
        "free": marks.count(0),
    }


def bits_of(house: House, marks: bytearray) -> bytes:
    """Return a byte for each eight seats, the first seat in the highest bit."""
    text = marks.translate(_AS_DIGITS).decode("ascii")
    length = -(-len(house.seats) // 8)
    return int(text.ljust(length * 8, "0"), 2).to_bytes(length, "big")


def standby_json(
    found: SeatStandby, ahead: int, offer: Hold | None, seats: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """Return a place in the waiting list as JSON."""
    return {
        "id": found.key,
        "key": found.key,
        "state": found.state.value,
        "performance_id": found.performance_id,
        "size": found.size,
        "category": found.category,
        "ahead": ahead,
        "offer_until": instant(offer.expires_at) if offer else None,
        "offered": [seat["name"] for seat in seats],
    }


_AS_DIGITS = bytes([48, 49]) + bytes([49]) * 254


def _stub(stub: Stub, key: StubKey) -> dict[str, Any]:
    return {
        "guid": stub.guid,
        "seat": stub.seat,
        "state": stub.state.value,
        "holder": stub.holder,
        "came_at": instant(stub.came_at),
        "code": key.code_of(stub.performance_id, stub.serial, stub.version),
    }
