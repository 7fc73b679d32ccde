"""Calendars of other programs: read, shown, and taken over only when told to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import Request

from nowserving.actions.layout.branches import import_closures
from nowserving.actions.reservations.rosters import import_absences
from nowserving.domain.calendar.day import zone_of
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.branch import Branch, Desk
from nowserving.domain.people.roles import Principal
from nowserving.domain.values import flag
from nowserving.errors import N_, invalid_field
from nowserving.outside.calendars import Away, Read, read_calendar
from nowserving.store import layout
from nowserving.store.reservations.rosters import absences_of
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.finding import seen
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House, house_of
from nowserving.web.wire.resource import Admin, Envelope, Flag, Form, Shape, Text, resource
from nowserving.web.wire.ticket_json import instant

router = resource("services")

_AHEAD_US = 2 * 366 * 86_400 * SECOND_US


class CalendarImport(Form):
    """A calendar file (RFC 5545), as text, and what to do with it."""

    calendar: Text
    apply: Flag = False
    free_too: Flag = False
    with_words: Flag = False


class FoundAway(Shape):
    """A time that the file says; `is_new` where it is not known yet. Days are null where it is none whole."""

    from_at: str
    to_at: str
    first_day: str | None
    last_day: str | None
    words: str
    is_new: bool


class LeftOutShape(Shape):
    """What of the file is not taken, and why."""

    words: str
    why: str


class ImportShape(Shape):
    """What a calendar file says; `applied` is how many of them were taken over."""

    found: list[FoundAway]
    left_out: list[LeftOutShape]
    applied: int


@router.post(
    "/desks/{desk_id}/absences/import",
    operation_id="importAbsences",
    response_model=Envelope[ImportShape],
)
async def absences(request: Request, principal: Admin, desk_id: str, form: CalendarImport) -> Any:
    """Read a calendar of leave, and with `apply` add its times of the next two years as absences.

    Without `apply` nothing is changed. What entries are called is kept as the reason only with `with_words`:
    a person's own calendar says more than a house need know.
    """
    house = house_of(request)
    desk = await seen(house, principal, layout.desk, desk_id)
    return {"data": await import_leave(house, principal, desk, form)}


@router.post(
    "/branches/{branch_id}/closures/import",
    operation_id="importClosures",
    response_model=Envelope[ImportShape],
)
async def closures(request: Request, principal: Admin, branch_id: str, form: CalendarImport) -> Any:
    """Read a calendar of holidays, and with `apply` close the branch on its whole days of the next two years.

    Without `apply` nothing is changed. What lasts a part of a day only is left out (`part_of_a_day`).
    """
    check_branch(principal, branch_id)
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    return {"data": await import_holidays(house, principal, branch, form)}


async def import_leave(
    house: House, principal: Principal, desk: Desk, form: CalendarImport
) -> dict[str, Any]:
    """Return what a calendar says of a desk's absences; take it over if the form says so."""
    branch = await found_branch(house, principal, desk.branch_id)
    read = await _read(house, branch, form)
    away = await house.store.read(absences_of, branch.id)
    known = {(one.from_at, one.to_at) for one in away if one.desk_id == desk.id}
    made = []
    if _wants(form, "apply"):
        words = _wants(form, "with_words")
        spans = [(one.from_at, one.to_at, one.words if words else "") for one in read.away]
        made = await house.store.write(import_absences, actor=principal.actor, desk_id=desk.id, spans=spans)
    new = [(one, (one.from_at, one.to_at) not in known) for one in read.away]
    return _document(new, read.left_out, len(made))


async def import_holidays(
    house: House, principal: Principal, branch: Branch, form: CalendarImport
) -> dict[str, Any]:
    """Return what a calendar says of a branch's closed days; take them over if the form says so."""
    read = await _read(house, branch, form)
    known = await house.store.read(layout.closures, branch.id)
    whole = [one for one in read.away if one.days[0]]
    parts = [(one.words, "part_of_a_day") for one in read.away if not one.days[0]]
    made = []
    if _wants(form, "apply"):
        days = [(*one.days, one.words if _wants(form, "with_words") else "") for one in whole]
        made = await house.store.write(import_closures, actor=principal.actor, branch_id=branch.id, days=days)
    new = [
        (one, not any(day.covers(one.days[0]) and day.covers(one.days[1]) for day in known)) for one in whole
    ]
    return _document(new, [*read.left_out, *parts], len(made))


async def _read(house: House, branch: Branch, form: CalendarImport) -> Read:
    if not isinstance(form.calendar, str):
        raise invalid_field("/calendar", "not_text", N_("This must be text."))
    now = house.store.clock()
    # Beside the loop: whoever sends the worst file that is allowed keeps nobody else waiting.
    return await asyncio.to_thread(
        read_calendar,
        form.calendar,
        zone_of(branch.time_zone),
        now,
        now + _AHEAD_US,
        free_too=_wants(form, "free_too"),
    )


def _wants(form: CalendarImport, name: str) -> bool:
    return flag(getattr(form, name), f"/{name}")


def _document(
    found: list[tuple[Away, bool]], left_out: Sequence[tuple[str, str]], applied: int
) -> dict[str, Any]:
    away = [
        {
            "from_at": instant(one.from_at),
            "to_at": instant(one.to_at),
            "first_day": one.days[0] or None,
            "last_day": one.days[1] or None,
            "words": one.words,
            "is_new": is_new,
        }
        for one, is_new in found
    ]
    left = [{"words": words, "why": str(why)} for words, why in left_out]
    return {"found": away, "left_out": left, "applied": applied}
