"""A whole server for tests, without a socket: the real application on a real database."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from nowserving.app import make_app, make_house, running
from nowserving.settings import load
from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.documented import answers

BASE = "http://testserver"
PASSWORD = "correct horse battery staple"
KEYS = {role: f"nsk_{role}-key-of-the-tests" for role in ("admin", "agent", "kiosk", "display")}


class Client(httpx2.AsyncClient):
    """A caller of the API; `as_` is the same with another role's key."""

    def as_(self, role: str) -> dict[str, str]:
        """Return the headers of a program with this role at the town hall."""
        return {"X-API-Key": KEYS[role]}


@asynccontextmanager
async def serving(
    url: str, folder: Path, clock: Clock | None = None, **settings: object
) -> AsyncIterator[tuple[House, Client]]:
    """Open a house on a database and yield it with a client that has no credentials."""
    house = make_house(load(data_dir=folder, database_url=url, **settings))
    if clock is not None:
        house.store.clock = clock
        house.relay.teller._clock = clock
    async with running(house):
        transport = httpx2.ASGITransport(make_app(house))
        hooks = {"response": [_hold_to_the_document]}
        async with Client(transport=transport, base_url=BASE, event_hooks=hooks) as client:
            yield house, client


async def _hold_to_the_document(response: httpx2.Response) -> None:
    path = response.request.url.path
    if path.startswith("/api/v1/"):
        body = await response.aread()
        kind = response.headers.get("content-type", "")
        answers().check(response.request.method, path, response.status_code, kind, body)


@pytest.fixture
def wall() -> Clock:
    """A clock that stands at the present time: tokens are judged by the real one."""
    return Clock(time.time_ns() // 1000)


@pytest.fixture
def web_build(sqlite_url: str) -> Iterator[Builder]:
    builder = Builder(sqlite_url)
    yield builder
    builder.close()


@pytest.fixture
def hall(web_build: Builder) -> TownHall:
    """The town hall with a key for each role, and next door a library that is none of its business."""
    return web_build.once(_hall_with_keys)


def _hall_with_keys(build: Builder) -> TownHall:
    library = build.branch("Library", time_zone="America/Lima")
    loans = build.queue("Loans", library, prefix="A")
    build.desk("Front desk", library, serves=[loans])
    found = build.town_hall()
    for role, secret in KEYS.items():
        build.api_key(role.title(), secret, role=role, branch_id=None if role == "admin" else found.branch_id)
    return found


@pytest.fixture
async def client(sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock) -> AsyncIterator[Client]:
    """A client of a server with the town hall."""
    async with serving(sqlite_url, tmp_path / "data", wall) as (_, caller):
        yield caller
