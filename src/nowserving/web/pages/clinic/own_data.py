"""What a patient may ask for: all that is kept of them, or that it is erased."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from nowserving.actions.clinic.erasing import erase_record
from nowserving.actions.clinic.exporting import Export, export_record
from nowserving.domain.people.roles import Principal
from nowserving.store.care.log_file import empty_log
from nowserving.store.clinic.visits import reads
from nowserving.store.layout import branches
from nowserving.store.people.staff import names
from nowserving.web.api.clinic.looking import reading_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Head, admin_page
from nowserving.web.pages.clinic.frame import Clinician, branch_of_record, clinic_page
from nowserving.web.pages.desk.context import people_at

router = APIRouter(include_in_schema=False)

_SHOWN = 100


@router.get("/clinic/records/{record_id}/data")
async def data(request: Request, principal: Clinician, record_id: str) -> Response:
    """Show all that is kept of a person, to read or to print."""
    branch = await branch_of_record(house_of(request), principal, record_id)
    export = await _export(request, principal, record_id)
    return clinic_page(request, principal, "clinic/data.html", branch, export=export, record_id=record_id)


@router.get("/clinic/records/{record_id}/data.json")
async def as_json(request: Request, principal: Clinician, record_id: str) -> Response:
    """Return all that is kept of a person as JSON; instants are µs since 1970, UTC."""
    await branch_of_record(house_of(request), principal, record_id)
    export = await _export(request, principal, record_id)
    named = {"Content-Disposition": f'attachment; filename="{record_id}.json"', "Cache-Control": "no-store"}
    return JSONResponse(asdict(export), headers=named)


@router.post("/clinic/records/{record_id}/erase")
async def erase(request: Request, principal: Clinician, record_id: str) -> Response:
    """Erase a person everywhere. It can't be undone."""
    house = house_of(request)
    branch = await branch_of_record(house, principal, record_id)
    await house.store.write(erase_record, actor=principal.actor, record_id=record_id)
    await asyncio.to_thread(empty_log, house.store.url)
    return go_to(request, f"/clinic/{branch.layout.branch.id}/records", "erased")


@router.get("/admin/reads")
async def who_read(request: Request, principal: Head) -> Response:
    """Show the privacy officer who has looked at whom, when, why and from where; nobody's name."""
    store = house_of(request).store
    given = request.query_params
    before = given.get("before", "")
    found = await store.read(
        reads,
        record_id=given.get("record") or None,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        most=_SHOWN,
    )
    return await admin_page(
        request,
        principal,
        "clinic/reads.html",
        section="organisation",
        reads=found,
        older=found[-1].id if len(found) == _SHOWN else None,
        record=given.get("record", ""),
        people=people_at(await store.read(names)),
        places={one.id: one for one in await store.read(branches)},
    )


async def _export(request: Request, me: Principal, record_id: str) -> Export:
    house = house_of(request)
    looked: dict[str, Any] = {"cabinet": house.cabinet, "reading": reading_of(request, me)}
    export: Export = await house.store.write(export_record, actor=me.actor, record_id=record_id, **looked)
    return export
