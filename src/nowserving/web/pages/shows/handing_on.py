"""Handing seats on to a friend, who gets a booking and a letter of their own: who it is, and which seats."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.seats.transferring import transfer_seats
from nowserving.errors import AppError
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.pages.guest.frame import HEADERS, field_words_of
from nowserving.web.pages.shows.booked import Booked, booked_of, booked_page
from nowserving.web.pages.shows.frame import no_show_here

router = APIRouter(include_in_schema=False)

_SEAT = "seat_"
_MOST_FIELDS = 1_100


@router.get("/booked/{key}/hand-on")
async def ask(request: Request, key: str) -> Response:
    """Ask to whom seats are handed on, and which of them."""
    found = await booked_of(request, key)
    if found is None:
        return no_show_here(request)
    if not found.open_stubs:
        return RedirectResponse(f"/booked/{key}", 303, HEADERS)
    return _form_page(request, found, {})


@router.post("/booked/{key}/hand-on")
async def hand_on(request: Request, key: str) -> Response:
    """Hand seats on. The codes they had let nobody in any more."""
    form = await form_of(request, _MOST_FIELDS)
    found = await booked_of(request, key)
    if found is None:
        return no_show_here(request)
    chosen = [one.guid for one in found.open_stubs if f"{_SEAT}{one.place}" in form]
    if len(found.open_stubs) == 1:
        chosen = [one.guid for one in found.open_stubs]
    try:
        await house_of(request).limits.check_join(request.scope, None)
        await house_of(request).store.write(
            transfer_seats,
            actor="guest",
            booking_key=key,
            guids=chosen,
            name=form.get("name", ""),
            email=form.get("email", "").strip() or None,
            phone=form.get("phone", "").strip() or None,
            # Nobody knows which language the friend speaks; whoever writes to them speaks this one.
            language=language_of(request),
        )
    except AppError as error:
        return _form_page(request, found, form, error)
    return RedirectResponse(f"/booked/{key}?told=handed-on", 303, HEADERS)


def _form_page(
    request: Request, found: Booked, form: Mapping[str, str], error: AppError | None = None
) -> Response:
    errors = field_words_of(request, error)
    return booked_page(
        request,
        "shows/handing_on.html",
        found,
        error=error,
        open_stubs=found.open_stubs,
        typed=form,
        errors=errors,
    )
