"""The waiting list as rows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, select, update

from nowserving.domain.reservations.standby import Standby, StandbyState
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import standbys

Source = Reader | Tx

_FIELDS = tuple(field.name for field in fields(Standby))
_COLUMNS = tuple(standbys.c[name] for name in _FIELDS)
_WAITING = standbys.c.state == literal_column("'waiting'")
_INSERT = Statement(
    insert(standbys)
    .values({name: bindparam(name) for name in _FIELDS if name != "id"})
    .returning(standbys.c.id)
)
_SET = Statement(
    update(standbys)
    .where(standbys.c.id == bindparam("standby_id"))
    .values({name: bindparam(name) for name in ("state", "offers", "ended_at")})
)
_BY_KEY = Statement(select(*_COLUMNS).where(standbys.c.key == bindparam("key")))
_BY_ID = Statement(select(*_COLUMNS).where(standbys.c.id == bindparam("id")))
_IN_LINE = Statement(
    select(*_COLUMNS)
    .where(standbys.c.service_id == bindparam("service_id"), _WAITING)
    .order_by(standbys.c.id)
    .limit(bindparam("most"))
)
_AHEAD = Statement(
    select(func.count())
    .select_from(standbys)
    .where(standbys.c.service_id == bindparam("service_id"), _WAITING, standbys.c.id < bindparam("id"))
)


def standby_by_key(source: Source, key: str) -> Standby | None:
    """Return the place in the waiting list that this key opens, or None."""
    return _one(source.run(_BY_KEY, key=key))


def standby_by_id(source: Source, standby_id: int) -> Standby | None:
    """Return the place in the waiting list with this id, or None."""
    return _one(source.run(_BY_ID, id=standby_id))


def waiting_for(source: Source, service_id: str, most: int) -> list[Standby]:
    """Return up to `most` who wait for a service, first come first."""
    return [_standby(row) for row in source.run(_IN_LINE, service_id=service_id, most=most)]


def ahead_of(source: Source, standby: Standby) -> int:
    """Return how many wait for the same service and came before."""
    return int(source.run(_AHEAD, service_id=standby.service_id, id=standby.id)[0][0])


def insert_standby(tx: Tx, **values: Any) -> int:
    """Insert a place in the waiting list and return its id."""
    return int(tx.run(_INSERT, **values)[0][0])


def set_standby(tx: Tx, standby_id: int, state: StandbyState, offers: int) -> None:
    """Write what has become of a place in the waiting list."""
    ended = state not in (StandbyState.WAITING, StandbyState.OFFERED)
    tx.change(
        _SET, standby_id=standby_id, state=state.value, offers=offers, ended_at=tx.now if ended else None
    )


def _standby(row: tuple[Any, ...]) -> Standby:
    values = dict(zip(_FIELDS, row, strict=True))
    values["state"] = StandbyState(values["state"])
    return Standby(**values)


def _one(rows: list[tuple[Any, ...]]) -> Standby | None:
    return _standby(rows[0]) if rows else None
