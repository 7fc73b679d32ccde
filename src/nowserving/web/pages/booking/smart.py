"""SMART Scheduling Links: free slots as others read them, a manifest and files of one JSON a line. Public.

https://build.fhir.org/ig/HL7/smart-scheduling-links — no FHIR server is needed, and nothing personal is
in it: places, what they offer, and times that are free now.
"""

from __future__ import annotations

from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.calendar.day import local_time
from nowserving.domain.instants import DAY_US, SECOND_US
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.slots import Slot
from nowserving.errors import not_found
from nowserving.live.branch import BranchLive
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.plans import plans_of
from nowserving.store.reservations.slots import boards
from nowserving.web.gate.hosts import vouched_base
from nowserving.web.house import house_of
from nowserving.web.pages.booking.month import day_of

router = APIRouter(include_in_schema=False)

_AHEAD_US = 30 * DAY_US
_MOST_SLOTS = 20_000
_EXTENSIONS = "http://fhir-registry.smarthealthit.org/StructureDefinition/"
_HEADERS = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
_FILES = {"Location": "locations", "Schedule": "schedules", "Slot": "slots"}
_encode = msgspec.json.Encoder().encode


@router.get("/$bulk-publish")
async def manifest(request: Request) -> Response:
    """Return the manifest: where the files are, and of when."""
    base = _base(request)
    found = {
        "transactionTime": _instant(house_of(request).store.clock()),
        "request": f"{base}/$bulk-publish",
        "output": [{"type": kind, "url": f"{base}/smart/{name}.ndjson"} for kind, name in _FILES.items()],
        "error": [],
    }
    return Response(_encode(found), media_type="application/json", headers=_HEADERS)


@router.get("/smart/locations.ndjson")
async def locations(request: Request) -> Response:
    """Return the places, one a line."""
    return await _lines(request, _locations)


@router.get("/smart/schedules.ndjson")
async def schedules(request: Request) -> Response:
    """Return what can be booked at each place, one a line."""
    return await _lines(request, _schedules)


@router.get("/smart/slots.ndjson")
async def slots(request: Request) -> Response:
    """Return the free times of the next thirty days, one a line, each with the link to book it."""
    return await _lines(request, _slots)


def _base(request: Request) -> str:
    """Return our address, which others keep: never one that only the caller names, or NotFound."""
    base = vouched_base(request)
    if not base:
        raise not_found()
    return base


async def _lines(request: Request, read: Any) -> Response:
    house = house_of(request)
    # Anybody may ask, and each answer is much work.
    await house.limits.check_request(request.scope, None)
    branches = list(house.relay.branches.values())
    found = await house.store.read(read, branches, _base(request), house.store.clock())
    body = b"".join(_encode(one) + b"\n" for one in found)
    return Response(body, media_type="application/fhir+ndjson", headers=_HEADERS)


def _locations(_reader: Reader, branches: list[BranchLive], base: str, _now: int) -> list[dict[str, Any]]:
    return [
        {
            "resourceType": "Location",
            "id": one.layout.branch.id,
            "name": one.layout.branch.name,
            "telecom": [{"system": "url", "value": f"{base}/book/{one.layout.branch.id}"}],
        }
        for one in branches
    ]


def _schedules(reader: Reader, branches: list[BranchLive], _base: str, now: int) -> list[dict[str, Any]]:
    there = {branch.layout.branch.id for branch in branches}
    return [
        {
            "resourceType": "Schedule",
            "id": one.id,
            "actor": [{"reference": f"Location/{one.branch_id}"}],
            "serviceType": [{"text": one.rules.public_name or one.name}],
        }
        for one in (plan.service for plan in plans_of(reader, None, now))
        if one.branch_id in there
    ]


def _slots(reader: Reader, branches: list[BranchLive], base: str, now: int) -> list[dict[str, Any]]:
    there = {branch.layout.branch.id for branch in branches}
    found = (
        _slot(one.plan.service, slot, one.plan.zone, base)
        for one in boards(reader, None, now, now + _AHEAD_US, now=now)
        if one.plan.service.branch_id in there
        for slot in one.bookable(now, now + _AHEAD_US, now)
        if slot.free
    )
    return list(islice(found, _MOST_SLOTS))


def _slot(one: Service, slot: Slot, zone: ZoneInfo, base: str) -> dict[str, Any]:
    link = f"{base}/book/{one.branch_id}/{one.id}?day={day_of(slot.start_at, zone.key)}"
    return {
        "resourceType": "Slot",
        "id": f"{one.id}-{slot.start_at // SECOND_US}",
        "schedule": {"reference": f"Schedule/{one.id}"},
        "status": "free",
        "start": _instant(slot.start_at, zone.key),
        "end": _instant(slot.end_at, zone.key),
        "extension": [
            {"url": f"{_EXTENSIONS}booking-deep-link", "valueUrl": link},
            {"url": f"{_EXTENSIONS}slot-capacity", "valueInteger": slot.free},
        ],
    }


def _instant(at_us: int, zone: str = "UTC") -> str:
    return local_time(at_us, ZoneInfo(zone)).replace(microsecond=0).isoformat()
