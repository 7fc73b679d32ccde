"""Reservations whose time is over keep their times and say nothing about anybody any more."""

from __future__ import annotations

from nowserving.domain.instants import DAY_US
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.guests.erasing import old_reservations_erased, old_standbys_erased

BOOKED_KEPT_US = DAY_US
"""How long name, contact and answers are kept after the end of the promised time."""
_BATCH = 500


@action(scope="branch_id")
def forget_reservations(tx: Tx, *, branch_id: str) -> int:
    """Erase who booked and who waited a day after it was over, a batch at a time; returns how many."""
    before = tx.now - BOOKED_KEPT_US
    booked = old_reservations_erased(tx, branch_id, before, _BATCH)
    return booked + old_standbys_erased(tx, branch_id, before, _BATCH)
