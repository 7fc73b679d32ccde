"""Who is near by the clock: how many places of each line have an estimate as short as their queue names."""

from __future__ import annotations

from collections.abc import Iterable

from nowserving.live.branch import BranchLive

_FARTHEST = 100


def near_by_wait(branches: Iterable[BranchLive]) -> dict[str, int]:
    """Return, for each queue with such a rule, how many first places wait no longer than it says."""
    found = {}
    for branch in branches:
        for queue_id, queue in branch.queues.items():
            minutes = queue.rules.announce_nearly_minutes
            places = _places(branch, queue_id, minutes * 60) if minutes is not None else 0
            if places:
                found[queue_id] = places
    return found


def _places(branch: BranchLive, queue_id: str, most_s: int) -> int:
    waiting = min(len(branch.lines.line(queue_id)), _FARTHEST)
    for ahead in range(waiting):
        wait = branch.wait(queue_id, ahead)
        if wait is None or (wait.low_s + wait.high_s) / 2 > most_s:
            return ahead
    return waiting
