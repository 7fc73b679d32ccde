"""Who may see a page: whoever is signed in and allowed; others are shown the way to the sign-in."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse

from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import N_, Forbidden
from nowserving.live.branch import BranchLive
from nowserving.web.house import House


def to_sign_in(request: Request) -> RedirectResponse:
    """Return the way to the sign-in page, and from there back to here."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = {"next": here} if request.method == "GET" else {}
    return RedirectResponse("/sign-in" + ("?" + urlencode(back) if back else ""), 303)


def check_may(principal: Principal, permission: Permission) -> None:
    """Raise Forbidden unless the caller has a permission."""
    if not principal.may(permission):
        raise Forbidden("forbidden", N_("You may not do this."))


def branches_of(house: House, principal: Principal) -> list[BranchLive]:
    """Return the branches that the caller sees, by name."""
    seen = [one for one in house.relay.branches.values() if principal.sees(one.layout.branch.id)]
    return sorted(seen, key=lambda one: one.layout.branch.name)
