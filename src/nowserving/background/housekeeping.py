"""Housekeeping: what is not needed any more goes, personal data first."""

from __future__ import annotations

from functools import partial

from nowserving.actions.tickets.tidying import forget_names, tidy
from nowserving.background.everywhere import in_each
from nowserving.store.layout import branches
from nowserving.store.store import Store

EVERY_S = 600.0


async def keep_house(store: Store) -> None:
    """Erase names a day after their visit, old idempotency replies, dead sign-ins and pairings."""
    # Archived branches too: a name does not become ours because the doors were closed for good.
    await in_each(store, forget_names, [one.id for one in await store.read(partial(branches, archived=True))])
    await store.write(tidy)
