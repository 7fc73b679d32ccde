"""The clinic's day as it is when the visitor comes: services, rosters, and reservations in all their states.

Guests with a promise come through the same doors as everybody: some early, some late, some never.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from nowserving.actions.reservations.arriving import arrive, miss
from nowserving.actions.reservations.booking import confirm, reserve
from nowserving.actions.reservations.changing import cancel_reservation
from nowserving.actions.reservations.rosters import set_roster
from nowserving.actions.reservations.services import create_service
from nowserving.demo.clinic.guests import patient
from nowserving.demo.clinic.plan import DOCTORS, SERVICES
from nowserving.demo.morning import Morning
from nowserving.domain.calendar.day import local_time, zone_of
from nowserving.domain.calendar.hours import WEEKDAYS
from nowserving.domain.instants import MINUTE_US
from nowserving.domain.values import time_text
from nowserving.errors import AppError
from nowserving.store.reservations.slots import slots_between

if TYPE_CHECKING:
    from random import Random

    from nowserving.demo.build import Built, MorningClock
    from nowserving.domain.reservations.reservation import Reservation
    from nowserving.store.store import Store

_HOUR = 60 * MINUTE_US
# The doctors' day lies around the hour at which the visitor comes, whenever that is.
_BEFORE_H, _AFTER_H = 3, 6
_TAKEN = 0.6
_CANCELLED, _NEVER_COMES, _LATE = 0.08, 0.1, 0.12
_STILL_ASKED = 0.5


class ClinicDay(Morning):
    """One clinic's morning: some walk-ins, and those who are promised a time."""

    # Most of the day is promised; what is left is for those who just come.
    load = 0.35

    def __init__(self, store: Store, branch: Built, clock: MorningClock, random: Random) -> None:
        super().__init__(store, branch, clock, random)
        self._promises: list[tuple[int, int, str, str]] = []
        self.services = set_up(store, branch, clock)

    def live_until(self, end: int) -> None:
        """Play everything up to `end` (µs)."""
        self._book(end)
        super().live_until(end)
        self._play_promises(end)

    def _do(self, what: str, whom: str) -> None:
        """Let those with a promise come first who were to come until now."""
        now = self._clock.now
        self._play_promises(now)
        self._clock.now = now
        super()._do(what, whom)

    def _play_promises(self, end: int) -> None:
        while self._promises and self._promises[0][0] <= end:
            at, _, what, key = heapq.heappop(self._promises)
            self._clock.now = max(self._clock.now, at)
            try:
                self._store.write_now(
                    arrive if what == "arrive" else miss,
                    actor="guest" if what == "arrive" else "rule",
                    reservation_key=key,
                )
            except AppError:
                continue  # Cancelled meanwhile.
        self._clock.now = max(self._clock.now, end)

    def _book(self, end: int) -> None:
        """Fill the day: everybody booked before it began."""
        begin = self._clock.now
        for service, service_id in zip(SERVICES, self.services.values(), strict=True):
            slots = self._store.read_now(
                slots_between, service_id, begin - _HOUR, end + 5 * _HOUR, now=begin, by_staff=True
            )
            for slot in slots:
                for _ in range(
                    slot.free if service.rules.get("capacity", 1) > 1 else len(service.desks) or 1
                ):
                    if self._random.random() < _TAKEN:
                        self._one(service.rules.get("approval", False), service_id, slot.start_at, end)

    def _one(self, approval: bool, service_id: str, start_at: int, end: int) -> None:  # noqa: FBT001 one caller
        guest = patient(self._random)
        try:
            made: Reservation = self._store.write_now(
                reserve,
                actor="guest",
                service_id=service_id,
                start_at=start_at,
                by_staff=not approval or start_at < end,
                **guest,
            )
        except AppError:
            return  # The slot is gone.
        draw = self._random.random()
        if draw < _CANCELLED:
            self._store.write_now(
                cancel_reservation, actor="guest", reservation_key=made.key, by_staff=True, reason=""
            )
        elif approval and start_at >= end:
            if self._random.random() > _STILL_ASKED:
                self._store.write_now(confirm, reservation_key=made.key)
        elif draw < _CANCELLED + _NEVER_COMES:
            self._promise(start_at + 16 * MINUTE_US, "miss", made.key)
        else:
            is_late = draw < _CANCELLED + _NEVER_COMES + _LATE
            minutes = self._random.uniform(4, 14) if is_late else self._random.uniform(-18, 0)
            self._promise(start_at + round(minutes * MINUTE_US), "arrive", made.key)

    def _promise(self, at: int, what: str, key: str) -> None:
        heapq.heappush(self._promises, (at, len(self._promises), what, key))


def set_up(store: Store, branch: Built, clock: MorningClock) -> dict[str, str]:
    """Make the services and rosters; returns the services' ids by name."""
    for desk, public_name in DOCTORS.items():
        store.write_now(
            set_roster,
            desk_id=branch.desks[desk],
            changes={
                "owner_id": branch.agents[desk],
                "public_name": public_name,
                "hours": _hours(branch.plan.time_zone, clock.now),
            },
        )
    return {
        one.name: store.write_now(
            create_service,
            branch_id=branch.id,
            name=one.name,
            queue_id=branch.queues[one.prefix],
            duration_s=one.duration_s,
            description=one.description,
            price=one.price,
            hours=None if one.desks else _hours(branch.plan.time_zone, clock.now),
            questions=one.questions,
            rules=one.rules,
            desk_ids=[branch.desks[desk] for desk in one.desks],
        ).id
        for one in SERVICES
    }


def _hours(zone: str, begin: int) -> dict[str, Any]:
    """Return hours of every day around the visitor's: from some hours before the morning to some after."""
    # The building begins two hours before the visitor comes.
    hour = local_time(begin, zone_of(zone)).hour + 2
    opens, closes = (hour - _BEFORE_H) % 24, (hour + _AFTER_H) % 24
    day = [[time_text(opens * 60), time_text(closes * 60) if closes else "24:00"]]
    return {"weekly": dict.fromkeys(WEEKDAYS, day)}
