"""Guests who are signed in to their account: a cookie for browsers, a bearer token for programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nowserving.domain.people.account import GuestAccount, account_email
from nowserving.domain.people.credentials import secret_hash
from nowserving.errors import N_, Invalid, Unauthorized
from nowserving.store.accounts.accounts import account_by_email, account_signed_in
from nowserving.web.gate.auth import cookie_name
from nowserving.web.house import house_of

ACCOUNT_COOKIE = "ns_account"
HEADER = "x-guest-token"
_MOST_SECRET = 128
# Who books for the family every few months shall not have to sign in each time.
SIGNED_IN_S = 90 * 24 * 3600


def account_secret_hash(request: Request) -> str | None:
    """Return the hash of the secret by which a guest is signed in here, or None."""
    name = cookie_name(ACCOUNT_COOKIE, secure=request.url.scheme == "https")
    secret = request.headers.get(HEADER) or request.cookies.get(name) or ""
    return secret_hash(secret) if 0 < len(secret) <= _MOST_SECRET else None


async def account_of(request: Request) -> GuestAccount | None:
    """Return the account of the guest who asks, or None."""
    digest = account_secret_hash(request)
    house = house_of(request)
    if digest is None:
        return None
    return await house.store.read(account_signed_in, digest, house.store.clock())


async def check_guest(request: Request, email: object, password: object) -> GuestAccount:
    """Return whose address and password these are.

    The same words and the same work whether the one or the other is wrong; tries count by address and by
    account. An account whose address is not proved yet has no password. Raises Unauthorized, TooMany.
    """
    house = house_of(request)
    try:
        name = account_email(email)
    except Invalid:
        name = "\x00"
    await house.limits.check("guest_sign_in", house.limits.address_of(request.scope))
    await house.limits.check("account", f"guest:{name}")
    found = await house.store.read(account_by_email, name) if name != "\x00" else None
    typed = password if isinstance(password, str) else ""
    fits = await house.passwords.fits((found.password_hash or None) if found else None, typed)
    if found is None or not fits:
        raise Unauthorized("wrong_credentials", N_("This e-mail address and password don't go together."))
    return found.account


def give_account_cookie(request: Request, response: Response, secret: str) -> None:
    """Sign this browser in."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        cookie_name(ACCOUNT_COOKIE, secure=secure),
        secret,
        max_age=SIGNED_IN_S,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def take_account_cookie(request: Request, response: Response) -> None:
    """Take the cookie back."""
    secure = request.url.scheme == "https"
    name = cookie_name(ACCOUNT_COOKIE, secure=secure)
    response.delete_cookie(name, path="/", secure=secure, httponly=True)
