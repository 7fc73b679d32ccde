"""A surgery on the web: two doctors, one service, half-hour slots from nine to noon, in Madrid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nowserving.actions.reservations.booking import reserve
from nowserving.actions.reservations.services import create_service, edit_service
from nowserving.domain.calendar.hours import hours_from
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.delivery import Letter
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.service import Service
from nowserving.outside.senders import Recorder
from nowserving.store.reservations.reservations import reservation_by_key
from nowserving.web.house import House
from tests.builders import MONDAY_MORNING_US, Builder
from tests.conftest import Clock
from tests.web.conftest import Client
from tests.web.forms import send

MINUTE = 60 * 1_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEKDAYS = {"weekly": {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
# The clock stands at 09:00 UTC on Monday, 23 November 2026; Madrid's nine o'clock of Tuesday.
TUESDAY = MONDAY_MORNING_US + DAY - HOUR


@dataclass
class Practice:
    """The surgery, the server that serves it, and what it would have mailed."""

    house: House
    client: Client
    clock: Clock
    branch_id: str
    queue_id: str
    rooms: tuple[str, str]
    service: Service
    mail: Recorder

    @property
    def path(self) -> str:
        return f"/book/{self.branch_id}/{self.service.id}"

    async def edit(self, **changes: Any) -> None:
        """Change the service."""
        self.service = await self.house.store.write(edit_service, service_id=self.service.id, changes=changes)

    async def reserve(self, start_at: int = TUESDAY, **more: Any) -> Reservation:
        """Reserve a slot in one act."""
        given = {"name": "Ana Ruiz", "email": "ana@example.org", **more}
        return await self.house.store.write(
            reserve, actor="guest", service_id=self.service.id, start_at=start_at, **given
        )

    async def hold(self, start_at: int = TUESDAY, **more: str) -> str:
        """Keep a slot by the form of the page, and return the reservation's key."""
        answer = await send(self.client, f"{self.path}/hold", start=str(start_at), **more)
        assert answer.status_code == 303, answer.text
        found = re.fullmatch(r"/r/([A-Za-z0-9_-]{22})", answer.headers["location"])
        assert found
        return found[1]

    async def now(self, key: str) -> Reservation:
        """Return a reservation as it is now."""
        found = await self.house.store.read(reservation_by_key, key)
        assert found is not None
        return found

    def letters(self) -> list[Letter]:
        """Return what was mailed."""
        return self.mail.letters


async def make_practice(house: House, client: Client, clock: Clock, build: Builder) -> Practice:
    """Open the surgery."""
    branch_id = build.branch("Surgery", time_zone="Europe/Madrid", hours=hours_from(WEEKDAYS))
    queue_id = build.queue("Check-ups", branch_id, prefix="C")
    rooms = tuple(build.desk(name, branch_id, serves=[queue_id]) for name in ("Dr. Rao", "Dr. Sol"))
    await house.relay.start()
    service = await house.store.write(
        create_service,
        branch_id=branch_id,
        name="Check-up",
        description="Once a year",
        price="free",
        queue_id=queue_id,
        duration_s=1800,
        desk_ids=rooms,
    )
    mail = Recorder()
    house.senders = {**house.senders, Channel.EMAIL: mail}
    return Practice(house, client, clock, branch_id, queue_id, (rooms[0], rooms[1]), service, mail)
