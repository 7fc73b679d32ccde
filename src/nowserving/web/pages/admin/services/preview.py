"""What a service's form would offer: the slots of the next day that has any, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from nowserving.domain.calendar.day import instant, local_time, zone_of
from nowserving.domain.calendar.hours import Span
from nowserving.domain.layout.branch import Branch
from nowserving.domain.reservations.fields import SERVICE
from nowserving.domain.reservations.opening import Giver, Plan
from nowserving.domain.reservations.service import Service, ServiceRules
from nowserving.domain.reservations.slots import Slot, bookable, loads_of, slots_of
from nowserving.domain.values import read_fields
from nowserving.errors import N_, Invalid
from nowserving.store import layout
from nowserving.store.layout import Source
from nowserving.store.reservations.rosters import absences_of, rosters_of, special_days_of
from nowserving.web.forms.service_form import changes_from
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import Localiser, language_of, localiser

_DAYS = 60
_MOST_SHOWN = 60
_NOT_YET = N_("As soon as there are a duration and a queue, the slots of the next open day stand here.")
_NONE = N_("No slot in the next weeks. Are the hours long enough, and is anybody there?")


async def preview_of(request: Request, branch: Branch, form: Mapping[str, str]) -> dict[str, Any]:
    """Return words and times: what a guest could book on the next open day if nobody had booked yet."""
    store = house_of(request).store
    speaking = localiser(language_of(request))
    plan = await store.read(_plan, branch, form)
    if plan is None:
        return {"words": speaking.gettext(_NOT_YET), "slots": []}
    slots = _next_day(plan, store.clock())
    if not slots:
        return {"words": speaking.gettext(_NONE), "slots": []}
    shown = [_words(speaking, slot, branch.time_zone) for slot in slots[:_MOST_SHOWN]]
    day = speaking.format_date(slots[0].start_at, branch.time_zone, "full")
    count = speaking.ngettext("%(n)s slot", "%(n)s slots", len(slots))
    return {"words": f"{day}: {count}", "slots": shown}


def _words(speaking: Localiser, slot: Slot, zone: str) -> str:
    time = speaking.format_time(slot.start_at, zone)
    return time if slot.free == 1 else f"{time} × {slot.free}"


def _plan(source: Source, branch: Branch, form: Mapping[str, str]) -> Plan | None:
    """Return what the slots of a form's service follow from, or None where it can't be read yet."""
    desks = {one.id: one for one in layout.desks(source, branch.id)}
    service = _service(branch, changes_from(form, list(desks)))
    if service is None:
        return None
    rosters = {one.desk_id: one for one in rosters_of(source, branch.id)}
    away = absences_of(source, branch.id)
    days = special_days_of(source, branch.id)
    givers = [
        Giver(
            desk_id=desk_id,
            name=desks[desk_id].name,
            hours=rosters[desk_id].hours if desk_id in rosters else None,
            away=tuple(Span(one.from_at, one.to_at) for one in away if one.desk_id == desk_id),
        )
        for desk_id in service.desk_ids
    ]
    return Plan(
        service=service,
        zone=zone_of(branch.time_zone),
        hours=branch.hours,
        givers=tuple(givers) or (Giver(name=service.name),),
        closures=tuple(layout.closures(source, branch.id)),
        days={one.on_date: one for one in days if one.service_id is None},
    )


def _service(branch: Branch, changes: Mapping[str, Any]) -> Service | None:
    wanted = {name: changes[name] for name in ("duration_s", "hours", "rules", "desk_ids")}
    try:
        read = read_fields(wanted, "", SERVICE)
    except Invalid:
        return None
    rules: ServiceRules = read["rules"]
    return Service(
        id="",
        branch_id=branch.id,
        queue_id="",
        name="",
        description="",
        price="",
        place=0,
        duration_s=read["duration_s"],
        hours=read["hours"],
        questions=(),
        rules=rules,
        desk_ids=tuple(read["desk_ids"]),
        edited=1,
        archived_at=None,
    )


def _next_day(plan: Plan, now: int) -> list[Slot]:
    """Return the free slots of the first day that has any, as if nothing were booked."""
    loads = loads_of(plan, ())
    first, end = bookable(plan, now)
    today = local_time(now, plan.zone).date()
    for ahead in range(_DAYS):
        from_us = instant(today + timedelta(days=ahead), 0, plan.zone)
        to_us = instant(today + timedelta(days=ahead + 1), 0, plan.zone)
        slots = list(slots_of(plan, loads, max(first, from_us), min(end, to_us)))
        # Of today only what is left would be shown: a whole day says more.
        if slots and (ahead or first <= from_us):
            return slots
    return []
