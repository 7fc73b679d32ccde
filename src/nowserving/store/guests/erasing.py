"""Erasing what is personal about a visit or a reservation: the rows. What that means, actions/ say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select, update

from nowserving.store.engine.tx import Tx
from nowserving.store.schema import (
    bookings,
    feedback,
    performances,
    reservations,
    seat_standbys,
    standbys,
    stubs,
    tickets,
)

_OF_VISIT = ("name", "note", "joined_from")
_OF_RESERVATION = ("name", "birth_date", "phone", "email", "note", "booked_from")
_OF_STANDBY = ("name", "phone", "email")
_OF_BOOKING: dict[str, Any] = {"name": None, "phone": None, "email": None}


def erase_ticket(tx: Tx, ticket_id: int, *, device: str | None) -> None:
    """Erase name and note of a ticket, and that its guest can be told; `device` stays as what joined."""
    blank = update(tickets).where(tickets.c.id == ticket_id)
    tx.execute(blank.values(name=None, note=None, joined_from=device, reach=0))


def erase_comment(tx: Tx, ticket_id: int) -> None:
    """Erase the comment of a ticket's guest; the face stays."""
    tx.execute(update(feedback).where(feedback.c.ticket_id == ticket_id).values(comment=None))


def old_names_erased(tx: Tx, branch_id: str, before: int, most: int) -> int:
    """Erase name, note and device of up to `most` visits that ended before an instant (µs); how many."""
    which = (tickets.c.branch_id == branch_id) & (tickets.c.ended_at < before)
    return _erased(tx, tickets.c.id, which, _OF_VISIT, most)


def old_comments_erased(tx: Tx, branch_id: str, before: int, most: int) -> int:
    """Erase up to `most` comments that were given before an instant (µs); returns how many."""
    which = (feedback.c.branch_id == branch_id) & (feedback.c.given_at < before)
    return _erased(tx, feedback.c.ticket_id, which, ("comment",), most)


def old_reservations_erased(tx: Tx, branch_id: str, before: int, most: int) -> int:
    """Erase who booked up to `most` promises that were over before an instant (µs); returns how many."""
    which = (reservations.c.branch_id == branch_id) & (reservations.c.end_at < before)
    return _erased(tx, reservations.c.id, which, _OF_RESERVATION, most, answers="{}", reason="")


def old_standbys_erased(tx: Tx, branch_id: str, before: int, most: int) -> int:
    """Erase who waited for room, up to `most`, where that was over before an instant (µs); how many."""
    which = (standbys.c.branch_id == branch_id) & (standbys.c.to_at < before)
    return _erased(tx, standbys.c.id, which, _OF_STANDBY, most)


def bookings_of_ticket(tx: Tx, ticket_id: int) -> list[int]:
    """Return the bookings that came of a place in a lobby and still say whose they are."""
    of = (bookings.c.ticket_id == ticket_id) & bookings.c.name.is_not(None)
    return list(tx.execute(select(bookings.c.id).where(of)).scalars())


def old_bookings(tx: Tx, branch_id: str, before: int, most: int) -> list[int]:
    """Return up to `most` bookings that say whose they are, of performances over before an instant (µs)."""
    of = (bookings.c.branch_id == branch_id) & (bookings.c.over_at < before) & bookings.c.name.is_not(None)
    return list(tx.execute(select(bookings.c.id).where(of).limit(most)).scalars())


def erase_bookings(tx: Tx, booking_ids: Sequence[int]) -> None:
    """Erase who booked, and to whom the seats were handed on. The seats stay booked, the codes good."""
    if booking_ids:
        tx.execute(update(bookings).where(bookings.c.id.in_(booking_ids)).values(**_OF_BOOKING))
        tx.execute(update(stubs).where(stubs.c.booking_id.in_(booking_ids)).values(holder=None))


def old_seat_standbys_erased(tx: Tx, branch_id: str, began_before: int, most: int) -> int:
    """Erase up to `most` who waited for seats of what began before an instant (µs); returns how many."""
    begun = select(performances.c.id).where(
        performances.c.branch_id == branch_id, performances.c.starts_at < began_before
    )
    of = (seat_standbys.c.branch_id == branch_id) & seat_standbys.c.name.is_not(None)
    which = select(seat_standbys.c.id).where(of, seat_standbys.c.performance_id.in_(begun)).limit(most)
    found = list(tx.execute(which).scalars())
    erase_seat_standbys(tx, found)
    return len(found)


def erase_seat_standbys(tx: Tx, standby_ids: Sequence[int]) -> None:
    """Erase who waited for seats."""
    if standby_ids:
        tx.execute(update(seat_standbys).where(seat_standbys.c.id.in_(standby_ids)).values(**_OF_BOOKING))


def _erased(
    tx: Tx, key: Any, which: ColumnElement[bool], names: tuple[str, ...], most: int, **more: str
) -> int:
    """Empty the columns `names` of rows that still say something in one of them; returns how many rows."""
    table: Table = key.table
    personal = or_(*(table.c[name].is_not(None) for name in names))
    found = list(tx.execute(select(key).where(which, personal).limit(most)).scalars())
    if found:
        gone: dict[str, Any] = {**dict.fromkeys(names), **more}
        tx.execute(update(table).where(key.in_(found)).values(**gone))
    return len(found)
