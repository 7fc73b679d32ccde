"""What everybody may know of a lobby: how it stands, and how its early places were drawn."""

from __future__ import annotations

import gzip
import hashlib
from typing import Any

from fastapi import Request, Response

from nowserving.actions.shows.drawing import published_draw
from nowserving.actions.shows.selling import gate_of
from nowserving.domain.instants import SECOND_US
from nowserving.domain.shows.show import GATHERING, ShowState
from nowserving.live.screens import line_view
from nowserving.web.api.shows.finding import Dated, announced_date, wait_in
from nowserving.web.api.shows.shapes import DrawShape, PublicLobbyShape, draw_json, wait_json
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import House, house_of
from nowserving.web.pages.guest.phones import mark
from nowserving.web.wire import asgi
from nowserving.web.wire.resource import JSON, Envelope, resource
from nowserving.web.wire.ticket_json import instant

router = resource("lobbies")

_SOON_S, _LATER_S = 5, 60
_SMALL = 1400
_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is as it was."}}


@router.get(
    "/performances/{performance_id}/lobby",
    operation_id="getLobby",
    response_model=Envelope[PublicLobbyShape],
    responses=_UNCHANGED,
)
async def lobby(request: Request, _principal: MaybeCaller, performance_id: str) -> Response:
    """Return how a lobby stands, for everybody. It marks the device (a cookie) that a place is given to."""
    house = house_of(request)
    found = await announced_date(house, performance_id)
    response = _answer(request, asgi.encode({"data": _lobby_json(house, found)}))
    mark(request, response)
    return response


@router.get(
    "/performances/{performance_id}/draw",
    operation_id="getDraw",
    response_model=Envelope[DrawShape],
    responses=_UNCHANGED,
)
async def draw(request: Request, _principal: MaybeCaller, performance_id: str) -> Response:
    """Return the draw: its hash from the first day, and once it was drawn the seed and every place in order.

    docs/shows.md tells how to draw again. Guests find themselves in it by their key, and nobody else.
    """
    house = house_of(request)
    found = await announced_date(house, performance_id)
    # Once drawn it never changes: whoever has it is told so before thousands of places are drawn again.
    one = found.performance
    tag = f'"{one.seed_hash[:16]}-{one.drawn_at or 0}"'
    if asgi.header(request.scope, b"if-none-match") == tag:
        return _answer(request, b"", tag)
    published = await house.store.read(published_draw, one)
    return _answer(request, asgi.encode({"data": draw_json(published)}), tag)


def _answer(request: Request, body: bytes, tag: str = "") -> Response:
    """Return a JSON answer that is asked for again and again: with an ETag, and packed where it is long."""
    tag = tag or f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if asgi.header(request.scope, b"if-none-match") == tag:
        return Response(b"", 304, headers)
    if len(body) > _SMALL and "gzip" in asgi.header(request.scope, b"accept-encoding"):
        return Response(gzip.compress(body, 6, mtime=0), 200, headers | {"Content-Encoding": "gzip"}, JSON)
    return Response(body, 200, headers, JSON)


def _lobby_json(house: House, found: Dated) -> dict[str, Any]:
    show, one = found.show, found.performance
    gate, now = gate_of(show, one), house.store.clock()
    branch = house.relay.branch_with_queue(one.queue_id)
    line = line_view(branch, one.queue_id) if branch else {}
    told = line.get("told")
    here = f"/api/v1/performances/{one.id}"
    return {
        "performance_id": one.id,
        "queue_id": one.queue_id,
        "show": {"id": show.id, "name": show.name},
        "state": show.state.value,
        "gate": gate,
        "takes_places": show.state in GATHERING and one.ended_at is None,
        "starts_at": instant(one.starts_at),
        "doors_at": instant(one.doors_at),
        "opens_at": instant(show.opens_at),
        "closes_at": instant(show.closes_at),
        "seed_hash": one.seed_hash,
        "drawn_at": instant(one.drawn_at),
        "waiting": line.get("waiting", 0),
        "estimated_wait": wait_json(wait_in(house, one.queue_id, gate)),
        "message": {"text": told["text"], "told_at": instant(told["at"])}
        if told and now < told["until_at"]
        else None,
        "poll_after_s": _again_s(found, now),
        "links": {
            "self": f"{here}/lobby",
            "places": f"{here}/places",
            "draw": f"{here}/draw",
            "page": f"{house.settings.base_url}/on-sale/{one.id}",
            "stream": f"/api/v1/streams?topic=line:{one.queue_id}",
        },
    }


def _again_s(found: Dated, now: int) -> int:
    """Return when to ask again: soon where something is about to change, seldom where nothing is."""
    if found.show.state in (ShowState.CLOSED, ShowState.CANCELLED, ShowState.POSTPONED):
        return _LATER_S
    opens_at = found.show.opens_at
    if found.show.state is not ShowState.UPCOMING or opens_at is None:
        return _SOON_S * 2
    return max(_SOON_S, min(_LATER_S, -(-(opens_at - now) // SECOND_US)))
