"""Guests' accounts: register, prove the address, sign in and out, and what was booked with them.

Whoever signs in gets a token, sent from then on in the header `X-Guest-Token`. Whether an address has an
account is told to that address alone: every answer is the same.
"""

from __future__ import annotations

from typing import Any

from fastapi import BackgroundTasks, Request

from nowserving.actions.accounts.registering import register, reset_password, verify_account
from nowserving.actions.accounts.signing_in import sign_guest_in, sign_guest_out
from nowserving.domain.people.account import GuestAccount, account_email
from nowserving.domain.text import clean_text
from nowserving.errors import N_, NotFound, Unauthorized
from nowserving.store.reservations.own import reservations_of
from nowserving.web.api.given import Nothing
from nowserving.web.api.reservations.shapes import ReservationShape, reservation_json
from nowserving.web.gate.guests.letters import can_write, letter_after, reset_after
from nowserving.web.gate.guests.signed_in import SIGNED_IN_S, account_of, account_secret_hash, check_guest
from nowserving.web.gate.passwords import new_password
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.wire.resource import Envelope, Form, Shape, Text, resource
from nowserving.web.wire.ticket_json import instant

router = resource("accounts")


class NewAccount(Form):
    """Who wants an account."""

    email: Text
    name: Text = ""


class GuestCredentials(Form):
    """Who signs in."""

    email: Text
    password: Text


class Address(Form):
    """An e-mail address."""

    email: Text


class NewPassword(Form):
    """What was sent to the address, and the password to set."""

    proof: Text
    password: Text


class GuestShape(Shape):
    """A guest's account."""

    id: str
    email: str
    name: str
    phone: str | None


class GuestTokenShape(Shape):
    """The token for `X-Guest-Token`, and until when it is good."""

    token: str
    expires_at: str | None
    account: GuestShape


@router.post("/accounts", operation_id="registerGuest", status_code=202, response_model=Envelope[Nothing])
async def register_guest(request: Request, form: NewAccount, background: BackgroundTasks) -> Any:
    """Ask for an account; the address has to be proved by what is sent to it.

    The answer is the same where the address has an account. A house that sends no e-mail has none: 404.
    """
    house = house_of(request)
    if not can_write(request):
        raise NotFound("no_accounts", N_("There are no accounts here: this house sends no e-mail."))
    await house.limits.check("guest_sign_in", house.limits.address_of(request.scope))
    email = account_email(form.email)
    name = clean_text(form.name, "/name", 120, required=False)
    if await house.limits.may_write_to(email):
        sent = await house.store.write(
            register, actor="guest", email=email, name=name, language=language_of(request)
        )
        background.tasks.append(letter_after(request, "verify" if sent.secret else "known", sent))
    return {"data": {}}


@router.post("/accounts/verify", operation_id="verifyGuest", response_model=Envelope[GuestShape])
async def verify(request: Request, form: NewPassword) -> Any:
    """Prove the address of a new account, and choose its password.

    410 for what was used, is too old or was never sent.
    """
    await _slowly(request)
    house = house_of(request)
    hashed = await house.passwords.hash(new_password(form.password))
    account = await house.store.write(
        verify_account, actor="guest", secret=_text(form.proof), password_hash=hashed
    )
    return {"data": _guest(account)}


@router.post(
    "/accounts/sign-in",
    operation_id="signGuestIn",
    status_code=201,
    response_model=Envelope[GuestTokenShape],
)
async def sign_in(request: Request, form: GuestCredentials) -> Any:
    """Sign in with address and password."""
    account = await check_guest(request, form.email, form.password)
    made = await house_of(request).store.write(
        sign_guest_in,
        actor="guest",
        account_id=account.id,
        credential_version=account.credential_version,
        browser=request.headers.get("user-agent", ""),
        lifetime_s=SIGNED_IN_S,
    )
    token = {"token": made.secret, "expires_at": instant(made.expires_at), "account": _guest(account)}
    return {"data": token}


@router.post("/accounts/sign-out", operation_id="signGuestOut", response_model=Envelope[Nothing])
async def sign_out(request: Request) -> Any:
    """End this sign-in for good."""
    digest = account_secret_hash(request)
    if digest is not None:
        await house_of(request).store.write(sign_guest_out, actor="guest", token_hash=digest)
    return {"data": {}}


@router.post(
    "/accounts/forgot", operation_id="forgotGuestPassword", status_code=202, response_model=Envelope[Nothing]
)
async def forgot(request: Request, form: Address, background: BackgroundTasks) -> Any:
    """Have a link sent by which a forgotten password is replaced. The same answer for every address."""
    await _slowly(request)
    background.tasks.append(reset_after(request, form.email))
    return {"data": {}}


@router.post("/accounts/reset", operation_id="resetGuestPassword", response_model=Envelope[GuestShape])
async def reset(request: Request, form: NewPassword) -> Any:
    """Replace a forgotten password by what was sent; every sign-in ends."""
    await _slowly(request)
    house = house_of(request)
    hashed = await house.passwords.hash(new_password(form.password))
    account = await house.store.write(
        reset_password, actor="guest", secret=_text(form.proof), password_hash=hashed
    )
    return {"data": _guest(account)}


@router.get("/accounts/me", operation_id="getGuest", response_model=Envelope[GuestShape])
async def me(request: Request) -> Any:
    """Return the account that is signed in."""
    return {"data": _guest(await _signed_in(request))}


@router.get(
    "/accounts/me/reservations",
    operation_id="listGuestReservations",
    response_model=Envelope[list[ReservationShape]],
)
async def mine(request: Request) -> Any:
    """Return the latest hundred reservations of the account, for whomever they are."""
    account = await _signed_in(request)
    found = await house_of(request).store.read(reservations_of, account.id)
    return {"data": [reservation_json(one.reservation) for one in found]}


async def _signed_in(request: Request) -> GuestAccount:
    account = await account_of(request)
    if account is None:
        raise Unauthorized("not_signed_in", N_("Please sign in first."))
    return account


async def _slowly(request: Request) -> None:
    house = house_of(request)
    await house.limits.check("guest_sign_in", house.limits.address_of(request.scope))


def _text(value: object) -> str:
    return value if isinstance(value, str) and value.isascii() else ""


def _guest(account: GuestAccount) -> dict[str, Any]:
    return {"id": account.id, "email": account.email, "name": account.name, "phone": account.phone}
