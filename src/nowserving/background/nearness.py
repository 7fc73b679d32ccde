"""Telling guests to come near whose estimate has become short: time alone does it, nobody need move."""

from __future__ import annotations

from collections.abc import Mapping

from nowserving.actions.messages.telling import tell_first_places
from nowserving.store.messages.outbox import first_to_tell
from nowserving.store.store import Store

EVERY_S = 5.0


async def tell_who_is_near(store: Store, near: Mapping[str, int]) -> None:
    """Tell the guests in so many first places of each queue, those who don't know yet."""
    for queue_id, places in near.items():
        # A look first: it takes no lock, and nearly always there is nobody to tell.
        if await store.read(first_to_tell, queue_id, 1):
            await store.write(tell_first_places, queue_id=queue_id, places=places)
