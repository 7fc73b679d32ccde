"""The seats of a performance: which there are, which are taken, and which nobody gets."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Any

from fastapi import Request, Response

from nowserving.actions.seats.mapping import block_seats, set_seat_map
from nowserving.domain.people.roles import Principal
from nowserving.domain.seats.sale import Sale
from nowserving.errors import not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.events import scope_versions
from nowserving.store.seats.maps import plan_sold
from nowserving.store.seats.seating import branch_of_performance, sale_of, taken_of
from nowserving.web.api.seats.shapes import SeatingShape, TakenShape, seating_json, taken_json
from nowserving.web.gate.auth import MaybeCaller, check_branch
from nowserving.web.house import House, house_of
from nowserving.web.wire import asgi
from nowserving.web.wire.resource import (
    JSON,
    Admin,
    Agent,
    Envelope,
    Form,
    Shape,
    Text,
    TextOrNull,
    Texts,
    resource,
)

router = resource("seats")
_LOOK_AGAIN_S = 1
_MOST_KEPT = 16
# What is written of a performance serves everybody until its seats or its prices change: plain, and packed.
_kept: OrderedDict[tuple[str, ...], tuple[bytes, bytes]] = OrderedDict()
_keeping = Lock()


class TakenNow(Shape):
    """Which seats are taken, and when to ask again."""

    data: TakenShape
    poll_after_s: int


_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is as it was."}}


class SeatMapOf(Form):
    """Which map a performance is sold from."""

    seat_map_id: Text


class Blocking(Form):
    """Seats that nobody gets, and why; null: they are open again."""

    guids: Texts
    reason: TextOrNull


@router.put(
    "/performances/{performance_id}/seat-map",
    operation_id="setSeatMap",
    response_model=Envelope[TakenShape],
)
async def set_map(request: Request, principal: Admin, performance_id: str, form: SeatMapOf) -> Any:
    """Make the seats of a performance from a map; 409 once a seat is held or was ever sold."""
    await _check(request, principal, performance_id)
    sale = await house_of(request).store.write(
        set_seat_map, actor=principal.actor, performance_id=performance_id, **form.given()
    )
    return {"data": await _taken(house_of(request), sale.performance_id)}


@router.get(
    "/performances/{performance_id}/seats",
    operation_id="getSeats",
    response_model=Envelope[SeatingShape],
    responses=_UNCHANGED,
)
async def seats(request: Request, _principal: MaybeCaller, performance_id: str) -> Response:
    """Return every seat of a performance, as it never changes: to be kept. What is taken is told apart."""
    sale = await house_of(request).store.read(_sale, performance_id)
    tag = f'"{sale.edition}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if asgi.header(request.scope, b"if-none-match") == tag:
        return Response(b"", 304, headers)
    # A house of fifty thousand is three megabytes, and a tenth of that when it is packed.
    packed = "gzip" in asgi.header(request.scope, b"accept-encoding")
    found = _kept.get(_named(sale))
    body = found if found is not None else await house_of(request).store.read(_written, sale)
    return Response(body[packed], 200, headers | ({"Content-Encoding": "gzip"} if packed else {}), JSON)


@router.get(
    "/performances/{performance_id}/seats/taken",
    operation_id="getTakenSeats",
    response_model=TakenNow,
    responses=_UNCHANGED,
)
async def taken(request: Request, _principal: MaybeCaller, performance_id: str) -> Response:
    """Return which seats are taken now; ask again each second, with If-None-Match."""
    body = asgi.encode(
        {"data": await _taken(house_of(request), performance_id), "poll_after_s": _LOOK_AGAIN_S}
    )
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if asgi.header(request.scope, b"if-none-match") == tag:
        return Response(b"", 304, headers)
    return Response(body, 200, headers, JSON)


@router.post(
    "/performances/{performance_id}/block", operation_id="blockSeats", response_model=Envelope[TakenShape]
)
async def block(request: Request, principal: Agent, performance_id: str, form: Blocking) -> Any:
    """Keep seats from everybody, or open them again."""
    await _check(request, principal, performance_id)
    given = {"guids": form.guids, "reason": form.reason}
    await house_of(request).store.write(
        block_seats, actor=principal.actor, performance_id=performance_id, **given
    )
    return {"data": await _taken(house_of(request), performance_id)}


async def _check(request: Request, principal: Principal, performance_id: str) -> None:
    check_branch(principal, await house_of(request).store.read(branch_of_performance, performance_id))


async def _taken(house: House, performance_id: str) -> dict[str, Any]:
    return await house.store.read(_marks, performance_id, house.store.clock())


def _marks(reader: Reader, performance_id: str, now: int) -> dict[str, Any]:
    sale = _sale(reader, performance_id)
    return taken_json(sale, taken_of(reader, sale, now), scope_versions(reader)[sale.branch_id])


def _sale(reader: Reader, performance_id: str) -> Sale:
    found = sale_of(reader, performance_id)
    if found is None:
        raise not_found()
    return found


def _written(reader: Reader, sale: Sale) -> tuple[bytes, bytes]:
    """Write a performance's seats and scenery, on the reader's thread: a large house takes a second."""
    plain = asgi.encode({"data": seating_json(sale, plan_sold(reader, sale.performance_id))})
    found = plain, gzip.compress(plain, 6, mtime=0)
    with _keeping:
        _kept[_named(sale)] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _named(sale: Sale) -> tuple[str, ...]:
    return sale.performance_id, str(sale.edition), repr(sale.prices), str(sale.per_person)
