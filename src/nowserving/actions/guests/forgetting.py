"""Reservations whose time is over keep their times and say nothing about anybody any more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select, update

from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import reservations, standbys

BOOKED_KEPT_US = 86_400 * 1_000_000
"""How long name, contact and answers are kept after the end of the promised time."""
_BATCH = 500
_OF_RESERVATION = ("name", "birth_date", "phone", "email", "note", "booked_from")
_OF_STANDBY = ("name", "phone", "email")


@action(scope="branch_id")
def forget_reservations(tx: Tx, *, branch_id: str) -> int:
    """Erase who booked and who waited a day after it was over, a batch at a time; returns how many."""
    before = tx.now - BOOKED_KEPT_US
    of_booked = reservations.c.branch_id == branch_id, reservations.c.end_at < before
    of_waiting = standbys.c.branch_id == branch_id, standbys.c.to_at < before
    booked = _forgotten(tx, reservations, of_booked, _OF_RESERVATION, answers="{}", reason="")
    return booked + _forgotten(tx, standbys, of_waiting, _OF_STANDBY)


def _forgotten(tx: Tx, table: Any, which: tuple[Any, ...], names: tuple[str, ...], **more: str) -> int:
    personal = or_(*(table.c[name].is_not(None) for name in names))
    found = list(tx.execute(select(table.c.id).where(*which, personal).limit(_BATCH)).scalars())
    if found:
        gone: dict[str, Any] = {**dict.fromkeys(names), **more}
        tx.execute(update(table).where(table.c.id.in_(found)).values(**gone))
    return len(found)
