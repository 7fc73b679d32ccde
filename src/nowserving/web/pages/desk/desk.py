"""The agent's desk: choosing one, and working at it. Every verb is a form that works without JavaScript."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import AppError, not_found
from nowserving.live.branch import BranchLive
from nowserving.store.people.staff import names, staff_member
from nowserving.web.api.tickets.ticket_answers import branch_of_desk
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import House, house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.looks.render import page
from nowserving.web.pages.desk.context import (
    blank_queue,
    blank_ticket,
    desk_cards,
    filled,
    people_at,
    undo_open,
)
from nowserving.web.pages.desk.doorkeeper import branches_of, check_may, to_sign_in
from nowserving.web.pages.desk.verbs import Question, do_verb

router = APIRouter(include_in_schema=False)

DESK_COOKIE = "ns_desk"
_YEAR_S = 365 * 24 * 3600


@router.get("/desk")
async def choose(request: Request, principal: MaybeCaller) -> Response:
    """Show the desks to choose from; a device that has chosen one before goes straight there."""
    if principal is None:
        return to_sign_in(request)
    check_may(principal, Permission.CALL)
    house = house_of(request)
    remembered = request.cookies.get(DESK_COOKIE, "")
    known = house.relay.branch_with_desk(remembered)
    if "all" not in request.query_params and known and principal.sees(known.layout.branch.id):
        return RedirectResponse(f"/desk/{remembered}", 303)
    people = people_at(await house.store.read(names))
    halls = [
        {"branch": one.layout.branch, "departments": desk_cards(one, people, principal)}
        for one in branches_of(house, principal)
    ]
    return page(request, "desk/choose.html", caller=principal, halls=halls, remembered=remembered)


@router.get("/desk/{desk_id}")
async def console(request: Request, desk_id: str, principal: MaybeCaller) -> Response:
    """Show a desk, and remember it on this device."""
    if principal is None:
        return to_sign_in(request)
    response = await _console(request, principal, desk_id)
    secure = request.url.scheme == "https"
    response.set_cookie(
        DESK_COOKIE, desk_id, max_age=_YEAR_S, path="/", secure=secure, httponly=True, samesite="lax"
    )
    return response


@router.post("/desk/{desk_id}")
async def act(request: Request, desk_id: str, principal: MaybeCaller) -> Response:
    """Do one verb at a desk, then show the desk again."""
    if principal is None:
        return to_sign_in(request)
    check_may(principal, Permission.CALL)
    house = house_of(request)
    branch = branch_of_desk(house, principal, desk_id)
    form = await form_of(request)
    try:
        await do_verb(house, principal, branch, desk_id, form)
    except Question as question:
        return page(request, "desk/elsewhere.html", **question.context, **_around(branch, desk_id, principal))
    except AppError as error:
        return await _console(request, principal, desk_id, error)
    return RedirectResponse(f"/desk/{desk_id}", 303)


@router.get("/desk/{desk_id}/transfer/{key}")
async def transfer(request: Request, desk_id: str, key: str, principal: MaybeCaller) -> Response:
    """Ask to which queue a ticket goes."""
    if principal is None:
        return to_sign_in(request)
    check_may(principal, Permission.CALL)
    house = house_of(request)
    branch = branch_of_desk(house, principal, desk_id)
    found = house.relay.find(key)
    if found is None or found[0] is not branch:
        raise not_found()
    place = found[1]
    queues = [(one.id, one) for one in branch.layout.counters if one.id != place.queue_id]
    around = _around(branch, desk_id, principal)
    return page(request, "desk/transfer.html", ticket=place, queues=queues, **around)


@router.get("/desk/{desk_id}/walk-in")
async def walk_in(request: Request, desk_id: str, principal: MaybeCaller) -> Response:
    """Ask for which queue somebody without a ticket has come."""
    if principal is None:
        return to_sign_in(request)
    check_may(principal, Permission.CALL)
    branch = branch_of_desk(house_of(request), principal, desk_id)
    state = filled(_state(house_of(request), branch, desk_id))
    queues = list(state["queues"].items())
    return page(request, "desk/walk_in.html", queues=queues, **_around(branch, desk_id, principal))


async def _console(
    request: Request, principal: Principal, desk_id: str, error: AppError | None = None
) -> Response:
    check_may(principal, Permission.CALL)
    house = house_of(request)
    branch = branch_of_desk(house, principal, desk_id)
    state = _state(house, branch, desk_id)
    people = people_at(await house.store.read(names))
    me = await house.store.read(staff_member, principal.id) if principal.kind == "staff" else None
    agent_id, now = branch.desks[desk_id].agent_id, house.store.clock()
    speaking = localiser(language_of(request))
    return page(
        request,
        "desk/console.html",
        status_code=error.status if error else 200,
        error=speaking.gettext(error.message, **error.data) if error else "",
        state=filled(state),
        desks=[card for group in desk_cards(branch, people, principal) for card in group["desks"]],
        occupied_by=people.get(agent_id or "") if agent_id != principal.actor else None,
        keyboard=me.keyboard if me else True,
        may_undo=undo_open(state, now),
        now=now,
        blank=blank_ticket(),
        blank_queue=blank_queue(),
        zone=branch.layout.branch.time_zone,
        config={
            "desk_id": desk_id,
            "branch_id": branch.layout.branch.id,
            "me": principal.actor,
            "agents": people,
            "keyboard": me.keyboard if me else True,
            "state": state,
        },
        caller=principal,
        branch=branch.layout.branch,
        clinical=principal.may(Permission.CLINICAL) and _is_clinical(branch, desk_id),
    )


def _is_clinical(branch: BranchLive, desk_id: str) -> bool:
    """Tell whether a desk is a doctor's: one of its queues has consultations."""
    queues = (branch.queues.get(one) for one in branch.desks[desk_id].queue_ids)
    return any(one is not None and one.rules.clinical for one in queues)


def _around(branch: BranchLive, desk_id: str, principal: Principal) -> dict[str, Any]:
    return {"desk": branch.desks[desk_id], "branch": branch.layout.branch, "caller": principal}


def _state(house: House, branch: BranchLive, desk_id: str) -> dict[str, Any]:
    return house.relay.teller.snapshot(branch, f"desk:{desk_id}") or {}
