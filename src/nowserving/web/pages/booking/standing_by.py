"""The waiting list of full slots: joining it, and the page of a place in it, /s/{key}."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.reservations.standing_by import decline_offer, leave_standby, stand_by, take_offer
from nowserving.domain.calendar.day import instant
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.standby import Standby
from nowserving.errors import AppError, NotFound
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.reservations import offer_to
from nowserving.store.reservations.services import service
from nowserving.store.reservations.shown import booked_key_of, shown_reservation
from nowserving.store.reservations.standbys import ahead_of, standby_by_key
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.guests.signed_in import account_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.looks.qr import is_key
from nowserving.web.pages.booking.choosing import times_page
from nowserving.web.pages.booking.frame import branch_of, no_reservation, no_service, own_page
from nowserving.web.pages.booking.holding import form_page
from nowserving.web.pages.booking.month import day_of
from nowserving.web.pages.guest.frame import HEADERS, field_words_of, words_of

router = APIRouter(include_in_schema=False)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Waiting(NamedTuple):
    """What the page of a place in the list shows."""

    place: Standby
    service: Service
    ahead: int
    offer: Reservation | None
    booked_key: str | None


@router.get("/book/{branch_id}/{service_id}/standby")
async def ask(request: Request, branch_id: str, service_id: str) -> Response:
    """Show the form of the waiting list."""
    given = dict(request.query_params)
    given |= {"first": given.get("day", ""), "last": given.get("day", "")}
    return await _form(request, branch_id, service_id, given)


@router.post("/book/{branch_id}/{service_id}/standby")
async def join(request: Request, branch_id: str, service_id: str) -> Response:
    """Take a place in the waiting list, and go to its page."""
    form = await form_of(request)
    branch = branch_of(request, branch_id)
    if branch is None:
        return no_service(request)
    house = house_of(request)
    account = await account_of(request)
    from_at, to_at = _span(form, branch.layout.branch.time_zone)
    try:
        await house.limits.check_join(request.scope, None)
        made = await house.store.write(
            stand_by,
            actor="guest",
            service_id=service_id,
            from_at=from_at,
            to_at=to_at,
            desk_id=form.get("desk") or None,
            size=int(form["size"]) if re.fullmatch("[0-9]{1,4}", form.get("size", "")) else 1,
            name=form.get("name", ""),
            phone=form.get("phone", "").strip() or None,
            email=form.get("email", "").strip() or None,
            language=language_of(request),
            account_id=account.id if account else None,
        )
    except NotFound:
        return no_service(request)
    except AppError as error:
        if error.code == "room_left":
            day = form.get("first", "")
            return await times_page(request, branch_id, service_id, error=error, given={**form, "day": day})
        return await _form(request, branch_id, service_id, form, error)
    return RedirectResponse(f"/s/{made.key}", 303, HEADERS)


@router.get("/s/{key}")
async def place(request: Request, key: str) -> Response:
    """Show where a place in the list stands, and what is offered to it."""
    return await _page(request, key)


@router.post("/s/{key}/take")
async def take(request: Request, key: str) -> Response:
    """Book what is offered; where the service asks more than is known, its form comes first."""
    house = house_of(request)
    found = await house.store.read(_waiting, key) if is_key(key) else None
    if found is None:
        return no_reservation(request)
    try:
        booked = await house.store.write(take_offer, actor="guest", standby_key=key)
    except AppError as error:
        if error.fields and found.offer is not None:
            shown = await house.store.read(shown_reservation, found.offer.key)
            typed = {"name": found.place.name, "email": found.place.email, "phone": found.place.phone}
            if shown is not None:
                said = {name: text for name, text in typed.items() if text}
                # What the list has not asked for is asked now: nobody has left anything out yet.
                return await form_page(request, shown, said)
        return await _page(request, key, error)
    return RedirectResponse(f"/r/{booked.key}", 303, HEADERS)


@router.post("/s/{key}/decline")
async def decline(request: Request, key: str) -> Response:
    """Say no to what is offered: it passes on, and the place in the list stays."""
    return await _do(request, key, decline_offer)


@router.post("/s/{key}/leave")
async def leave(request: Request, key: str) -> Response:
    """Give up the place in the list."""
    return await _do(request, key, leave_standby)


async def _do(request: Request, key: str, verb: Callable[..., Any]) -> Response:
    if not is_key(key):
        return no_reservation(request)
    try:
        await house_of(request).store.write(verb, actor="guest", standby_key=key)
    except NotFound:
        return no_reservation(request)
    except AppError as error:
        return await _page(request, key, error)
    return RedirectResponse(f"/s/{key}", 303, HEADERS)


async def _page(request: Request, key: str, error: AppError | None = None) -> Response:
    house = house_of(request)
    found = None
    if is_key(key):
        found = await house.limits.looked_up(request.scope, lambda: house.store.read(_waiting, key))
    if found is None:
        return no_reservation(request)
    now = house.store.clock()
    branch = house.relay.branches[found.place.branch_id].layout.branch
    offer = None if found.offer is None or found.offer.has_run_out(now) else found.offer
    return own_page(
        request,
        "booking/standby.html",
        status_code=error.status if error else 200,
        place_name=branch.name,
        zone=branch.time_zone,
        branch_id=found.place.branch_id,
        place=found.place,
        service=found.service,
        ahead=found.ahead,
        offer=offer,
        booked_key=found.booked_key,
        asks_more=_asks_more(found.service),
        error=words_of(request, error) if error else "",
        now=now,
    )


async def _form(
    request: Request, branch_id: str, service_id: str, given: Mapping[str, str], error: AppError | None = None
) -> Response:
    branch = branch_of(request, branch_id)
    found = await house_of(request).store.read(service, service_id) if branch else None
    if branch is None or found is None or found.branch_id != branch_id or found.archived_at is not None:
        return no_service(request)
    zone = branch.layout.branch.time_zone
    today = day_of(house_of(request).store.clock(), zone)
    later = (date.fromisoformat(today) + timedelta(days=14)).isoformat()
    start = given.get("start", "")
    errors = field_words_of(request, error)
    return own_page(
        request,
        "booking/standby_form.html",
        status_code=error.status if error else 200,
        place_name=branch.layout.branch.name,
        branch_id=branch_id,
        service=found,
        zone=zone,
        start=int(start) if re.fullmatch("[0-9]{1,16}", start) else 0,
        typed={**given, "first": given.get("first") or today, "last": given.get("last") or later},
        errors=errors,
        error=words_of(request, error) if error and not errors else "",
        account=await account_of(request),
    )


def _waiting(reader: Reader, key: str) -> Waiting | None:
    found = standby_by_key(reader, key)
    given = service(reader, found.service_id) if found else None
    if found is None or given is None:
        return None
    return Waiting(
        found, given, ahead_of(reader, found), offer_to(reader, found.id), booked_key_of(reader, found.id)
    )


def _span(form: Mapping[str, str], zone: str) -> tuple[int, int]:
    """Return from when to when a guest would come: one time, or whole days of the branch."""
    start = form.get("start", "")
    if re.fullmatch("[0-9]{1,16}", start):
        return int(start), int(start) + 1
    return _midnight(form.get("first", ""), zone, 0), _midnight(form.get("last", ""), zone, 1)


def _midnight(day: str, zone: str, days: int) -> int:
    try:
        wanted = date.fromisoformat(day) if _DAY.fullmatch(day) else None
        return instant(wanted + timedelta(days=days), 0, ZoneInfo(zone)) if wanted else 0
    except (ValueError, OverflowError):
        return 0


def _asks_more(service: Service) -> bool:
    rules = service.rules
    return rules.ask_birth_date or any(one.required for one in service.questions)
