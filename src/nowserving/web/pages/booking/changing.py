"""Moving, cancelling, answering: what the links of a message lead to. Looking asks; only a button does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import verify
from nowserving.actions.reservations.changing import cancel_reservation, move_reservation
from nowserving.actions.reservations.keeping import say_coming, stop_reservation_messages
from nowserving.domain.layout.location import Whereabouts, whereabouts_from
from nowserving.domain.reservations.reservation import PROMISED
from nowserving.errors import AppError, Invalid
from nowserving.store.reservations.shown import Shown
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.guests.proofs import is_address_proof
from nowserving.web.house import house_of
from nowserving.web.pages.booking.choosing import times_page
from nowserving.web.pages.booking.frame import no_reservation, own_page, shown_of
from nowserving.web.pages.booking.managing import reservation_page
from nowserving.web.pages.guest.frame import HEADERS
from nowserving.web.pages.guest.phones import phone_of

router = APIRouter(include_in_schema=False)

_WHERE = ("latitude", "longitude", "accuracy_m")


@router.get("/r/{key}/move")
async def times(request: Request, key: str) -> Response:
    """Show the times to which a reservation can be moved; the old one stays until one is chosen."""
    shown = await shown_of(request, key)
    if shown is None or shown.reservation.state not in PROMISED or is_too_late(request, shown):
        return await reservation_page(request, key)
    booked = shown.reservation
    given = {"size": str(booked.size), **request.query_params}
    return await times_page(request, booked.branch_id, booked.service_id, given=given, moving=booked)


@router.post("/r/{key}/move")
async def move(request: Request, key: str) -> Response:
    """Give a reservation another time."""
    form = await form_of(request)
    shown = await shown_of(request, key)
    if shown is None:
        return no_reservation(request)
    start = form.get("start", "")
    try:
        await house_of(request).store.write(
            move_reservation,
            actor="guest",
            reservation_key=key,
            start_at=int(start) if start.isascii() and start.isdigit() and len(start) < 19 else 0,
            desk_id=form.get("desk") or None,
        )
    except AppError as error:
        booked = shown.reservation
        if error.code in ("slot_full", "no_such_slot", "too_soon", "too_far"):
            given = {"size": str(booked.size), "desk": form.get("desk", "")}
            return await times_page(
                request, booked.branch_id, booked.service_id, error=error, given=given, moving=booked
            )
        return await reservation_page(request, key, error)
    return RedirectResponse(f"/r/{key}", 303, HEADERS)


@router.get("/r/{key}/cancel")
async def ask_cancel(request: Request, key: str) -> Response:
    """Ask once before a reservation is cancelled."""
    shown = await shown_of(request, key)
    if shown is not None and is_too_late(request, shown):
        return await reservation_page(request, key)
    return await _asked(request, key, "booking/cancel.html")


@router.post("/r/{key}/cancel")
async def cancel(request: Request, key: str) -> Response:
    """Cancel a reservation. The page then offers the same time again while it is free."""
    form = await form_of(request)
    return await _do(request, key, cancel_reservation, reason=form.get("reason", ""))


def is_too_late(request: Request, shown: Shown) -> bool:
    """Tell whether its guest can't change a promise any more: its page says so then, and asks nothing."""
    until = shown.service.rules.changes_until(shown.reservation.start_at)
    return shown.reservation.state in PROMISED and until <= house_of(request).store.clock()


@router.get("/r/{key}/coming")
async def ask_coming(request: Request, key: str) -> Response:
    """Ask whether the guest comes: a reminder's link leads here."""
    return await _asked(request, key, "booking/ask.html", act="coming")


@router.post("/r/{key}/coming")
async def coming(request: Request, key: str) -> Response:
    """Note that the guest comes."""
    return await _do(request, key, say_coming)


@router.get("/r/{key}/stop")
async def ask_stop(request: Request, key: str) -> Response:
    """Ask whether messages about this reservation shall stop."""
    return await _asked(request, key, "booking/ask.html", act="stop")


@router.post("/r/{key}/stop")
async def stop(request: Request, key: str) -> Response:
    """Send nothing more about this reservation. Mail programs press this by themselves (RFC 8058)."""
    return await _do(request, key, stop_reservation_messages)


@router.get("/r/{key}/verify/{proof}")
async def ask_verify(request: Request, key: str, proof: str) -> Response:
    """Ask whether the address is the guest's, who has come from the mail to it."""
    shown = await shown_of(request, key)
    if shown is None or not _proves(request, shown, proof) or shown.reservation.verified_at is not None:
        return await reservation_page(request, key)
    return _ask(request, shown, "booking/ask.html", act="verify")


@router.post("/r/{key}/verify/{proof}")
async def proved(request: Request, key: str, proof: str) -> Response:
    """Take the address of a reservation as proved."""
    shown = await shown_of(request, key)
    if shown is None or not _proves(request, shown, proof):
        return no_reservation(request)
    return await _do(request, key, verify)


@router.post("/r/{key}/check-in")
async def check_in(request: Request, key: str) -> Response:
    """Check in: the reservation becomes a ticket, whose page is shown from then on."""
    phone = _whereabouts(await form_of(request))
    return await _do(request, key, arrive, joined_from=phone_of(request), phone=phone)


def _whereabouts(form: Mapping[str, str]) -> Whereabouts | None:
    """Return where the phone says it is; what makes no sense counts as not said."""
    try:
        said = {name: float(form[name]) for name in _WHERE}
        return whereabouts_from(said, "/location")
    except (KeyError, ValueError, Invalid):
        return None


def _proves(request: Request, shown: Shown, proof: str) -> bool:
    email = shown.reservation.email
    return bool(email) and is_address_proof(house_of(request), shown.reservation.key, email or "", proof)


async def _asked(request: Request, key: str, template: str, **context: Any) -> Response:
    shown = await shown_of(request, key)
    if shown is None or shown.reservation.state not in PROMISED:
        return await reservation_page(request, key)
    return _ask(request, shown, template, **context)


def _ask(request: Request, shown: Shown, template: str, **context: Any) -> Response:
    branch = house_of(request).relay.branches[shown.reservation.branch_id].layout.branch
    return own_page(
        request,
        template,
        place_name=branch.name,
        zone=branch.time_zone,
        booked=shown.reservation,
        service=shown.service,
        **context,
    )


async def _do(request: Request, key: str, verb: Callable[..., Any], **given: Any) -> Response:
    """Do what a form asks, and show the page of the reservation again."""
    if await shown_of(request, key) is None:
        return no_reservation(request)
    write: Callable[..., Awaitable[Any]] = house_of(request).store.write
    try:
        await write(verb, actor="guest", reservation_key=key, **given)
    except AppError as error:
        return await reservation_page(request, key, error)
    return RedirectResponse(f"/r/{key}", 303, HEADERS)
