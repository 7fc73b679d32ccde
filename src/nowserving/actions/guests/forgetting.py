"""Reservations whose time is over keep their times and say nothing about anybody any more."""

from __future__ import annotations

from nowserving.domain.retention import AT_ONCE, RESERVATIONS_KEPT_US
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.guests.erasing import old_reservations_erased, old_standbys_erased


@action(scope="branch_id")
def forget_reservations(tx: Tx, *, branch_id: str) -> int:
    """Erase who booked and who waited a day after it was over, a batch at a time; returns how many."""
    before = tx.now - RESERVATIONS_KEPT_US
    booked = old_reservations_erased(tx, branch_id, before, AT_ONCE)
    return booked + old_standbys_erased(tx, branch_id, before, AT_ONCE)
