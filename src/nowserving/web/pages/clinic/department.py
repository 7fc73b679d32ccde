"""A department as its nurse sees it: all doctors, everybody who waits, and who can't wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.clinic.triage import take_over_line, triage
from nowserving.actions.tickets.desk_duty import close_desk, open_desk, pause_desk
from nowserving.actions.tickets.serving import transfer
from nowserving.domain.clinic.visit import Why
from nowserving.domain.people.roles import Principal
from nowserving.domain.tickets.rank import Where
from nowserving.domain.values import choice
from nowserving.errors import N_, AppError, Invalid, invalid_field, not_found
from nowserving.live.branch import BranchLive
from nowserving.live.screens import ticket_row
from nowserving.store.clinic.day import stays_since
from nowserving.store.people.staff import names
from nowserving.web.api.clinic.looking import day_of
from nowserving.web.api.tickets.ticket_answers import branch_of_desk, check_ticket
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House, house_of
from nowserving.web.looks.event_words import WHY
from nowserving.web.pages.clinic.frame import Agent, clinic_page
from nowserving.web.pages.clinic.today import desks_now
from nowserving.web.pages.desk.context import blank_ticket, people_at

router = APIRouter(include_in_schema=False)

_SHOWN = 100
_DUTY = {"open": open_desk, "pause": pause_desk, "close": close_desk}
Form = Mapping[str, str]


@router.get("/department/{department_id}")
async def department(request: Request, principal: Agent, department_id: str) -> Response:
    """Show a department."""
    return await _page(request, principal, department_id)


@router.post("/department/{department_id}")
async def act(request: Request, principal: Agent, department_id: str) -> Response:
    """Do one verb of the department's page, then show it again."""
    house = house_of(request)
    branch = _branch(house, principal, department_id)
    form = await form_of(request)
    try:
        await _do(house, principal, branch, form)
    except AppError as error:
        return await _page(request, principal, department_id, error)
    return RedirectResponse(f"/department/{department_id}", 303)


async def _do(house: House, me: Principal, branch: BranchLive, form: Form) -> None:
    verb, _, what = form.get("verb", "").partition(":")
    write = house.store.write
    if verb == "duty" and what in _DUTY:
        branch_of_desk(house, me, form.get("desk_id", ""))
        await write(_DUTY[what], actor=me.actor, desk_id=form["desk_id"])
    elif verb in ("triage", "move"):
        await check_ticket(house, me, form.get("key", ""))
        await _on_ticket(house, me, verb, form)
    elif verb == "take-over" and form.get("queue_id") in branch.queues:
        to_queue_id = form.get("to_queue_id", "")
        await write(take_over_line, actor=me.actor, queue_id=form["queue_id"], to_queue_id=to_queue_id)
    else:
        raise Invalid("unknown_verb", N_("There is no such verb."))


async def _on_ticket(house: House, me: Principal, verb: str, form: Form) -> None:
    write, key = house.store.write, form["key"]
    if verb == "move":
        await write(transfer, actor=me.actor, key=key, queue_id=form.get("queue_id", ""), where=Where.END)
        return
    # Nothing is chosen for a nurse: the first pair in the lists would be the strongest.
    wanted = form.get("priority", "")
    if not wanted:
        raise invalid_field("/priority", "required", N_("This field is missing."))
    now = wanted == "now"
    why = choice(form.get("why", ""), "/why", Why)
    await write(
        triage,
        actor=me.actor,
        key=key,
        why=why,
        priority=None if now else {"none": ""}.get(wanted, wanted),
        now=now,
    )


def _branch(house: House, principal: Principal, department_id: str) -> BranchLive:
    for branch in house.relay.branches.values():
        if any(one.id == department_id for one in branch.layout.departments):
            check_branch(principal, branch.layout.branch.id)
            return branch
    raise not_found()


async def _page(
    request: Request, principal: Principal, department_id: str, error: AppError | None = None
) -> Response:
    house = house_of(request)
    branch = _branch(house, principal, department_id)
    now = house.store.clock()
    stays = await house.store.read(stays_since, branch.layout.branch.id, day_of(branch, now)[0])
    queues = [_queue(branch, one) for one in branch.layout.queues if one.department_id == department_id]
    inside = {one.id for one in branch.layout.desks if one.department_id == department_id}
    named = next(one.name for one in branch.layout.departments if one.id == department_id)
    return clinic_page(
        request,
        principal,
        "clinic/department.html",
        branch,
        error,
        department={"id": department_id, "name": named},
        queues=queues,
        everywhere=[(one.id, one.name) for one in branch.layout.counters],
        desks=[one for one in desks_now(branch, stays, now) if one.id in inside],
        people=people_at(await house.store.read(names)),
        reasons=[(one.value, WHY[one.value]) for one in Why],
    )


def _queue(branch: BranchLive, queue: Any) -> dict[str, Any]:
    line = branch.lines.line(queue.id)
    return {
        "id": queue.id,
        "name": queue.name,
        "waiting": len(line),
        "priorities": [(one.code, one.name) for one in queue.rules.priorities],
        "rows": [{**blank_ticket(), **ticket_row(branch, place)} for place in line.first(_SHOWN)],
    }
