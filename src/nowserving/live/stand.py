"""The host's stand: one queue that seats parties by itself, as the staff of its branch see it.

Whatever time alone changes (a wait past its quote, a table past its limit) is told as an instant and
judged where it is shown, so that the document changes when something happens and at no other time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.admission import LOOK_AHEAD, held_for
from nowserving.domain.tickets.rules import Admission
from nowserving.domain.tickets.ticket import State, is_promise
from nowserving.live.branch import BranchLive
from nowserving.live.places import Place
from nowserving.live.screens import act_view, ticket_row, told_view, without_null

WAITING_SHOWN = 200
# A party is quoted what the largest of its band would be: alone, a couple, a table of four, and so on.
_BANDS = (1, 2, 4, 6, 8, 12)


def is_stand(queue: Queue) -> bool:
    """Tell whether a queue has a stand: it calls by itself, and is no lobby."""
    return queue.rules.admission is Admission.AUTOMATIC and not queue.is_lobby


def stand_view(branch: BranchLive, queue_id: str) -> dict[str, Any]:
    """Return what a host sees: how full it is, who was called, who sits, who waits, who was missed."""
    queue = branch.queues[queue_id]
    inside = branch.lines.inside[queue_id].values()
    used = sum(queue.rules.units(place.party_size) for place in inside)
    capacity = queue.rules.capacity or 0
    line = branch.lines.line(queue_id)
    return without_null(
        queue=_queue(queue),
        capacity=capacity,
        used=used,
        free=max(0, capacity - used),
        over=max(0, used - capacity),
        late_s=queue.late_s,
        told=told_view(queue),
        called=_rows(branch, inside, State.CALLED),
        seated=_rows(branch, inside, State.SERVING),
        holding=_holding(branch, queue, capacity - used),
        waiting_count=len(line),
        waiting=[_waiting(branch, place, ahead) for ahead, place in enumerate(line.first(WAITING_SHOWN))],
        missed=[_row(branch, place) for place in branch.missed.of(queue_id, branch.version)],
        quotes=_quotes(branch, queue),
        act=act_view(branch, branch.acts.of_stand(queue_id, branch.version)),
    )


def _queue(queue: Queue) -> dict[str, Any]:
    rules = queue.rules
    return without_null(
        id=queue.id,
        name=queue.name,
        prefix=queue.prefix,
        icon=queue.icon,
        paused=queue.paused_at is not None,
        ask_name=rules.ask_name,
        max_party=rules.max_party,
        largest_party=rules.largest_party,
    )


def _holding(branch: BranchLive, queue: Queue, free: int) -> dict[str, Any] | None:
    """Return for whom free seats are kept while people wait; None where nothing has to be explained.

    Without a party of its own it says that nobody who waits fits.
    """
    line = branch.lines.line(queue.id)
    if free <= 0 or not len(line) or queue.paused_at is not None:
        return None
    kept = held_for(free, line.first(LOOK_AHEAD + 1), queue.rules)
    if kept is None:
        fits = any(queue.rules.units(one.party_size) <= free for one in line.first(LOOK_AHEAD + 1))
        return None if fits else {"free": free}
    return without_null(
        free=free, code=kept.code, name=kept.name, party_size=kept.party_size, passed=kept.passed or None
    )


def _rows(branch: BranchLive, inside: Iterable[Place], state: State) -> list[dict[str, Any]]:
    """Return who is called or seated; whose time is over first, and those without a limit last."""
    found = [place for place in inside if place.state is state]
    found.sort(
        key=lambda place: (place.overstayed_at or place.deadline_at or 1 << 62, place.since_at, place.id)
    )
    return [_row(branch, place) for place in found]


def _waiting(branch: BranchLive, place: Place, ahead: int) -> dict[str, Any]:
    fits = branch.queues[place.queue_id].rules.fits(place.party_size)
    now = branch.latest(place.queue_id)
    wait = branch.wait(place.queue_id, ahead, place.rank, now) if fits else None
    return {
        **_row(branch, place),
        "position": ahead + 1,
        **without_null(
            wait={"low_s": wait.low_s, "high_s": wait.high_s} if wait else None,
            too_large=None if fits else True,
        ),
    }


def _row(branch: BranchLive, place: Place) -> dict[str, Any]:
    low_s, high_s = place.quoted or (None, None)
    return {
        **ticket_row(branch, place),
        **without_null(
            note=place.note,
            passed=place.passed or None,
            quoted_low_s=low_s,
            quoted_high_s=high_s,
            coming_at=place.coming_at,
            promised=(place.coming_at is not None and is_promise(place.coming_at)) or None,
            overstayed_at=place.overstayed_at,
        ),
    }


def _quotes(branch: BranchLive, queue: Queue) -> list[dict[str, Any]]:
    """Return what a party that joins now would be told, by its size from one on."""
    now = branch.latest(queue.id)
    # A band whose largest party does not fit is quoted as the largest that does.
    most = queue.rules.largest_party
    waits = {size: branch.wait_for(queue.id, min(size, most), now) for size in _BANDS}
    largest = min(queue.rules.max_party, _BANDS[-1])
    told = [
        waits[next(band for band in _BANDS if band >= size)] if queue.rules.fits(size) else None
        for size in range(1, largest + 1)
    ]
    return [{"low_s": wait.low_s, "high_s": wait.high_s} if wait else {} for wait in told]
