"""One reservation for staff: all that is known of it, and every verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.reservations.arriving import arrive, miss
from nowserving.actions.reservations.booking import confirm
from nowserving.actions.reservations.changing import cancel_reservation, move_reservation
from nowserving.domain.layout.branch import Branch
from nowserving.domain.people.roles import Principal
from nowserving.domain.reservations.reservation import PROMISED, Reservation, ReservationState
from nowserving.domain.reservations.service import Question, QuestionKind, Service
from nowserving.errors import AppError, NotFound, not_found
from nowserving.store.reservations.agenda import tickets_of
from nowserving.store.reservations.reservations import reservation_by_key
from nowserving.store.reservations.services import service as service_by_id
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House, house_of
from nowserving.web.looks.i18n import Localiser, language_of, localiser
from nowserving.web.pages.agenda.day import row_of
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
from nowserving.web.pages.agenda.said import after, said_of

router = APIRouter(include_in_schema=False)

# Held and offered are somebody's half-filled form: there is nothing to read, and nothing to do.
_HIDDEN = frozenset({ReservationState.HELD, ReservationState.OFFERED})


@router.get("/agenda/{branch_id}/reservations/{key}")
async def one(request: Request, principal: AtWork, branch_id: str, key: str) -> Response:
    """Show a reservation, and the free slots of a day to move it to."""
    await branch_at(request, principal, branch_id)
    return await _page(request, principal, await _found(request, principal, key))


@router.post("/agenda/reservations/{key}")
async def act(request: Request, principal: AtWork, key: str) -> Response:
    """Do one verb to a reservation, and go back to where it was pressed."""
    form = await form_of(request)
    before = await _found(request, principal, key)
    verb = form.get("verb", "")
    if verb not in _VERBS:
        raise not_found()
    try:
        more = await _VERBS[verb](house_of(request), principal, before, form)
    except AppError as error:
        return await _page(request, principal, await _found(request, principal, key), error)
    back = form.get("back", "")
    here = f"/agenda/{before.branch_id}/reservations/{key}"
    # Only back to pages of ours: an address that somebody else made leads nowhere.
    path = back if back.startswith(("/agenda/", "/desk/")) and "\\" not in back else here
    said = "" if form.get("undo") else verb
    return RedirectResponse(after(path, said, key, **more) if said else path, 303)


async def _confirm(
    house: House, who: Principal, one: Reservation, _form: Mapping[str, str]
) -> dict[str, str]:
    await house.store.write(confirm, actor=who.actor, reservation_key=one.key)
    return {}


async def _cancel(house: House, who: Principal, one: Reservation, form: Mapping[str, str]) -> dict[str, str]:
    await house.store.write(
        cancel_reservation,
        actor=who.actor,
        reservation_key=one.key,
        reason=form.get("reason", ""),
        by_staff=True,
    )
    return {}


async def _arrive(house: House, who: Principal, one: Reservation, _form: Mapping[str, str]) -> dict[str, str]:
    joined = await house.store.write(arrive, actor=who.actor, reservation_key=one.key, by_staff=True)
    return {"ticket": joined.ticket.code}


async def _miss(house: House, who: Principal, one: Reservation, _form: Mapping[str, str]) -> dict[str, str]:
    await house.store.write(miss, actor=who.actor, reservation_key=one.key)
    return {}


async def _move(house: House, who: Principal, one: Reservation, form: Mapping[str, str]) -> dict[str, str]:
    start_at, desk_id = chosen_slot(form.get("slot", ""))
    await house.store.write(
        move_reservation,
        actor=who.actor,
        reservation_key=one.key,
        start_at=start_at,
        desk_id=desk_id,
        by_staff=True,
    )
    return {"slot": f"{one.start_at}.{one.desk_id or ''}"}


_Verb = Callable[[House, Principal, Reservation, Mapping[str, str]], Awaitable[dict[str, str]]]
_VERBS: Mapping[str, _Verb] = {
    "confirm": _confirm,
    "refuse": _cancel,
    "cancel": _cancel,
    "arrive": _arrive,
    "miss": _miss,
    "move": _move,
}


async def _page(
    request: Request, principal: Principal, found: Reservation, error: AppError | None = None
) -> Response:
    branch = await branch_at(request, principal, found.branch_id)
    store = house_of(request).store
    service = await store.read(service_by_id, found.service_id)
    if service is None:
        raise not_found()
    names = await desk_names(request, branch.id)
    known = await store.read(tickets_of, [found.ticket_id] if found.ticket_id else [])
    day_of = today_at(branch, found.start_at)
    return agenda_page(
        request,
        principal,
        "agenda/reservation.html",
        branch,
        error=error,
        one=found,
        row=row_of(found, {service.id: service}, known),
        desk_name=names.get(found.desk_id or "", {}).get("name", ""),
        day_of=day_of,
        answers=answers_of(found, service.questions, localiser(language_of(request))),
        birth_date=date.fromisoformat(found.birth_date) if found.birth_date else None,
        said=await said_of(request, branch.id),
        **await _elsewhere(request, branch, found, service, names=names, day_of=day_of),
    )


async def _elsewhere(
    request: Request,
    branch: Branch,
    found: Reservation,
    service: Service,
    *,
    names: dict[str, dict[str, str]],
    day_of: str,
) -> dict[str, Any]:
    """Return the free slots of a day to which a reservation may be moved."""
    store = house_of(request).store
    now = store.clock()
    day = day_asked(request.query_params.get("day", ""), day_of)
    if found.state not in PROMISED:
        return {"day": day, "slots": [], "next_day": None}
    span = span_of(branch, day)
    try:
        slots = await store.read(slots_by_desk, service.id, span, now, found.id)
    except NotFound:  # Nobody offers it any more: it can be kept or cancelled.
        return {"day": day, "slots": [], "next_day": None}
    there = f"{found.start_at}.{found.desk_id or ''}"
    free = [one for one in choices_of(slots, names) if one["value"] != there]
    return {
        "day": day,
        "slots": free,
        "next_day": None if free else await next_day(request, branch, service.id, span),
    }


def answers_of(
    found: Reservation, questions: tuple[Question, ...], speaking: Localiser
) -> list[tuple[str, str]]:
    """Return what was answered, each with its question; what is not asked any more, by its code."""
    labels = {one.code: one for one in questions}
    said = []
    for code, answer in found.answers.items():
        question = labels.get(code)
        words = str(answer)
        if question is not None and question.kind is QuestionKind.YES_NO:
            words = speaking.gettext("Yes") if answer else speaking.gettext("No")
        said.append((question.label if question else code, words))
    return said


async def _found(request: Request, principal: Principal, key: str) -> Reservation:
    found = await house_of(request).store.read(reservation_by_key, key)
    if found is None or found.state in _HIDDEN:
        raise not_found()
    check_branch(principal, found.branch_id)
    return found
