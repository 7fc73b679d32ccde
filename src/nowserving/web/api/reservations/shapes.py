"""Reservations as JSON: what the API gives out. Only whoever holds a key reads what its guest wrote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nowserving.domain.calendar.hours import hours_to, intervals_to
from nowserving.domain.instants import SECOND_US
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.roster import Absence, Roster, SpecialDay
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.slots import Slot
from nowserving.domain.reservations.standby import Standby
from nowserving.errors import N_, AppError, invalid_field
from nowserving.store.reservations.services import service_plain
from nowserving.web.wire.resource import Shape
from nowserving.web.wire.ticket_json import instant


class ServiceShape(Shape):
    """What can be booked: its rules, and who gives it."""

    id: str
    branch_id: str
    queue_id: str
    name: str
    description: str
    price: str
    place: int
    duration_s: int
    hours: dict[str, Any] | None
    questions: list[dict[str, Any]]
    rules: dict[str, Any]
    desk_ids: list[str]
    edited: int
    archived_at: str | None


class SlotShape(Shape):
    """A time that can be booked now; `free` is the largest party that it still takes, 0 when it is full."""

    start_at: str
    end_at: str
    desk_id: str | None
    free: int


class ReservationShape(Shape):
    """A reservation for whoever holds its key. What the guest wrote is there for the guest to change."""

    id: str
    key: str
    code: str
    state: str
    branch_id: str
    service_id: str
    desk_id: str | None
    start_at: str
    end_at: str
    size: int
    deadline_at: str | None
    name: str | None
    birth_date: str | None
    phone: str | None
    email: str | None
    note: str | None
    answers: dict[str, Any]
    language: str
    verified: bool
    sequence: int
    created_at: str
    ended_at: str | None
    ended_by: str


class StandbyShape(Shape):
    """A place in the waiting list; `offer` is the reservation that is kept for it, while there is one."""

    id: str
    key: str
    state: str
    service_id: str
    desk_id: str | None
    from_at: str
    to_at: str
    size: int
    ahead: int
    offer: ReservationShape | None


class RosterShape(Shape):
    """When a desk gives its services, and whose it is."""

    desk_id: str
    branch_id: str
    owner_id: str | None
    public_name: str
    hours: dict[str, Any] | None
    edited: int


class SpecialDayShape(Shape):
    """One date with hours of its own."""

    id: str
    branch_id: str
    service_id: str | None
    on_date: str
    intervals: list[list[str]]
    walk_ins_only: bool
    reason: str


class FeedShape(Shape):
    """The calendar of a desk: the secret link that opens it, shown once; null when there is none."""

    url: str | None


class AbsenceShape(Shape):
    """When a desk's owner is away."""

    id: str
    branch_id: str
    desk_id: str
    from_at: str
    to_at: str
    reason: str
    replacement_id: str | None


def instant_of(value: object, pointer: str) -> int:
    """Return an instant like "2026-11-24T09:00:00+01:00" in µs; raises Invalid, also without an offset."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
        if found is not None and found.tzinfo is not None and 2000 <= found.year <= 2199:
            return int(found.replace(microsecond=0).timestamp()) * SECOND_US + found.microsecond
    except ValueError:
        pass  # Refused below, as anything else that is no instant.
    message = N_("This must be a time with its offset, like 2026-11-24T09:00:00+01:00.")
    raise invalid_field(pointer, "not_an_instant", message)


def service_json(service: Service) -> dict[str, Any]:
    """Return a service as JSON."""
    names = ServiceShape.model_fields
    shown = {name: service_plain(name, getattr(service, name)) for name in names}
    return shown | {"archived_at": instant(service.archived_at)}


def slot_json(slot: Slot) -> dict[str, Any]:
    """Return a slot as JSON."""
    times = {"start_at": instant(slot.start_at), "end_at": instant(slot.end_at)}
    return {**times, "desk_id": slot.desk_id, "free": slot.free}


def reservation_json(one: Reservation) -> dict[str, Any]:
    """Return a reservation as JSON, for whoever holds its key and for staff."""
    names = ("key", "code", "branch_id", "service_id", "desk_id", "size", "name", "birth_date", "phone")
    more = ("email", "note", "language", "sequence", "ended_by")
    times = ("start_at", "end_at", "deadline_at", "created_at", "ended_at")
    return {
        "id": one.key,
        "state": one.state.value,
        "answers": dict(one.answers),
        "verified": one.verified_at is not None,
        **{name: getattr(one, name) for name in names + more},
        **{name: instant(getattr(one, name)) for name in times},
    }


def standby_json(one: Standby, ahead: int, offer: Reservation | None) -> dict[str, Any]:
    """Return a place in the waiting list as JSON."""
    return {
        "id": one.key,
        "key": one.key,
        "state": one.state.value,
        "service_id": one.service_id,
        "desk_id": one.desk_id,
        "from_at": instant(one.from_at),
        "to_at": instant(one.to_at),
        "size": one.size,
        "ahead": ahead,
        "offer": None if offer is None else reservation_json(offer),
    }


def roster_json(one: Roster) -> dict[str, Any]:
    """Return a roster as JSON."""
    shown = {name: getattr(one, name) for name in RosterShape.model_fields}
    return shown | {"hours": None if one.hours is None else hours_to(one.hours)}


def special_day_json(one: SpecialDay) -> dict[str, Any]:
    """Return a special day as JSON."""
    shown = {name: getattr(one, name) for name in SpecialDayShape.model_fields}
    return shown | {"intervals": intervals_to(one.intervals)}


def absence_json(one: Absence) -> dict[str, Any]:
    """Return an absence as JSON."""
    shown = {name: getattr(one, name) for name in AbsenceShape.model_fields}
    return shown | {"from_at": instant(one.from_at), "to_at": instant(one.to_at)}


_INSTANTS = ("until_at", "from_at")


def told(error: AppError) -> AppError:
    """Return a refusal with its instants as JSON has them."""
    for name in _INSTANTS:
        if isinstance(error.data.get(name), int):
            error.data[name] = instant(error.data[name])  # type: ignore[arg-type]
    near = error.data.get("alternatives")
    if isinstance(near, list):
        error.data["alternatives"] = [
            {**one, "start_at": instant(one["start_at"]), "end_at": instant(one["end_at"])} for one in near
        ]
    return error
