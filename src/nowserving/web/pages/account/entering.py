"""Registering, proving the address, signing in and out, replacing a forgotten password."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.accounts.registering import register, reset_password, verify_account
from nowserving.actions.accounts.signing_in import sign_guest_in, sign_guest_out
from nowserving.domain.people.account import GuestAccount, account_email
from nowserving.domain.text import clean_text
from nowserving.errors import AppError, Gone
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.guests.letters import can_write, letter_after, reset_after
from nowserving.web.gate.guests.signed_in import (
    SIGNED_IN_S,
    account_of,
    account_secret_hash,
    check_guest,
    give_account_cookie,
    take_account_cookie,
)
from nowserving.web.gate.passwords import new_password
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.pages.account.frame import account_page, to
from nowserving.web.pages.guest.frame import nothing_here

router = APIRouter(include_in_schema=False)


@router.get("/my/register")
async def ask_register(request: Request) -> Response:
    """Show the form of a new account; a house that sends no e-mail has none."""
    if not can_write(request):
        return nothing_here(request, "account/none.html")
    return account_page(request, "account/register.html", typed={})


@router.post("/my/register")
async def registered(request: Request) -> Response:
    """Ask for an account. The answer is the same whether the address has one already."""
    form = await form_of(request)
    house = house_of(request)
    if not can_write(request):
        return nothing_here(request, "account/none.html")
    try:
        await house.limits.check("guest_sign_in", house.limits.address_of(request.scope))
        email = account_email(form.get("email"))
        name = clean_text(form.get("name", ""), "/name", 120, required=False)
    except AppError as error:
        typed = {one: form.get(one, "") for one in ("email", "name")}
        return account_page(request, "account/register.html", error=error, typed=typed)
    after = None
    if await house.limits.may_write_to(email):
        sent = await house.store.write(
            register, actor="guest", email=email, name=name, language=language_of(request)
        )
        after = letter_after(request, "verify" if sent.secret else "known", sent)
    return account_page(request, "account/sent.html", after=after, email=email, what="register")


@router.get("/my/verify/{secret}")
async def ask_verify(request: Request, secret: str) -> Response:
    """Ask for the password of the account: mail programs open every link, and opening proves nothing."""
    return account_page(request, "account/verify.html", secret=secret, over=False)


@router.post("/my/verify/{secret}")
async def verified(request: Request, secret: str) -> Response:
    """Take the address as proved, set the password, and sign this browser in."""
    form = await form_of(request)
    house = house_of(request)
    try:
        await house.limits.check("guest_sign_in", house.limits.address_of(request.scope))
        hashed = await house.passwords.hash(new_password(form.get("password")))
        account = await house.store.write(verify_account, actor="guest", secret=secret, password_hash=hashed)
        signed = await signed_in(request, account)
    except AppError as error:
        return account_page(request, "account/verify.html", error=error, over=isinstance(error, Gone))
    response = to("/my?welcome")
    give_account_cookie(request, response, signed)
    return response


@router.get("/my/sign-in")
async def ask_sign_in(request: Request) -> Response:
    """Show the form; who is signed in already goes on to the reservations."""
    if await account_of(request) is not None:
        return to("/my")
    return account_page(
        request,
        "account/sign_in.html",
        typed={},
        offers=can_write(request),
        verified="verified" in request.query_params,
    )


@router.post("/my/sign-in")
async def sign_in(request: Request) -> Response:
    """Check address and password, and sign this browser in under a secret it has never had before."""
    form = await form_of(request)
    try:
        account = await check_guest(request, form.get("email"), form.get("password"))
        secret = await signed_in(request, account)
    except AppError as error:
        # The password is not sent back: it stands in no page.
        typed = {"email": form.get("email", "")}
        return account_page(
            request,
            "account/sign_in.html",
            error=error,
            typed=typed,
            offers=can_write(request),
            verified=False,
        )
    response = to("/my")
    give_account_cookie(request, response, secret)
    return response


@router.post("/my/sign-out")
async def sign_out(request: Request) -> Response:
    """End this browser's sign-in for good."""
    digest = account_secret_hash(request)
    if digest is not None:
        await house_of(request).store.write(sign_guest_out, actor="guest", token_hash=digest)
    response = to("/my/sign-in")
    take_account_cookie(request, response)
    return response


@router.get("/my/forgot")
async def ask_forgot(request: Request) -> Response:
    """Ask for the address of the account whose password is forgotten."""
    return account_page(request, "account/forgot.html", typed={})


@router.post("/my/forgot")
async def forgot(request: Request) -> Response:
    """Write to the address, if it has an account. The answer is the same for every address."""
    form = await form_of(request)
    house = house_of(request)
    email = form.get("email", "")
    try:
        await house.limits.check("guest_sign_in", house.limits.address_of(request.scope))
        await house.limits.check("account", f"reset:{email.strip().lower()[:254]}")
    except AppError as error:
        return account_page(request, "account/forgot.html", error=error, typed={"email": email})
    after = reset_after(request, email)
    return account_page(request, "account/sent.html", after=after, email=email, what="forgot")


@router.get("/my/reset/{secret}")
async def ask_reset(request: Request, secret: str) -> Response:
    """Ask for the new password."""
    return account_page(request, "account/reset.html", secret=secret, over=False)


@router.post("/my/reset/{secret}")
async def reset(request: Request, secret: str) -> Response:
    """Replace the password; every browser is signed out, and this one signs in anew."""
    form = await form_of(request)
    house = house_of(request)
    try:
        await house.limits.check("guest_sign_in", house.limits.address_of(request.scope))
        password = new_password(form.get("password"))
        hashed = await house.passwords.hash(password)
        await house.store.write(reset_password, actor="guest", secret=secret, password_hash=hashed)
    except AppError as error:
        return account_page(request, "account/reset.html", error=error, over=isinstance(error, Gone))
    return to("/my/sign-in?verified")


async def signed_in(request: Request, account: GuestAccount) -> str:
    """Sign a guest in whose password was checked, and return the secret."""
    made = await house_of(request).store.write(
        sign_guest_in,
        actor="guest",
        account_id=account.id,
        credential_version=account.credential_version,
        browser=request.headers.get("user-agent", ""),
        lifetime_s=SIGNED_IN_S,
    )
    return made.secret
