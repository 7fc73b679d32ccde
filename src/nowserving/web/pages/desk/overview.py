"""The overview: everybody who waits at a branch, all its desks, all its departments."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.domain.people.roles import Permission
from nowserving.errors import not_found
from nowserving.live.branch import BranchLive
from nowserving.live.screens import ticket_row
from nowserving.store.people.staff import names
from nowserving.web.api.tickets.ticket_pages import Wanted, place_page
from nowserving.web.gate.auth import MaybeCaller, check_branch
from nowserving.web.house import house_of
from nowserving.web.looks.render import page
from nowserving.web.pages.desk.context import blank_queue, blank_ticket, filled, people_at
from nowserving.web.pages.desk.desk import DESK_COOKIE
from nowserving.web.pages.desk.doorkeeper import branches_of, check_may, to_sign_in
from nowserving.web.pages.stand.context import stands_of

router = APIRouter(include_in_schema=False)

_PAGE = 200
_MOST_WORDS = 120


@router.get("/overview")
async def first(request: Request, principal: MaybeCaller) -> Response:
    """Go to the branch of this device's desk, or else to the first one."""
    if principal is None:
        return to_sign_in(request)
    check_may(principal, Permission.SEE_QUEUE)
    house = house_of(request)
    own = house.relay.branch_with_desk(request.cookies.get(DESK_COOKIE, ""))
    if own is None or not principal.sees(own.layout.branch.id):
        own = next(iter(branches_of(house, principal)), None)
    return RedirectResponse(f"/overview/{own.layout.branch.id}" if own else "/desk?all", 303)


@router.get("/overview/{branch_id}")
async def overview(request: Request, branch_id: str, principal: MaybeCaller) -> Response:
    """Show a branch as it is now; the waiting list can be filtered and has pages."""
    if principal is None:
        return to_sign_in(request)
    check_may(principal, Permission.SEE_QUEUE)
    house = house_of(request)
    branch = house.relay.branches.get(check_branch(principal, branch_id))
    if branch is None:
        raise not_found()
    state = house.relay.teller.snapshot(branch, f"overview:{branch_id}") or {}
    wanted = _wanted(request, branch)
    shown = place_page(branch, wanted, _PAGE)
    people = people_at(await house.store.read(names))
    return page(
        request,
        "overview/overview.html",
        state=filled({**state, "waiting": [ticket_row(branch, place) for place in shown.places]}),
        wanted=wanted,
        cursor=shown.next,
        departments=departments_of(state),
        own_desk=_own_desk(request, branch),
        stands=stands_of([branch]),
        people=people,
        now=house.store.clock(),
        zone=branch.layout.branch.time_zone,
        blank=blank_ticket(),
        blank_queue=blank_queue(),
        blank_desk=_blank_desk(),
        branches=[one.layout.branch for one in branches_of(house, principal)],
        branch=branch.layout.branch,
        caller=principal,
        config={
            "branch_id": branch_id,
            "desk_id": (_own_desk(request, branch) or {}).get("id", ""),
            "agents": people,
            "most": _PAGE,
        },
    )


def departments_of(state: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the departments in their order, each with its queues and desks; last, what is in none."""
    known = sorted(state["departments"].items(), key=lambda pair: int(pair[1]["place"]))
    found = [_department(state, department_id, one["name"]) for department_id, one in known]
    rest = _department(state, "", "")
    return [one for one in [*found, rest] if one["id"] or one["queues"] or one["desks"]]


def _department(state: dict[str, Any], department_id: str, name: str) -> dict[str, Any]:
    known = state["departments"].keys()

    def inside(one: dict[str, Any]) -> bool:
        of = one.get("department_id", "")
        return (of if of in known else "") == department_id

    return {
        "id": department_id,
        "name": name,
        "queues": [key for key, one in _placed(state["queues"]) if inside(one)],
        "desks": [key for key, one in _placed(state["desks"]) if inside(one)],
    }


def _placed(things: dict[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return sorted(things.items(), key=lambda pair: int(pair[1]["place"]))


def _wanted(request: Request, branch: BranchLive) -> Wanted:
    given = request.query_params
    queue_id = given.get("queue", "")
    return Wanted(
        queue_id=queue_id if queue_id in branch.queues else None,
        find=given.get("find", "")[:_MOST_WORDS] or None,
        cursor=given.get("cursor") or None,
    )


def _own_desk(request: Request, branch: BranchLive) -> dict[str, str] | None:
    desk = branch.desks.get(request.cookies.get(DESK_COOKIE, ""))
    return {"id": desk.id, "name": desk.name} if desk else None


def _blank_desk() -> dict[str, Any]:
    return {"id": "", "name": "", "state": "closed", "agent_id": "", "since_at": 0}
