"""Signing in and out in a browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.people.sign_ins import sign_in, sign_out
from nowserving.domain.people.roles import Role
from nowserving.errors import AppError
from nowserving.store.people.staff import anybody
from nowserving.web.forms.form_state import FormState, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.gate.signing_in import check_sign_in, give_cookies, sign_in_hash, take_cookie
from nowserving.web.house import house_of
from nowserving.web.looks.flash import forget, go_to, said_before
from nowserving.web.looks.render import page

router = APIRouter(include_in_schema=False)

_HOME = {Role.ADMIN: "/admin", Role.AGENT: "/desk"}


@router.get("/sign-in")
async def ask(request: Request, principal: MaybeCaller) -> Response:
    """Show the form; who is signed in already goes on to where they wanted to go."""
    if principal is not None and principal.kind == "staff" and principal.role:
        return RedirectResponse(safe_next(request.query_params.get("next")) or _HOME[principal.role], 303)
    if not await house_of(request).store.read(anybody):
        return RedirectResponse("/first-run", 303)
    return _form(request, FormState(), request.query_params.get("next", ""))


@router.post("/sign-in")
async def enter(request: Request) -> Response:
    """Check name and password, and sign this browser in under a secret it has never had before."""
    form = await form_of(request)
    wanted = form.get("next", "")
    try:
        member = await check_sign_in(request, form.get("login"), form.get("password"))
    except AppError as error:
        # The password is not sent back: it stands in no page.
        typed = {"login": form.get("login", ""), "next": wanted}
        return _form(request, refused(request, typed, error), wanted, error)
    house = house_of(request)
    old = sign_in_hash(request)
    if old is not None:
        await house.store.write(sign_out, token_hash=old)
    made = await house.store.write(
        sign_in,
        staff_id=member.id,
        credential_version=member.credential_version,
        browser=request.headers.get("user-agent", ""),
        lifetime_s=house.settings.sign_in_lifetime_s,
    )
    response = RedirectResponse(safe_next(wanted) or _HOME[member.role], 303)
    give_cookies(request, response, member, made.secret)
    return response


@router.post("/sign-out")
async def leave(request: Request) -> Response:
    """End this browser's sign-in for good."""
    response = go_to(request, "/sign-in", "signed_out")
    current = sign_in_hash(request)
    if current is not None:
        await house_of(request).store.write(sign_out, token_hash=current)
    take_cookie(request, response)
    return response


def safe_next(wanted: str | None) -> str:
    """Return a path of our own to go to, or "": an address of somebody else leads nowhere."""
    if not wanted or not wanted.startswith("/") or len(wanted) > 500:
        return ""
    plain = unquote(wanted)
    if plain.startswith("//") or "\\" in plain or not plain.isprintable():
        return ""
    parts = urlsplit(wanted)
    return "" if parts.scheme or parts.netloc else wanted


def _form(request: Request, state: FormState, wanted: str, error: AppError | None = None) -> Response:
    demo: Any = house_of(request).demo
    response = page(
        request,
        "sign_in/sign_in.html",
        status_code=error.status if error else 200,
        headers={"Retry-After": str(error.retry_after_s)} if error and error.retry_after_s else None,
        form=state,
        wanted=wanted,
        flash=said_before(request),
        demo_password=demo["password"] if demo and "password" in demo else "",
    )
    forget(request, response)
    return response
