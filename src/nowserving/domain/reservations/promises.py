"""Who is still to come to a branch, in memory: what it has promised for today and tomorrow.

Memory follows the events of reservations, which say where each stands and when it begins. So the estimate of
a walk-in counts those who will go before, and nobody's page asks the database.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from nowserving.domain.event import Event
from nowserving.domain.instants import SECOND_US
from nowserving.domain.reservations.reservation import ReservationState
from nowserving.domain.reservations.service import Service
from nowserving.domain.tickets.coming import Coming, share_of
from nowserving.domain.tickets.rank import appointment

MOST_TOLD = 32
"""How many of those still to come an estimate looks at, and a phone is told of."""

_REMEMBERED = 100


class Promised(NamedTuple):
    """A confirmed reservation whose guest is not here yet."""

    id: int
    service_id: str
    start_at: int


class Came(NamedTuple):
    """Whether the guest of a reservation came."""

    id: int
    service_id: str
    came: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a branch has promised until an instant, and how its guests have kept to it lately."""

    services: tuple[Service, ...]
    promised: tuple[Promised, ...]
    came: tuple[Came, ...]
    """The oldest first."""
    until_at: int


class Promises:
    """What a branch has promised soon. It changes only by `load`, `set_services` and `apply`."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.until_at = 0
        self._services: dict[str, Service] = {}
        self._promised: dict[int, Promised] = {}
        self._came: dict[str, OrderedDict[int, bool]] = {}
        # By queue, worked out when something changes: every ticket that moves asks for it.
        self._ready: dict[str, tuple[Coming, ...]] = {}

    def load(self, found: Outlook) -> None:
        """Take what the database says, instead of all that was known."""
        self.until_at = found.until_at
        self._promised = {one.id: one for one in found.promised}
        self._came = {}
        for one in found.came:
            self._remember(one.service_id, one.id, came=one.came)
        self.set_services(found.services)

    def set_services(self, services: Iterable[Service]) -> None:
        """Take over what an admin has edited."""
        self._services = {one.id: one for one in services}
        self._ready.clear()

    def apply(self, event: Event) -> set[str]:
        """Follow a reservation's event and return the queues for which something has changed."""
        data = event.data
        reservation_id, service_id, start_at = data["reservation_id"], data["service_id"], data["start_at"]
        before = self._promised.pop(reservation_id, None)
        now = None
        if data["state"] == ReservationState.CONFIRMED and start_at < self.until_at:
            now = self._promised[reservation_id] = Promised(reservation_id, service_id, start_at)
        if event.verb in ("reservation.arrived", "reservation.missed"):
            self._remember(service_id, reservation_id, came=event.verb == "reservation.arrived")
        elif before == now:
            return set()
        service = self._services.get(service_id)
        if service is None:
            return set()
        self._ready.pop(service.queue_id, None)
        return {service.queue_id}

    def of(self, queue_id: str) -> tuple[Coming, ...]:
        """Return the first of those still to come to a queue, in the order of the ranks they will have."""
        if queue_id not in self._ready:
            self._ready[queue_id] = self._of(queue_id)
        return self._ready[queue_id]

    def _of(self, queue_id: str) -> tuple[Coming, ...]:
        feeding = {key: one for key, one in self._services.items() if one.queue_id == queue_id}
        shows = {key: self._share(key) for key in feeding}
        found = [
            _coming(feeding[one.service_id], one.start_at, shows[one.service_id])
            for one in self._promised.values()
            if one.service_id in feeding
        ]
        return tuple(sorted(found, key=attrgetter("rank", "start_at"))[:MOST_TOLD])

    def _share(self, service_id: str) -> float:
        known = self._came.get(service_id) or OrderedDict[int, bool]()
        return share_of(sum(known.values()), len(known))

    def _remember(self, service_id: str, reservation_id: int, *, came: bool) -> None:
        known = self._came.setdefault(service_id, OrderedDict())
        known.pop(reservation_id, None)
        known[reservation_id] = came
        if len(known) > _REMEMBERED:
            known.popitem(last=False)


def _coming(service: Service, start_at: int, shows: float) -> Coming:
    rules = service.rules
    rank = appointment(start_at, rules.lead_s, rules.grace_s, start_at)
    return Coming(rank, start_at, start_at + rules.grace_s * SECOND_US, float(service.duration_s), shows)
