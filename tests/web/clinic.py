"""A clinic behind a server, as the tests of its pages visit it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from nowserving.actions.clinic.records import create_record
from nowserving.actions.clinic.visiting import attach
from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.tickets.joining import join
from nowserving.domain.tickets.ticket import Ticket
from nowserving.store import schema
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Client, serving
from tests.web.forms import send, sign_in

ANA = "Ana Zerafina"
CLASSES = [{"code": "pain", "name": "In pain", "head_start_s": 600}]


@dataclass
class Clinic:
    """A server whose first queue is a doctor's, with people who may read notes and people who may not."""

    house: House
    client: Client
    hall: TownHall
    clock: Clock

    @property
    def desk(self) -> str:
        return f"/desk/{self.hall.desk_1}/clinic"

    async def enter(self, login: str) -> None:
        self.client.cookies.clear()
        assert (await sign_in(self.client, login)).status_code == 303

    async def join(self, **more: Any) -> Ticket:
        self.clock.advance(1)
        made = await self.house.store.write(join, queue_id=self.hall.passports, **more)
        return made.ticket

    async def now(self, ticket: Ticket) -> Ticket:
        found = await self.house.store.read(ticket_by_key, ticket.key)
        assert found is not None
        return found

    async def record(self, ticket: Ticket | None = None, reason: str = "") -> str:
        given: dict[str, object] = {"name": ANA, "birth_date": "1954-03-01"}
        made = await self.house.store.write(
            create_record, branch_id=self.hall.branch_id, cabinet=self.house.cabinet, given=given
        )
        if ticket is not None:
            await self.house.store.write(
                attach, key=ticket.key, cabinet=self.house.cabinet, record_id=made.id, reason=reason
            )
        return made.id

    async def act(self, verb: str, ticket: Ticket | None = None, **fields: str) -> Any:
        self.clock.advance(1)
        key = {"key": ticket.key} if ticket else {}
        return await send(self.client, self.desk, verb=verb, **key, **fields)

    async def in_consultation(self) -> Ticket:
        ticket = await self.join()
        await self.act("call-next")
        await self.act("start", ticket)
        return ticket

    async def reads(self) -> list[tuple[str, str, str | None]]:
        table = schema.record_reads
        query = select(table.c.what, table.c.actor, table.c.record_id).order_by(table.c.id)
        return await self.house.store.read(lambda reader: [tuple(row) for row in reader.execute(query)])


@asynccontextmanager
async def opened_clinic(
    sqlite_url: str, folder: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[Clinic]:
    """Open a town hall whose queues are clinical, with a doctor, a porter, a stranger and an admin."""
    async with serving(sqlite_url, folder, wall) as (house, client):
        hashed = await house.passwords.hash(PASSWORD)
        doctor = web_build.agent("Doctor", hall.branch_id, password_hash=hashed)
        web_build.change(schema.staff, doctor, clinical=1)
        web_build.agent("Porter", hall.branch_id, password_hash=hashed)
        stranger = web_build.agent("Stranger", "library", password_hash=hashed)
        web_build.change(schema.staff, stranger, clinical=1)
        web_build.admin("Olga", password_hash=hashed)
        rules: dict[str, Any] = {
            "clinical": True,
            "outcomes": ["recovered"],
            "priorities": CLASSES,
            "expected_service_s": 60,
        }
        rules["ask_name"] = True
        for queue_id in hall.queue_ids:
            await house.store.write(edit_queue, queue_id=queue_id, changes={"rules": rules})
        yield Clinic(house, client, hall, wall)
