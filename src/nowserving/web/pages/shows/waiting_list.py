"""A place in the waiting list for seats: where it stands, what is kept for it, what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.guests.erasing import erase_seat_standby
from nowserving.actions.seats.booking import take_seat_offer
from nowserving.actions.seats.standing_by import decline_seat_offer, leave_seat_standby
from nowserving.domain.seats.sale import Hold, SeatStandby
from nowserving.errors import AppError
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.holds import offer_of
from nowserving.store.seats.seat_standbys import ahead_in_list, seat_standby_by_key
from nowserving.store.seats.seating import held_by
from nowserving.web.house import House, house_of
from nowserving.web.looks.qr import is_key
from nowserving.web.pages.guest.frame import HEADERS, words_of
from nowserving.web.pages.shows.frame import evening_of, no_show_here, show_page
from nowserving.web.paying import pay_and_book

router = APIRouter(include_in_schema=False)

_LOOK_AGAIN_S = 30
Found = tuple[SeatStandby, int, Hold | None, list[dict[str, Any]]]


@router.get("/seat-standby/{key}")
async def place(request: Request, key: str) -> Response:
    """Show a place in the waiting list."""
    return await _page(request, key)


@router.post("/seat-standby/{key}/take")
async def take(request: Request, key: str) -> Response:
    """Book what is kept, under the name that was left."""
    return await _do(request, key, take_seat_offer)


@router.post("/seat-standby/{key}/decline")
async def decline(request: Request, key: str) -> Response:
    """Say no to what is kept: it passes on, and the place stays behind the others."""
    return await _do(request, key, decline_seat_offer)


@router.post("/seat-standby/{key}/erase")
async def erase(request: Request, key: str) -> Response:
    """Give up a place in the waiting list, and erase whose it was."""
    return await _do(request, key, erase_seat_standby)


@router.post("/seat-standby/{key}/leave")
async def leave(request: Request, key: str) -> Response:
    """Give up a place in the waiting list."""
    return await _do(request, key, leave_seat_standby)


async def _do(request: Request, key: str, verb: Callable[..., Any]) -> Response:
    house = house_of(request)
    if await _found(house, request, key) is None:
        return no_show_here(request)
    try:
        if verb is take_seat_offer:
            done = await pay_and_book(house, verb, actor="guest", seat_standby_key=key)
        else:
            done = await house.store.write(verb, actor="guest", seat_standby_key=key)
    except AppError as error:
        return await _page(request, key, error)
    way = f"/booked/{done.key}" if verb is take_seat_offer else f"/seat-standby/{key}"
    return RedirectResponse(way, 303, HEADERS)


async def _page(request: Request, key: str, error: AppError | None = None) -> Response:
    house = house_of(request)
    found = await _found(house, request, key)
    evening = await evening_of(request, found[0].performance_id) if found else None
    if found is None or evening is None:
        return no_show_here(request)
    standby, ahead, offer, seats = found
    kept = offer if offer is not None and offer.live(house.store.clock()) else None
    return show_page(
        request,
        "shows/waiting_list.html",
        status_code=error.status if error else 200,
        place_name=evening.branch.name,
        zone=evening.branch.time_zone,
        show=evening.show,
        performance=evening.performance,
        standby=standby,
        ahead=ahead,
        offer=kept,
        seats=seats if kept else [],
        refresh_s=None if standby.ended else _LOOK_AGAIN_S,
        error=words_of(request, error) if error else "",
    )


async def _found(house: House, request: Request, key: str) -> Found | None:
    if not is_key(key):
        return None

    async def read() -> Found | None:
        return await house.store.read(_read, key)

    return await house.limits.looked_up(request.scope, read)


def _read(reader: Reader, key: str) -> Found | None:
    standby = seat_standby_by_key(reader, key)
    if standby is None:
        return None
    offer = offer_of(reader, standby.id)
    return standby, ahead_in_list(reader, standby), offer, held_by(reader, offer.id) if offer else []
