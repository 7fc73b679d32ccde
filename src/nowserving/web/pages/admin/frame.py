"""What all pages of the back office share: who may see them, and what stands around them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from nowserving.domain.layout.branch import Branch
from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import N_, Forbidden, not_found
from nowserving.store.layout import branch as branch_by_id
from nowserving.store.layout import organisation
from nowserving.web.forms.form_state import FormState
from nowserving.web.gate.auth import MaybeCaller, check_branch
from nowserving.web.house import house_of
from nowserving.web.looks.flash import forget, said_before
from nowserving.web.looks.render import page
from nowserving.web.pages.desk.doorkeeper import check_may, to_sign_in


async def signed_in(request: Request, principal: MaybeCaller) -> Principal:
    """Return the person who asks; who is not signed in is shown the way there."""
    if principal is None or principal.kind == "device":
        raise HTTPException(303, headers={"Location": to_sign_in(request).headers["location"]})
    return principal


async def admin(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
    """Return who asks, if they manage branches."""
    check_may(principal, Permission.MANAGE)
    return principal


async def head(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
    """Return who asks, if they manage the whole house."""
    check_may(principal, Permission.MANAGE_STAFF)
    if principal.branch_ids is not None:
        raise Forbidden("forbidden", N_("You may not do this."))
    return principal


SignedIn = Annotated[Principal, Depends(signed_in)]
Admin = Annotated[Principal, Depends(admin)]
Head = Annotated[Principal, Depends(head)]


async def admin_page(
    request: Request,
    principal: Principal,
    template: str,
    *,
    section: str,
    form: FormState | None = None,
    **context: Any,
) -> Response:
    """Return a page of the back office. `section` names its place in the navigation."""
    house = house_of(request)
    named = await house.store.read(organisation)
    state = form or FormState()
    response = page(
        request,
        template,
        status_code=state.code,
        caller=principal,
        organisation=named,
        place_name=named.name,
        accent=named.accent,
        section=section,
        form=state,
        flash=said_before(request),
        now_us=house.store.clock(),
        **context,
    )
    forget(request, response)
    return response


async def branch_of_page(request: Request, principal: Principal, branch_id: str) -> Branch:
    """Return a branch that the caller may see; raises NotFound."""
    branch = await house_of(request).store.read(branch_by_id, check_branch(principal, branch_id))
    if branch is None:
        raise not_found()
    return branch
