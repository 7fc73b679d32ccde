"""Seat maps: drawn, imported, exported, edited by whoever has seen them."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request, Response

from nowserving.actions.seats.mapping import archive_seat_map, create_seat_map, edit_seat_map
from nowserving.domain.seats.csv_file import to_csv
from nowserving.domain.seats.plan import Plan
from nowserving.domain.seats.pretix import to_pretix
from nowserving.domain.seats.sale import SeatMap
from nowserving.errors import N_, invalid_field
from nowserving.store.seats.maps import seat_map, seat_maps_of
from nowserving.web.api.given import described
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.api.seats.bodies import plan_body, plan_of, plan_of_table
from nowserving.web.api.seats.shapes import DrawnMapShape, SeatMapShape, map_json
from nowserving.web.finding import seen
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.wire import asgi
from nowserving.web.wire.resource import (
    ONCE,
    Admin,
    Envelope,
    Expected,
    Listing,
    Reader,
    create,
    etag,
    resource,
)

router = resource("seat maps")

_PLAN = {
    "name": "Studio",
    "size": {"width": 120, "height": 60},
    "categories": [{"name": "Adult", "color": "#3366cc"}],
    "zones": [
        {
            "name": "Stalls",
            "position": {"x": 0, "y": 0},
            "rows": [
                {
                    "row_number": "A",
                    "position": {"x": 30, "y": 30},
                    "seats": [
                        {
                            "seat_guid": "A-1",
                            "seat_number": "1",
                            "position": {"x": 0, "y": 0},
                            "category": "Adult",
                        }
                    ],
                }
            ],
        }
    ],
}
_NEW = described(
    {"name": {"type": "string"}, "plan": {"type": "object"}},
    example={"name": "Studio", "plan": _PLAN},
    required=("name", "plan"),
)
_IMPORT = described(
    {"name": {"type": "string"}, "pretix": {"type": "object"}, "csv": {"type": "string"}},
    example={"name": "Studio", "csv": "section,row,number,category\nStalls,A,1,Adult\n"},
    required=("name",),
)
_EDIT = described(
    {"name": {"type": "string"}, "plan": {"type": "object"}}, example={"name": "Studio 1"}, required=("name",)
)


class TableAnswer(Response):
    """A table, as spreadsheets read it."""

    media_type = "text/csv"


@router.get(
    "/branches/{branch_id}/seat-maps", operation_id="listSeatMaps", response_model=Listing[SeatMapShape]
)
async def index(request: Request, principal: Reader, branch_id: str) -> Any:
    """List the seat maps of a branch by name."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    return {"data": [map_json(one) for one in await house.store.read(seat_maps_of, branch.id)]}


@router.post(
    "/branches/{branch_id}/seat-maps",
    operation_id="createSeatMap",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[SeatMapShape],
    openapi_extra=_NEW,
)
async def add(request: Request, principal: Admin, branch_id: str) -> Response:
    """Add the plan of a house; a plan that is wrong is refused at each place that is."""
    check_branch(principal, branch_id)
    given = await plan_body(request, {"name": True, "plan": True})
    return await _made(request, principal, branch_id, given["name"], await plan_of(given["plan"]))


@router.post(
    "/branches/{branch_id}/seat-maps/import",
    operation_id="importSeatMap",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[SeatMapShape],
    openapi_extra=_IMPORT,
)
async def take_in(request: Request, principal: Admin, branch_id: str) -> Response:
    """Add a seat map from a seating plan of pretix, or from a table (CSV): one of the two."""
    check_branch(principal, branch_id)
    given = await plan_body(request, {"name": True, "pretix": False, "csv": False})
    if ("pretix" in given) == ("csv" in given):
        raise invalid_field("/pretix", "one_of_two", N_("Send a plan of pretix or a table: one of the two."))
    name = str(given["name"])
    if "csv" in given:
        plan = await plan_of_table(given["csv"], name)
    else:
        plan = await plan_of(given["pretix"], "/pretix")
    return await _made(request, principal, branch_id, given["name"], plan)


@router.get("/seat-maps/{seat_map_id}", operation_id="getSeatMap", response_model=Envelope[DrawnMapShape])
async def one(request: Request, response: Response, principal: Reader, seat_map_id: str) -> Any:
    """Return a seat map with its plan. Its ETag is what an edit wants as If-Match."""
    found = await seen(house_of(request), principal, seat_map, seat_map_id)
    response.headers.update(etag(found.edited))
    return {"data": map_json(found, drawn=True)}


@router.put(
    "/seat-maps/{seat_map_id}",
    operation_id="editSeatMap",
    response_model=Envelope[SeatMapShape],
    openapi_extra=_EDIT,
)
async def edit(
    request: Request, response: Response, principal: Admin, seat_map_id: str, expected: Expected
) -> Any:
    """Rename a map, or draw it anew. Performances that are sold from it keep the seats they have."""
    house = house_of(request)
    await seen(house, principal, seat_map, seat_map_id)
    given = await plan_body(request, {"name": True, "plan": False})
    if "plan" in given:
        given["plan"] = await plan_of(given["plan"])
    found = await house.store.write(
        edit_seat_map, actor=principal.actor, seat_map_id=seat_map_id, expected=expected, **given
    )
    response.headers.update(etag(found.edited))
    return {"data": map_json(found)}


@router.delete(
    "/seat-maps/{seat_map_id}", operation_id="archiveSeatMap", response_model=Envelope[SeatMapShape]
)
async def archive(request: Request, principal: Admin, seat_map_id: str) -> Any:
    """Put a seat map away; what is sold from it goes on."""
    house = house_of(request)
    await seen(house, principal, seat_map, seat_map_id)
    gone = await house.store.write(archive_seat_map, actor=principal.actor, seat_map_id=seat_map_id)
    return {"data": map_json(gone)}


@router.get("/seat-maps/{seat_map_id}/pretix.json", operation_id="exportSeatMap")
async def pretix(request: Request, principal: Reader, seat_map_id: str) -> Response:
    """Return a seat map in the open seating-plan format of pretix."""
    found = await seen(house_of(request), principal, seat_map, seat_map_id)
    return Response(asgi.encode(to_pretix(_plan(found))), media_type="application/json")


@router.get("/seat-maps/{seat_map_id}/seats.csv", operation_id="exportSeats", response_class=TableAnswer)
async def table(request: Request, principal: Reader, seat_map_id: str) -> Response:
    """Return a seat map as a table: one line a seat."""
    found = await seen(house_of(request), principal, seat_map, seat_map_id)
    return TableAnswer(to_csv(_plan(found)))


async def _made(request: Request, principal: Any, branch_id: str, name: Any, plan: Plan) -> Response:
    return await create(
        request,
        principal,
        create_seat_map,
        lambda made: {"data": map_json(made)},
        "seat-maps",
        branch_id=branch_id,
        name=name,
        plan=plan,
    )


def _plan(found: SeatMap) -> Plan:
    return Plan(json.loads(found.plan), found.seat_count)
