"""The reservations of a branch as its staff read them: in the order of their times, page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response

from nowserving.domain.calendar.day import day_bounds, local_time, zone_of
from nowserving.domain.layout.branch import Branch
from nowserving.domain.people.roles import Principal
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.values import calendar_date
from nowserving.errors import N_, invalid_field, not_found
from nowserving.store import layout
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.agenda import Span, reservations_in
from nowserving.store.reservations.services import service
from nowserving.web.api.reservations.shapes import ReservationShape, instant_of, reservation_json
from nowserving.web.api.tickets.ticket_pages import FIRST_PLACE, cursor_at, place_at
from nowserving.web.finding import OfBranch
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Listing, QueueReader, limit_of, resource

router = resource("reservations")
_FOR_EVER = (1 << 62) - 1
State = Literal["held", "offered", "pending", "confirmed", "arrived", "no_show", "cancelled", "lapsed"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reservations a caller asks for."""

    branch_id: Annotated[str | None, Query(max_length=64)] = None
    service_id: Annotated[str | None, Query(max_length=64)] = None
    desk_id: Annotated[str | None, Query(max_length=64)] = None
    state: Annotated[State | None, Query(description="Only these; all unless told.")] = None
    day: Annotated[str | None, Query(description="The branch's own date, like 2026-11-24.")] = None
    from_: Annotated[
        str | None,
        Query(alias="from", description="Those that begin from then on; from today unless told."),
    ] = None
    to: Annotated[str | None, Query(description="Those that begin before then.")] = None
    cursor: Annotated[str | None, Query(max_length=64, description="`next` of the page before.")] = None
    limit: Annotated[str | None, Query(description="From 1 to 200; 50 unless told.")] = None


@router.get("/reservations", operation_id="listReservations", response_model=Listing[ReservationShape])
async def index(
    request: Request, response: Response, principal: QueueReader, asked: Annotated[Asked, Depends()]
) -> Any:
    """List the reservations at the caller's branches, with what belongs to each guest, earliest first.

    `day` is a date as the branch has it; without it and `from`, the list begins with today.
    """
    house = house_of(request)
    now, most = house.store.clock(), limit_of(asked.limit)
    after = FIRST_PLACE if asked.cursor is None else place_at(asked.cursor)
    found = await house.store.read(_read, principal, asked, now, after=after, most=most + 1)
    following = cursor_at(found[most - 1].start_at, found[most - 1].id) if len(found) > most else None
    if following:
        there = request.url.include_query_params(cursor=following)
        response.headers["Link"] = f'<{there.path}?{there.query}>; rel="next"'
    return {"data": [reservation_json(one) for one in found[:most]], "next": following}


def _read(
    reader: Reader, principal: Principal, asked: Asked, now: int, *, after: tuple[int, int], most: int
) -> list[Reservation]:
    """Return up to `most` reservations; NotFound for what is not the caller's, as for what is not there."""
    spans = [_span(branch, asked, now) for branch in _branches(reader, principal, asked)]
    wanted = {"service_id": asked.service_id, "desk_id": asked.desk_id, "state": asked.state}
    return reservations_in(reader, spans, after=after, most=most, **wanted)


def _branches(reader: Reader, principal: Principal, asked: Asked) -> list[Branch]:
    """Return the branches that are asked for: that of what is named, or all that the caller sees."""
    named = [] if asked.branch_id is None else [asked.branch_id]
    readers: tuple[tuple[Callable[[Reader, str], OfBranch | None], str | None], ...]
    readers = (service, asked.service_id), (layout.desk, asked.desk_id)
    for read, of in readers:
        found = None if of is None else read(reader, of)
        if of is not None and found is None:
            raise not_found()
        named += [found.branch_id] if found else []
    here = layout.branches(reader, principal.branch_ids)
    wanted = [one for one in here if all(one.id == of for of in named)]
    if named and not wanted:
        raise not_found()
    return wanted


def _span(branch: Branch, asked: Asked, now: int) -> Span:
    zone = zone_of(branch.time_zone)
    if asked.day is not None:
        if asked.from_ is not None or asked.to is not None:
            raise invalid_field("/day", "not_both", N_("Give a day, or a span of time."))
        day = day_bounds(date.fromisoformat(calendar_date(asked.day, "/day")), zone)
        return Span(branch.id, day.start_us, day.end_us)
    today = day_bounds(local_time(now, zone).date(), zone).start_us
    from_us = today if asked.from_ is None else instant_of(asked.from_, "/from")
    return Span(branch.id, from_us, _FOR_EVER if asked.to is None else instant_of(asked.to, "/to"))
