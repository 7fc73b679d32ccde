"""Erasing what is personal about a visit or a reservation: the rows. What that means, actions/ say."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select, update

from nowserving.store.engine.tx import Tx
from nowserving.store.schema import feedback, reservations, standbys, tickets

_OF_VISIT = ("name", "note", "joined_from")
_OF_RESERVATION = ("name", "birth_date", "phone", "email", "note", "booked_from")
_OF_STANDBY = ("name", "phone", "email")


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
