"""Rank: the one number that orders everybody. Smaller ranks are called first.

A rank is an effective arrival in microseconds since the epoch. Every ordering rule only chooses
the rank it would like; the store keeps ranks unique in a queue by adding a microsecond where the
wanted one is taken, which puts a newcomer behind whoever was there first.

Those who come before a sale opens are ranked by lot: `domain/shows/draw.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from nowserving.domain.instants import SECOND_US

SPACING = 64
"""How many µs lie between two arrivals at least, so that there is room to put somebody between them."""


class Where(StrEnum):
    """The place that a requeued ticket comes back to."""

    FRONT = "front"
    MIDDLE = "middle"
    END = "end"


def walk_in(now: int) -> int:
    """Rank somebody who comes now: behind all who came before."""
    return now


def prioritised(now: int, head_start_s: int) -> int:
    """Rank a priority guest as if it had come earlier by its head start.

    A head start is worth minutes, not a class above all others: whoever has waited longer than
    the head start is still called first, so nobody starves.
    """
    return now - head_start_s * SECOND_US


def appointment(slot_start: int, lead_s: int, grace_s: int, now: int) -> int:
    """Rank a guest with an appointment who checks in now.

    On time, up to `grace_s` after the slot begins, it counts as having come `lead_s` before its
    slot. Later than that it is a walk-in: it comes in now.
    """
    if is_late(slot_start, grace_s, now):
        return walk_in(now)
    return slot_start - lead_s * SECOND_US


def is_late(slot_start: int, grace_s: int, now: int) -> bool:
    """Tell whether a guest who has not come counts as late: by this rule on every screen and in the line."""
    return now > slot_start + grace_s * SECOND_US


def requeued(
    where: Where, now: int, *, first: int | None, middle: int | None, after_middle: int | None = None
) -> int:
    """Rank a ticket that comes back to a line whose first and middle ranks are these (None: nobody waits).

    Front is before the first one, middle just behind the middle one (`middle_place` says which
    that is), end as if it came now. Front and middle never are worse than the end.
    """
    if where is Where.FRONT and first is not None:
        return min(first - SPACING, now)
    if where is Where.MIDDLE and middle is not None:
        return min(behind(middle, after_middle), now)
    return now


def behind(ahead: int, follower: int | None) -> int:
    """Rank somebody who comes just behind `ahead`: halfway to its follower, so that room stays on both sides.

    Where two stand so close that nobody fits between them, the store's microsecond puts the
    newcomer behind both.
    """
    if follower is None:
        return ahead + SPACING
    return ahead + max((follower - ahead) // 2, 1)


def rejoined(own: int, middle: int) -> int:
    """Rank a guest who missed a call and comes back: behind half of the line, as `requeued` finds it.

    Whoever was here in time is not overtaken by all of it, and missing a call must never be worth
    anything: nobody comes back to a better place than the `own` one it was called from.
    """
    return max(own, middle)


def middle_place(waiting: int) -> int | None:
    """Return the index, in rank order, of the middle one of so many: half of them, rounded up, stay ahead."""
    return (waiting - 1) // 2 if waiting else None


def postponed(k: int, ranks_after: Sequence[int], own: int) -> int:
    """Rank a ticket that lets the next `k` pass: just behind the k-th after it, or behind the last one.

    `ranks_after` are the ranks behind its `own`, in order; only the first `k` and the one behind
    them are looked at. The rank only ever grows, so nobody else is worse off.
    """
    passing = ranks_after[: max(k, 0)]
    if not passing:
        return own
    return behind(passing[-1], ranks_after[k] if k < len(ranks_after) else None)
