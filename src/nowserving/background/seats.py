"""Seats by themselves: holds that nobody books in time end, and so do bookings of a cancelled show."""

from __future__ import annotations

from nowserving.actions.seats.freeing import lapse_overdue_holds
from nowserving.actions.seats.paying import call_off_bookings
from nowserving.actions.seats.standing_by import end_vain_standbys
from nowserving.background.everywhere import in_each
from nowserving.store.seats.bookings import branches_in_vain
from nowserving.store.seats.holds import branches_with_overdue_holds
from nowserving.store.seats.seat_standbys import branches_waiting_in_vain
from nowserving.store.store import Store

SWEEP_S = 0.5
CALLED_OFF_S = 2.0


async def sweep_holds(store: Store) -> int:
    """End every hold whose time or pass is over; returns how many. Late is fine."""
    return await in_each(
        store, lapse_overdue_holds, await store.read(branches_with_overdue_holds, store.clock())
    )


async def sweep_called_off(store: Store) -> int:
    """End every booking whose show was cancelled, and the waiting for what nobody gets; returns how many."""
    ended = await in_each(store, call_off_bookings, await store.read(branches_in_vain))
    waiting = await store.read(branches_waiting_in_vain, store.clock())
    return ended + await in_each(store, end_vain_standbys, waiting)
