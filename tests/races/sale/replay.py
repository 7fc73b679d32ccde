"""The history of a house from its event log alone: who had which seat from when until when.

Nothing of the engine's own reckoning of free seats is used here, so that it can be held against it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from nowserving.domain.event import Event
from tests.races.sale.buyers import Told

FOREVER = 1 << 62
# An action's instant is never before the one ahead of it, so within a group it may run ahead of the clock.
SLACK_US = 20_000
Span = tuple[int, int, str]


def spans_of(events: Iterable[Event]) -> dict[int, list[Span]]:
    """Return for each seat from when until when it was somebody's, and whose: the end not counted."""
    spans: dict[int, list[Span]] = defaultdict(list)
    until: dict[int, tuple[int, list[int]]] = {}
    for one in events:
        if one.verb == "hold.made":
            ends_at, places = one.data["deadline_at"], one.data["taken"]
            until[one.data["hold_id"]] = ends_at, places
            for place in places:
                spans[place].append((one.at, ends_at, f"hold {one.data['hold_id']}"))
        elif one.verb in ("hold.released", "hold.lapsed"):
            ends_at, places = until[one.data["hold_id"]]
            for place in places:
                _end(spans[place], f"hold {one.data['hold_id']}", min(ends_at, one.at))
        elif one.verb == "booking.made":
            for place in one.data["taken"]:
                _end(spans[place], f"hold {one.data['hold_id']}", one.at)
                spans[place].append((one.at, FOREVER, f"booking {one.data['booking_id']}"))
    return spans


def _end(spans: list[Span], owner: str, at: int) -> None:
    for nth in range(len(spans) - 1, -1, -1):
        if spans[nth][2] == owner:
            spans[nth] = spans[nth][0], at, owner
            return


def twice_taken(spans: dict[int, list[Span]]) -> list[str]:
    """Return every seat that two had at once."""
    return [
        f"seat {place}: {before[2]} and {after[2]}"
        for place, own in spans.items()
        for before, after in pairwise(sorted(own))
        if after[0] < before[1]
    ]


def refused_in_vain(spans: dict[int, list[Span]], places: dict[str, int], told: Iterable[Told]) -> list[str]:
    """Return every refusal that was not true at any instant between the question and the answer."""
    free = _Free(spans, len(places))
    wrong = []
    for one in told:
        asked, answered = one.asked_at - SLACK_US, one.told_at + SLACK_US
        if one.kind == "not_enough_seats" and free.least(asked, answered) >= one.many:
            wrong.append(f"refused {one.many} with {free.least(asked, answered)} free")
        if one.kind == "seats_taken":
            wanted = [spans[places[guid]] for guid in one.guids or ()]
            if not any(since < answered and asked < until for own in wanted for since, until, _ in own):
                wrong.append(f"told that {one.guids} are taken, and none was")
    return wrong


class _Free:
    """How many seats were free at each instant."""

    def __init__(self, spans: dict[int, list[Span]], seats: int) -> None:
        steps = [(since, -1) for own in spans.values() for since, until, _ in own if since < until]
        steps += [(until, 1) for own in spans.values() for since, until, _ in own if since < until < FOREVER]
        steps.sort()
        self._at = [at for at, _ in steps]
        self._free = list(accumulate((step for _, step in steps), initial=seats))

    def least(self, since: int, until: int) -> int:
        """Return the fewest that were free at any instant from `since` to `until`."""
        first, last = bisect_right(self._at, since), bisect_right(self._at, until)
        return min(self._free[first : last + 1])


def seconds_of(events: Sequence[Event]) -> float:
    """Return the seconds from the first hold to the last booking."""
    holds = [one.at for one in events if one.verb == "hold.made"]
    booked = [one.at for one in events if one.verb == "booking.made"]
    return (max(booked) - min(holds)) / 1_000_000
