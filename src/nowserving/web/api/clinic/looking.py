"""Who may look at a person, how a look is put on record, where a day begins."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from nowserving.domain.calendar.day import service_day_of
from nowserving.domain.clinic.visit import Reading
from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import N_, Forbidden, not_found
from nowserving.live.branch import BranchLive
from nowserving.store.engine.scopes import branch_of
from nowserving.web.gate.auth import Caller, check_branch, require
from nowserving.web.house import House, house_of


async def _looker(principal: Caller) -> Principal:
    """Let pass whose daily work it is, and people who can say why: a key without the right is nobody."""
    person = principal.kind == "staff" and principal.may(Permission.CALL)
    if not principal.may(Permission.SEE_RECORDS) and not person:
        raise Forbidden("forbidden", N_("You may not do this."))
    return principal


Looker = Annotated[Principal, Depends(_looker)]
RecordKeeper = Annotated[Principal, Depends(require(Permission.SEE_RECORDS))]
Clinician = Annotated[Principal, Depends(require(Permission.CLINICAL))]


def reading_of(request: Request, principal: Principal, why: str = "") -> Reading:
    """Return this look as the record of reads wants it: a reason is asked of whom it is no daily work."""
    address = house_of(request).limits.address_of(request.scope)
    return Reading(ordinary=principal.may(Permission.SEE_RECORDS), why=why, address=address)


async def check_record(house: House, principal: Principal, record_id: str) -> str:
    """Return the branch of a record; the same NotFound for missing and foreign ones."""
    return check_branch(principal, await house.store.read(branch_of, "record_id", record_id))


def branch_live(house: House, principal: Principal, branch_id: str) -> BranchLive:
    """Return a branch as memory has it; raises NotFound unless the caller sees it."""
    found = house.relay.branches.get(check_branch(principal, branch_id))
    if found is None:
        raise not_found()
    return found


def day_of(branch: BranchLive, now: int) -> tuple[int, int]:
    """Return when the service day of an instant began and when it ends, in µs."""
    hours = branch.layout.branch
    day = service_day_of(now, ZoneInfo(hours.time_zone), hours.hours.day_starts_at)
    return day.start_us, day.end_us
