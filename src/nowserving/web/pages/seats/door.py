"""The door of a performance: a code is scanned or typed, and the page says who may come in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.seats.admitting import Looked, Scan, look_at_stubs
from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.seats.sale import Sale, Stub, StubState
from nowserving.domain.seats.stub import MOST_LETTERS
from nowserving.errors import not_found
from nowserving.store import layout
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.bookings import stubs_of_performance
from nowserving.store.seats.seating import sale_of
from nowserving.web.api.seats.door import WORDS
from nowserving.web.api.seats.keys import key_of
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.auth import MaybeCaller, check_branch
from nowserving.web.house import house_of
from nowserving.web.looks.render import page
from nowserving.web.pages.desk.doorkeeper import check_may, to_sign_in

router = APIRouter(include_in_schema=False)


@router.get("/door/{performance_id}")
async def door(request: Request, performance_id: str, principal: MaybeCaller) -> Response:
    """Show the door: where a code is scanned, and how many have come."""
    if principal is None:
        return to_sign_in(request)
    return await _shown(request, principal, performance_id)


@router.post("/door/{performance_id}")
async def look(request: Request, performance_id: str, principal: MaybeCaller) -> Response:
    """Look at one code, as the scripts do, and show the door again with what it says."""
    if principal is None:
        return to_sign_in(request)
    await _check(request, principal, performance_id)
    form = await form_of(request)
    code = form.get("code", "").strip()
    scan = Scan(key_of(request).read(code) if len(code) <= MOST_LETTERS else None)
    looked = await house_of(request).store.write(
        look_at_stubs, actor=principal.actor, performance_id=performance_id, scans=[scan]
    )
    return await _shown(request, principal, performance_id, looked[0])


async def _shown(
    request: Request, principal: Principal, performance_id: str, looked: Looked | None = None
) -> Response:
    sale, stubs, place = await _check(request, principal, performance_id)
    valid = [stub for stub in stubs if stub.state is StubState.VALID]
    return page(
        request,
        "seats/door.html",
        caller=principal,
        sale=sale,
        place=place,
        zone=place.time_zone,
        looked=looked,
        words=WORDS[looked.answer] if looked else "",
        came=sum(stub.came_at is not None for stub in valid),
        expected=len(valid),
        most=MOST_LETTERS,
        config={"performance_id": performance_id, "zone": place.time_zone},
    )


async def _check(request: Request, principal: Principal, performance_id: str) -> tuple[Sale, list[Stub], Any]:
    """Return the performance, its stubs and its branch; raises Forbidden, and NotFound for others' ones."""
    check_may(principal, Permission.CALL)
    found = await house_of(request).store.read(_read, performance_id)
    if found is None:
        raise not_found()
    check_branch(principal, found[0].branch_id)
    return found


def _read(reader: Reader, performance_id: str) -> tuple[Sale, list[Stub], Any] | None:
    sale = sale_of(reader, performance_id)
    if sale is None:
        return None
    return sale, stubs_of_performance(reader, performance_id), layout.branch(reader, sale.branch_id)
