"""One date of a show: when it begins, its house, its prices, and the seats that nobody may have."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.seats.mapping import block_seats, set_seat_map
from nowserving.actions.shows.organising import archive_performance, create_performance, edit_performance
from nowserving.domain.people.roles import Principal
from nowserving.domain.seats.sale import Sale
from nowserving.domain.shows.show import Performance
from nowserving.errors import AppError
from nowserving.store.seats.maps import seat_maps_of
from nowserving.store.seats.seating import sale_of
from nowserving.store.shows.shows import performance, show
from nowserving.web.finding import in_use
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.forms.show_form import date_changes, date_fields
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

_MOST_FIELDS = 1_000
_BETWEEN = re.compile(r"[,;\n]+")


@router.post("/admin/shows/{show_id}/dates")
async def add(request: Request, principal: Admin, show_id: str) -> Response:
    """Add a date to a show, with its house if one was chosen; its page then asks for the prices."""
    form = await form_of(request)
    house = house_of(request)
    found = await in_use(house, principal, show, show_id)
    branch = await branch_of_page(request, principal, found.branch_id)
    given = date_changes(form, branch, ())
    try:
        made = await house.store.write(create_performance, actor=principal.actor, show_id=show_id, **given)
    except AppError as error:
        state = refused(request, form, error)
        return await _form(request, principal, None, state, show_id=show_id, branch_id=found.branch_id)
    try:
        await _set_house(request, principal, made.id, form.get("seat_map_id", ""))
    except AppError as error:
        return await _form(request, principal, made, refused(request, form, error))
    return go_to(request, f"/admin/performances/{made.id}", "created")


@router.get("/admin/performances/{performance_id}")
async def one(request: Request, principal: Admin, performance_id: str) -> Response:
    """Show a date of a show."""
    found = await in_use(house_of(request), principal, performance, performance_id)
    return await _form(request, principal, found, None)


@router.post("/admin/performances/{performance_id}")
async def save(request: Request, principal: Admin, performance_id: str) -> Response:
    """Change when a date is, its prices, or its house while nothing of it is sold."""
    form = await form_of(request, _MOST_FIELDS)
    house = house_of(request)
    found = await in_use(house, principal, performance, performance_id)
    branch = await branch_of_page(request, principal, found.branch_id)
    sale = await house.store.read(sale_of, performance_id)
    try:
        await house.store.write(
            edit_performance,
            actor=principal.actor,
            performance_id=performance_id,
            changes=date_changes(form, branch, categories_of(sale)),
            expected=number(form.get("edited")),
        )
        await _set_house(request, principal, performance_id, form.get("seat_map_id", ""))
    except AppError as error:
        return await _form(request, principal, found, refused(request, form, error))
    return go_to(request, f"/admin/performances/{performance_id}", "saved")


@router.post("/admin/performances/{performance_id}/block")
async def block(request: Request, principal: Admin, performance_id: str) -> Response:
    """Keep seats from everybody with a reason, or open them again."""
    form = await form_of(request)
    found = await in_use(house_of(request), principal, performance, performance_id)
    seats = [one.strip() for one in _BETWEEN.split(form.get("guids", "")) if one.strip()]
    try:
        await house_of(request).store.write(
            block_seats,
            actor=principal.actor,
            performance_id=performance_id,
            guids=seats,
            reason=None if form.get("verb") == "open" else form.get("reason", ""),
        )
    except AppError as error:
        # Which of the seats it was stands in the words; the field is one.
        state = refused(request, form, error, lambda name: "guids" if name.startswith("guids") else name)
        return await _form(request, principal, found, state)
    return go_to(request, f"/admin/performances/{performance_id}", "saved")


@router.post("/admin/performances/{performance_id}/archive")
async def archive(request: Request, principal: Admin, performance_id: str) -> Response:
    """Take a date away for good."""
    house = house_of(request)
    found = await in_use(house, principal, performance, performance_id)
    try:
        await house.store.write(archive_performance, actor=principal.actor, performance_id=performance_id)
    except AppError as error:
        return await _form(request, principal, found, refused(request, {}, error))
    return go_to(request, f"/admin/shows/{found.show_id}", "archived")


def categories_of(sale: Sale | None) -> list[str]:
    """Return the categories of a house in the order of its seats."""
    return list(dict.fromkeys(seat.category for seat in sale.house.seats)) if sale else []


async def _set_house(request: Request, principal: Principal, performance_id: str, seat_map_id: str) -> None:
    if seat_map_id:
        await house_of(request).store.write(
            set_seat_map, actor=principal.actor, performance_id=performance_id, seat_map_id=seat_map_id
        )


async def _form(
    request: Request,
    principal: Principal,
    found: Performance | None,
    form: FormState | None,
    *,
    show_id: str = "",
    branch_id: str = "",
) -> Response:
    store = house_of(request).store
    branch = await branch_of_page(request, principal, found.branch_id if found else branch_id)
    sale = await store.read(sale_of, found.id) if found else None
    categories = categories_of(sale)
    return await admin_page(
        request,
        principal,
        "organiser/date.html",
        section="shows",
        branch=branch,
        date=found,
        show=await store.read(show, found.show_id if found else show_id),
        maps=await store.read(seat_maps_of, branch.id),
        seats=len(sale.house.seats) if sale else 0,
        categories=categories,
        form=form or FormState(date_fields(found, branch, categories)),
    )
