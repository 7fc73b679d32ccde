"""Deadlines: what lapses by itself. A column is looked at; nothing is scheduled, so nothing is lost.

Late is fine and twice is impossible: the action looks at the deadline again under the branch's
lock. After an outage everything overdue happens once, oldest first.
"""

from __future__ import annotations

from nowserving.actions.lapsing import close_day, lapse_overdue
from nowserving.store.memory import branch_ids
from nowserving.store.store import Store
from nowserving.store.tickets import branches_overdue

SWEEP_S = 0.5
DAY_CLOSE_S = 60.0


async def sweep(store: Store) -> int:
    """Lapse every ticket whose deadline has come; returns how many."""
    moved = 0
    for branch_id in await store.read(branches_overdue, store.clock()):
        # A batch is bounded, so that a long outage does not hold the branch for one huge group.
        while batch := await store.write(lapse_overdue, branch_id=branch_id):
            moved += batch
    return moved


async def close_days(store: Store) -> int:
    """Put away what is left of earlier service days in branches that are closed; returns how many."""
    closed = 0
    for branch_id in await store.read(branch_ids):
        while batch := await store.write(close_day, branch_id=branch_id):
            closed += batch
    return closed
