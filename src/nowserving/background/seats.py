"""Seats that nobody books in time: their holds end by themselves, and what is freed is offered."""

from __future__ import annotations

from nowserving.actions.seats.freeing import lapse_overdue_holds
from nowserving.background.everywhere import in_each
from nowserving.store.seats.holds import branches_with_overdue_holds
from nowserving.store.store import Store

SWEEP_S = 0.5


async def sweep_holds(store: Store) -> int:
    """End every hold whose time or pass is over; returns how many. Late is fine."""
    return await in_each(
        store, lapse_overdue_holds, await store.read(branches_with_overdue_holds, store.clock())
    )
