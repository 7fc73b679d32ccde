"""All that slots follow from, in one statement: of a service, of a branch, or of the whole house.

What has been read is parsed once: the texts themselves are the key, so what somebody edits is another plan
and nothing can be out of date; and what was reckoned of a plan stays with it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
)

from nowserving.domain.calendar.hours import Closure, Span
from nowserving.domain.instants import SECOND_US
from nowserving.domain.reservations.opening import Giver, Plan
from nowserving.domain.reservations.roster import SpecialDay
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.rosters import special_day_from
from nowserving.store.reservations.services import service_from
from nowserving.store.schema import (
    absences,
    branches,
    closures,
    desks,
    queues,
    rosters,
    service_desks,
    services,
    special_days,
)
from nowserving.store.tickets.places import parsed_hours

Source = Reader | Tx

# A special day is another's: it may begin a day earlier in its zone, and its night lasts into the next.
_LOOK_BACK = timedelta(days=4)
_CLOSURE = ("id", "branch_id", "starts_on", "ends_on", "reason")
_GIVEN = and_(service_desks.c.service_id == services.c.id, desks.c.archived_at.is_(None))
_DIALECTS = ("sqlite", "postgresql")


def _gather(dialect: str, columns: Iterable[ColumnElement[Any]]) -> ColumnElement[str]:
    if dialect == "sqlite":
        return func.json_group_array(func.json_array(*columns))
    return func.coalesce(cast(func.json_agg(func.json_build_array(*columns)), Text), literal_column("'[]'"))


def _all_of(dialect: str, which: ColumnElement[bool]) -> Select[Any]:
    """Return the SELECT of everything about some services."""

    def gathered(query: Select[Any]) -> ColumnElement[str]:
        listed = query.with_only_columns(_gather(dialect, query.selected_columns), maintain_column_froms=True)
        return listed.correlate(services).scalar_subquery()

    given = service_desks.join(desks, desks.c.id == service_desks.c.desk_id)
    names = [service_desks.c.place, desks.c.id, desks.c.name, rosters.c.public_name, rosters.c.hours]
    givers = (
        select(*names).select_from(given.outerjoin(rosters, rosters.c.desk_id == desks.c.id)).where(_GIVEN)
    )
    away = (
        select(absences.c.desk_id, absences.c.from_at, absences.c.to_at)
        .join(service_desks, service_desks.c.desk_id == absences.c.desk_id)
        .where(service_desks.c.service_id == services.c.id, absences.c.to_at > bindparam("after"))
    )
    days = select(*special_days.c).where(
        special_days.c.branch_id == services.c.branch_id,
        or_(special_days.c.service_id.is_(None), special_days.c.service_id == services.c.id),
        special_days.c.on_date >= bindparam("from_date"),
    )
    shut = select(*(closures.c[name] for name in _CLOSURE)).where(
        closures.c.branch_id == services.c.branch_id
    )
    return (
        select(
            *services.c,
            branches.c.time_zone,
            branches.c.hours,
            *(gathered(query) for query in (givers, away, days, shut)),
        )
        .join(branches, branches.c.id == services.c.branch_id)
        .join(queues, queues.c.id == services.c.queue_id)
        .where(
            which,
            services.c.archived_at.is_(None),
            queues.c.archived_at.is_(None),
            branches.c.archived_at.is_(None),
        )
        .order_by(services.c.branch_id, services.c.place, services.c.id)
    )


def _statement(which: ColumnElement[bool]) -> Statement:
    return Statement({dialect: _all_of(dialect, which) for dialect in _DIALECTS})


_ONE = _statement(services.c.id == bindparam("service_id"))
_OF_BRANCH = _statement(services.c.branch_id == bindparam("branch_id"))
_EVERYWHERE = _statement(true())


def for_booking(source: Source, service_id: str, after_us: int = 0) -> Plan | None:
    """Return all that a service's slots follow from after an instant, or None for one that can't be booked.

    One statement. One that is archived, or whose queue or branch is, can't be booked.
    """
    found = source.run(_ONE, service_id=service_id, **_since(after_us))
    return _plan(tuple(found[0])) if found else None


def plans_of(source: Source, branch_id: str | None, after_us: int = 0) -> list[Plan]:
    """Return the plans of all services of a branch that can be booked, in their order; None: of all branches.

    One statement, however many there are.
    """
    if branch_id is None:
        found = source.run(_EVERYWHERE, **_since(after_us))
    else:
        found = source.run(_OF_BRANCH, branch_id=branch_id, **_since(after_us))
    return [_plan(tuple(row)) for row in found]


def _since(after_us: int) -> dict[str, Any]:
    there = datetime.fromtimestamp(max(after_us, 0) // SECOND_US, UTC) - _LOOK_BACK
    return {"after": after_us, "from_date": there.date().isoformat()}


@lru_cache(maxsize=1024)
def _plan(row: tuple[Any, ...]) -> Plan:
    *columns, zone, hours, givers, away, days, shut = row
    listed = sorted(json.loads(givers))
    named = defaultdict(list)
    for desk_id, from_at, to_at in sorted(json.loads(away)):
        named[desk_id].append(Span(from_at, to_at))
    booked = service_from(tuple(columns), [desk_id for _, desk_id, *_ in listed])
    special = [special_day_from(tuple(one)) for one in sorted(json.loads(days), key=str)]
    found = tuple(
        Giver(
            desk_id=desk_id,
            name=public_name or name,
            hours=parsed_hours(own) if own else None,
            away=tuple(named[desk_id]),
        )
        for _, desk_id, name, public_name, own in listed
    )
    return Plan(
        service=booked,
        zone=ZoneInfo(zone),
        hours=parsed_hours(hours),
        givers=found or (Giver(name=booked.name),),
        closures=tuple(Closure(**dict(zip(_CLOSURE, one, strict=True))) for one in sorted(json.loads(shut))),
        days=_by_date(one for one in special if one.service_id is None),
        own_days=_by_date(one for one in special if one.service_id is not None),
    )


def _by_date(days: Iterable[SpecialDay]) -> dict[str, SpecialDay]:
    return {one.on_date: one for one in days}
