"""The waiting list for seats as rows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, or_, select, update

from nowserving.domain.seats.sale import SeatStandby, SeatStandbyState
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import seat_standbys

Source = Reader | Tx

_FIELDS = tuple(field.name for field in fields(SeatStandby))
_COLUMNS = tuple(seat_standbys.c[name] for name in _FIELDS)
_WAITING = seat_standbys.c.state == literal_column("'waiting'")
_INSERT = Statement(
    insert(seat_standbys)
    .values({name: bindparam(name) for name in _FIELDS if name != "id"})
    .returning(seat_standbys.c.id)
)
_SET = Statement(
    update(seat_standbys)
    .where(seat_standbys.c.id == bindparam("standby_id"))
    .values({name: bindparam(name) for name in ("state", "offers", "turn", "ended_at")})
)
_BY_KEY = Statement(select(*_COLUMNS).where(seat_standbys.c.key == bindparam("key")))
_BY_ID = Statement(select(*_COLUMNS).where(seat_standbys.c.id == bindparam("id")))
_IN_LINE = Statement(
    select(*_COLUMNS)
    .where(seat_standbys.c.performance_id == bindparam("performance_id"), _WAITING)
    .order_by(seat_standbys.c.turn, seat_standbys.c.id)
    .limit(bindparam("most"))
)
_AHEAD = Statement(
    select(func.count())
    .select_from(seat_standbys)
    .where(
        seat_standbys.c.performance_id == bindparam("performance_id"),
        _WAITING,
        or_(
            seat_standbys.c.turn < bindparam("turn"),
            (seat_standbys.c.turn == bindparam("turn")) & (seat_standbys.c.id < bindparam("id")),
        ),
    )
)


def seat_standby_by_key(source: Source, key: str) -> SeatStandby | None:
    """Return the place in the waiting list that this key opens, or None."""
    return next(map(_standby, source.run(_BY_KEY, key=key)), None)


def seat_standby_by_id(source: Source, standby_id: int) -> SeatStandby | None:
    """Return the place in the waiting list with this id, or None."""
    return next(map(_standby, source.run(_BY_ID, id=standby_id)), None)


def waiting_for_seats(source: Source, performance_id: str, most: int = 200) -> list[SeatStandby]:
    """Return who waits for seats of a performance, in the order in which they are offered some."""
    return [_standby(row) for row in source.run(_IN_LINE, performance_id=performance_id, most=most)]


def ahead_in_list(source: Source, standby: SeatStandby) -> int:
    """Return how many are offered seats before."""
    of = {"performance_id": standby.performance_id, "turn": standby.turn, "id": standby.id}
    return int(source.run(_AHEAD, **of)[0][0])


def insert_seat_standby(tx: Tx, **values: Any) -> int:
    """Insert a place in the waiting list and return its id."""
    return int(tx.run(_INSERT, **values)[0][0])


def set_seat_standby(
    tx: Tx,
    standby: SeatStandby,
    state: SeatStandbyState,
    *,
    offers: int | None = None,
    turn: int | None = None,
) -> None:
    """Write what has become of a place in the waiting list."""
    going_on = state in (SeatStandbyState.WAITING, SeatStandbyState.OFFERED)
    tx.change(
        _SET,
        standby_id=standby.id,
        state=state.value,
        offers=standby.offers if offers is None else offers,
        turn=standby.turn if turn is None else turn,
        ended_at=None if going_on else tx.now,
    )


def _standby(row: tuple[Any, ...]) -> SeatStandby:
    values = dict(zip(_FIELDS, row, strict=True))
    return SeatStandby(**{**values, "state": SeatStandbyState(values["state"])})
