"""Housekeeping: what is not needed any more goes, personal data first."""

from __future__ import annotations

from nowserving.actions.tidying import forget_names, tidy
from nowserving.store.memory import branch_ids
from nowserving.store.store import Store

EVERY_S = 600.0


async def keep_house(store: Store) -> None:
    """Erase names a day after their visit, old idempotency replies, dead sign-ins and pairings."""
    for branch_id in await store.read(branch_ids):
        while await store.write(forget_names, branch_id=branch_id):
            pass
    await store.write(tidy)
