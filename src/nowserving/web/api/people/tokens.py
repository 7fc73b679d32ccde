"""Signing in by programs: access tokens for minutes, refresh tokens for days, each used once."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Request

from nowserving.actions.people.tokens import Issued, end_family, open_family, refresh
from nowserving.domain.people.credentials import secret_hash
from nowserving.errors import N_, Unauthorized
from nowserving.web.gate.signing_in import check_sign_in
from nowserving.web.gate.tokens import make_access_token
from nowserving.web.house import House, house_of
from nowserving.web.wire.resource import Envelope, Form, Shape, Text, resource
from nowserving.web.wire.ticket_json import instant

router = resource("tokens")


class Credentials(Form):
    """Who signs in."""

    login: Text
    password: Text


class RefreshToken(Form):
    """A refresh token."""

    refresh_token: Text


class TokensShape(Shape):
    """An access token for `Authorization: Bearer …`, and the refresh token for the next pair."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    refresh_expires_at: str | None


class Nothing(Shape):
    """Nothing is left to say."""


@router.post("/tokens", operation_id="signIn", status_code=201, response_model=Envelope[TokensShape])
async def sign_in(request: Request, form: Credentials) -> Any:
    """Sign in with login and password."""
    house = house_of(request)
    member = await check_sign_in(request, form.login, form.password)
    issued = await house.store.write(
        open_family,
        staff_id=member.id,
        credential_version=member.credential_version,
        lifetime_s=house.settings.refresh_token_s,
    )
    return {"data": _tokens(house, issued)}


@router.post("/tokens/refresh", operation_id="refreshTokens", response_model=Envelope[TokensShape])
async def exchange(request: Request, form: RefreshToken) -> Any:
    """Exchange a refresh token for the next pair. One that is used twice ends the whole sign-in."""
    house = house_of(request)
    await house.limits.check("sign_in", "refresh", house.limits.address_of(request.scope))
    issued = await house.store.write(refresh, token_hash=_hash(form.refresh_token))
    if issued is None:
        raise Unauthorized(
            "bad_refresh_token", N_("This refresh token is not good (any more). Sign in again.")
        )
    return {"data": _tokens(house, issued)}


@router.post("/tokens/revoke", operation_id="signOut", response_model=Envelope[Nothing])
async def sign_out(request: Request, form: RefreshToken) -> Any:
    """Sign out: the refresh token and every access token that came with it are dead at once."""
    await house_of(request).store.write(end_family, token_hash=_hash(form.refresh_token))
    return {"data": {}}


def _hash(token: object) -> str:
    return secret_hash(token if isinstance(token, str) and token.isascii() else "")


def _tokens(house: House, issued: Issued) -> dict[str, Any]:
    access = make_access_token(
        house.settings,
        staff_id=issued.member.id,
        credential_version=issued.member.credential_version,
        family=issued.family,
        now_us=house.store.clock(),
    )
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": house.settings.access_token_s,
        "refresh_token": issued.secret,
        "refresh_expires_at": instant(issued.expires_at),
    }
