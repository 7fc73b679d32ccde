"""My reservations, the family's too, and what is kept of the account."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.accounts.changing import change_account_password, delete_account, edit_account
from nowserving.domain.people.account import GuestAccount
from nowserving.domain.reservations.reservation import ENDED, ReservationState
from nowserving.domain.reservations.standby import Standby
from nowserving.errors import N_, AppError, invalid_field
from nowserving.store.accounts.accounts import locked_account
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.own import reservations_of, standbys_of
from nowserving.store.reservations.services import branches_that_offer, service
from nowserving.store.reservations.shown import Shown
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.guests.signed_in import account_of, account_secret_hash, take_account_cookie
from nowserving.web.gate.passwords import new_password
from nowserving.web.house import house_of
from nowserving.web.pages.account.frame import account_page, to

router = APIRouter(include_in_schema=False)

# Of more places than these none is worth a link here: their own pages lead to them.
_MOST_PLACES = 8


@router.get("/my")
async def mine(request: Request) -> Response:
    """Show what the guest has booked, for themselves and for others."""
    account = await account_of(request)
    return await _page(request, account) if account else to("/my/sign-in")


@router.post("/my/edit")
async def edit(request: Request) -> Response:
    """Change name and phone."""
    account, form = await account_of(request), await form_of(request)
    if account is None:
        return to("/my/sign-in")
    changes = {"name": form.get("name", ""), "phone": form.get("phone", "").strip() or None}
    try:
        await house_of(request).store.write(
            edit_account, actor="guest", account_id=account.id, changes=changes
        )
    except AppError as error:
        return await _page(request, account, error)
    return to("/my?saved")


@router.post("/my/password")
async def password(request: Request) -> Response:
    """Replace the password by somebody who knows the old one; other browsers are signed out."""
    account, form = await account_of(request), await form_of(request)
    if account is None:
        return to("/my/sign-in")
    house = house_of(request)
    try:
        await house.limits.check("account", f"guest:{account.email}")
        fresh = new_password(form.get("password"), account.email, account.name)
        await _check(request, account, form.get("old", ""), "/old")
        hashed = await house.passwords.hash(fresh)
        await house.store.write(
            change_account_password,
            actor="guest",
            account_id=account.id,
            credential_version=account.credential_version,
            password_hash=hashed,
            keep=account_secret_hash(request) or "",
        )
    except AppError as error:
        return await _page(request, account, error)
    return to("/my?saved")


@router.post("/my/delete")
async def delete(request: Request) -> Response:
    """Delete the account of somebody who knows its password. The reservations stay, each with its link."""
    account, form = await account_of(request), await form_of(request)
    if account is None:
        return to("/my/sign-in")
    house = house_of(request)
    try:
        await house.limits.check("account", f"guest:{account.email}")
        await _check(request, account, form.get("password", ""), "/delete")
        await house.store.write(delete_account, actor="guest", account_id=account.id)
    except AppError as error:
        return await _page(request, account, error)
    response = account_page(request, "account/deleted.html")
    take_account_cookie(request, response)
    return response


async def _check(request: Request, account: GuestAccount, typed: str, pointer: str) -> None:
    house = house_of(request)
    locked = await house.store.read(locked_account, account.id)
    if not await house.passwords.fits(locked.password_hash if locked else None, typed):
        raise invalid_field(pointer, "wrong_password", N_("This is not the password of your account."))


async def _page(request: Request, account: GuestAccount, error: AppError | None = None) -> Response:
    house = house_of(request)
    now = house.store.clock()
    branches = {id: one.layout.branch.name for id, one in house.relay.branches.items()}
    booked, waiting, open_at = await house.store.read(_of_account, account.id)
    rows = [_row(request, one) for one in booked]
    ahead = [row for row in rows if not row["over"] and row["end_at"] > now]
    return account_page(
        request,
        "account/own.html",
        error=error,
        account=account,
        ahead=sorted(ahead, key=lambda row: row["start_at"]),
        past=[row for row in rows if row not in ahead][:20],
        waiting=waiting,
        book_at=[(id, name) for id, name in branches.items() if id in open_at][:_MOST_PLACES],
        saved="saved" in request.query_params,
    )


def _row(request: Request, shown: Shown) -> dict[str, Any]:
    booked = shown.reservation
    branch = house_of(request).relay.branches.get(booked.branch_id)
    return {
        "key": booked.key,
        "start_at": booked.start_at,
        "end_at": booked.end_at,
        "state": booked.state.value,
        "over": booked.state in ENDED,
        "pending": booked.state is ReservationState.PENDING,
        "name": booked.name or "",
        "service": shown.service.name,
        "giver": shown.giver,
        "place": branch.layout.branch.name if branch else "",
        "zone": branch.layout.branch.time_zone if branch else "UTC",
    }


def _of_account(reader: Reader, account_id: str) -> tuple[list[Shown], list[tuple[Standby, str]], list[str]]:
    """Return what is booked, what is waited for, and the branches at which more can be booked."""
    waiting = [(one, service(reader, one.service_id)) for one in standbys_of(reader, account_id)]
    named = [(one, given.name) for one, given in waiting if given is not None]
    return reservations_of(reader, account_id), named, branches_that_offer(reader)
