"""The same step in many branches: a fault in one of them is no reason to leave the others out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from nowserving.errors import Busy
from nowserving.store.store import Store

log = logging.getLogger(__name__)


async def in_each(store: Store, verb: Callable[..., int], branch_ids: Iterable[str]) -> int:
    """Run an action in every branch, again until it finds nothing more; returns how much it did.

    The action does a batch at a time, so that no branch is held for one huge group. Raises Busy when
    the database is away, for then no branch is any better off.
    """
    done = 0
    for branch_id in branch_ids:
        try:
            while batch := await store.write(verb, branch_id=branch_id):
                done += batch
        except Busy:
            raise
        except Exception:
            log.exception("%s failed in %s", getattr(verb, "__name__", verb), branch_id)
    return done
