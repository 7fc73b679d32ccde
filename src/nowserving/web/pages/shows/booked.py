"""What was booked: a page to show at the door, to print, to give back. The link is the secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.seats.booking import cancel_booking
from nowserving.domain.calendar.calendar_file import Happening, Method, Standing, calendar_file, uid_of
from nowserving.domain.instants import SECOND_US
from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.seats.sale import Booking, BookingState, Stub, StubState
from nowserving.errors import AppError
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.bookings import booking_by_key, stubs_of
from nowserving.web.api.seats.keys import key_of
from nowserving.web.house import house_of
from nowserving.web.looks.qr import is_key, qr_svg
from nowserving.web.pages.guest.frame import HEADERS, public_base, words_of
from nowserving.web.pages.shows.frame import Evening, evening_of, no_show_here, show_page

router = APIRouter(include_in_schema=False)

# How long a calendar says that an evening lasts: nobody tells us when it ends.
_LASTS_US = 7200 * SECOND_US


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking that a link opens: its seats, and the evening they are for."""

    booking: Booking
    stubs: list[Stub]
    evening: Evening

    @property
    def open_stubs(self) -> list[Stub]:
        """The seats that can still be given back or handed on: nobody has come in by them."""
        return [one for one in self.stubs if one.state is StubState.VALID and one.came_at is None]


@router.get("/booked/{key}")
async def booked(request: Request, key: str) -> Response:
    """Show a booking with the code of every seat."""
    return await _page(request, key)


@router.get("/booked/{key}/{nth}/qr.svg")
async def code(request: Request, key: str, nth: str) -> Response:
    """Return the code of one seat as a picture."""
    found = await booked_of(request, key)
    stub = _chosen(found.stubs, nth) if found else None
    if stub is None or stub.state is not StubState.VALID:
        return Response(status_code=404, headers=HEADERS)
    said = key_of(request).code_of(stub.performance_id, stub.serial, stub.version)
    return Response(qr_svg(said), 200, HEADERS, "image/svg+xml")


@router.get("/booked/{key}/calendar.ics")
async def calendar(request: Request, key: str) -> Response:
    """Return the evening as a file for the guest's calendar; the same UID as in every letter about it."""
    found = await booked_of(request, key)
    if found is None:
        return no_show_here(request)
    booking, evening, base = found.booking, found.evening, public_base(request)
    cancelled = booking.state is BookingState.CANCELLED
    starts_at, link = evening.performance.starts_at, f"{base}/booked/{key}"
    happening = Happening(
        uid=uid_of(secret_hash(key), urlsplit(base).hostname or ""),
        sequence=booking.sequence,
        start_at=starts_at,
        end_at=starts_at + _LASTS_US,
        written_at=booking.cancelled_at or booking.created_at,
        summary=f"{evening.show.name} · {evening.branch.name}",
        description=f"{booking.code} {link}",
        place=evening.branch.name,
        link=link,
        standing=Standing.CANCELLED if cancelled else Standing.CONFIRMED,
    )
    kept = {**HEADERS, "Content-Disposition": 'attachment; filename="show.ics"'}
    return Response(calendar_file(Method.PUBLISH, [happening]), 200, kept, "text/calendar; charset=utf-8")


@router.get("/booked/{key}/cancel")
async def ask(request: Request, key: str) -> Response:
    """Ask once before a booking is given back."""
    return await _page(request, key, asking=True)


@router.post("/booked/{key}/cancel")
async def cancel(request: Request, key: str) -> Response:
    """Give a booking back, by the rule of its show."""
    if await booked_of(request, key) is None:
        return no_show_here(request)
    try:
        await house_of(request).store.write(cancel_booking, actor="guest", booking_key=key)
    except AppError as error:
        return await _page(request, key, error=error)
    return RedirectResponse(f"/booked/{key}", 303, HEADERS)


async def booked_of(request: Request, key: str) -> Booked | None:
    """Return what a link opens, or None; raises TooMany for who guesses."""
    if not is_key(key):
        return None
    house = house_of(request)

    async def read() -> tuple[Booking, list[Stub]] | None:
        return await house.store.read(_read, key)

    found = await house.limits.looked_up(request.scope, read)
    evening = await evening_of(request, found[0].performance_id) if found else None
    return Booked(*found, evening) if found and evening else None


def booked_page(
    request: Request, template: str, found: Booked, *, error: AppError | None = None, **context: Any
) -> Response:
    """Return a page about a booking, with what was refused if something was."""
    evening = found.evening
    return show_page(
        request,
        template,
        status_code=error.status if error else 200,
        place_name=evening.branch.name,
        zone=evening.branch.time_zone,
        show=evening.show,
        performance=evening.performance,
        booking=found.booking,
        stubs=found.stubs,
        here=f"/booked/{found.booking.key}",
        error=words_of(request, error) if error else "",
        **context,
    )


async def _page(
    request: Request, key: str, *, asking: bool = False, error: AppError | None = None
) -> Response:
    found = await booked_of(request, key)
    if found is None:
        return no_show_here(request)
    rules, starts_at = found.evening.show.rules, found.evening.performance.starts_at
    until_s = rules.cancel_until_s
    return booked_page(
        request,
        "shows/booked.html",
        found,
        error=error,
        cancel_until=None if until_s is None else starts_at - until_s * SECOND_US,
        may_hand_on=bool(found.open_stubs) and starts_at > house_of(request).store.clock(),
        asking=asking,
        told=request.query_params.get("told", ""),
    )


def _read(reader: Reader, key: str) -> tuple[Booking, list[Stub]] | None:
    booking = booking_by_key(reader, key)
    return None if booking is None else (booking, stubs_of(reader, booking.id))


def _chosen(stubs: list[Stub], nth: str) -> Stub | None:
    number = int(nth) if nth.isascii() and nth.isdigit() and len(nth) < 5 else 0
    return stubs[number - 1] if 1 <= number <= len(stubs) else None
