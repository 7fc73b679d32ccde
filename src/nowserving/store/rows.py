"""Writing configuration: domain values in, rows out. Columns and fields have the same names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Table, delete, insert, update

from nowserving.domain.calendar.hours import Hours, hours_to
from nowserving.domain.tickets.rules import QueueRules, rules_to
from nowserving.store.engine.tx import Tx

# Whoever hands a table on to these names it from here: SQLAlchemy stays in this room.
__all__ = [
    "Table",
    "delete_where",
    "edit_value",
    "insert_rows",
    "insert_value",
    "plain",
    "stored",
    "update_where",
]

V = TypeVar("V", bound=Any)


def plain(value: Any) -> Any:
    """Return a field's value as JSON values: what an event tells and what the API answers."""
    if isinstance(value, Hours):
        return hours_to(value)
    if isinstance(value, QueueRules):
        return rules_to(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def stored(value: Any) -> Any:
    """Return a field's value as its column keeps it."""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return int(value)
    ready = plain(value)
    if isinstance(ready, Mapping):
        return json.dumps(ready, ensure_ascii=False, separators=(",", ":"))
    return ready


def insert_value(tx: Tx, table: Table, value: Any, **more: Any) -> None:
    """Insert a domain value; `more` are columns that the value does not show."""
    names = [column.name for column in table.c if hasattr(value, column.name)]
    shown = {name: stored(getattr(value, name)) for name in names}
    tx.execute(insert(table).values({**shown, **more}))


def edit_value(tx: Tx, table: Table, before: V, changes: Mapping[str, Any], **more: Any) -> V:
    """Write what has changed, raise `edited`, and return the value as it is now."""
    columns = {name: stored(value) for name, value in changes.items() if name in table.c}
    after: V = replace(before, **changes, edited=before.edited + 1)
    tx.execute(update(table).where(table.c.id == before.id).values(**columns, **more, edited=after.edited))
    return after


def update_where(tx: Tx, table: Table, which: Any, **values: Any) -> int:
    """Update the rows that `which` names and return how many there were."""
    return tx.execute(update(table).where(which).values(**values)).rowcount


def delete_where(tx: Tx, table: Table, which: Any) -> int:
    """Delete the rows that `which` names and return how many there were."""
    return tx.execute(delete(table).where(which)).rowcount


def insert_rows(tx: Tx, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert plain rows; none is fine."""
    if rows:
        tx.execute(insert(table), rows)
