"""Seen at a glance: a branch as its manager watches it, live, and every table of it for a spreadsheet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.errors import not_found
from nowserving.live.branch import BranchLive
from nowserving.store.clinic.day import messages_failed, reservations_due, stays_since
from nowserving.store.people.staff import names
from nowserving.web.api.clinic.looking import branch_live, day_of
from nowserving.web.house import House, house_of
from nowserving.web.pages.clinic.frame import Manager, clinic_page
from nowserving.web.pages.clinic.sheet import sheet
from nowserving.web.pages.clinic.today import TABLES, desks_now, queues_now, waiters
from nowserving.web.pages.desk.context import people_at

router = APIRouter(include_in_schema=False)


@router.get("/glance/{branch_id}")
async def glance(request: Request, principal: Manager, branch_id: str) -> Response:
    """Show who waits, each desk and doctor, what is due, what went wrong, and how today goes."""
    house = house_of(request)
    branch = branch_live(house, principal, branch_id)
    tables: dict[str, Any] = await tables_of(house, branch)
    people = people_at(await house.store.read(names))
    return clinic_page(request, principal, "clinic/glance.html", branch, people=people, **tables)


@router.get("/glance/{branch_id}/table.csv")
async def as_csv(request: Request, principal: Manager, branch_id: str) -> Response:
    """Return one table of the page (`of`) for a spreadsheet."""
    table = request.query_params.get("of", "waiting")
    house = house_of(request)
    branch = branch_live(house, principal, branch_id)
    if table not in TABLES:
        raise not_found()
    columns, cells = TABLES[table]
    rows = (await tables_of(house, branch))[table]
    if table == "desks":
        people = people_at(await house.store.read(names))
        rows = [replace(one, agent_id=people.get(one.agent_id, "")) for one in rows]
    zone = branch.layout.branch.time_zone
    return sheet(f"{table}-{branch_id}", columns, [cells(row) for row in rows], zone)


async def tables_of(house: House, branch: BranchLive) -> dict[str, list[Any]]:
    """Return every table of the page, from memory and three reads."""
    now, branch_id = house.store.clock(), branch.layout.branch.id
    start, end = day_of(branch, now)
    read = house.store.read
    stays = await read(stays_since, branch_id, start)
    return {
        "waiting": waiters(branch, now),
        "queues": queues_now(branch, stays, now),
        "desks": desks_now(branch, stays, now),
        "reservations": await read(reservations_due, branch_id, start, end),
        "messages": await read(messages_failed, branch_id, start),
    }
