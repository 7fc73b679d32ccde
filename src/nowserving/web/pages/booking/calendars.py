"""Calendars: the file of one reservation, and the feed of a desk by a secret link."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.calendar.calendar_file import Happening, Method, Standing, calendar_file, uid_of
from nowserving.domain.instants import DAY_US
from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.reservations.reservation import Reservation, ReservationState
from nowserving.domain.reservations.service import Service
from nowserving.errors import not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.own import calendar_of_desk, desk_of_feed
from nowserving.store.reservations.services import services
from nowserving.web.house import house_of
from nowserving.web.pages.booking.frame import shown_of
from nowserving.web.pages.guest.frame import HEADERS, public_base

router = APIRouter(include_in_schema=False)

_KIND = "text/calendar; charset=utf-8"
_STANDING = {
    ReservationState.PENDING: Standing.TENTATIVE,
    ReservationState.CANCELLED: Standing.CANCELLED,
    ReservationState.LAPSED: Standing.CANCELLED,
}
_MOST_SECRET = 64


@router.get("/r/{key}/calendar.ics")
async def own(request: Request, key: str) -> Response:
    """Return a reservation as a file for the guest's calendar; the same UID as in every e-mail about it."""
    shown = await shown_of(request, key)
    if shown is None or shown.reservation.state in (ReservationState.HELD, ReservationState.OFFERED):
        raise not_found()
    booked, base = shown.reservation, public_base(request)
    branch = house_of(request).relay.branches[booked.branch_id].layout.branch
    happening = _happening(request, booked, shown.service, branch.name)
    link = f"{base}/r/{key}"
    text = calendar_file(
        Method.PUBLISH,
        [
            _with(
                happening, link, f"{booked.code} {link}", ", ".join(filter(None, (branch.name, shown.giver)))
            )
        ],
    )
    return _answer(text, "reservation.ics")


@router.get("/calendar/{name}")
async def feed(request: Request, name: str) -> Response:
    """Return the calendar of a desk: what is promised there, and nobody's name."""
    secret, dot, ending = name.rpartition(".")
    if not dot or ending != "ics" or not 0 < len(secret) <= _MOST_SECRET:
        raise not_found()
    house = house_of(request)
    now = house.store.clock()

    async def read() -> tuple[str, str, list[Reservation], dict[str, Service]] | None:
        return await house.store.read(_of_feed, secret_hash(secret), now)

    found = await house.limits.looked_up(request.scope, read)
    if found is None:
        raise not_found()
    desk, branch, booked, known = found
    happenings = [
        _with(_happening(request, one, known[one.service_id], ""), "", one.code, branch)
        for one in booked
        if one.service_id in known
    ]
    return _answer(calendar_file(Method.PUBLISH, happenings, name=f"{desk} · {branch}"), "")


def _of_feed(
    reader: Reader, feed_hash: str, now: int
) -> tuple[str, str, list[Reservation], dict[str, Service]] | None:
    desk = desk_of_feed(reader, feed_hash)
    if desk is None:
        return None
    desk_id, name, branch_id, branch = desk
    booked = calendar_of_desk(reader, branch_id, desk_id, now - 7 * DAY_US, now + 180 * DAY_US)
    return name, branch, booked, {one.id: one for one in services(reader, branch_id, archived=True)}


def _happening(request: Request, booked: Reservation, service: Service, branch: str) -> Happening:
    name = service.rules.public_name or service.name
    return Happening(
        uid=uid_of(secret_hash(booked.key), urlsplit(public_base(request)).hostname or ""),
        sequence=booked.sequence,
        start_at=booked.start_at,
        end_at=booked.end_at,
        written_at=max(booked.since_at, booked.created_at),
        summary=f"{name} · {branch}" if branch else f"{name} · {booked.code}",
        standing=_STANDING.get(booked.state, Standing.CONFIRMED),
    )


def _with(one: Happening, link: str, description: str, place: str) -> Happening:
    return replace(one, link=link, description=description, place=place)


def _answer(text: str, filename: str) -> Response:
    headers = dict(HEADERS)
    if filename:
        headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return Response(text.encode(), media_type=_KIND, headers=headers)
