"""One branch in memory: its layout, its lines, its latest calls and its pace, all at one version."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nowserving.domain.event import Event
from nowserving.domain.layout.branch import Desk, DeskState, Queue
from nowserving.domain.reservations.promises import Outlook, Promises
from nowserving.domain.tickets.estimate import Pace, Range, estimate, still_to_come
from nowserving.domain.tickets.pace import Ended
from nowserving.domain.tickets.ticket import State
from nowserving.live.acts import Acts
from nowserving.live.lines import Lines, SeatChanges
from nowserving.live.missed import Missed
from nowserving.live.pace import Paces
from nowserving.live.places import Place
from nowserving.store.layout import Layout
from nowserving.store.memory import ANNOUNCING

CALLS_SHOWN = 12
# How far back somebody may stand and still be near by the clock.
_FARTHEST = 100
ANNOUNCED = frozenset(ANNOUNCING)
DUTY = frozenset({"desk.opened", "desk.paused", "desk.closed"})
# What happens to these changes no layout. Of a reservation memory follows whether somebody is still to come.
ON_NO_SCREEN = frozenset(
    {"reservation", "standby", "roster", "absence", "show", "performance", "lobby", "pass"}
    | {"seat_map", "seats", "hold", "booking", "stub", "seat_standby"}
)


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
        self.seats = SeatChanges()
        self.promises = Promises()
        self._paces = Paces(self.lines, self.promises)
        self.set_layout(layout)

    def set_layout(self, layout: Layout) -> None:
        """Take over an edited configuration."""
        self.layout = layout
        self.queues: Mapping[str, Queue] = {queue.id: queue for queue in layout.queues}
        self.desks: dict[str, Desk] = {desk.id: desk for desk in layout.desks}
        self._paces.set_layout(self.queues, self.desks)

    def take_outlook(self, found: Outlook) -> None:
        """Take what the branch has promised soon, as the database says."""
        self.promises.load(found)
        self._paces.look(self.queues)

    def load_ended(self, queue_id: str, ended: Iterable[Ended]) -> None:
        """Take the recently ended tickets of a queue, oldest first."""
        self._paces.load(queue_id, ended)

    def apply(self, event: Event) -> None:
        """Follow the next event. `touched` collects the tickets it moved."""
        self.version = event.version
        if event.ticket_id is not None:
            self._apply_ticket(event)
            return
        self.missed.apply(event, None)
        self.seats.apply(event)
        if event.verb.startswith("reservation."):
            self._paces.look(self.promises.apply(event))
        elif event.verb == "guest.erased":
            self._forget_guest(event.data["of"])
        elif event.verb in DUTY and event.desk_id in self.desks:
            state = DeskState(event.verb.removeprefix("desk.").replace("opened", "open"))
            desk = self.desks[event.desk_id]
            self.desks[desk.id] = replace(
                desk, state=state, agent_id=event.data["agent_id"], since_at=event.at
            )
            self._paces.look(desk.queue_ids)

    def _apply_ticket(self, event: Event) -> None:
        self.acts.apply(event)
        place = self.lines.apply(event)
        self.missed.apply(event, place)
        if place is None:
            return
        self.touched[place.key] = place
        if event.verb in ANNOUNCED:
            self.announce(event, place.key, place.code)
        elif event.verb == "ticket.undone":
            self.forget_calls_of(place.key, event.data["after"])
        self._paces.apply(event, place)

    def announce(self, event: Event, key: str, code: str) -> None:
        """Put a call on the walls, unless it is a lobby's: those who are in it sit at home."""
        queue_id = event.queue_id or ""
        queue = self.queues.get(queue_id)
        if event.desk_id is not None or (queue is not None and not queue.is_lobby):
            self.calls.appendleft(Call(event.version, key, code, event.desk_id, queue_id, event.at))

    def learn(self, key: str, ticket_id: int, name: str | None, note: str | None) -> None:
        """Learn what is personal about a ticket's guest, which no event carries."""
        place = self.lines.learn(key, name, note)
        if place is not None and key in self.touched:
            self.touched[key] = place
        missed = self.missed.get(ticket_id)
        if missed is not None:
            missed.name, missed.note = name, note

    def _forget_guest(self, ticket_id: int) -> None:
        for place in (self.lines.personal(ticket_id), self.missed.get(ticket_id)):
            if place is not None:
                self.learn(place.key, ticket_id, None, None)

    def forget_calls_of(self, key: str, after: Mapping[str, Any]) -> None:
        """Forget the calls of a ticket whose call was taken back, by the event that did it."""
        if after.get("state") != State.CALLED:
            self.calls = deque((call for call in self.calls if call.key != key), CALLS_SHOWN)

    def pace(self, queue_id: str) -> Pace | None:
        """Return how a queue goes, or None if there is no such queue."""
        return self._paces.of(queue_id)

    def pace_for(self, queue_id: str, party_size: int, now: int) -> Pace | None:
        """Return how a queue goes for a party of this size that joins now, behind everybody.

        Only for the event loop: where covers are shared, it is worked out for this party.
        """
        return self._paces.joining(queue_id, party_size, now)

    def wait(
        self, queue_id: str, ahead: int, rank: int | None = None, now: int | None = None
    ) -> Range | None:
        """Return the estimate for somebody with so many ahead in a queue, or None if it is unknown.

        Who is still to come is counted for a guest of this `rank` (None: of somebody who joins now) where
        it is said what time it is.
        """
        if now is None:
            return estimate(ahead, self.pace(queue_id))
        return estimate(ahead, self.pace(queue_id), now if rank is None else rank, now)

    def wait_for(self, queue_id: str, party_size: int, now: int) -> Range | None:
        """Return the estimate for a party of this size that joins now, or None if it is unknown."""
        return estimate(len(self.lines.line(queue_id)), self.pace_for(queue_id, party_size, now), now, now)

    def still_to_come(self, queue_id: str, ahead: int, rank: int, now: int) -> int:
        """Return how many reservations may go before a guest of this rank with so many ahead."""
        return still_to_come(ahead, self.pace(queue_id), rank, now).many

    def latest(self, queue_id: str) -> int:
        """Return when something last happened in a queue, in µs: the same after a restart."""
        return self._paces.latest(queue_id)

    def settle(self) -> None:
        """Work out what the latest events mean for estimates. To be called before anybody is told of them."""
        self._paces.settle()

    def take_touched(self) -> dict[str, Place]:
        """Return the tickets that moved since the last call, by key, ended ones too, and forget them."""
        touched, self.touched = self.touched, {}
        return touched


def pace_view(branch: BranchLive, queue_id: str) -> dict[str, Any]:
    """Return what a phone needs to work out its own estimate."""
    return pace_json(branch.pace(queue_id) or Pace(0))


def pace_json(pace: Pace) -> dict[str, Any]:
    """Return a pace as phones get it; names and meaning are those of `Pace`."""
    view: dict[str, Any] = {"desks": pace.desks, "idle": pace.idle, "late_s": pace.late_s}
    if pace.mean_s is not None:
        measured = ("mean_s", "variation", "stays", "samples", "median_s")
        view |= {name: getattr(pace, name) for name in measured}
    if pace.places:
        view["places"] = [list(place) if place else [] for place in pace.places]
    if pace.coming:
        view["coming"] = [list(one) for one in pace.coming]
    return view


def near_by_wait(branches: Iterable[BranchLive], now: int) -> dict[str, int]:
    """Return, for each queue with such a rule, how many first places wait no longer than it says."""
    found = {}
    for branch in branches:
        for queue_id, queue in branch.queues.items():
            minutes = queue.rules.announce_nearly_minutes
            places = _places(branch, queue_id, minutes * 60, now) if minutes is not None else 0
            if places:
                found[queue_id] = places
    return found


def _places(branch: BranchLive, queue_id: str, most_s: int, now: int) -> int:
    found = 0
    for ahead, place in enumerate(branch.lines.line(queue_id).first(_FARTHEST)):
        wait = branch.wait(queue_id, ahead, place.rank, now)
        if wait is None or (wait.low_s + wait.high_s) / 2 > most_s:
            return found
        found += 1
    return found
