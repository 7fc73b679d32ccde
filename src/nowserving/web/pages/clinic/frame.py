"""What the pages of the clinic share: who may look, and how a page is made."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import AppError
from nowserving.live.branch import BranchLive
from nowserving.web.api.clinic.looking import branch_live, check_record
from nowserving.web.house import House, house_of
from nowserving.web.looks.flash import forget, said_before
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.looks.render import page
from nowserving.web.pages.admin.frame import signed_in
from nowserving.web.pages.desk.doorkeeper import check_may


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


async def branch_of_record(house: House, principal: Principal, record_id: str) -> BranchLive:
    """Return the branch of a record; the same NotFound for missing and foreign ones."""
    return branch_live(house, principal, await check_record(house, principal, record_id))


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
