"""The page of one reservation: /r/{key}. Whoever has the link is the guest; looking changes nothing."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.reservations.keeping import keep_in_account
from nowserving.domain.instants import SECOND_US
from nowserving.domain.reservations.reservation import ENDED, ReservationState
from nowserving.errors import AppError, not_found
from nowserving.store.reservations.shown import Shown
from nowserving.web.gate.guests.signed_in import account_of
from nowserving.web.house import house_of
from nowserving.web.looks.qr import is_key, qr_svg
from nowserving.web.pages.booking.frame import no_reservation, own_page, shown_of
from nowserving.web.pages.booking.holding import form_page, lapsed_page
from nowserving.web.pages.guest.frame import HEADERS, public_base, words_of

router = APIRouter(include_in_schema=False)


@router.get("/r/{key}")
async def reservation(request: Request, key: str) -> Response:
    """Show a reservation as it stands: its form, what was booked, or the ticket that it became."""
    return await reservation_page(request, key)


@router.get("/r/{key}/qr.svg")
async def code(request: Request, key: str) -> Response:
    """Draw the address of a reservation for the kiosk. It tells nothing that the address doesn't."""
    if not is_key(key):
        raise not_found()
    return Response(qr_svg(f"{public_base(request)}/r/{key}"), media_type="image/svg+xml", headers=HEADERS)


@router.post("/r/{key}/keep")
async def keep(request: Request, key: str) -> Response:
    """Put a reservation into the account of the guest who is signed in."""
    account = await account_of(request)
    if account is None:
        return RedirectResponse("/my/sign-in", 303, HEADERS)
    if await shown_of(request, key) is None:
        return no_reservation(request)
    write = house_of(request).store.write
    await write(keep_in_account, actor="guest", reservation_key=key, account_id=account.id)
    return RedirectResponse(f"/r/{key}", 303, HEADERS)


async def reservation_page(request: Request, key: str, error: AppError | None = None) -> Response:
    """Return the page of a reservation, with what was refused if something was."""
    shown = await shown_of(request, key)
    if shown is None:
        return no_reservation(request)
    now = house_of(request).store.clock()
    booked = shown.reservation
    over = booked.has_run_out(now)
    if booked.state is ReservationState.HELD:
        return await (lapsed_page(request, shown, {}) if over else form_page(request, shown, {}))
    let_go = booked.state in (ReservationState.LAPSED, ReservationState.CANCELLED)
    if let_go and booked.name is None and shown.standby_key is None:
        return await lapsed_page(request, shown, {})
    if shown.ticket_key is not None:
        return RedirectResponse(f"/t/{shown.ticket_key}", 303, HEADERS)
    if shown.standby_key is not None and booked.name is None:
        return RedirectResponse(f"/s/{shown.standby_key}", 303, HEADERS)
    return await _managed(request, shown, now, error)


async def _managed(request: Request, shown: Shown, now: int, error: AppError | None) -> Response:
    booked, rules = shown.reservation, shown.service.rules
    branch = house_of(request).relay.branches[booked.branch_id].layout.branch
    return own_page(
        request,
        "booking/manage.html",
        status_code=error.status if error else 200,
        place_name=branch.name,
        zone=branch.time_zone,
        branch_id=booked.branch_id,
        booked=booked,
        service=shown.service,
        giver=shown.giver,
        ended=booked.state in ENDED,
        waits_for_mail=rules.verify_email and booked.verified_at is None,
        again=booked.state is ReservationState.CANCELLED and booked.start_at > now,
        cutoff=rules.cutoff_s,
        account=await account_of(request),
        error=words_of(request, error) if error else "",
        now=now,
        near=rules.near_m is not None,
        on_the_spot=rules.near_m is not None and branch.location is None,
        **_possible(shown, now),
    )


def _possible(shown: Shown, now: int) -> dict[str, Any]:
    """Return what the guest can do now, and until or from when."""
    booked, rules = shown.reservation, shown.service.rules
    confirmed = booked.state is ReservationState.CONFIRMED
    change_until = rules.changes_until(booked.start_at)
    arrive_from = booked.start_at - rules.early_s * SECOND_US
    return {
        "may_change": now < change_until,
        "change_until": change_until,
        "may_arrive": confirmed and now >= arrive_from,
        "arrive_from": arrive_from,
        "coming": booked.coming_at,
    }
