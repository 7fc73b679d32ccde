"""What was booked: a page to show at the door, to print, to give back. The link is the secret."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.seats.booking import cancel_booking
from nowserving.domain.seats.sale import Booking, Stub, StubState
from nowserving.errors import AppError
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.bookings import booking_by_key, stubs_of
from nowserving.web.api.seats.keys import key_of
from nowserving.web.house import house_of
from nowserving.web.looks.qr import is_key, qr_svg
from nowserving.web.pages.guest.frame import HEADERS, words_of
from nowserving.web.pages.shows.frame import evening_of, no_show_here, show_page

router = APIRouter(include_in_schema=False)


@router.get("/booked/{key}")
async def booked(request: Request, key: str) -> Response:
    """Show a booking with the code of every seat."""
    return await _page(request, key)


@router.get("/booked/{key}/{nth}/qr.svg")
async def code(request: Request, key: str, nth: str) -> Response:
    """Return the code of one seat as a picture."""
    found = await _found(request, key)
    stub = _chosen(found[1], nth) if found else None
    if stub is None or stub.state is not StubState.VALID:
        return Response(status_code=404, headers=HEADERS)
    said = key_of(request).code_of(stub.performance_id, stub.serial, stub.version)
    return Response(qr_svg(said), 200, HEADERS, "image/svg+xml")


@router.get("/booked/{key}/cancel")
async def ask(request: Request, key: str) -> Response:
    """Ask once before a booking is given back."""
    return await _page(request, key, asking=True)


@router.post("/booked/{key}/cancel")
async def cancel(request: Request, key: str) -> Response:
    """Give a booking back, by the rule of its show."""
    if await _found(request, key) is None:
        return no_show_here(request)
    try:
        await house_of(request).store.write(cancel_booking, actor="guest", booking_key=key)
    except AppError as error:
        return await _page(request, key, error=error)
    return RedirectResponse(f"/booked/{key}", 303, HEADERS)


async def _page(
    request: Request, key: str, *, asking: bool = False, error: AppError | None = None
) -> Response:
    found = await _found(request, key)
    evening = await evening_of(request, found[0].performance_id) if found else None
    if found is None or evening is None:
        return no_show_here(request)
    rules = evening.show.rules
    until = (
        None
        if rules.cancel_until_s is None
        else (evening.performance.starts_at - rules.cancel_until_s * 1_000_000)
    )
    return show_page(
        request,
        "shows/booked.html",
        status_code=error.status if error else 200,
        place_name=evening.branch.name,
        zone=evening.branch.time_zone,
        show=evening.show,
        performance=evening.performance,
        booking=found[0],
        stubs=found[1],
        cancel_until=until,
        asking=asking,
        error=words_of(request, error) if error else "",
    )


async def _found(request: Request, key: str) -> tuple[Booking, list[Stub]] | None:
    if not is_key(key):
        return None
    house = house_of(request)

    async def read() -> tuple[Booking, list[Stub]] | None:
        return await house.store.read(_read, key)

    return await house.limits.looked_up(request.scope, read)


def _read(reader: Reader, key: str) -> tuple[Booking, list[Stub]] | None:
    booking = booking_by_key(reader, key)
    return None if booking is None else (booking, stubs_of(reader, booking.id))


def _chosen(stubs: list[Stub], nth: str) -> Stub | None:
    number = int(nth) if nth.isascii() and nth.isdigit() and len(nth) < 5 else 0
    return stubs[number - 1] if 1 <= number <= len(stubs) else None
