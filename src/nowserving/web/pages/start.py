"""The start page: the way to every screen that the visitor may see."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.people.roles import Permission, Principal, Role, may
from nowserving.live.branch import BranchLive
from nowserving.store.layout import organisation
from nowserving.store.reservations.agenda import branches_that_book
from nowserving.store.shows.shows import branches_that_play
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import House, house_of
from nowserving.web.looks.render import page
from nowserving.web.pages.desk.doorkeeper import branches_of
from nowserving.web.pages.stand.context import stands_of

router = APIRouter(include_in_schema=False)


@router.get("/")
async def start(request: Request, principal: MaybeCaller) -> Response:
    """Show what there is: to staff their screens, in the demo all of them, to others the sign-in."""
    house = house_of(request)
    house_name = (await house.store.read(organisation)).name
    role = principal.role if principal else (Role.ADMIN if house.demo else None)
    branches = branches_of(house, principal) if principal else _demo_branches(house)
    booking = await house.store.read(branches_that_book)
    playing = await house.store.read(branches_that_play)
    return page(
        request,
        "start/index.html",
        caller=principal,
        house_name=house_name,
        place_name=house_name,
        halls=[
            {
                **_hall(branch, role, demo=house.demo is not None),
                **_clinic(house, principal, branch, role),
                "book": branch.layout.branch.id in booking,
                "shows": branch.layout.branch.id in playing,
                "agenda": may(role, Permission.CALL) and branch.layout.branch.id in booking,
                "glance": may(role, Permission.MANAGE),
            }
            for branch in branches
        ],
        may_manage=may(role, Permission.MANAGE),
        demo=_sign_ins(house, principal),
    )


def _demo_branches(house: House) -> list[BranchLive]:
    """Return what the demo shows to everybody; a real house shows nothing to strangers."""
    if not house.demo:
        return []
    return sorted(house.relay.branches.values(), key=lambda one: one.layout.branch.name)


def _hall(branch: BranchLive, role: Role | None, *, demo: bool) -> dict[str, Any]:
    stands = stands_of([branch]) if may(role, Permission.CALL) else []
    # A house that has shows and nothing else has no counters to walk up to.
    only_shows = bool(branch.layout.queues) and not branch.layout.counters and not branch.desks
    return {
        "branch": branch.layout.branch,
        "waiting": sum(len(branch.lines.line(queue_id)) for queue_id in branch.queues),
        # A place where every queue calls by itself needs no desk.
        "desk": may(role, Permission.CALL) and bool(branch.desks or not stands) and not only_shows,
        "stands": stands,
        "join": any(queue.rules.remote_join for queue in branch.queues.values()),
        "poster": may(role, Permission.MANAGE),
        "overview": may(role, Permission.SEE_QUEUE) and not only_shows,
        "kiosk": may(role, Permission.JOIN) and not only_shows,
        "display": may(role, Permission.SEE_DISPLAY) and not only_shows,
        # A ticket's link is its guest's secret; only the demo's invented guests have none.
        "ticket": _somebody_waiting(branch) if demo else "",
    }


def _clinic(
    house: House, principal: Principal | None, branch: BranchLive, role: Role | None
) -> dict[str, Any]:
    """Return the ways to a doctor's desk, a nurse's department and the records, where there are any."""
    clinical = [one for one in branch.layout.queues if one.rules.clinical]
    desks = [one for one in branch.layout.desks if any(queue.id in one.queue_ids for queue in clinical)]
    doctor = dict(house.demo.get("doctor", {})) if house.demo and principal is None else {}
    own = [one for one in desks if principal and one.agent_id == principal.actor] or desks
    if principal and principal.may(Permission.CLINICAL):
        doctor = {"login": "", "desk_id": own[0].id if own else ""}
    works = may(role, Permission.CALL)
    return {
        "doctor": doctor if any(one.id == doctor.get("desk_id") for one in desks) else None,
        "department": next((one.department_id for one in clinical if works and one.department_id), None),
        "records": bool(clinical) and works,
    }


def _somebody_waiting(branch: BranchLive) -> str:
    waiting = (list(branch.lines.line(one.id).first(4)) for one in branch.layout.counters)
    longest = max(waiting, key=len, default=[])
    return longest[-1].key if longest else ""


def _sign_ins(house: House, principal: Principal | None) -> dict[str, str] | None:
    """Return the demo's sign-in for those who are not signed in."""
    if not house.demo or principal is not None:
        return None
    return {"password": str(house.demo.get("password", ""))}
