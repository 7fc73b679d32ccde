"""A surgery that takes reservations: two doctors, one service, open from nine to noon on weekdays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from nowserving.actions.reservations.booking import hold, reserve
from nowserving.actions.reservations.lapsing import lapse_overdue_reservations
from nowserving.actions.reservations.services import create_service, edit_service
from nowserving.domain.calendar.hours import hours_from
from nowserving.domain.event import Event
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.slots import Slot
from nowserving.errors import AppError
from nowserving.store.care.checks import run_checks
from nowserving.store.reservations.reservations import reservation_by_key
from nowserving.store.reservations.slots import slots_between
from nowserving.store.store import Store
from tests.actions.audit import all_events
from tests.builders import MONDAY_MORNING_US, Builder
from tests.conftest import Clock

T = TypeVar("T")
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEKDAYS = {"weekly": {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
# The clock stands at 09:00 UTC on Monday; the surgery's own nine o'clock of Tuesday.
TUESDAY = MONDAY_MORNING_US + DAY


@dataclass
class Surgery:
    """Two rooms that give check-ups of half an hour, three hours a morning, in UTC."""

    store: Store
    clock: Clock
    build: Builder
    branch_id: str
    queue_id: str
    rooms: tuple[str, str]
    service: Service

    def do(self, verb: Callable[..., T], actor: str = "guest", **arguments: Any) -> T:
        """Perform a verb a second after the one before."""
        self.clock.advance(1)
        return self.store.write_now(verb, actor=actor, **arguments)

    def refuses(self, verb: Callable[..., Any], **arguments: Any) -> AppError:
        """Perform a verb that must be refused and leave no event; return the refusal."""
        before = len(self.events())
        with pytest.raises(AppError) as caught:
            self.do(verb, **arguments)
        assert len(self.events()) == before
        return caught.value

    def rule(self, **rules: Any) -> Service:
        """Change rules of the service."""
        self.service = self.do(edit_service, service_id=self.service.id, changes={"rules": rules})
        return self.service

    def edit(self, **changes: Any) -> Service:
        """Change the service."""
        self.service = self.do(edit_service, service_id=self.service.id, changes=changes)
        return self.service

    def hold(self, start_at: int = TUESDAY, **more: Any) -> Reservation:
        """Hold a slot, the first of Tuesday unless told otherwise."""
        return self.do(hold, service_id=self.service.id, start_at=start_at, **more)

    def reserve(self, start_at: int = TUESDAY, name: str = "Ana Ruiz", **more: Any) -> Reservation:
        """Reserve a slot in one act."""
        return self.do(reserve, service_id=self.service.id, start_at=start_at, name=name, **more)

    def now(self, reservation: Reservation) -> Reservation:
        """Return a reservation as it is now."""
        found = self.store.read_now(reservation_by_key, reservation.key)
        assert found is not None
        return found

    def slots(self, from_us: int = TUESDAY, to_us: int = TUESDAY + DAY, **more: Any) -> list[Slot]:
        """Return the slots of Tuesday unless told otherwise."""
        return self.store.read_now(slots_between, self.service.id, from_us, to_us, now=self.clock.now, **more)

    def free(self, start_at: int = TUESDAY, **more: Any) -> int:
        """Return how much room a slot has."""
        return next((one.free for one in self.slots(start_at, start_at + 1, **more)), -1)

    def sweep(self) -> int:
        """Let everything run out that has."""
        return self.store.write_now(lapse_overdue_reservations, branch_id=self.branch_id)

    def events(self) -> list[Event]:
        """Return all events of the branch."""
        return [one for one in self.store.read_now(all_events) if one.scope_id == self.branch_id]

    def verbs(self, last: int = 0) -> list[str]:
        """Return the verbs of the events, or of the last so many."""
        return [event.verb for event in self.events()][-last:]

    def audit(self) -> None:
        """Fail unless the product's own checks find nothing."""
        checks = self.store.read_now(run_checks, 0)
        assert [said for check in checks for said in check.violations] == []


def make_surgery(store: Store, clock: Clock, build: Builder) -> Surgery:
    """Make the surgery: Room 1 and Room 2 serve one queue and give one service."""
    branch_id = build.branch("Surgery", time_zone="UTC", hours=hours_from(WEEKDAYS))
    queue_id = build.queue("Check-ups", branch_id, prefix="C")
    maria = build.agent("Maria Lopez", branch_id)
    rooms = (
        build.desk("Room 1", branch_id, serves=[queue_id], agent_id=maria),
        build.desk("Room 2", branch_id, serves=[queue_id]),
    )
    service = store.write_now(
        create_service,
        branch_id=branch_id,
        name="Check-up",
        queue_id=queue_id,
        duration_s=1800,
        desk_ids=rooms,
    )
    return Surgery(store, clock, build, branch_id, queue_id, rooms, service)
