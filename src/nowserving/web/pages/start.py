"""The start page: the way to every screen that the visitor may see."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.people.roles import Permission, Principal, Role, may
from nowserving.live.branch import BranchLive
from nowserving.store.layout import organisation
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
    return page(
        request,
        "start/index.html",
        caller=principal,
        house_name=house_name,
        place_name=house_name,
        halls=[_hall(branch, role, demo=house.demo is not None) for branch in branches],
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
    return {
        "branch": branch.layout.branch,
        "waiting": sum(len(branch.lines.line(queue_id)) for queue_id in branch.queues),
        # A place where every queue calls by itself needs no desk.
        "desk": may(role, Permission.CALL) and bool(branch.desks or not stands),
        "stands": stands,
        "join": any(queue.rules.remote_join for queue in branch.queues.values()),
        "poster": may(role, Permission.MANAGE),
        "overview": may(role, Permission.SEE_QUEUE),
        "kiosk": may(role, Permission.JOIN),
        "display": may(role, Permission.SEE_DISPLAY),
        # A ticket's link is its guest's secret; only the demo's invented guests have none.
        "ticket": _somebody_waiting(branch) if demo else "",
    }


def _somebody_waiting(branch: BranchLive) -> str:
    waiting = (list(branch.lines.line(queue_id).first(4)) for queue_id in branch.queues)
    longest = max(waiting, key=len, default=[])
    return longest[-1].key if longest else ""


def _sign_ins(house: House, principal: Principal | None) -> dict[str, str] | None:
    """Return the demo's sign-in for those who are not signed in."""
    if not house.demo or principal is not None:
        return None
    return {"password": str(house.demo.get("password", ""))}
