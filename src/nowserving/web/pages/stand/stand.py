"""The host's stand: choosing one, and working at it. Every verb is a form that works without JavaScript."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.tickets.rules import AskContact
from nowserving.errors import AppError
from nowserving.live.branch import BranchLive
from nowserving.store.people.staff import staff_member
from nowserving.web.api.tickets.stand import branch_of_stand
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import House, house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.looks.render import page
from nowserving.web.pages.desk.context import undo_open
from nowserving.web.pages.desk.doorkeeper import branches_of, check_may, to_sign_in
from nowserving.web.pages.stand.context import blank_party, filled, stands_of, suggested, told_now
from nowserving.web.pages.stand.verbs import do_verb

router = APIRouter(include_in_schema=False)


@router.get("/stand")
async def choose(request: Request, principal: MaybeCaller) -> Response:
    """Show the stands to choose from; where there is only one, go straight there."""
    if principal is None:
        return to_sign_in(request)
    check_may(principal, Permission.CALL)
    stands = stands_of(branches_of(house_of(request), principal))
    if "all" not in request.query_params and len(stands) == 1:
        return RedirectResponse(f"/stand/{stands[0]['id']}", 303)
    return page(request, "stand/choose.html", caller=principal, stands=stands)


@router.get("/stand/{queue_id}")
async def stand(request: Request, queue_id: str, principal: MaybeCaller) -> Response:
    """Show a stand."""
    if principal is None:
        return to_sign_in(request)
    return await _stand(request, principal, queue_id)


@router.post("/stand/{queue_id}")
async def act(request: Request, queue_id: str, principal: MaybeCaller) -> Response:
    """Do one verb at a stand, then show the stand again."""
    if principal is None:
        return to_sign_in(request)
    check_may(principal, Permission.CALL)
    house = house_of(request)
    branch = branch_of_stand(house, principal, queue_id)
    try:
        await do_verb(house, principal, branch, queue_id, await form_of(request))
    except AppError as error:
        return await _stand(request, principal, queue_id, error)
    return RedirectResponse(f"/stand/{queue_id}", 303)


async def _stand(
    request: Request, principal: Principal, queue_id: str, error: AppError | None = None
) -> Response:
    check_may(principal, Permission.CALL)
    house = house_of(request)
    branch = branch_of_stand(house, principal, queue_id)
    state = _state(house, branch, queue_id)
    me = await house.store.read(staff_member, principal.id) if principal.kind == "staff" else None
    keyboard, now = me.keyboard if me else True, house.store.clock()
    speaking = localiser(language_of(request))
    return page(
        request,
        "stand/stand.html",
        status_code=error.status if error else 200,
        error=_words(speaking, error) if error else "",
        state=filled(state),
        told=told_now(state, now),
        suggested=suggested(state),
        may_undo=undo_open(state, now),
        keyboard=keyboard,
        stands=stands_of(branches_of(house, principal)),
        asks_phone=branch.queues[queue_id].rules.ask_contact is not AskContact.NONE,
        now=now,
        blank=blank_party(),
        zone=branch.layout.branch.time_zone,
        config={
            "queue_id": queue_id,
            "keyboard": keyboard,
            "zone": branch.layout.branch.time_zone,
            "state": state,
        },
        caller=principal,
        branch=branch.layout.branch,
    )


def _words(speaking: Any, error: AppError) -> str:
    """Return what was refused: the field's own sentence, where one field is at fault."""
    if error.fields:
        first = error.fields[0]
        return str(speaking.gettext(first.message, **dict(first.data)))
    return str(speaking.gettext(error.message, **error.data))


def _state(house: House, branch: BranchLive, queue_id: str) -> dict[str, Any]:
    return house.relay.teller.snapshot(branch, f"stand:{queue_id}") or {}
