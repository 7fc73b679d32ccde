"""Holds as rows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, or_, select, update

from nowserving.domain.seats.sale import Hold, HoldState
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import bookings, holds, tickets

Source = Reader | Tx

_FIELDS = tuple(field.name for field in fields(Hold))
_COLUMNS = tuple(holds.c[name] for name in _FIELDS)
_IS_HELD = holds.c.state == literal_column("'held'")
_INSERT = Statement(
    insert(holds).values({name: bindparam(name) for name in _FIELDS if name != "id"}).returning(holds.c.id)
)
_END = Statement(
    update(holds)
    .where(holds.c.id == bindparam("hold_id"), _IS_HELD)
    .values(state=bindparam("ended_as"), ended_at=bindparam("ended_at"))
)
_EXTEND = Statement(
    update(holds)
    .where(holds.c.id == bindparam("hold_id"), _IS_HELD)
    .values(expires_at=bindparam("until"), extended_at=bindparam("at"))
)
_BY_KEY = Statement(select(*_COLUMNS).where(holds.c.key == bindparam("key")))
_OF_TICKET = Statement(
    select(*_COLUMNS).where(holds.c.ticket_id == bindparam("ticket_id")).order_by(holds.c.id.desc())
)
_OF_STANDBY = Statement(
    select(*_COLUMNS).where(holds.c.seat_standby_id == bindparam("seat_standby_id"), _IS_HELD)
)
# A hold ends with its time, and with the stay under whose pass it was made.
_OVERDUE = Statement(
    select(*_COLUMNS)
    .select_from(holds.outerjoin(tickets, tickets.c.id == holds.c.ticket_id))
    .where(
        _IS_HELD,
        holds.c.branch_id == bindparam("branch_id"),
        or_(holds.c.expires_at <= bindparam("now"), tickets.c.state != literal_column("'serving'")),
    )
    .order_by(holds.c.expires_at, holds.c.id)
    .limit(bindparam("most"))
)
_BRANCHES = Statement(
    select(holds.c.branch_id)
    .select_from(holds.outerjoin(tickets, tickets.c.id == holds.c.ticket_id))
    .where(
        _IS_HELD, or_(holds.c.expires_at <= bindparam("now"), tickets.c.state != literal_column("'serving'"))
    )
    .distinct()
)
_IN_USE = Statement(
    select(
        select(func.count())
        .select_from(holds)
        .where(
            holds.c.performance_id == bindparam("performance_id"),
            _IS_HELD,
            holds.c.expires_at > bindparam("now"),
        )
        .scalar_subquery(),
        select(func.count())
        .select_from(bookings)
        .where(bookings.c.performance_id == bindparam("performance_id"))
        .scalar_subquery(),
    )
)


def hold_by_key(source: Source, key: str) -> Hold | None:
    """Return the hold that this key opens, or None."""
    return next(map(_hold, source.run(_BY_KEY, key=key)), None)


def holds_of(source: Source, ticket_id: int) -> list[Hold]:
    """Return every hold that was made under the pass of a ticket, the latest first."""
    return [_hold(row) for row in source.run(_OF_TICKET, ticket_id=ticket_id)]


def offer_of(source: Source, seat_standby_id: int) -> Hold | None:
    """Return what is offered to a place in the waiting list, or None."""
    return next(map(_hold, source.run(_OF_STANDBY, seat_standby_id=seat_standby_id)), None)


def overdue_holds(source: Source, branch_id: str, now: int, most: int) -> list[Hold]:
    """Return holds of a branch whose time or whose pass is over, oldest first."""
    return [_hold(row) for row in source.run(_OVERDUE, branch_id=branch_id, now=now, most=most)]


def branches_with_overdue_holds(source: Source, now: int) -> list[str]:
    """Return the branches in which a hold has run out at an instant (µs)."""
    return [branch_id for (branch_id,) in source.run(_BRANCHES, now=now)]


def is_in_use(source: Source, performance_id: str, now: int) -> bool:
    """Tell whether seats of a performance are held, or were ever sold."""
    return any(source.run(_IN_USE, performance_id=performance_id, now=now)[0])


def insert_hold(tx: Tx, **values: Any) -> int:
    """Insert a hold and return its id."""
    return int(tx.run(_INSERT, **{"extended_at": None, "ended_at": None, **values})[0][0])


def end_hold(tx: Tx, hold: Hold, state: HoldState) -> None:
    """End a hold, on condition that it has not ended."""
    if tx.change(_END, hold_id=hold.id, ended_as=state.value, ended_at=tx.now) != 1:
        raise RuntimeError("a hold ended twice")


def extend(tx: Tx, hold: Hold, until: int) -> None:
    """Let a hold last longer."""
    tx.change(_EXTEND, hold_id=hold.id, until=until, at=tx.now)


def _hold(row: tuple[Any, ...]) -> Hold:
    values = dict(zip(_FIELDS, row, strict=True))
    return Hold(**{**values, "state": HoldState(values["state"])})
