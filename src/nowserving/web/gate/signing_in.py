"""Checking who somebody says they are: one place for pages and programs, slow for those who guess."""

from __future__ import annotations

import hmac
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from nowserving.actions.people.sign_ins import refuse_sign_in
from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.people.staff import StaffMember, clean_login
from nowserving.errors import N_, Invalid, Unauthorized
from nowserving.secret_key import secret_key
from nowserving.store.people import staff as people
from nowserving.web.gate.auth import SIGN_IN_COOKIE, cookie_name
from nowserving.web.house import House, house_of

KNOWN_COOKIE = "ns_known"
_YEAR_S = 365 * 24 * 3600


async def check_sign_in(request: Request, login: object, password: object) -> StaffMember:
    """Return whose login and password these are; raises Unauthorized or TooMany.

    The same words and the same work whether the login, the password or the access is wrong. Tries
    are counted by address and by account. A browser that has signed in to the account before counts
    for itself: a stranger who guesses can slow down other strangers, but never lock out the one whose
    account it is, and a whole office behind one address can come in at the same minute.
    """
    house = house_of(request)
    name = _login(login)
    address = house.limits.address_of(request.scope)
    if is_known(request, house, name):
        await house.limits.check("sign_in", address, name, "known")
    else:
        await house.limits.check("sign_in", address)
        await house.limits.check("account", name)
    account = await house.store.read(people.account_by_login, name)
    alive = account if account and account.member.disabled_at is None else None
    typed = password if isinstance(password, str) else ""
    fits = await house.passwords.fits(alive.password_hash if alive else None, typed)
    if alive is None or not fits:
        if account is not None:
            await house.store.write(refuse_sign_in, staff_id=account.member.id)
        raise Unauthorized("wrong_credentials", N_("This sign-in name and password don't go together."))
    return alive.member


def _login(login: object) -> str:
    """Return the login in its stored form; what can't be one stands for nobody."""
    try:
        return clean_login(login)
    except Invalid:
        return "\x00"


def is_known(request: Request, house: House, login: str) -> bool:
    """Tell whether this browser has signed in to this account before."""
    mark = request.cookies.get(cookie_name(KNOWN_COOKIE, secure=_secure(request)), "")
    return hmac.compare_digest(mark.encode(), _mark(house, login).encode())


def give_cookies(request: Request, response: Response, member: StaffMember, secret: str) -> None:
    """Sign this browser in, and let it be known by its account from now on."""
    house = house_of(request)
    lifetime_s = house.settings.sign_in_lifetime_s
    _set(request, response, SIGN_IN_COOKIE, secret, lifetime_s)
    _set(request, response, KNOWN_COOKIE, _mark(house, member.login), _YEAR_S)


def take_cookie(request: Request, response: Response) -> None:
    """Take the sign-in cookie back."""
    secure = _secure(request)
    response.delete_cookie(cookie_name(SIGN_IN_COOKIE, secure=secure), path="/", secure=secure, httponly=True)


def sign_in_hash(request: Request) -> str | None:
    """Return the hash of this browser's sign-in, or None if it has none."""
    secret = request.cookies.get(cookie_name(SIGN_IN_COOKIE, secure=_secure(request)))
    return secret_hash(secret) if secret else None


def _set(request: Request, response: Response, name: str, value: str, max_age: int) -> None:
    secure = _secure(request)
    response.set_cookie(
        cookie_name(name, secure=secure),
        value,
        max_age=max_age,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _mark(house: House, login: str) -> str:
    key = secret_key(house.settings)
    return hmac.new(key, b"known browser of " + login.encode(), sha256).hexdigest()
