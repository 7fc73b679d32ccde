"""One branch in memory: its layout, its lines, its latest calls and its pace, all at one version."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nowserving.domain.event import Event
from nowserving.domain.layout.branch import Desk, DeskState, Queue
from nowserving.domain.tickets.estimate import Pace, Range, estimate, pace_from
from nowserving.domain.tickets.ticket import State
from nowserving.live.acts import Acts
from nowserving.live.lines import Lines, Place
from nowserving.live.missed import Missed
from nowserving.store.layout import Layout
from nowserving.store.memory import ANNOUNCING

SAMPLES = 40
CALLS_SHOWN = 12
ANNOUNCED = frozenset(ANNOUNCING)
DUTY = frozenset({"desk.opened", "desk.paused", "desk.closed"})
_OVER = frozenset({"ticket.finished", "ticket.expired"})


@dataclass(frozen=True, slots=True)
class Call:
    """One announcement: a code is summoned to a desk. `version` is the event's: unique and in order."""

    version: int
    key: str
    code: str
    desk_id: str | None
    queue_id: str
    at: int


class BranchLive:
    """What is true now in one branch. It changes only by `apply`, one event after the other."""

    def __init__(self, layout: Layout, version: int, by_key: dict[str, Place]) -> None:
        self.version = version
        self.lines = Lines(by_key)
        self.calls: deque[Call] = deque(maxlen=CALLS_SHOWN)
        self.acts = Acts()
        self.missed = Missed()
        self.touched: dict[str, Place] = {}
        self._durations: dict[str, deque[float]] = {}
        # Worked out when something is learnt, never when it is asked for: a writer's thread asks too,
        # when it renders the answer to an Idempotency-Key.
        self._paces: dict[str, Pace | None] = {}
        self.set_layout(layout)

    def set_layout(self, layout: Layout) -> None:
        """Take over an edited configuration."""
        self.layout = layout
        self.queues: Mapping[str, Queue] = {queue.id: queue for queue in layout.queues}
        self.desks: dict[str, Desk] = {desk.id: desk for desk in layout.desks}
        self._open_desks: dict[str, int] = {}
        self._paces = {queue_id: self._measured(queue_id) for queue_id in self.queues}

    def load_durations(self, queue_id: str, seconds: Iterable[float]) -> None:
        """Take recent service times of a queue, oldest first."""
        self._durations[queue_id] = deque(seconds, SAMPLES)
        self._paces[queue_id] = self._measured(queue_id)

    def apply(self, event: Event) -> None:
        """Follow the next event. `touched` collects the tickets it moved."""
        self.version = event.version
        if event.ticket_id is not None:
            self._apply_ticket(event)
            return
        self.missed.apply(event, None)
        if event.verb in DUTY and event.desk_id in self.desks:
            state = DeskState(event.verb.removeprefix("desk.").replace("opened", "open"))
            self._open_desks.clear()
            desk = self.desks[event.desk_id]
            self.desks[desk.id] = replace(
                desk, state=state, agent_id=event.data["agent_id"], since_at=event.at
            )

    def _apply_ticket(self, event: Event) -> None:
        served_since = self._serving_since(event)
        self.acts.apply(event)
        place = self.lines.apply(event)
        self.missed.apply(event, place)
        if place is None:
            return
        self.touched[place.key] = place
        if event.verb in ANNOUNCED:
            self.calls.appendleft(
                Call(event.version, place.key, place.code, place.desk_id, place.queue_id, event.at)
            )
        elif event.verb == "ticket.undone":
            self.forget_calls_of(place.key, event.data["after"])
        if event.verb in _OVER and served_since is not None:
            self._learn(place.queue_id, (event.at - served_since) / 1_000_000)

    def learn(self, ticket_id: int, name: str | None, note: str | None) -> None:
        """Learn what is personal about a ticket's guest, which no event carries."""
        for place in (self.lines.by_id.get(ticket_id), self.missed.get(ticket_id)):
            if place is not None:
                place.name, place.note = name, note

    def forget_calls_of(self, key: str, after: Mapping[str, Any]) -> None:
        """Forget the calls of a ticket whose call was taken back, by the event that did it."""
        if after.get("state") != State.CALLED:
            self.calls = deque((call for call in self.calls if call.key != key), CALLS_SHOWN)

    def _serving_since(self, event: Event) -> int | None:
        """Return since when the desk was busy with a ticket: its call, for agents seldom press start."""
        place = self.lines.by_id.get(event.ticket_id or 0)
        return place.called_at if place else None

    def _learn(self, queue_id: str, seconds: float) -> None:
        self._durations.setdefault(queue_id, deque(maxlen=SAMPLES)).append(seconds)
        self._paces[queue_id] = self._measured(queue_id)

    def pace(self, queue_id: str) -> Pace | None:
        """Return how fast a queue is served, or None when nothing is known."""
        return self._paces.get(queue_id)

    def _measured(self, queue_id: str) -> Pace | None:
        queue = self.queues.get(queue_id)
        expected_s = queue.rules.expected_service_s if queue else None
        return pace_from(self._durations.get(queue_id, ()), expected_s)

    def desks_for(self, queue_id: str) -> int:
        """Return how many desks are at work on a queue: open ones only."""
        found = self._open_desks.get(queue_id)
        if found is None:
            found = self._open_desks[queue_id] = sum(
                desk.state is DeskState.OPEN and queue_id in desk.queue_ids for desk in self.desks.values()
            )
        return found

    def wait(self, queue_id: str, ahead: int) -> Range | None:
        """Return the estimate for somebody with so many ahead in a queue, or None if it is unknown."""
        return estimate(ahead, self.pace(queue_id), self.desks_for(queue_id))

    def take_touched(self) -> dict[str, Place]:
        """Return the tickets that moved since the last call, by key, ended ones too, and forget them."""
        touched, self.touched = self.touched, {}
        return touched


def pace_view(branch: BranchLive, queue_id: str) -> dict[str, Any]:
    """Return what a phone needs to work out its own estimate, rounded to seconds."""
    pace = branch.pace(queue_id)
    queue = branch.queues.get(queue_id)
    shared = {"desks": branch.desks_for(queue_id), "late_s": queue.late_s if queue else 0}
    if pace is None:
        return shared
    return {
        **shared,
        "median_s": round(pace.median_s, 1),
        "p10_s": round(pace.p10_s, 1),
        "p90_s": round(pace.p90_s, 1),
        "samples": pace.samples,
    }
