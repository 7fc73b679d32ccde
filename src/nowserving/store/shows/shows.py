"""Shows and performances as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, insert, literal_column, or_, select, update

from nowserving.domain.shows.rules import ShowRules, rules_from, show_rules_to
from nowserving.domain.shows.show import Performance, Show, ShowState
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx

_shows, _performances = schema.shows, schema.performances
_SHOW = tuple(_shows.c[one.name] for one in fields(Show))
_PERFORMANCE = tuple(_performances.c[one.name] for one in fields(Performance))

_SHOW_BY_ID = Statement(select(*_SHOW).where(_shows.c.id == bindparam("id")))
_PERFORMANCE_BY_ID = Statement(select(*_PERFORMANCE).where(_performances.c.id == bindparam("id")))
_PERFORMANCE_OF_QUEUE = Statement(
    select(*_PERFORMANCE).where(_performances.c.queue_id == bindparam("queue_id"))
)
_SHOWS_OF = Statement(
    select(*_SHOW)
    .where(_shows.c.branch_id == bindparam("branch_id"), _shows.c.archived_at.is_(None))
    .order_by(_shows.c.created_at, _shows.c.id)
)
_PERFORMANCES_OF = Statement(
    select(*_PERFORMANCE)
    .where(_performances.c.show_id == bindparam("show_id"), _performances.c.archived_at.is_(None))
    .order_by(_performances.c.starts_at, _performances.c.id)
)

# Literals: a partial index serves only a plan that sees them.
_ON_SALE: tuple[ColumnElement[str], ...] = (literal_column("'open'"), literal_column("'on_going'"))
Source = Tx | Reader


def show(source: Source, show_id: str) -> Show | None:
    """Return a show, archived or not, or None."""
    found = source.run(_SHOW_BY_ID, id=show_id)
    return _show(found[0]) if found else None


def shows_of(source: Source, branch_id: str) -> list[Show]:
    """Return the shows of a branch that are not archived, oldest first."""
    return [_show(row) for row in source.run(_SHOWS_OF, branch_id=branch_id)]


def performance(source: Source, performance_id: str) -> Performance | None:
    """Return a performance, archived or not, or None."""
    found = source.run(_PERFORMANCE_BY_ID, id=performance_id)
    return _performance(found[0]) if found else None


def performance_of_queue(source: Source, queue_id: str) -> Performance | None:
    """Return the performance whose lobby a queue is, or None."""
    found = source.run(_PERFORMANCE_OF_QUEUE, queue_id=queue_id)
    return _performance(found[0]) if found else None


def performances(source: Source, show_id: str) -> list[Performance]:
    """Return the performances of a show that are not archived, by date."""
    return [_performance(row) for row in source.run(_PERFORMANCES_OF, show_id=show_id)]


def shows_due(source: Source, now: int, branch_id: str | None = None) -> list[Show]:
    """Return the shows, of a branch or of all, whose sale opens or closes by itself by now."""
    opens = and_(_shows.c.state == literal_column("'upcoming'"), _shows.c.opens_at <= now)
    closes = and_(_shows.c.state.in_(_ON_SALE), _shows.c.closes_at <= now)
    which: list[ColumnElement[bool]] = [or_(opens, closes), _shows.c.archived_at.is_(None)]
    if branch_id is not None:
        which.append(_shows.c.branch_id == branch_id)
    return [_show(tuple(row)) for row in source.execute(select(*_SHOW).where(*which).order_by(_shows.c.id))]


def branches_with_due(reader: Reader, now: int) -> list[str]:
    """Return the branches in which a sale opens or closes by itself by now."""
    return sorted({one.branch_id for one in shows_due(reader, now)})


def branches_that_play(reader: Reader) -> frozenset[str]:
    """Return the ids of the branches at which shows have been announced."""
    query = select(_shows.c.branch_id).where(_shows.c.archived_at.is_(None), _shows.c.state != "draft")
    return frozenset(reader.execute(query.distinct()).scalars())


def show_plain(value: Any) -> Any:
    """Return a field of a show or a performance as JSON values."""
    if isinstance(value, ShowRules):
        return show_rules_to(value)
    return dict(value) if isinstance(value, Mapping) else value


def insert_show(tx: Tx, show: Show) -> None:
    """Insert a show."""
    tx.execute(
        insert(_shows).values(_columns(_shows, {one.name: getattr(show, one.name) for one in fields(show)}))
    )


def insert_performance(tx: Tx, one: Performance) -> None:
    """Insert a performance."""
    values = {each.name: getattr(one, each.name) for each in fields(one)}
    tx.execute(insert(_performances).values(_columns(_performances, values)))


def update_show(tx: Tx, before: Show, changes: Mapping[str, Any]) -> Show:
    """Write what has changed of a show, raise `edited`, and return it as it is now."""
    after = replace(before, **changes, edited=before.edited + 1)
    _update(tx, _shows, before.id, {**changes, "edited": after.edited})
    return after


def update_performance(tx: Tx, before: Performance, changes: Mapping[str, Any]) -> Performance:
    """Write what has changed of a performance, raise `edited`, and return it as it is now."""
    after = replace(before, **changes, edited=before.edited + 1)
    _update(tx, _performances, before.id, {**changes, "edited": after.edited})
    return after


def _update(tx: Tx, table: Table, key: str, values: Mapping[str, Any]) -> None:
    tx.execute(update(table).where(table.c.id == key).values(_columns(table, values)))


def _columns(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _stored(value) for name, value in values.items() if name in table.c}


def _stored(value: Any) -> Any:
    if isinstance(value, ShowRules):
        value = show_rules_to(value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value.value if isinstance(value, ShowState) else value


def _show(row: Sequence[Any]) -> Show:
    values = dict(zip((one.name for one in fields(Show)), row, strict=True))
    values["state"] = ShowState(values["state"])
    values["rules"] = rules_from(json.loads(values["rules"]))
    return Show(**values)


def _performance(row: Sequence[Any]) -> Performance:
    values = dict(zip((one.name for one in fields(Performance)), row, strict=True))
    values["prices"] = json.loads(values["prices"])
    return Performance(**values)
