"""Booking for somebody on the phone: a slot, a name, a number, done."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.reservations.booking import reserve
from nowserving.domain.people.roles import Principal
from nowserving.domain.reservations.reservation import ReservationState
from nowserving.domain.reservations.service import QuestionKind, Service
from nowserving.errors import AppError, not_found
from nowserving.store.reservations.services import services as services_of
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.pages.agenda.frame import (
    AtWork,
    agenda_page,
    branch_at,
    choices_of,
    chosen_slot,
    day_asked,
    desk_names,
    next_day,
    slots_by_desk,
    span_of,
    today_at,
)
from nowserving.web.pages.agenda.said import after

router = APIRouter(include_in_schema=False)


@router.get("/agenda/{branch_id}/book")
async def ask(request: Request, principal: AtWork, branch_id: str) -> Response:
    """Show the form, with the free slots of a day."""
    given = request.query_params
    return await _form(request, principal, branch_id, dict(given), FormState())


@router.post("/agenda/{branch_id}/book")
async def book(request: Request, principal: AtWork, branch_id: str) -> Response:
    """Book, and go back to that day of the agenda."""
    form = await form_of(request)
    await branch_at(request, principal, branch_id)
    service = await _service(request, branch_id, form.get("service_id", ""))
    try:
        start_at, desk_id = chosen_slot(form.get("slot", ""))
        made = await house_of(request).store.write(
            reserve,
            actor=principal.actor,
            service_id=service.id,
            start_at=start_at,
            desk_id=desk_id,
            size=number(form.get("size")) or 1,
            by_staff=True,
            **_details(form, service),
        )
    except AppError as error:
        asked = {"day": form.get("day", ""), "service": service.id, "slot": form.get("slot", "")}
        state = refused(request, form, error)
        return await _form(request, principal, branch_id, asked, state, error=error)
    said = "asked" if made.state is ReservationState.PENDING else "booked"
    return RedirectResponse(after(f"/agenda/{branch_id}?day={form.get('day', '')}", said, made.key), 303)


def _details(form: dict[str, str], service: Service) -> dict[str, Any]:
    """Return what a form says about the guest; what is left empty is not said."""
    found: dict[str, Any] = {
        name: form.get(name, "").strip() or None for name in ("phone", "email", "birth_date")
    }
    answers = {}
    for question in service.questions:
        typed = form.get(f"answers-{question.code}", "").strip()
        if typed:
            answers[question.code] = typed == "yes" if question.kind is QuestionKind.YES_NO else typed
    return {**found, "name": form.get("name", ""), "note": form.get("note", ""), "answers": answers}


async def _form(
    request: Request,
    principal: Principal,
    branch_id: str,
    asked: dict[str, str],
    form: FormState,
    *,
    error: AppError | None = None,
) -> Response:
    branch = await branch_at(request, principal, branch_id)
    store = house_of(request).store
    now = store.clock()
    services = await store.read(services_of, branch_id)
    if not services:
        raise not_found()
    service = next((one for one in services if one.id == asked.get("service")), services[0])
    day = day_asked(asked.get("day", ""), today_at(branch, now))
    names = await desk_names(request, branch_id)
    slots = choices_of(await store.read(slots_by_desk, service.id, span_of(branch, day), now), names)
    at, desk_id = asked.get("at", ""), asked.get("desk", "")
    chosen = asked.get("slot") or f"{at}.{desk_id}"
    if not any(one["value"] == chosen for one in slots):
        chosen = slots[0]["value"] if slots else ""
    return agenda_page(
        request,
        principal,
        "agenda/book.html",
        branch,
        error=error,
        form=form,
        services=services,
        service=service,
        day=day,
        slots=slots,
        chosen=chosen,
        at=at,
        desk_id=desk_id,
        next_day=None if slots else await next_day(request, branch, service.id, span_of(branch, day)),
    )


async def _service(request: Request, branch_id: str, service_id: str) -> Service:
    found = await house_of(request).store.read(services_of, branch_id)
    service = next((one for one in found if one.id == service_id), None)
    if service is None:
        raise not_found()
    return service
