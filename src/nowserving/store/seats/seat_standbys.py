"""The waiting list for seats as rows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, or_, select, update

from nowserving.domain.seats.sale import SeatStandby, SeatStandbyState
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import performances, seat_standbys, shows

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

# Nobody gives seats back any more: the evening has begun, or there is none.
_IN_VAIN = (
    _WAITING,
    or_(performances.c.starts_at <= bindparam("now"), shows.c.state == literal_column("'cancelled'")),
)
_OF_SHOWS = seat_standbys.join(performances, performances.c.id == seat_standbys.c.performance_id).join(
    shows, shows.c.id == performances.c.show_id
)
_WAIT_IN_VAIN = Statement(
    select(*_COLUMNS)
    .select_from(_OF_SHOWS)
    .where(seat_standbys.c.branch_id == bindparam("branch_id"), *_IN_VAIN)
    .order_by(seat_standbys.c.id)
    .limit(bindparam("most"))
)
_BRANCHES_IN_VAIN = Statement(
    select(seat_standbys.c.branch_id).select_from(_OF_SHOWS).where(*_IN_VAIN).distinct()
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


def waiting_in_vain(source: Source, branch_id: str, now: int, most: int) -> list[SeatStandby]:
    """Return who waits in a branch for seats of an evening that has begun (at `now`, µs) or is cancelled."""
    return [_standby(row) for row in source.run(_WAIT_IN_VAIN, branch_id=branch_id, now=now, most=most)]


def branches_waiting_in_vain(source: Source, now: int) -> list[str]:
    """Return the branches where somebody waits in vain at an instant (µs)."""
    return [str(branch_id) for (branch_id,) in source.run(_BRANCHES_IN_VAIN, now=now)]


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
