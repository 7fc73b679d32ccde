"""What the pages of the clinic share: who may look, how a look is put on record, where a day begins."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from starlette.responses import Response

from nowserving.domain.calendar.day import service_day_of
from nowserving.domain.clinic.visit import Reading
from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import AppError, not_found
from nowserving.live.branch import BranchLive
from nowserving.store.engine.scopes import branch_of
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House, house_of
from nowserving.web.looks.flash import forget, said_before
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.looks.render import page
from nowserving.web.pages.admin.frame import signed_in
from nowserving.web.pages.desk.doorkeeper import check_may

_DAY_US = 24 * 3600 * 1_000_000


async def _agent(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
    check_may(principal, Permission.CALL)
    return principal


async def _clinician(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
    check_may(principal, Permission.CLINICAL)
    return principal


async def _branch_head(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
    check_may(principal, Permission.MANAGE)
    return principal


Agent = Annotated[Principal, Depends(_agent)]
Clinician = Annotated[Principal, Depends(_clinician)]
Manager = Annotated[Principal, Depends(_branch_head)]


def reading_of(request: Request, principal: Principal, why: str = "") -> Reading:
    """Return this look as the record of reads wants it: a reason is asked of whom it is no daily work."""
    address = house_of(request).limits.address_of(request.scope)
    return Reading(ordinary=principal.may(Permission.SEE_RECORDS), why=why, address=address)


def branch_live(house: House, principal: Principal, branch_id: str) -> BranchLive:
    """Return a branch as memory has it; raises NotFound unless the caller sees it."""
    found = house.relay.branches.get(check_branch(principal, branch_id))
    if found is None:
        raise not_found()
    return found


async def branch_of_record(house: House, principal: Principal, record_id: str) -> BranchLive:
    """Return the branch of a record; the same NotFound for missing and foreign ones."""
    branch_id = await house.store.read(branch_of, "record_id", record_id)
    return branch_live(house, principal, check_branch(principal, branch_id))


def day_of(branch: BranchLive, now: int) -> tuple[int, int]:
    """Return when the service day of an instant began and when it ends, in µs."""
    hours = branch.layout.branch
    day = service_day_of(now, ZoneInfo(hours.time_zone), hours.hours.day_starts_at)
    return day.start_us, day.end_us


def clinic_page(
    request: Request,
    principal: Principal,
    template: str,
    branch: BranchLive,
    error: AppError | None = None,
    **context: Any,
) -> Response:
    """Return a page of the clinic, never kept by the browser; with a refusal, said on top of it."""
    speaking = localiser(language_of(request))
    house = house_of(request)
    response = page(
        request,
        template,
        status_code=error.status if error else 200,
        headers={"Cache-Control": "no-store"},
        caller=principal,
        branch=branch.layout.branch,
        zone=branch.layout.branch.time_zone,
        now=house.store.clock(),
        clinical=principal.may(Permission.CLINICAL),
        error=_words(speaking, error) if error else "",
        flash=said_before(request),
        **context,
    )
    forget(request, response)
    return response


def _words(speaking: Any, error: AppError) -> str:
    told = [speaking.gettext(one.message, **dict(one.data)) for one in error.fields]
    return " ".join(told) or speaking.gettext(error.message, **error.data)
