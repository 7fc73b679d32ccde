"""Every statement that touches reservations, prepared."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, insert, literal_column, or_, select, update

from nowserving.domain.instants import DAY_US
from nowserving.domain.reservations.reservation import Reservation, ReservationState
from nowserving.domain.reservations.room import Taken
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import reservations, service_desks, services

Source = Reader | Tx

_FIELDS = tuple(field.name for field in fields(Reservation))
COLUMNS = tuple(reservations.c[name] for name in _FIELDS)
# No reservation takes more of a desk's time than three days: a day, and buffers of a day each.
LONGEST_US = 3 * DAY_US


# Literals, not parameters: a partial index serves only a query whose plan can see the same literal.
_HELD: ColumnElement[str] = literal_column("'held'")
_OFFERED: ColumnElement[str] = literal_column("'offered'")
_PENDING: ColumnElement[str] = literal_column("'pending'")
_CONFIRMED: ColumnElement[str] = literal_column("'confirmed'")
_ARRIVED: ColumnElement[str] = literal_column("'arrived'")
_TAKES_ROOM = reservations.c.state.in_([_HELD, _OFFERED, _PENDING, _CONFIRMED, _ARRIVED])
_PROMISED = reservations.c.state.in_([_PENDING, _CONFIRMED])
_OPEN = reservations.c.state.in_([_HELD, _OFFERED, _PENDING, _CONFIRMED])
# Whether a hold, an offer or a request has run out is judged here: a late sweep never blocks anybody.
_STILL_TAKES_ROOM = or_(
    reservations.c.deadline_at.is_(None),
    reservations.c.deadline_at > bindparam("now"),
    reservations.c.state.in_([_CONFIRMED, _ARRIVED]),
)
_IN_SPAN = (
    reservations.c.busy_to_at > bindparam("from_us"),
    reservations.c.busy_to_at < bindparam("far_us"),
    reservations.c.busy_from_at < bindparam("to_us"),
)
# Those that take the same time of the same desk are one row: a slot that a thousand have is not a thousand.
_SAME = (
    reservations.c.service_id,
    reservations.c.desk_id,
    reservations.c.start_at,
    reservations.c.end_at,
    reservations.c.busy_from_at,
    reservations.c.busy_to_at,
)
# When any of them may stop taking room by itself.
_LAPSES_AT = case((reservations.c.state.not_in([_CONFIRMED, _ARRIVED]), reservations.c.deadline_at))


def _taken(*which: ColumnElement[bool], of: Any = reservations) -> Statement:
    return Statement(
        select(*_SAME, func.sum(reservations.c.size), func.count(), func.min(_LAPSES_AT))
        .select_from(of)
        .where(*which, _TAKES_ROOM, *_IN_SPAN, _STILL_TAKES_ROOM, reservations.c.id != bindparam("but_id"))
        .group_by(*_SAME)
    )


_OF_SERVICE = _taken(reservations.c.service_id == bindparam("service_id"))
_OF_DESKS = _taken(
    service_desks.c.service_id == bindparam("service_id"),
    of=reservations.join(service_desks, service_desks.c.desk_id == reservations.c.desk_id),
)
# By the index of each service in turn: there are few services, and years of reservations.
_IN_BRANCH = _taken(
    reservations.c.service_id.in_(select(services.c.id).where(services.c.branch_id == bindparam("branch_id")))
)
_IN_HOUSE = _taken(reservations.c.service_id.in_(select(services.c.id)))
# The state is asked for in the update: what was read under the lock is what is changed.
MOVED = tuple(name for name in _FIELDS if name not in ("id", "key", "code", "branch_id", "created_at"))
_MOVE = Statement(
    update(reservations)
    .where(
        reservations.c.id == bindparam("reservation_id"), reservations.c.state == bindparam("expected_state")
    )
    .values({name: bindparam(name) for name in MOVED})
)
_INSERT = Statement(
    insert(reservations)
    .values({name: bindparam(name) for name in _FIELDS if name != "id"})
    .returning(reservations.c.id)
)
_BY_KEY = Statement(select(*COLUMNS).where(reservations.c.key == bindparam("key")))
_BY_ID = Statement(select(*COLUMNS).where(reservations.c.id == bindparam("id")))
_BY_CODE = Statement(
    select(*COLUMNS).where(
        reservations.c.branch_id == bindparam("branch_id"),
        reservations.c.code == bindparam("code"),
        reservations.c.ended_at.is_(None),
    )
)
_BETWEEN = Statement(
    select(*COLUMNS)
    .where(
        reservations.c.branch_id == bindparam("branch_id"),
        reservations.c.start_at >= bindparam("from_us"),
        reservations.c.start_at < bindparam("to_us"),
    )
    .order_by(reservations.c.start_at, reservations.c.id)
)
_OVERDUE = Statement(
    select(*COLUMNS)
    .where(
        reservations.c.deadline_at.is_not(None),
        reservations.c.deadline_at <= bindparam("now"),
        # Not the bare column: SQLite would read the whole history of the branch by its index.
        (reservations.c.branch_id + literal_column("''")) == bindparam("branch_id"),
    )
    .order_by(reservations.c.deadline_at, reservations.c.id)
    .limit(bindparam("most"))
)
_OVERDUE_BRANCHES = Statement(
    select(reservations.c.branch_id)
    .where(reservations.c.deadline_at.is_not(None), reservations.c.deadline_at <= bindparam("now"))
    .distinct()
)
_HOLDS_FROM = Statement(
    select(func.count())
    .select_from(reservations)
    .where(
        reservations.c.booked_from == bindparam("booked_from"),
        reservations.c.state == _HELD,
        reservations.c.deadline_at > bindparam("now"),
    )
)
_PROMISED_TO = Statement(
    select(func.count())
    .select_from(reservations)
    .where(
        reservations.c.service_id == bindparam("service_id"),
        _TAKES_ROOM,
        _PROMISED,
        reservations.c.busy_to_at > bindparam("now"),
        reservations.c.id != bindparam("but_id"),
        or_(
            reservations.c.phone == bindparam("phone"),
            reservations.c.email == bindparam("email"),
            reservations.c.account_id == bindparam("account_id"),
            reservations.c.booked_from == bindparam("booked_from"),
        ),
    )
)
_OFFERED_BEFORE = Statement(
    select(reservations.c.start_at).where(reservations.c.standby_id == bindparam("standby_id"))
)
_OFFER_TO = Statement(
    select(*COLUMNS).where(
        reservations.c.standby_id == bindparam("standby_id"),
        reservations.c.state == _OFFERED,
    )
)
_OPEN_OF = {
    "service_id": Statement(
        select(*COLUMNS)
        .where(
            reservations.c.service_id == bindparam("value"),
            _TAKES_ROOM,
            _OPEN,
            reservations.c.busy_to_at > bindparam("now"),
        )
        .order_by(reservations.c.start_at, reservations.c.id)
    ),
    "desk_id": Statement(
        select(*COLUMNS)
        .where(
            reservations.c.desk_id == bindparam("value"),
            _TAKES_ROOM,
            _OPEN,
            reservations.c.busy_to_at > bindparam("now"),
        )
        .order_by(reservations.c.start_at, reservations.c.id)
    ),
}
_CODE_TAKEN = Statement(
    select(reservations.c.id).where(
        reservations.c.branch_id == bindparam("branch_id"),
        reservations.c.code == bindparam("code"),
        reservations.c.ended_at.is_(None),
    )
)


def reservation_from(row: Sequence[Any]) -> Reservation:
    """Return a row in the order of the fields as a reservation."""
    values = dict(zip(_FIELDS, row, strict=True))
    values["state"] = ReservationState(values["state"])
    values["answers"] = json.loads(values["answers"])
    return Reservation(**values)


def reservation_by_key(source: Source, key: str) -> Reservation | None:
    """Return the reservation that this key opens, or None."""
    return _one(source.run(_BY_KEY, key=key))


def reservation_by_id(source: Source, reservation_id: int) -> Reservation | None:
    """Return the reservation with this id, or None."""
    return _one(source.run(_BY_ID, id=reservation_id))


def by_tickets(source: Source, ticket_ids: Collection[int]) -> dict[int, Reservation]:
    """Return the reservations that became these tickets, by ticket."""
    query = select(*COLUMNS).where(reservations.c.ticket_id.in_(sorted(ticket_ids)))
    found = (reservation_from(tuple(row)) for row in source.execute(query)) if ticket_ids else ()
    return {one.ticket_id: one for one in found if one.ticket_id is not None}


def by_code(source: Source, branch_id: str, code: str) -> Reservation | None:
    """Return the reservation of a branch that has this code and has not ended, or None."""
    return _one(source.run(_BY_CODE, branch_id=branch_id, code=code))


def in_span(source: Source, branch_id: str, from_us: int, to_us: int) -> list[Reservation]:
    """Return the reservations of a branch that start from one instant on and before another, in order."""
    found = source.run(_BETWEEN, branch_id=branch_id, from_us=from_us, to_us=to_us)
    return [reservation_from(row) for row in found]


def taken_by(
    source: Source, service_id: str, from_us: int, to_us: int, *, now: int, at_desks: bool, but_id: int = 0
) -> list[Taken]:
    """Return what is taken of a service's time, or of the time of the desks that give it, in a span.

    One statement. `but_id` is a reservation that is to be moved and so is in nobody's way.
    """
    which = _OF_DESKS if at_desks else _OF_SERVICE
    found = source.run(which, service_id=service_id, but_id=but_id, **_span(from_us, to_us, now))
    return [Taken(*row) for row in found]


def taken_in(source: Source, branch_id: str | None, from_us: int, to_us: int, *, now: int) -> list[Taken]:
    """Return what is taken of the time of all services of a branch in a span; None: of all branches."""
    span = _span(from_us, to_us, now)
    if branch_id is None:
        return [Taken(*row) for row in source.run(_IN_HOUSE, but_id=0, **span)]
    return [Taken(*row) for row in source.run(_IN_BRANCH, branch_id=branch_id, but_id=0, **span)]


def _span(from_us: int, to_us: int, now: int) -> dict[str, int]:
    return {"from_us": from_us, "to_us": to_us, "far_us": to_us + LONGEST_US, "now": now}


def insert_reservation(tx: Tx, made: Reservation) -> int:
    """Insert a reservation and return its id."""
    values = {name: getattr(made, name) for name in _FIELDS if name != "id"}
    return int(tx.run(_INSERT, **_stored(values))[0][0])


def update_reservation(tx: Tx, before: Reservation, after: Reservation) -> bool:
    """Write a reservation, if it is still in the state it was read in."""
    changes = _stored({name: getattr(after, name) for name in MOVED})
    return tx.change(_MOVE, reservation_id=before.id, expected_state=before.state.value, **changes) == 1


def code_taken(tx: Tx, branch_id: str, code: str) -> bool:
    """Tell whether a reservation of the branch that has not ended has this code."""
    return bool(tx.run(_CODE_TAKEN, branch_id=branch_id, code=code))


def overdue(tx: Tx, branch_id: str, now: int, most: int) -> list[Reservation]:
    """Return up to `most` reservations of a branch whose deadline has come, oldest deadline first."""
    return [reservation_from(row) for row in tx.run(_OVERDUE, branch_id=branch_id, now=now, most=most)]


def branches_with_overdue(reader: Reader, now: int) -> list[str]:
    """Return the branches in which any reservation's deadline has come."""
    return [row[0] for row in reader.run(_OVERDUE_BRANCHES, now=now)]


def holds_from(tx: Tx, booked_from: str) -> int:
    """Return how many slots a device holds now."""
    return int(tx.run(_HOLDS_FROM, booked_from=booked_from, now=tx.now)[0][0])


def promised_to(
    tx: Tx,
    service_id: str,
    *,
    but_id: int,
    phone: str | None,
    email: str | None,
    account_id: str | None,
    booked_from: str | None,
) -> int:
    """Return how many open reservations of a service somebody has, by contact, account or device."""
    found = tx.run(
        _PROMISED_TO,
        service_id=service_id,
        but_id=but_id,
        now=tx.now,
        phone=phone,
        email=email,
        account_id=account_id,
        booked_from=booked_from,
    )
    return int(found[0][0])


def offered_before(tx: Tx, standby_id: int) -> frozenset[int]:
    """Return the beginnings of the slots that a place in the waiting list has been offered."""
    return frozenset(row[0] for row in tx.run(_OFFERED_BEFORE, standby_id=standby_id))


def offer_to(source: Source, standby_id: int) -> Reservation | None:
    """Return the place that is kept for a place in the waiting list, or None."""
    return _one(source.run(_OFFER_TO, standby_id=standby_id))


def open_of_service(source: Source, service_id: str, now: int) -> list[Reservation]:
    """Return the reservations of a service to which nobody has come yet, and that are not over."""
    return [reservation_from(row) for row in source.run(_OPEN_OF["service_id"], value=service_id, now=now)]


def open_of_desk(source: Source, desk_id: str, now: int) -> list[Reservation]:
    """Return the reservations at a desk to which nobody has come yet, and that are not over."""
    return [reservation_from(row) for row in source.run(_OPEN_OF["desk_id"], value=desk_id, now=now)]


def _one(rows: list[tuple[Any, ...]]) -> Reservation | None:
    return reservation_from(rows[0]) if rows else None


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    answers = json.dumps(dict(values["answers"]), ensure_ascii=False, separators=(",", ":"))
    return {**values, "state": ReservationState(values["state"]).value, "answers": answers}
