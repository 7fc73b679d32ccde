"""What a queue offers to somebody who is about to join it by phone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request

from nowserving.domain.calendar.hours import closed_for, is_open, next_opening
from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.estimate import Range
from nowserving.live.branch import BranchLive
from nowserving.live.screens import join_state, queue_name
from nowserving.web.house import House, house_of


@dataclass(frozen=True, slots=True)
class Offer:
    """A queue as a phone sees it before joining. `state` is "open" or why nobody can join now.

    `name` is the queue's own: who chooses for themselves must know what. `sign` is what walls and tickets
    say instead, "" where they say the same.
    """

    queue: Queue
    name: str
    sign: str
    state: str
    waiting: int
    wait: Range | None


def offer_of(branch: BranchLive, queue: Queue, now: int, own: int = 0) -> Offer:
    """Return what a queue offers to a phone at an instant; `own` of its places are that phone's."""
    waiting = max(0, len(branch.lines.line(queue.id)) - own)
    state = join_state(branch, queue, now) if queue.rules.remote_join else "not_by_phone"
    sign = queue_name(queue) if queue_name(queue) != queue.name else ""
    return Offer(queue, queue.name, sign, state, waiting, branch.wait(queue.id, waiting, now=now))


def doors_of(branch: BranchLive, now: int) -> dict[str, Any]:
    """Return what pages say of the doors.

    `opens_at` is when they open next, in µs: None while they are open, or if nobody knows. `closed_for` is
    why they stay closed today, "" without a reason: None where only the hour is wrong.
    """
    hours, calendar = branch.layout.branch.hours, branch.layout.calendar
    zone = ZoneInfo(branch.layout.branch.time_zone)
    if is_open(now, hours, zone, calendar):
        return {"opens_at": None, "closed_for": None}
    return {
        "opens_at": next_opening(now, hours, zone, calendar),
        "closed_for": closed_for(now, zone, calendar),
    }


async def branch_with_queue(request: Request, queue_id: str) -> BranchLive | None:
    """Return the branch in which a queue stands; guesses count, and are refused beyond a limit."""
    house = house_of(request)
    return house.relay.branch_with_queue(queue_id) or await house.limits.looked_up(
        request.scope, partial(_looked_for, house, queue_id)
    )


async def _looked_for(house: House, queue_id: str) -> BranchLive | None:
    await house.relay.look_for("queue_id", queue_id)
    return house.relay.branch_with_queue(queue_id)
