"""Moving windows in memory: how often a caller did something lately, exactly, and forgotten in time.

The memory of the `limits` package looks at every caller it knows, each in a thread of its own, after
every single hit. With a hall of phones that takes a whole core, so we keep our own.
"""

from __future__ import annotations

import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable

from limits import RateLimitItem, WindowStats


class MemoryWindows:
    """Counts hits for one process. It does for memory what `MovingWindowRateLimiter` does for Redis."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        # By length of the window: for each caller its hits, the caller with the latest hit last.
        self._hits: defaultdict[int, OrderedDict[str, deque[float]]] = defaultdict(OrderedDict)

    def __len__(self) -> int:
        """Return how many callers are remembered."""
        return sum(len(callers) for callers in self._hits.values())

    async def hit(self, limit: RateLimitItem, *who: str) -> bool:
        """Count a hit and say whether it is within the limit; one that is not does not count."""
        now, length_s = self._clock(), limit.get_expiry()
        callers = self._hits[length_s]
        _forget(callers, now - length_s)
        hits = callers.setdefault(limit.key_for(*who), deque())
        _move(hits, now - length_s)
        if len(hits) >= limit.amount:
            return False
        hits.append(now)
        callers.move_to_end(limit.key_for(*who))
        return True

    async def test(self, limit: RateLimitItem, *who: str) -> bool:
        """Say whether a hit would be within the limit, and count none."""
        hits = self._hits[limit.get_expiry()].get(limit.key_for(*who), deque())
        _move(hits, self._clock() - limit.get_expiry())
        return len(hits) < limit.amount

    async def get_window_stats(self, limit: RateLimitItem, *who: str) -> WindowStats:
        """Return when the next hit is within the limit again, and how many are left."""
        hits = self._hits[limit.get_expiry()].get(limit.key_for(*who))
        first = hits[0] if hits else self._clock()
        return WindowStats(first + limit.get_expiry(), limit.amount - len(hits or ()))


def _move(hits: deque[float], since: float) -> None:
    """Drop what is out of the window by now."""
    while hits and hits[0] <= since:
        hits.popleft()


def _forget(callers: OrderedDict[str, deque[float]], since: float) -> None:
    """Drop callers whose latest hit is out of the window: each is looked at once, when its time has come."""
    while callers:
        name, hits = next(iter(callers.items()))
        if hits and hits[-1] > since:
            return
        del callers[name]
