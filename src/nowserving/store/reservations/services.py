"""Services as rows, and who gives them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, select, update

from nowserving.domain.calendar.hours import Hours, hours_to
from nowserving.domain.reservations.service import (
    Question,
    Service,
    ServiceRules,
    questions_from,
    questions_to,
    service_rules_from,
    service_rules_to,
)
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import delete_where, insert_rows
from nowserving.store.schema import desks, service_desks
from nowserving.store.tickets.places import parsed_hours

Source = Reader | Tx

_services = schema.services
_BY_ID = Statement(select(_services).where(_services.c.id == bindparam("service_id")))
_GIVEN_BY = Statement(
    select(service_desks.c.desk_id)
    .join(desks, desks.c.id == service_desks.c.desk_id)
    .where(service_desks.c.service_id == bindparam("service_id"), desks.c.archived_at.is_(None))
    .order_by(service_desks.c.place, desks.c.id)
)
_SHARING = Statement(
    select(service_desks.c.service_id)
    .join(_services, _services.c.id == service_desks.c.service_id)
    .where(service_desks.c.desk_id == bindparam("desk_id"), _services.c.archived_at.is_(None))
    .order_by(service_desks.c.service_id)
)


# The text itself is the cache's key, so an edited rule is a new key and nothing can be out of date.
@lru_cache(maxsize=512)
def parsed_service_rules(text: str) -> ServiceRules:
    """Return stored rules as a value."""
    return service_rules_from(json.loads(text))


@lru_cache(maxsize=512)
def _parsed_questions(text: str) -> tuple[Question, ...]:
    return questions_from(json.loads(text))


def service(source: Source, service_id: str) -> Service | None:
    """Return a service, archived or not, or None. Two statements."""
    found = source.run(_BY_ID, service_id=service_id)
    if not found:
        return None
    given = source.run(_GIVEN_BY, service_id=service_id)
    return service_from(tuple(found[0]), [row[0] for row in given])


def branches_that_offer(source: Source) -> list[str]:
    """Return the ids of the branches at which something can be booked."""
    query = select(_services.c.branch_id).where(_services.c.archived_at.is_(None)).distinct()
    return [row.branch_id for row in source.execute(query)]


def services(source: Source, branch_id: str, *, archived: bool = False) -> list[Service]:
    """Return the services of a branch in their order. Two statements, however many there are."""
    query = (
        select(_services)
        .where(_services.c.branch_id == branch_id)
        .order_by(_services.c.place, _services.c.id)
    )
    if not archived:
        query = query.where(_services.c.archived_at.is_(None))
    given = _desks_of(source, _services.c.branch_id == branch_id)
    return [service_from(tuple(row), given[row.id]) for row in source.execute(query)]


def sharing_desk(source: Source, desk_id: str) -> list[str]:
    """Return the ids of the services that a desk gives."""
    return [row[0] for row in source.run(_SHARING, desk_id=desk_id)]


def insert_service(tx: Tx, value: Service) -> None:
    """Insert a service and who gives it."""
    names = [name for name in _services.c.keys() if hasattr(value, name)]  # noqa: SIM118
    tx.execute(insert(_services).values(_stored({name: getattr(value, name) for name in names})))
    _give(tx, value.id, value.desk_ids)


def update_service(tx: Tx, before: Service, changes: Mapping[str, Any]) -> Service:
    """Write what has changed, raise `edited`, and return the service as it is now."""
    after = replace(before, **changes, edited=before.edited + 1)
    columns = _stored({name: value for name, value in changes.items() if name in _services.c})
    tx.execute(update(_services).where(_services.c.id == before.id).values(**columns, edited=after.edited))
    if "desk_ids" in changes:
        delete_where(tx, service_desks, service_desks.c.service_id == before.id)
        _give(tx, before.id, after.desk_ids)
    return after


def service_plain(name: str, value: Any) -> Any:
    """Return a service's field as JSON values: what an event tells and what the API answers."""
    if isinstance(value, Hours):
        return hours_to(value)
    if isinstance(value, ServiceRules):
        return service_rules_to(value)
    if name == "questions":
        return questions_to(value)
    return list(value) if isinstance(value, tuple) else value


def _stored(fields: Mapping[str, Any]) -> dict[str, Any]:
    ready = {name: service_plain(name, value) for name, value in fields.items()}
    return {
        name: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if isinstance(value, dict | list)
        else value
        for name, value in ready.items()
    }


def _give(tx: Tx, service_id: str, desk_ids: tuple[str, ...]) -> None:
    rows = [
        {"service_id": service_id, "desk_id": desk_id, "place": place}
        for place, desk_id in enumerate(desk_ids)
    ]
    insert_rows(tx, service_desks, rows)


def _desks_of(source: Source, which: ColumnElement[bool]) -> defaultdict[str, list[str]]:
    """Return the live desks that give services, by service, in their order."""
    query = (
        select(service_desks.c.service_id, service_desks.c.desk_id)
        .join(_services, _services.c.id == service_desks.c.service_id)
        .join(desks, desks.c.id == service_desks.c.desk_id)
        .where(which, desks.c.archived_at.is_(None))
        .order_by(service_desks.c.place, desks.c.id)
    )
    given: defaultdict[str, list[str]] = defaultdict(list)
    for row in source.execute(query):
        given[row.service_id].append(row.desk_id)
    return given


def service_from(row: tuple[Any, ...], desk_ids: list[str]) -> Service:
    """Return a row in the order of its table's columns as a service that these desks give."""
    values = dict(zip(_services.c.keys(), row, strict=True))
    values["hours"] = parsed_hours(values["hours"]) if values["hours"] else None
    values["questions"] = _parsed_questions(values["questions"])
    values["rules"] = parsed_service_rules(values["rules"])
    return Service(**values, desk_ids=tuple(desk_ids))
