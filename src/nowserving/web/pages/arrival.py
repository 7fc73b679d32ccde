"""Checking in at the kiosk with a reservation: by code, by the key in a QR code, or by name and birth date.

It needs a paired kiosk (or staff who look at one). What does not fit is one refusal, whatever was wrong
with it, so that nobody learns who is expected here; and wrong tries are few.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from nowserving.actions.reservations.arriving import arrive
from nowserving.domain.calendar.day import service_day_of, zone_of
from nowserving.domain.clinic.record import name_parts
from nowserving.domain.instants import HOUR_US
from nowserving.domain.layout.branch import Branch
from nowserving.domain.people.credentials import DeviceKind
from nowserving.domain.reservations.reservation import Reservation, ReservationState
from nowserving.domain.tickets.rank import is_late
from nowserving.domain.tickets.ticket import FINAL, Ticket
from nowserving.errors import N_, Conflict, Malformed, NotFound, Unauthorized
from nowserving.store.layout import Source
from nowserving.store.reservations.reservations import by_code, in_span, reservation_by_key
from nowserving.store.reservations.services import service
from nowserving.store.tickets.tickets import ticket_by_id
from nowserving.web.api.tickets.ticket_answers import guest_ticket
from nowserving.web.devices import Showing, showing_of
from nowserving.web.house import house_of
from nowserving.web.looks.qr import is_key
from nowserving.web.wire.body import json_object

router = APIRouter(include_in_schema=False)

_LONGEST = 200
_NEAR_US = 2 * HOUR_US
_COMING = frozenset({ReservationState.CONFIRMED, ReservationState.PENDING, ReservationState.ARRIVED})


@router.post("/kiosk/arrive")
async def arrive_here(request: Request, given: Annotated[dict[str, Any], Depends(json_object)]) -> Response:
    """Turn a reservation into a ticket; whoever is here already is given the same one again."""
    showing = await showing_of(request, DeviceKind.KIOSK)
    if showing is None:
        raise Unauthorized("not_paired", N_("This device is not paired (any more)."))
    house = house_of(request)
    wish = _wish(given)
    who = f"device:{showing.device.id}" if showing.device else house.limits.caller_of(request.scope, None)

    async def found_here() -> Reservation | None:
        return await house.store.read(_found, showing.branch, wish, house.store.clock())

    promised = await house.limits.arrival(who, found_here)
    if promised is None:
        raise _unknown()
    if promised.state is ReservationState.ARRIVED:
        return await _again(request, promised)
    _check(promised)
    return await _arrived(request, showing, promised)


async def _arrived(request: Request, showing: Showing, promised: Reservation) -> Response:
    house = house_of(request)
    known = await house.store.read(service, promised.service_id)
    if known is None:
        raise _unknown()
    try:
        joined = await house.store.write(
            arrive,
            actor=f"device:{showing.device.id}" if showing.device else "guest",
            reservation_key=promised.key,
            on_the_spot=True,
            pace=house.pace_for(known.queue_id, promised.size),
        )
    except Conflict as error:
        raise _told(error, promised) from None
    late = is_late(promised.start_at, known.rules.grace_s, house.store.clock())
    return _answer(request, joined.ticket, promised, late=late)


def _told(error: Conflict, promised: Reservation) -> Conflict:
    """Return a refusal with what the guest must know of it: the own time, or that it has passed."""
    if error.data.get("state") == ReservationState.NO_SHOW:
        return Conflict("missed", error.message)
    told: dict[str, Any] = {**error.data, "start_at": promised.start_at}
    return Conflict(error.code, error.message, **told)


async def _again(request: Request, promised: Reservation) -> Response:
    store = house_of(request).store
    ticket = await store.read(ticket_by_id, promised.ticket_id or 0)
    if ticket is None or ticket.state in FINAL:
        raise _unknown()
    return _answer(request, ticket, promised, again=True)


def _answer(
    request: Request, ticket: Ticket, promised: Reservation, *, late: bool = False, again: bool = False
) -> Response:
    shown = guest_ticket(house_of(request), ticket)
    return JSONResponse(
        {"data": {"ticket": shown, "start_at": promised.start_at, "late": late, "again": again}}
    )


def _unknown() -> NotFound:
    return NotFound("unknown_reservation", N_("Nothing is booked here today under this."))


def _wish(given: dict[str, Any]) -> dict[str, str]:
    """Return what a guest has said; raises Malformed for what no kiosk of ours sends."""
    said = {name: str(value)[:_LONGEST] for name, value in given.items() if isinstance(value, str) and value}
    wish: dict[str, str] = {
        name: said[name] for name in ("key", "code", "name", "birth_date") if name in said
    }
    if "key" in wish or "code" in wish or {"name", "birth_date"} <= wish.keys():
        return wish
    raise Malformed("malformed", N_("A code is needed, or a name and a date of birth."))


def _found(source: Source, branch: Branch, wish: dict[str, str], now: int) -> Reservation | None:
    """Return the reservation of this branch that a guest means, or None."""
    if "key" in wish:
        by_key = reservation_by_key(source, wish["key"]) if is_key(wish["key"]) else None
        return by_key if by_key is not None and by_key.branch_id == branch.id and _is_said(by_key) else None
    if "code" in wish:
        code = "".join(one for one in wish["code"].upper() if one.isalnum())
        open_one = by_code(source, branch.id, code)
        if open_one is not None:
            return open_one if _is_said(open_one) else None
        here = _around(source, branch, now)
        return next((one for one in here if one.code == code and one.state is ReservationState.NO_SHOW), None)
    return _by_name(_around(source, branch, now), wish, now)


def _around(source: Source, branch: Branch, now: int) -> list[Reservation]:
    """Return the reservations of today, and those just before and after it.

    Who stands here at ten to midnight for a time at ten past is no day early.
    """
    today = service_day_of(now, zone_of(branch.time_zone), branch.hours.day_starts_at)
    return in_span(source, branch.id, min(today.start_us, now - _NEAR_US), max(today.end_us, now + _NEAR_US))


def _is_said(one: Reservation) -> bool:
    return one.state not in {ReservationState.HELD, ReservationState.OFFERED, ReservationState.LAPSED}


def _by_name(here: list[Reservation], wish: dict[str, str], now: int) -> Reservation | None:
    """Return who was born then and has these names, in any order; of several times the nearest.

    Letters are compared as in every search: a kiosk's first keys have no accents.
    """
    names = name_parts(wish["name"])
    meant = [
        one
        for one in here
        if one.birth_date == wish["birth_date"]
        and name_parts(one.name or "") == names
        and one.state in _COMING
    ]
    return min(meant, key=lambda one: abs(one.start_at - now), default=None)


def _check(promised: Reservation) -> None:
    """Refuse what only staff can help with; raises Conflict."""
    if promised.state is ReservationState.NO_SHOW:
        raise Conflict(
            "missed", N_("Nobody was expected any more at that time. Please see a member of staff.")
        )
    if promised.state is ReservationState.CANCELLED:
        raise Conflict("cancelled", N_("This reservation was cancelled."))
    if promised.state is ReservationState.PENDING:
        raise Conflict("not_confirmed_yet", N_("This reservation is not confirmed yet."))
