"""Waiting for seats of a house that is sold out: how many would do, and how to be told."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.seats.standing_by import stand_by_for_seats
from nowserving.errors import AppError, Conflict
from nowserving.store.seats.seating import sale_of
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.pages.guest.frame import HEADERS, field_words_of, words_of
from nowserving.web.pages.shows.frame import Evening, evening_of, no_show_here, show_page

router = APIRouter(include_in_schema=False)


@router.get("/on-sale/{performance_id}/waiting-list")
async def ask(request: Request, performance_id: str) -> Response:
    """Show the way onto the waiting list."""
    evening = await evening_of(request, performance_id)
    return no_show_here(request) if evening is None else await _page(request, evening, {})


@router.post("/on-sale/{performance_id}/waiting-list")
async def stand_by(request: Request, performance_id: str) -> Response:
    """Take a place in the waiting list; where there are seats after all, the way to them."""
    form = await form_of(request)
    evening = await evening_of(request, performance_id)
    if evening is None:
        return no_show_here(request)
    many = form.get("many", "")
    house = house_of(request)
    try:
        await house.limits.check_join(request.scope, None)
        made = await house.store.write(
            stand_by_for_seats,
            actor="guest",
            performance_id=performance_id,
            size=int(many) if many.isascii() and many.isdigit() and len(many) < 5 else 0,
            name=form.get("name", ""),
            email=form.get("email", "").strip() or None,
            phone=form.get("phone", "").strip() or None,
            category=form.get("category") or None,
            language=language_of(request),
        )
    except AppError as error:
        return await _page(request, evening, form, error)
    return RedirectResponse(f"/seat-standby/{made.key}", 303, HEADERS)


async def _page(
    request: Request, evening: Evening, form: Mapping[str, str], error: AppError | None = None
) -> Response:
    house = house_of(request)
    sale = await house.store.read(sale_of, evening.performance.id)
    if sale is None:
        return no_show_here(request)
    errors = field_words_of(request, error)
    categories = list(dict.fromkeys(seat.category for seat in sale.house.seats))
    return show_page(
        request,
        "shows/standing_by.html",
        status_code=error.status if error else 200,
        place_name=evening.branch.name,
        zone=evening.branch.time_zone,
        show=evening.show,
        performance=evening.performance,
        most=sale.per_person,
        over=sale.over or sale.starts_at <= house.store.clock(),
        category_choices=[("", "–"), *((name, name) for name in categories)],
        room_left=isinstance(error, Conflict) and error.code == "room_left",
        typed=form,
        errors=errors,
        error=words_of(request, error) if error and not errors else "",
    )
