"""Bookings and their stubs as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, select, union, update

from nowserving.domain.seats.sale import Booking, BookingState, Stub, StubState
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import bookings, performances, seats, shows, stubs

Source = Reader | Tx

_FIELDS = tuple(field.name for field in fields(Booking))
_COLUMNS = tuple(bookings.c[name] for name in _FIELDS)
_INSERT = Statement(
    insert(bookings)
    .values({name: bindparam(name) for name in _FIELDS if name != "id"})
    .returning(bookings.c.id)
)
_CONFIRMED = bookings.c.state == literal_column("'confirmed'")
_CANCEL = Statement(
    update(bookings)
    .where(bookings.c.id == bindparam("booking_id"), _CONFIRMED)
    .values(
        state="cancelled",
        cancelled_at=bindparam("at"),
        cancelled_by=bindparam("by"),
        sequence=bookings.c.sequence + 1,
    )
)
_PAY = Statement(
    update(bookings)
    .where(bookings.c.id == bindparam("booking_id"))
    .values(payment=bindparam("said"), pay_at=bindparam("at"))
)
_TO_PAY = Statement(
    select(*_COLUMNS)
    .where(bookings.c.pay_at <= bindparam("now"))
    .order_by(bookings.c.pay_at, bookings.c.id)
    .limit(bindparam("most"))
)
# Begun with the few shows that are cancelled: bookings are many, and looked through again and again.
_CALLED_OFF = bookings.c.performance_id.in_(
    select(performances.c.id)
    .join(shows, shows.c.id == performances.c.show_id)
    .where(shows.c.state == literal_column("'cancelled'"))
)
_IN_VAIN = Statement(
    select(*_COLUMNS)
    .where(bookings.c.branch_id == bindparam("branch_id"), _CALLED_OFF, _CONFIRMED)
    .order_by(bookings.c.id)
    .limit(bindparam("most"))
)
_BRANCHES_IN_VAIN = Statement(select(bookings.c.branch_id).where(_CALLED_OFF, _CONFIRMED).distinct())
_BY_KEY = Statement(select(*_COLUMNS).where(bookings.c.key == bindparam("key")))
_BY_ID = Statement(select(*_COLUMNS).where(bookings.c.id == bindparam("id")))
_OF_HOLD = Statement(select(bookings.c.key).where(bookings.c.hold_id == bindparam("hold_id")))
_CODE = Statement(
    select(bookings.c.id).where(
        bookings.c.branch_id == bindparam("branch_id"), bookings.c.code == bindparam("code")
    )
)
# How many seats somebody has of a performance: by address or phone, whichever they gave. Each is found by
# its own index; one condition with OR would look at every seat that was sold.
_BOUGHT_BY = union(
    *(
        select(bookings.c.id).where(
            bookings.c.performance_id == bindparam("performance_id"), bookings.c[name] == bindparam(name)
        )
        for name in ("email", "phone")
    )
)
_SEATS_OF = Statement(select(func.count()).where(seats.c.booking_id.in_(_BOUGHT_BY)))
_NEW_STUB = Statement(
    insert(stubs).values(
        {name: bindparam(name) for name in "booking_id performance_id branch_id seat_id serial state".split()}
    )
)
_STUB = (
    *(stubs.c[name] for name in "id booking_id performance_id branch_id serial version holder".split()),
    *(stubs.c[name] for name in "state came_at came_by".split()),
    seats.c.place,
    seats.c.guid,
    seats.c.name.label("seat"),
)
_STUBS = select(*_STUB).select_from(stubs.join(seats, seats.c.id == stubs.c.seat_id)).order_by(seats.c.place)
_OF_BOOKING = Statement(_STUBS.where(stubs.c.booking_id == bindparam("booking_id")))
_OF_PERFORMANCE = Statement(_STUBS.where(stubs.c.performance_id == bindparam("performance_id")))
_BY_SERIAL = Statement(_STUBS.where(stubs.c.serial == bindparam("serial")))
_VOID = Statement(update(stubs).where(stubs.c.booking_id == bindparam("of_booking")).values(state="void"))
_HAND_ON = Statement(
    update(stubs)
    .where(stubs.c.id == bindparam("stub_id"))
    .values(booking_id=bindparam("to_booking"), holder=bindparam("name"), version=stubs.c.version + 1)
)
_MOVE_SEAT = Statement(
    update(seats)
    .where(seats.c.performance_id == bindparam("of"), seats.c.place == bindparam("at_place"))
    .values(booking_id=bindparam("to_booking"))
)
_COME = Statement(
    update(stubs)
    .where(stubs.c.id == bindparam("stub_id"))
    .values(came_at=bindparam("at"), came_by=bindparam("by"))
)


def booking_by_key(source: Source, key: str) -> Booking | None:
    """Return the booking that this key opens, or None."""
    return next(map(_booking, source.run(_BY_KEY, key=key)), None)


def booking_by_id(source: Source, booking_id: int) -> Booking | None:
    """Return the booking with this id, or None."""
    return next(map(_booking, source.run(_BY_ID, id=booking_id)), None)


def booking_of_hold(source: Source, hold_id: int) -> str | None:
    """Return the key of the booking that a hold has become, or None."""
    return next((str(key) for (key,) in source.run(_OF_HOLD, hold_id=hold_id)), None)


def is_code(source: Source, branch_id: str, code: str) -> bool:
    """Tell whether a booking of a branch has this code."""
    return bool(source.run(_CODE, branch_id=branch_id, code=code))


def seats_sold_to(source: Source, performance_id: str, email: str | None, phone: str | None) -> int:
    """Return how many seats of a performance were sold to whoever has this address or number."""
    return int(source.run(_SEATS_OF, performance_id=performance_id, email=email, phone=phone)[0][0])


def insert_booking(tx: Tx, **values: Any) -> int:
    """Insert a booking and return its id."""
    blank = {name: None for name in _FIELDS if name != "id"}
    given = {**blank, "sequence": 0, "cancelled_by": "", **values, "payment": json.dumps(values["payment"])}
    return int(tx.run(_INSERT, **given)[0][0])


def cancel_row(tx: Tx, booking: Booking, by: str) -> None:
    """Cancel a booking, with its stubs."""
    tx.change(_CANCEL, booking_id=booking.id, at=tx.now, by=by)
    tx.change(_VOID, of_booking=booking.id)


def set_payment(tx: Tx, booking: Booking, payment: Mapping[str, Any], pay_at: int | None) -> None:
    """Write what has become of the payment, and when a provider is to be asked (again), in µs; or None."""
    tx.change(_PAY, booking_id=booking.id, said=json.dumps(payment), at=pay_at)


def bookings_to_pay(source: Source, now: int, most: int) -> list[Booking]:
    """Return bookings of which money is to be taken or given back by an instant (µs), oldest first."""
    return [_booking(row) for row in source.run(_TO_PAY, now=now, most=most)]


def bookings_in_vain(source: Source, branch_id: str, most: int) -> list[Booking]:
    """Return bookings of a branch that stand though their show is cancelled, oldest first."""
    return [_booking(row) for row in source.run(_IN_VAIN, branch_id=branch_id, most=most)]


def branches_in_vain(source: Source) -> list[str]:
    """Return the branches where bookings of a cancelled show stand."""
    return [str(branch_id) for (branch_id,) in source.run(_BRANCHES_IN_VAIN)]


def insert_stubs(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the stubs of a booking."""
    for row in rows:
        tx.change(_NEW_STUB, state="valid", **row)


def stubs_of(source: Source, booking_id: int) -> list[Stub]:
    """Return the stubs of a booking in the order of their seats."""
    return [_stub(row) for row in source.run(_OF_BOOKING, booking_id=booking_id)]


def stubs_of_performance(source: Source, performance_id: str) -> list[Stub]:
    """Return every stub of a performance, void ones too."""
    return [_stub(row) for row in source.run(_OF_PERFORMANCE, performance_id=performance_id)]


def stub_by_serial(source: Source, serial: str) -> Stub | None:
    """Return the stub with this serial, or None."""
    return next(map(_stub, source.run(_BY_SERIAL, serial=serial)), None)


def hand_on(tx: Tx, stub: Stub, to_booking: int, holder: str) -> None:
    """Let a stub and its seat belong to another booking. Every code of it that was given out is void now."""
    tx.change(_HAND_ON, stub_id=stub.id, to_booking=to_booking, name=holder)
    tx.change(_MOVE_SEAT, of=stub.performance_id, at_place=stub.place, to_booking=to_booking)


def note_coming(tx: Tx, stub: Stub, at: int, by: str) -> None:
    """Write when somebody has come in by a stub, and who let them in."""
    tx.change(_COME, stub_id=stub.id, at=at, by=by)


def _booking(row: tuple[Any, ...]) -> Booking:
    values = dict(zip(_FIELDS, row, strict=True))
    told = {"state": BookingState(values["state"]), "payment": json.loads(values["payment"])}
    return Booking(**{**values, **told})


def _stub(row: tuple[Any, ...]) -> Stub:
    values = dict(zip((one.name for one in _STUB), row, strict=True))
    return Stub(**{**values, "state": StubState(values["state"])})
