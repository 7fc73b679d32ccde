"""Reservations and booked seats whose time is over keep their times, and say nothing about anybody."""

from __future__ import annotations

from nowserving.domain.instants import DAY_US
from nowserving.domain.retention import AT_ONCE, BOOKINGS_KEPT_US, RESERVATIONS_KEPT_US
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.guests.erasing import (
    erase_bookings,
    old_bookings,
    old_reservations_erased,
    old_seat_standbys_erased,
    old_standbys_erased,
)


@action(scope="branch_id")
def forget_reservations(tx: Tx, *, branch_id: str) -> int:
    """Erase who booked and who waited a day after it was over, a batch at a time; returns how many."""
    before = tx.now - RESERVATIONS_KEPT_US
    booked = old_reservations_erased(tx, branch_id, before, AT_ONCE)
    return booked + old_standbys_erased(tx, branch_id, before, AT_ONCE)


@action(scope="branch_id")
def forget_bookings(tx: Tx, *, branch_id: str) -> int:
    """Erase who booked seats and who waited for some, a day after the evening was over; returns how many.

    A batch at a time. What was sold stays: which seats, for how much, and when somebody came.
    """
    before = tx.now - BOOKINGS_KEPT_US
    old = old_bookings(tx, branch_id, before, AT_ONCE)
    erase_bookings(tx, old)
    # An evening is over a day after its beginning: nobody tells us when it ends.
    return len(old) + old_seat_standbys_erased(tx, branch_id, before - DAY_US, AT_ONCE)
