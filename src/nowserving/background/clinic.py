"""Housekeeping of the clinic: records as long as the setting says, reasons a day, reads six years."""

from __future__ import annotations

import asyncio
from functools import partial

from nowserving.actions.clinic.erasing import forget_reads, forget_reasons, forget_records
from nowserving.background.everywhere import in_each
from nowserving.store.care.log_file import empty_log
from nowserving.store.layout import branches
from nowserving.store.store import Store

EVERY_S = 600.0


async def forget(store: Store, keep_days: int) -> None:
    """Erase what has had its time; `keep_days` of 0 keeps records until somebody erases them."""
    every = [one.id for one in await store.read(partial(branches, archived=True))]
    await in_each(store, forget_reasons, every)
    for branch_id in every if keep_days else ():
        while await store.write(forget_records, branch_id=branch_id, keep_days=keep_days):
            # A batch at a time, so that no branch is held for long.
            await asyncio.to_thread(empty_log, store.url)
    await store.write(forget_reads)
