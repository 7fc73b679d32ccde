"""A server whose messages are only noted, a queue that asks for contacts, and an admin who is signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.domain.tickets.rules import AskContact, QueueRules, rules_to
from nowserving.outside.senders import Recorder
from nowserving.web.gate.passwords import hash_now
from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Client, serving
from tests.web.forms import send
from tests.web.messages.callers import ADMIN


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock
) -> AsyncIterator[tuple[House, Client]]:
    """A server and a caller."""
    async with serving(sqlite_url, tmp_path / "data", wall) as both:
        yield both


@pytest.fixture
def house(site: tuple[House, Client]) -> House:
    return site[0]


@pytest.fixture
def client(site: tuple[House, Client]) -> Client:
    return site[1]


@pytest.fixture
async def queue(client: Client, house: House, hall: TownHall, web_build: Builder) -> str:
    """A queue that asks guests how to be told, and lets them join from home; mail is only noted."""
    rules = QueueRules(ask_contact=AskContact.OPTIONAL, remote_join=True)
    edited = await client.patch(
        f"/api/v1/queues/{hall.passports}", json={"rules": rules_to(rules)}, headers=ADMIN
    )
    assert edited.status_code == 200, edited.text
    house.senders = {"email": Recorder(), "sms": Recorder(), "push": Recorder(), "staff": Recorder()}
    return hall.passports


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    """A browser in which the admin is signed in."""
    web_build.admin("Olga Admin", password_hash=hash_now(PASSWORD))
    signed_in = await send(client, "/sign-in", login="olga-admin", password=PASSWORD)
    assert signed_in.status_code == 303
    return client
