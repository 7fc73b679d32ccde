"""Whether every seat is had by one at most, and who booked one has it: part of `nowserving check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Executable, and_, func, or_, select

from nowserving.store.engine.reader import Reader
from nowserving.store.schema import bookings, holds, seats, stubs


def seats_once(reader: Reader) -> tuple[int, list[str]]:
    """Return how many seats there are, and a sentence for each that is sold or held as it can't be."""
    count = int(reader.execute(select(func.count()).select_from(seats)).scalar_one())
    return count, [*_sold(reader), *_stubs(reader), *_held(reader), *_holds(reader)]


def _sold(reader: Reader) -> Iterator[str]:
    """A seat that is sold belongs to a booking that stands, and has one stub that lets somebody in."""
    valid = and_(stubs.c.seat_id == seats.c.id, stubs.c.state == "valid")
    own = and_(valid, stubs.c.booking_id == seats.c.booking_id)
    wrong = (
        select(seats.c.performance_id, seats.c.guid, bookings.c.state, func.count(stubs.c.id))
        .join(bookings, bookings.c.id == seats.c.booking_id)
        .outerjoin(stubs, own)
        .group_by(seats.c.id, seats.c.performance_id, seats.c.guid, bookings.c.state)
        .having(or_(func.count(stubs.c.id) != 1, bookings.c.state != "confirmed"))
    )
    for performance, guid, state, many in _rows(reader, wrong):
        yield f"seat {guid} of {performance} is sold by a booking that is {state}, with {many} stubs"


def _stubs(reader: Reader) -> Iterator[str]:
    """A stub that lets somebody in is of a seat that its own booking has, and no other is."""
    wrong = (
        select(stubs.c.id, seats.c.guid)
        .join(seats, seats.c.id == stubs.c.seat_id)
        .where(
            stubs.c.state == "valid",
            or_(seats.c.booking_id.is_(None), seats.c.booking_id != stubs.c.booking_id),
        )
    )
    for stub_id, guid in _rows(reader, wrong):
        yield f"stub {stub_id} lets in to seat {guid}, which its booking does not have"


def _held(reader: Reader) -> Iterator[str]:
    """A seat that is held is held by a hold of its own performance that has not ended."""
    wrong = (
        select(seats.c.guid, holds.c.id, holds.c.state)
        .join(holds, holds.c.id == seats.c.hold_id)
        .where(or_(holds.c.state != "held", holds.c.performance_id != seats.c.performance_id))
    )
    for guid, hold_id, state in _rows(reader, wrong):
        yield f"seat {guid} is held by hold {hold_id}, which is {state}"


def _holds(reader: Reader) -> Iterator[str]:
    """A hold never has more seats than it was made for, and all of them until the same instant as itself."""
    until = seats.c.held_until
    wrong = (
        select(holds.c.id, holds.c.seats, func.count(seats.c.id))
        .outerjoin(seats, seats.c.hold_id == holds.c.id)
        .where(holds.c.state == "held")
        .group_by(holds.c.id, holds.c.seats, holds.c.expires_at)
        .having(
            or_(
                func.count(seats.c.id) > holds.c.seats,
                func.min(until) != holds.c.expires_at,
                func.max(until) != holds.c.expires_at,
            )
        )
    )
    for hold_id, many, there in _rows(reader, wrong):
        yield f"hold {hold_id} of {many} seats has {there}, or keeps them for another time"


def _rows(reader: Reader, query: Executable) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in reader.execute(query)]
