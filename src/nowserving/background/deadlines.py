"""Deadlines: what lapses by itself. A column is looked at; nothing is scheduled, so nothing is lost.

Late is fine and twice is impossible: the action looks at the deadline again under the branch's
lock. After an outage everything overdue happens once, oldest first.
"""

from __future__ import annotations

from nowserving.actions.reservations.lapsing import lapse_overdue_reservations
from nowserving.actions.tickets.admitting import admit_due
from nowserving.actions.tickets.lapsing import close_day, lapse_overdue
from nowserving.background.everywhere import in_each
from nowserving.store.memory import branch_ids
from nowserving.store.reservations.reservations import branches_with_overdue
from nowserving.store.store import Store
from nowserving.store.tickets.calls import branches_due
from nowserving.store.tickets.tickets import branches_overdue

SWEEP_S = 0.5
DAY_CLOSE_S = 60.0


async def sweep(store: Store) -> int:
    """Lapse every ticket, hold, offer, request and promise whose deadline has come; returns how many."""
    now = store.clock()
    tickets = await in_each(store, lapse_overdue, await store.read(branches_overdue, now))
    admitted = await in_each(store, admit_due, await store.read(branches_due, now))
    return (
        tickets
        + admitted
        + await in_each(store, lapse_overdue_reservations, await store.read(branches_with_overdue, now))
    )


async def close_days(store: Store) -> int:
    """Put away what is left of earlier service days in branches that are closed; returns how many."""
    return await in_each(store, close_day, await store.read(branch_ids))
