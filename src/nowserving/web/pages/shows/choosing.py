"""The seats, for whoever was let in: choosing, holding, booking. Every step works as a plain form.

The link of a place opens it, and the cookie of the device that came in opens its seats: a pass needs both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.holding import extend_hold, hold_seats, release_hold
from nowserving.actions.shows.passing import extend_own_pass, leave_seats
from nowserving.domain.seats.sale import Hold, Sale
from nowserving.domain.seats.seat import Seat
from nowserving.domain.shows.rules import AT_DOOR
from nowserving.domain.tickets.ticket import State
from nowserving.errors import AppError, Gone
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.bookings import booking_of_hold
from nowserving.store.seats.holds import holds_of
from nowserving.store.seats.seating import held_by, sale_of, taken_of
from nowserving.store.shows.passes import Pass, live_pass_of
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.pages.guest.frame import HEADERS, field_words_of, words_of
from nowserving.web.pages.guest.phones import phone_of
from nowserving.web.pages.shows.frame import Queuing, no_show_here, queuing_of, show_page
from nowserving.web.paying import charge_of, pay_and_book

router = APIRouter(include_in_schema=False)

_SEAT = "seat_"
# A page of more seats than these shows one section at a time.
_MOST_AT_ONCE = 400
# And a section of more than these, so many rows at a time.
_MOST_ROWS_OF = 1_200
_MOST_FIELDS = 2_000


@dataclass(frozen=True, slots=True)
class Chooser:
    """Somebody who was let in: their pass, what is sold, what is taken, and what they hold."""

    queuing: Queuing
    pass_: Pass
    sale: Sale
    taken: bytearray
    hold: Hold | None
    held: list[dict[str, Any]]

    @property
    def here(self) -> str:
        """The address of the place in the lobby."""
        return f"/on-sale/place/{self.queuing.ticket.key}"


@router.get("/on-sale/place/{key}/seats")
async def seats(request: Request, key: str) -> Response:
    """Show the seats, as a list by rows and as a wish for the best of them; or what is held already."""
    chooser = await _chooser(request, key)
    if isinstance(chooser, Response):
        return chooser
    return _checkout_page(request, chooser) if chooser.hold else _seats_page(request, chooser)


@router.post("/on-sale/place/{key}/hold")
async def keep(request: Request, key: str) -> Response:
    """Keep the seats that were ticked, or the best so many."""
    form = await form_of(request, _MOST_FIELDS)
    chooser = await _chooser(request, key)
    if isinstance(chooser, Response):
        return chooser
    try:
        await house_of(request).store.write(
            hold_seats,
            actor="guest",
            performance_id=chooser.sale.performance_id,
            claims=_claims(request, chooser),
            **_wish(chooser.sale, form),
        )
    except AppError as error:
        return await _again(request, key, form, error)
    return RedirectResponse(f"{chooser.here}/seats", 303, HEADERS)


@router.post("/on-sale/place/{key}/release")
async def release(request: Request, key: str) -> Response:
    """Let the held seats go, and choose others."""
    return await _with_hold(request, key, release_hold)


@router.post("/on-sale/place/{key}/more-time")
async def more_time(request: Request, key: str) -> Response:
    """Ask for more time, once: for the held seats where there are any, else for the pass."""
    chooser = await _chooser(request, key)
    if isinstance(chooser, Response):
        return chooser
    if chooser.hold is not None:
        return await _with_hold(request, key, extend_hold)
    return await _with_pass(request, chooser, extend_own_pass, "/seats")


@router.post("/on-sale/place/{key}/leave-seats")
async def leave(request: Request, key: str) -> Response:
    """Give the pass back without booking: whoever is next is let in at once."""
    chooser = await _chooser(request, key)
    if isinstance(chooser, Response):
        return chooser
    if chooser.hold is not None:
        await _with_hold(request, key, release_hold)
    return await _with_pass(request, chooser, leave_seats, "")


@router.post("/on-sale/place/{key}/book")
async def book(request: Request, key: str) -> Response:
    """Book what is held; sent twice it is booked once."""
    form = await form_of(request)
    chooser = await _chooser(request, key)
    if isinstance(chooser, Response):
        return chooser
    if chooser.hold is None:
        return RedirectResponse(f"{chooser.here}/seats", 303, HEADERS)
    try:
        booked = await pay_and_book(
            house_of(request),
            book_seats,
            actor="guest",
            hold_key=chooser.hold.key,
            claims=_claims(request, chooser),
            name=form.get("name", ""),
            email=form.get("email", "").strip() or None,
            phone=form.get("phone", "").strip() or None,
            language=language_of(request),
        )
    except AppError as error:
        return await _again(request, key, form, error)
    return RedirectResponse(f"/booked/{booked.key}", 303, HEADERS)


async def _chooser(request: Request, key: str) -> Chooser | Response:
    """Return who may choose by the link and on this device, or where the reader is sent instead."""
    queuing = await queuing_of(request, key)
    if queuing is None:
        return no_show_here(request)
    house, ticket = house_of(request), queuing.ticket
    live, sale, taken, hold, held, booked = await house.store.read(_read, queuing, house.store.clock())
    if booked is not None:
        # Sent twice: what the first press has done is what this one wanted.
        return RedirectResponse(f"/booked/{booked}", 303, HEADERS)
    phone = phone_of(request)
    if ticket.state is not State.SERVING or live is None or phone is None or live.device_hash != phone:
        return RedirectResponse(f"/on-sale/place/{key}", 303, HEADERS)
    if sale is None:
        return show_page(
            request,
            "shows/no_seats.html",
            here=f"/on-sale/place/{key}",
            place_name=queuing.evening.branch.name,
        )
    return Chooser(queuing, live, sale, taken, hold, held)


def _read(reader: Reader, queuing: Queuing, now: int) -> tuple[Any, ...]:
    ticket = queuing.ticket
    sale = sale_of(reader, queuing.evening.performance.id)
    made = holds_of(reader, ticket.id)
    hold = next((one for one in made if one.live(now)), None)
    return (
        live_pass_of(reader, ticket.id),
        sale,
        taken_of(reader, sale, now) if sale else bytearray(),
        hold,
        held_by(reader, hold.id) if hold else [],
        next(filter(None, (booking_of_hold(reader, one.id) for one in made)), None),
    )


def _claims(request: Request, chooser: Chooser) -> dict[str, Any]:
    return {"jti": chooser.pass_.id, "dev": phone_of(request)}


def _wish(sale: Sale, form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form of seats wants: those that were ticked, or else the best so many."""
    seats = sale.house.seats
    ticked = [name.removeprefix(_SEAT) for name in form if name.startswith(_SEAT)]
    places = [int(text) for text in ticked if text.isascii() and text.isdigit() and len(text) < 7]
    if "best" not in form:
        return {"guids": [seats[place].guid for place in places if place < len(seats)]}
    many = form.get("many", "")
    return {
        "many": int(many) if many.isascii() and many.isdigit() and len(many) < 5 else 0,
        "category": form.get("category") or None,
        "accessible": "accessible" in form,
    }


async def _again(request: Request, key: str, form: Mapping[str, str], error: AppError) -> Response:
    """Return the page that a form came from, with what was refused."""
    chooser = await _chooser(request, key)
    if isinstance(chooser, Response):
        return chooser
    if chooser.hold is not None and not isinstance(error, Gone):
        return _checkout_page(request, chooser, form, error)
    return _seats_page(request, chooser, form, error)


async def _with_hold(request: Request, key: str, verb: Callable[..., Any]) -> Response:
    chooser = await _chooser(request, key)
    if isinstance(chooser, Response):
        return chooser
    if chooser.hold is not None:
        try:
            await house_of(request).store.write(
                verb, actor="guest", hold_key=chooser.hold.key, claims=_claims(request, chooser)
            )
        except AppError as error:
            return await _again(request, key, {}, error)
    return RedirectResponse(f"{chooser.here}/seats", 303, HEADERS)


async def _with_pass(request: Request, chooser: Chooser, verb: Callable[..., Any], then: str) -> Response:
    try:
        await house_of(request).store.write(
            verb,
            actor="guest",
            performance_id=chooser.sale.performance_id,
            claims=_claims(request, chooser),
        )
    except AppError as error:
        return await _again(request, chooser.queuing.ticket.key, {}, error)
    return RedirectResponse(f"{chooser.here}{then}", 303, HEADERS)


def _seats_page(
    request: Request, chooser: Chooser, form: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    sale, given = chooser.sale, form or {}
    sections = list(dict.fromkeys(seat.section for seat in sale.house.seats))
    many = len(sale.house.seats) > _MOST_AT_ONCE and len(sections) > 1
    wanted = request.query_params.get("section", sections[0] if sections else "")
    section = wanted if wanted in sections else sections[0]
    categories = list(dict.fromkeys(seat.category for seat in sale.house.seats))
    shown = [seat for seat in sale.house.seats if not many or seat.section == section]
    parts = _parts(_rows(shown, chooser.taken))
    part = request.query_params.get("part", "")
    nth = int(part) if part.isascii() and part.isdigit() and len(part) < 4 and int(part) < len(parts) else 0
    return show_page(
        request,
        "shows/seats.html",
        status_code=error.status if error else 200,
        scripts="booking seats",
        **_of_both(chooser),
        rows=parts[nth] if parts else [],
        row_parts=[(rows[0]["row"], rows[-1]["row"]) for rows in parts] if len(parts) > 1 else [],
        row_part=nth,
        sections=sections if many else [],
        section=section,
        categories=categories,
        category_choices=[("", "–"), *((name, name) for name in categories)],
        free=chooser.taken.count(0),
        typed=given,
        error=words_of(request, error) if error else "",
        instead=_instead(sale, error),
    )


def _checkout_page(
    request: Request, chooser: Chooser, form: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    errors = field_words_of(request, error)
    return show_page(
        request,
        "shows/checkout.html",
        status_code=error.status if error else 200,
        **_of_both(chooser),
        held=chooser.held,
        hold=chooser.hold,
        cost=_cost(chooser),
        pays_now=chooser.sale.payment != AT_DOOR,
        typed=form or {},
        errors=errors,
        error=words_of(request, error) if error and not errors else "",
    )


def _cost(chooser: Chooser) -> Mapping[str, Any] | None:
    """Return what is held costs, as prices are written; None where a price is only words."""
    charge = charge_of("", chooser.sale, [seat["category"] for seat in chooser.held])
    return {"amount_minor": charge.amount_minor, "currency": charge.currency} if charge else None


def _of_both(chooser: Chooser) -> dict[str, Any]:
    evening = chooser.queuing.evening
    return {
        "place_name": evening.branch.name,
        "zone": evening.branch.time_zone,
        "show": evening.show,
        "performance": evening.performance,
        "ticket": chooser.queuing.ticket,
        "prices": chooser.sale.prices,
        "most": chooser.sale.per_person,
        "here": chooser.here,
        "may_extend": chooser.pass_.extended_at is None and chooser.sale.extend_s > 0,
    }


def _rows(seats: list[Seat], taken: bytearray) -> list[dict[str, Any]]:
    """Return the seats by rows in the order of the plan; of an area without numbers how many are free."""
    rows: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    for seat in seats:
        named = {"section": seat.section, "row": seat.row, "area": seat.area, "category": seat.category}
        row = rows.setdefault((seat.section, seat.row, seat.area), {**named, "seats": [], "free": []})
        row["seats"].append((seat, bool(taken[seat.place])))
        if not taken[seat.place]:
            row["free"].append(seat.place)
    return list(rows.values())


def _parts(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return rows in parts that a page can show; a section that is not too large is one part."""
    whole = sum(len(row["seats"]) for row in rows if not row["area"]) <= _MOST_ROWS_OF
    parts: list[list[dict[str, Any]]] = []
    room = 0
    for row in rows:
        seats = 0 if row["area"] or whole else len(row["seats"])
        if not parts or seats > room:
            parts.append([])
            room = _MOST_AT_ONCE
        parts[-1].append(row)
        room -= seats
    return parts


def _instead(sale: Sale, error: AppError | None) -> list[Seat]:
    """Return the nearest free seats that a refusal has named."""
    guids: Any = error.data.get("alternative") if error else None
    return [sale.house.seats[sale.house.by_guid[guid]] for guid in guids or ()]
