"""Choosing what and when: /book/{branch_id} for the services, and below it the times of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.slots import Slot
from nowserving.errors import AppError, NotFound, not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.plans import for_booking
from nowserving.store.reservations.slots import next_free, next_free_in, slots_between
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.pages.booking.frame import branch_of, no_service, public_page, when_again, zone_from
from nowserving.web.pages.booking.month import Month, asked_month, day_of, month_of, span_of
from nowserving.web.pages.guest.frame import nothing_here, words_of
from nowserving.web.pages.guest.phones import mark

router = APIRouter(include_in_schema=False)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Giver(NamedTuple):
    """Somebody who can be chosen. `desk_id` is "" for anyone."""

    desk_id: str
    name: str


class Wish(NamedTuple):
    """What somebody looks for: a party of a size, at a desk or anyone's, from a date on."""

    desk_id: str
    size: int
    day: str
    month: str
    zone: str

    def address(self, path: str, **changes: Any) -> str:
        """Return the address of a page of times with something changed."""
        wish = self._replace(**changes)
        given = {
            "desk": wish.desk_id,
            "size": str(wish.size) if wish.size > 1 else "",
            "month": wish.month,
            "day": wish.day,
            "zone": wish.zone,
        }
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{path}?{query}" if query else path


class Times(NamedTuple):
    """All that a page of times shows."""

    service: Service
    givers: tuple[Giver, ...]
    month: Month
    slots: tuple[Slot, ...]
    free: Slot | None


@router.get("/book/{branch_id}")
async def offered(request: Request, branch_id: str) -> Response:
    """Show what can be booked at a branch."""
    branch = branch_of(request, branch_id)
    if branch is None:
        return nothing_here(request, "booking/no_service.html")
    house = house_of(request)
    found = await house.store.read(next_free_in, branch_id, now=house.store.clock())
    layout = branch.layout
    return public_page(
        request,
        "booking/services.html",
        branch_id=branch_id,
        place_name=layout.branch.name,
        zone=layout.branch.time_zone,
        offers=found,
        walk_in=any(queue.rules.remote_join for queue in layout.queues),
    )


@router.get("/book/{branch_id}/{service_id}")
async def times(request: Request, branch_id: str, service_id: str) -> Response:
    """Show the times of a service. Looking keeps none of them."""
    return await times_page(request, branch_id, service_id)


async def times_page(
    request: Request,
    branch_id: str,
    service_id: str,
    *,
    error: AppError | None = None,
    given: Mapping[str, str] | None = None,
    moving: Reservation | None = None,
) -> Response:
    """Return the page of times; `moving` is the reservation that gets another one.

    `given` is what a form sent, where the address says nothing.
    """
    branch = branch_of(request, branch_id)
    if branch is None or not _ID.fullmatch(service_id):
        return no_service(request)
    wish = wish_of(given or request.query_params)
    house = house_of(request)
    try:
        found = await house.store.read(
            _times, service_id, branch.layout.branch.time_zone, wish, house.store.clock()
        )
    except NotFound:
        return no_service(request)
    if found.service.branch_id != branch_id:
        return no_service(request)
    path = f"/r/{moving.key}/move" if moving else f"/book/{branch_id}/{service_id}"
    response = public_page(
        request,
        "booking/times.html",
        status_code=error.status if error else 200,
        place_name=branch.layout.branch.name,
        branch_id=branch_id,
        own_zone=branch.layout.branch.time_zone,
        found=found,
        service=found.service,
        month=month_words(request, found.month),
        wish=wish,
        times_path=path,
        moving=moving,
        error=words_of(request, error) if error else "",
        alternatives=list(error.data.get("alternatives", [])) if error else [],  # type: ignore[call-overload]
        now=house.store.clock(),
    )
    mark(request, response)
    return when_again(response, error)


def wish_of(given: Mapping[str, str]) -> Wish:
    """Return what the address (or a form) asks for; what makes no sense counts as not said."""
    size = given.get("size", "")
    desk, day = given.get("desk", ""), given.get("day", "")
    return Wish(
        desk_id=desk if _ID.fullmatch(desk) else "",
        size=int(size) if size.isascii() and size.isdigit() and 0 < len(size) < 5 and int(size) > 0 else 1,
        day=day if _DAY.fullmatch(day) else "",
        month=asked_month(given.get("month", "")),
        zone=zone_from(given.get("zone", "")),
    )


def month_words(request: Request, month: Month) -> dict[str, Any]:
    """Return a month in the reader's language: its name, the days of its weeks, from the reader's first."""
    return month.words(localiser(language_of(request)))


def _times(reader: Reader, service_id: str, zone: str, wish: Wish, now: int) -> Times:
    plan = for_booking(reader, service_id, now)
    if plan is None:
        raise not_found()
    rules = plan.service.rules
    named = [Giver(one.desk_id, one.name) for one in plan.givers if one.desk_id]
    givers = tuple(named) if rules.choose_desk and len(named) > 1 else ()
    desk_id = wish.desk_id if wish.desk_id in [one.desk_id for one in givers] else None
    size = min(wish.size, rules.max_size)
    free = next_free(reader, service_id, now, now=now, desk_id=desk_id, size=size)
    first = wish.month or wish.day[:7] or day_of(free.start_at if free else now, zone)[:7]
    from_us, to_us = span_of(first, zone)
    slots = slots_between(reader, service_id, from_us, to_us, now=now, desk_id=desk_id, size=size)
    month = month_of(first, slots, zone, wish.day, today=day_of(now, zone))
    chosen = tuple(one for one in slots if day_of(one.start_at, zone) == month.chosen)
    return Times(plan.service, givers, month, chosen, free)
