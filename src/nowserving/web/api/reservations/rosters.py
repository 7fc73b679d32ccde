"""When desks give services and when not: rosters, special days, absences."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import WithJsonSchema

from nowserving.actions.reservations.feeds import end_feed, make_feed
from nowserving.actions.reservations.rosters import (
    add_absence,
    remove_absence,
    remove_special_day,
    set_roster,
    set_special_day,
)
from nowserving.domain.reservations.roster import Absence, Roster, SpecialDay
from nowserving.store import layout
from nowserving.store.reservations import rosters
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.api.reservations.shapes import (
    AbsenceShape,
    FeedShape,
    RosterShape,
    SpecialDayShape,
    absence_json,
    instant_of,
    roster_json,
    special_day_json,
)
from nowserving.web.finding import seen
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.pages.guest.frame import public_base
from nowserving.web.wire.resource import (
    ONCE,
    Admin,
    Envelope,
    Expected,
    Flag,
    Form,
    Listing,
    Object,
    Reader,
    Text,
    TextOrNull,
    create,
    etag,
    resource,
)

router = resource("services")
Pairs = Annotated[
    Any, WithJsonSchema({"type": "array", "items": {"type": "array", "items": {"type": "string"}}})
]


class RosterEdit(Form):
    """What changes in a desk's roster; hours that are null are the branch's."""

    owner_id: TextOrNull = None
    public_name: Text = None
    hours: Object = None


class NewSpecialDay(Form):
    """One date with hours of its own; without intervals nothing is given that day."""

    on_date: Text
    service_id: TextOrNull = None
    intervals: Pairs = ()
    walk_ins_only: Flag = False
    reason: Text = ""


class NewAbsence(Form):
    """When a desk's owner is away, and which desk takes over."""

    from_at: Text
    to_at: Text
    reason: Text = ""
    replacement_id: TextOrNull = None


@router.get("/desks/{desk_id}/roster", operation_id="getRoster", response_model=Envelope[RosterShape])
async def one(request: Request, response: Response, principal: Reader, desk_id: str) -> Any:
    """Return when a desk gives its services. Its ETag is what an edit wants as If-Match."""
    house = house_of(request)
    desk = await seen(house, principal, layout.desk, desk_id)
    found = await house.store.read(rosters.roster, desk_id)
    roster = found or Roster(desk_id=desk_id, branch_id=desk.branch_id)
    response.headers.update(etag(roster.edited))
    return {"data": roster_json(roster)}


@router.patch("/desks/{desk_id}/roster", operation_id="editRoster", response_model=Envelope[RosterShape])
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    desk_id: str,
    form: RosterEdit,
    expected: Expected,
) -> Any:
    """Set when a desk gives its services, whose it is, and what guests read when they choose it."""
    house = house_of(request)
    await seen(house, principal, layout.desk, desk_id)
    after = await house.store.write(
        set_roster, actor=principal.actor, desk_id=desk_id, changes=form.given(), expected=expected
    )
    response.headers.update(etag(after.edited))
    return {"data": roster_json(after)}


@router.put(
    "/desks/{desk_id}/calendar-feed", operation_id="makeCalendarFeed", response_model=Envelope[FeedShape]
)
async def make_calendar(request: Request, principal: Admin, desk_id: str) -> Any:
    """Make the secret link of a desk's calendar, shown this once. A link from before opens nothing."""
    house = house_of(request)
    await seen(house, principal, layout.desk, desk_id)
    secret = await house.store.write(make_feed, actor=principal.actor, desk_id=desk_id)
    return {"data": {"url": f"{public_base(request)}/calendar/{secret}.ics"}}


@router.delete(
    "/desks/{desk_id}/calendar-feed", operation_id="endCalendarFeed", response_model=Envelope[FeedShape]
)
async def end_calendar(request: Request, principal: Admin, desk_id: str) -> Any:
    """Take the secret link of a desk's calendar back: it opens nothing any more."""
    house = house_of(request)
    await seen(house, principal, layout.desk, desk_id)
    await house.store.write(end_feed, actor=principal.actor, desk_id=desk_id)
    return {"data": {"url": None}}


@router.get(
    "/branches/{branch_id}/special-days",
    operation_id="listSpecialDays",
    response_model=Listing[SpecialDayShape],
)
async def days(request: Request, principal: Reader, branch_id: str) -> Any:
    """List the dates on which a branch or a service has hours of its own, earliest first."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    found = await house.store.read(rosters.special_days_of, branch.id)
    return {"data": [special_day_json(one) for one in found]}


@router.post(
    "/branches/{branch_id}/special-days",
    operation_id="setSpecialDay",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[SpecialDayShape],
)
async def set_day(request: Request, principal: Admin, branch_id: str, form: NewSpecialDay) -> Response:
    """Give one date hours of its own; what was set for it is replaced."""
    check_branch(principal, branch_id)
    return await create(
        request,
        principal,
        set_special_day,
        _special_day,
        "special-days",
        branch_id=branch_id,
        **form.given(),
    )


@router.delete(
    "/special-days/{special_day_id}",
    operation_id="removeSpecialDay",
    response_model=Envelope[SpecialDayShape],
)
async def remove_day(request: Request, principal: Admin, special_day_id: str) -> Any:
    """Let a date be as usual again."""
    store = house_of(request).store
    await seen(house_of(request), principal, rosters.special_day, special_day_id)
    gone = await store.write(remove_special_day, actor=principal.actor, special_day_id=special_day_id)
    return _special_day(gone)


@router.get(
    "/branches/{branch_id}/absences", operation_id="listAbsences", response_model=Listing[AbsenceShape]
)
async def absences(request: Request, principal: Reader, branch_id: str) -> Any:
    """List the absences that are not over, earliest first."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    found = await house.store.read(rosters.absences_of, branch.id, house.store.clock())
    return {"data": [absence_json(one) for one in found]}


@router.post(
    "/desks/{desk_id}/absences",
    operation_id="addAbsence",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[AbsenceShape],
)
async def add(request: Request, principal: Admin, desk_id: str, form: NewAbsence) -> Response:
    """Say that a desk's owner is away; a replacement takes over whom it has room for."""
    await seen(house_of(request), principal, layout.desk, desk_id)
    given = form.given()
    given |= {name: instant_of(given[name], f"/{name}") for name in ("from_at", "to_at")}
    return await create(request, principal, add_absence, _absence, "absences", desk_id=desk_id, **given)


@router.delete("/absences/{absence_id}", operation_id="removeAbsence", response_model=Envelope[AbsenceShape])
async def remove(request: Request, principal: Admin, absence_id: str) -> Any:
    """Say that a desk's owner is there after all."""
    store = house_of(request).store
    await seen(house_of(request), principal, rosters.absence, absence_id)
    gone = await store.write(remove_absence, actor=principal.actor, absence_id=absence_id)
    return _absence(gone)


def _special_day(day: SpecialDay) -> dict[str, Any]:
    return {"data": special_day_json(day)}


def _absence(absence: Absence) -> dict[str, Any]:
    return {"data": absence_json(absence)}
