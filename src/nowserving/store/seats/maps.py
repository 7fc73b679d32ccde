"""Seat maps as rows, and which of them a performance is sold from."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from sqlalchemy import select

from nowserving.domain.seats.sale import SeatMap
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import edit_value, insert_value
from nowserving.store.schema import seat_maps, seatings

Source = Reader | Tx

_COLUMNS = tuple(seat_maps.c[field.name] for field in fields(SeatMap))


def seat_map(source: Source, seat_map_id: str) -> SeatMap | None:
    """Return a seat map, archived or not, or None."""
    row = source.execute(select(*_COLUMNS).where(seat_maps.c.id == seat_map_id)).first()
    return None if row is None else _map(row)


def seat_maps_of(source: Source, branch_id: str) -> list[SeatMap]:
    """Return the seat maps of a branch that are not archived, by name."""
    query = select(*_COLUMNS).where(seat_maps.c.branch_id == branch_id, seat_maps.c.archived_at.is_(None))
    return [_map(row) for row in source.execute(query.order_by(seat_maps.c.name, seat_maps.c.id))]


def plan_sold(source: Source, performance_id: str) -> dict[str, Any]:
    """Return the plan that a performance is sold from, as it was then: megabytes for a large house."""
    query = select(seatings.c.plan).where(seatings.c.performance_id == performance_id)
    plan: dict[str, Any] = json.loads(source.execute(query).scalar_one())
    return plan


def insert_map(tx: Tx, made: SeatMap) -> None:
    """Insert a seat map."""
    insert_value(tx, seat_maps, made)


def edit_map(tx: Tx, before: SeatMap, **changes: Any) -> SeatMap:
    """Write what has changed and raise `edited`."""
    return edit_value(tx, seat_maps, before, changes)


def _map(row: Any) -> SeatMap:
    return SeatMap(**dict(zip((column.name for column in _COLUMNS), row, strict=True)))
