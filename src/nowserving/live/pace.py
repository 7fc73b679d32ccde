"""How each queue of a branch goes, in memory: what tickets that ended lately tell, and who is served now."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from functools import partial

from nowserving.domain.event import Event
from nowserving.domain.layout.branch import Desk, DeskState, Queue
from nowserving.domain.reservations.promises import Promises
from nowserving.domain.tickets.estimate import Pace, Range, at_rate
from nowserving.domain.tickets.pace import (
    RECENT,
    Ended,
    Learnt,
    Stays,
    ended_from,
    expected_stay,
    learnt,
    stays_from,
)
from nowserving.domain.tickets.rehearsal import MOST_INSIDE, PLACES, Inside, rehearse
from nowserving.domain.tickets.rules import Admission
from nowserving.domain.tickets.ticket import FINAL, State
from nowserving.live.lines import Lines
from nowserving.live.places import Place

_MOST_KNOWN = 32


class Paces:
    """The pace of each queue. It changes only by `apply` and what it is told; asking reads what is there."""

    def __init__(self, lines: Lines, promises: Promises) -> None:
        """Know nothing yet. `lines` and `promises` are the branch's."""
        self._lines = lines
        self._promises = promises
        self._queues: Mapping[str, Queue] = {}
        self._desks: Mapping[str, Desk] = {}
        self._ended: dict[str, deque[Ended]] = {}
        self._learnt: dict[str, Learnt | None] = {}
        self._stays: dict[str, Stays | None] = {}
        # Worked out when something happens, never when it is asked for: a writer's thread asks too,
        # when it renders the answer to an Idempotency-Key.
        self._paces: dict[str, Pace] = {}
        # What parties that join now would be told, by size and instant, until something happens.
        self._joining: dict[str, dict[tuple[int, int], Pace]] = {}
        self._unsettled: set[str] = set()

    def set_layout(self, queues: Mapping[str, Queue], desks: Mapping[str, Desk]) -> None:
        """Take over an edited configuration."""
        self._queues, self._desks = queues, desks
        for queue_id in queues:
            self._learn(queue_id)
        self.look(queues)

    def load(self, queue_id: str, ended: Iterable[Ended]) -> None:
        """Take the recently ended tickets of a queue, oldest first."""
        self._ended[queue_id] = deque(ended, RECENT)
        self._learn(queue_id)
        self.look([queue_id])

    def of(self, queue_id: str) -> Pace | None:
        """Return how a queue goes."""
        return self._paces.get(queue_id)

    def joining(self, queue_id: str, party_size: int, now: int) -> Pace | None:
        """Return how a queue goes for a party of this size that joins now, behind everybody.

        Behind a line longer than what is rehearsed, its size makes no difference.
        """
        if not self._rehearsed(queue_id):
            return self.of(queue_id)
        size = party_size if len(self._lines.line(queue_id)) < PLACES else 0
        known = self._joining.setdefault(queue_id, {})
        if (size, now) not in known:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[size, now] = self._pace(self._queues[queue_id], now, party_size)
        return known[size, now]

    def apply(self, event: Event, place: Place) -> None:
        """Follow a ticket's event. The lines have followed it already; `place` is the ticket as it is now."""
        if event.verb == "ticket.joined" and self._changes_nothing(place):
            return
        queue_ids = {place.queue_id, event.data.get("before", {}).get("queue_id", place.queue_id)}
        for queue_id in queue_ids:
            self._forget(queue_id, place.id)
        if place.state in FINAL:
            self._remember(place, event.at)
        desk = self._desks.get(event.desk_id or "")
        self.look({*queue_ids, *(desk.queue_ids if desk else ())})

    def look(self, queue_ids: Iterable[str]) -> None:
        """Work out anew how these queues go, with the next `settle` if it takes a rehearsal."""
        for queue_id in queue_ids:
            queue = self._queues.get(queue_id)
            if queue is None:
                continue
            self._joining.pop(queue_id, None)
            if self._rehearsed(queue_id):
                self._unsettled.add(queue_id)
            else:
                self._paces[queue_id] = self._pace(queue, 0)

    def settle(self) -> None:
        """Rehearse the lines that have changed: once, however many events have come together."""
        for queue_id in self._unsettled & self._queues.keys():
            self._paces[queue_id] = self._pace(self._queues[queue_id], self.latest(queue_id))
        self._unsettled.clear()

    def _changes_nothing(self, place: Place) -> bool:
        """Whoever joins is no desk's business, nor that of the places in front which are rehearsed."""
        queue = self._queues.get(place.queue_id)
        if queue is None or place.state is not State.WAITING:
            return False
        return queue.rules.admission is Admission.BY_AGENT or self._lines.ahead(place) >= PLACES

    def latest(self, queue_id: str) -> int:
        """Return when something last happened in a queue, by what memory holds: the same after a restart."""
        line = self._lines.line(queue_id)
        latest = [one.since_at for one in (*line.first(PLACES), *self._lines.inside[queue_id].values())]
        ended = self._ended.get(queue_id)
        return max(*latest, ended[-1].at if ended else 0, 0)

    def _remember(self, place: Place, at: int) -> None:
        ended = ended_from(place.id, place.state, place.called_at, at, place.party_size)
        if ended is not None:
            self._ended.setdefault(place.queue_id, deque(maxlen=RECENT)).append(ended)
            self._learn(place.queue_id)

    def _forget(self, queue_id: str, ticket_id: int) -> None:
        """A ticket that was brought back has not ended."""
        known = self._ended.get(queue_id, ())
        if any(one.ticket_id == ticket_id for one in known):
            self._ended[queue_id] = deque((one for one in known if one.ticket_id != ticket_id), RECENT)
            self._learn(queue_id)

    def _learn(self, queue_id: str) -> None:
        queue = self._queues.get(queue_id)
        if queue is None:
            return
        known, rules = self._ended.get(queue_id, ()), queue.rules
        if rules.admission is Admission.AUTOMATIC:
            expected_of = partial(expected_stay, rules)
            self._stays[queue_id] = stays = stays_from(known, expected_of)
            self._learnt[queue_id] = learnt(known, expected_of(stays.usual_size) if stays else None)
        else:
            self._stays[queue_id] = None
            self._learnt[queue_id] = learnt(known, rules.expected_service_s)

    def _rehearsed(self, queue_id: str) -> bool:
        inside = len(self._lines.inside[queue_id])
        return self._stays.get(queue_id) is not None and 0 < inside <= MOST_INSIDE

    def _pace(self, queue: Queue, now: int, joining: int | None = None) -> Pace:
        known = self._learnt.get(queue.id)
        automatic = queue.rules.admission is Admission.AUTOMATIC
        desks, idle = self._room(queue) if automatic else self._at_work(queue.id)
        if known is None:
            return Pace(desks, idle, late_s=queue.late_s)
        mean_s, variation, stays, median_s, samples = known
        places = self._rehearse(queue, now, joining) if self._rehearsed(queue.id) else ()
        coming = self._promises.of(queue.id)
        made = Pace(desks, idle, mean_s, variation, stays, samples, median_s, queue.late_s, places, coming)
        return at_rate(made, queue.rules.admit_per_minute) if automatic else made

    def _at_work(self, queue_id: str) -> tuple[int, int]:
        """Return how many desks are open for a queue, and how many of those have nobody."""
        at_work = [
            desk.id
            for desk in self._desks.values()
            if desk.state is DeskState.OPEN and queue_id in desk.queue_ids
        ]
        return len(at_work), sum(key not in self._lines.at_desk for key in at_work)

    def _room(self, queue: Queue) -> tuple[int, int]:
        """Return how many tickets fit into a queue that calls by itself, and how many it would take now."""
        rules, inside = queue.rules, self._lines.inside[queue.id]
        stays = self._stays.get(queue.id)
        # Weighted by time: larger parties stay longer, so more of those inside are large.
        units = stays.mean_units(rules.units) if stays else 1.0
        free = (rules.capacity or 0) - sum(rules.units(one.party_size) for one in inside.values())
        idle = 0 if len(self._lines.line(queue.id)) else int(free // units)
        return max(round((rules.capacity or 0) / units), 1), max(idle, 0)

    def _rehearse(self, queue: Queue, now: int, joining: int | None) -> tuple[Range | None, ...]:
        stays = self._stays[queue.id]
        if stays is None:
            return ()
        line = [(one.party_size, one.passed) for one in self._lines.line(queue.id).first(PLACES)]
        if len(line) < PLACES:
            # One more: whoever joins next. On screens for everybody it is a party of a usual size.
            line.append((joining or stays.usual_size, 0))
        within = sorted(self._lines.inside[queue.id].values(), key=lambda one: one.id)
        inside = [_inside(one, now) for one in within]
        return rehearse(inside, line, queue.rules, stays)


def _inside(place: Place, now: int) -> Inside:
    since = place.called_at if place.called_at is not None else now
    left = None
    if place.state is State.SERVING and place.deadline_at is not None:
        left = (place.deadline_at - now) / 1_000_000
    return Inside(place.party_size, max(now - since, 0) / 1_000_000, left)
