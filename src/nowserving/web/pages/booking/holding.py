"""Keeping a slot while its form is filled in, and sending the form. Every step works as a plain form."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.reservations.booking import book, hold
from nowserving.actions.reservations.changing import cancel_reservation
from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.reservations.reservation import PROMISED, Reservation, ReservationState
from nowserving.domain.reservations.service import QuestionKind, Service
from nowserving.errors import AppError, Conflict, Gone, NotFound
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.shown import Shown
from nowserving.store.reservations.slots import slots_between
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.guests.signed_in import account_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.pages.booking.choosing import times_page
from nowserving.web.pages.booking.frame import branch_of, no_reservation, no_service, own_page, shown_of
from nowserving.web.pages.booking.month import day_of
from nowserving.web.pages.guest.frame import HEADERS, field_words_of, words_of
from nowserving.web.pages.guest.phones import mark, phone_of

router = APIRouter(include_in_schema=False)

_FIELDS = ("name", "email", "phone", "birth_date", "note")
_QUESTION = "q_"


@router.post("/book/{branch_id}/{service_id}/hold")
async def keep(request: Request, branch_id: str, service_id: str) -> Response:
    """Keep the chosen time, and go to its form. A time that is gone is refused with what is near it."""
    form = await form_of(request)
    branch = branch_of(request, branch_id)
    if branch is None:
        return no_service(request)
    try:
        held = await _held(request, service_id, form)
    except NotFound:
        return no_service(request)
    except AppError as error:
        return await times_page(
            request, branch_id, service_id, error=error, given=_wish(form, branch.layout.branch.time_zone)
        )
    response = RedirectResponse(f"/r/{held.key}", 303, HEADERS)
    mark(request, response)
    return response


@router.post("/r/{key}/book")
async def send(request: Request, key: str) -> Response:
    """Send the form of a time that is kept."""
    form = await form_of(request)
    shown = await shown_of(request, key)
    if shown is None:
        return no_reservation(request)
    try:
        await _booked(request, shown.service, key, form)
    except Gone:
        return await lapsed_page(request, shown, typed_of(form))
    except Conflict as error:
        # Sent twice: what the first press has done is what this one wanted.
        if shown.reservation.state in PROMISED:
            return RedirectResponse(f"/r/{key}", 303, HEADERS)
        return await form_page(request, shown, form, error)
    except AppError as error:
        return await form_page(request, shown, form, error)
    return RedirectResponse(f"/r/{key}", 303, HEADERS)


@router.post("/r/{key}/again")
async def keep_again(request: Request, key: str) -> Response:
    """Take a time once more that was not kept any longer; what was typed is sent along with it."""
    form = await form_of(request)
    shown = await shown_of(request, key)
    if shown is None:
        return no_reservation(request)
    before = shown.reservation
    given = {"start": str(before.start_at), "size": str(before.size), "desk": before.desk_id or ""}
    try:
        held = await _held(request, before.service_id, given)
    except AppError as error:
        return await times_page(request, before.branch_id, before.service_id, error=error, given=given)
    if not form.get("name", "").strip():
        return RedirectResponse(f"/r/{held.key}", 303, HEADERS)
    try:
        await _booked(request, shown.service, held.key, form)
    except AppError as error:
        kept = await shown_of(request, held.key)
        return await form_page(request, kept, form, error) if kept else no_reservation(request)
    return RedirectResponse(f"/r/{held.key}", 303, HEADERS)


@router.post("/r/{key}/give-up")
async def give_up(request: Request, key: str) -> Response:
    """Let a kept time go at once, and choose another one."""
    shown = await shown_of(request, key)
    if shown is None:
        return no_reservation(request)
    held = shown.reservation
    if held.state is ReservationState.HELD:
        # It may have run out or been sent meanwhile: then there is nothing to let go.
        with suppress(Gone, Conflict):
            await house_of(request).store.write(cancel_reservation, actor="guest", reservation_key=key)
    return RedirectResponse(f"/book/{held.branch_id}/{held.service_id}", 303, HEADERS)


async def form_page(
    request: Request, shown: Shown, form: Mapping[str, str], error: AppError | None = None
) -> Response:
    """Return the form of a time that is kept."""
    branch = house_of(request).relay.branches[shown.reservation.branch_id].layout.branch
    errors = field_words_of(request, error)
    return own_page(
        request,
        "booking/form.html",
        status_code=error.status if error else 200,
        place_name=branch.name,
        zone=branch.time_zone,
        held=shown.reservation,
        service=shown.service,
        change_until=shown.service.rules.changes_until(shown.reservation.start_at),
        giver=shown.giver,
        typed=typed_of(form),
        errors=errors,
        error=words_of(request, error) if error and not errors else "",
        choices={one.code: [(word, word) for word in one.choices] for one in shown.service.questions},
        account=await account_of(request),
        now=house_of(request).store.clock(),
    )


async def lapsed_page(request: Request, shown: Shown, typed: Mapping[str, str]) -> Response:
    """Say that a time was not kept any longer, and offer it again where it is still free."""
    held = shown.reservation
    house = house_of(request)
    branch = house.relay.branches[held.branch_id].layout.branch
    free = await house.store.read(_is_free, held, house.store.clock())
    return own_page(
        request,
        "booking/lapsed.html",
        status_code=410,
        place_name=branch.name,
        branch_id=held.branch_id,
        zone=branch.time_zone,
        held=held,
        service=shown.service,
        still_free=free,
        day=day_of(held.start_at, branch.time_zone),
        typed=typed,
    )


def typed_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return what of a form belongs to the guest's details."""
    return {name: text for name, text in form.items() if name in _FIELDS or name.startswith(_QUESTION)}


def details_of(service: Service, form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form says as `book` wants it; what was left empty was not said."""
    answers: dict[str, Any] = {}
    for question in service.questions:
        text = form.get(f"{_QUESTION}{question.code}", "").strip()
        if question.kind is QuestionKind.YES_NO:
            answers[question.code] = bool(text)
        elif text or question.required:
            answers[question.code] = text
    given: dict[str, Any] = {name: form.get(name, "").strip() or None for name in _FIELDS}
    return {**given, "name": given["name"] or "", "answers": answers}


async def _booked(request: Request, service: Service, key: str, form: Mapping[str, str]) -> Reservation:
    account = await account_of(request)
    details = details_of(service, form)
    return await house_of(request).store.write(
        book,
        actor="guest",
        reservation_key=key,
        **details,
        language=language_of(request),
        account_id=account.id if account else None,
    )


async def _held(request: Request, service_id: str, form: Mapping[str, str]) -> Reservation:
    house = house_of(request)
    await house.limits.check_hold(request.scope, None)
    phone, account = phone_of(request), await account_of(request)
    return await house.store.write(
        hold,
        actor="guest",
        service_id=service_id,
        start_at=_number(form.get("start", ""), 0),
        desk_id=form.get("desk") or None,
        size=_number(form.get("size", ""), 1),
        booked_from=phone or _address_hash(request),
        account_id=account.id if account else None,
        # Whoever goes back and chooses again has changed their mind. Browsers without our cookie may be many.
        anew=phone is not None,
    )


def _address_hash(request: Request) -> str:
    """Return what a browser without our cookie is told from others by: not much, but something."""
    address = house_of(request).limits.address_of(request.scope)
    return secret_hash(f"{address} {request.headers.get('user-agent', '')}")


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else otherwise


def _wish(form: Mapping[str, str], zone: str) -> dict[str, str]:
    """Return what a form wanted as an address would say it: the day of the wanted time."""
    start_at = _number(form.get("start", ""), 0)
    far = start_at > 7_000_000_000_000_000
    return {**form, "day": "" if far or not start_at else day_of(start_at, zone)}


def _is_free(reader: Reader, held: Reservation, now: int) -> bool:
    try:
        found = slots_between(
            reader,
            held.service_id,
            held.start_at,
            held.start_at + 1,
            now=now,
            desk_id=held.desk_id,
            size=held.size,
        )
    except NotFound:
        return False
    return any(one.free for one in found)
