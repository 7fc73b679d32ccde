"""What can be read can be asked for without its body: monitors do so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from nowserving.actions.tickets.joining import join
from nowserving.web.wire.head import HeadAsGet
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving

pytestmark = pytest.mark.anyio
# A monitor compares these; the rest of the headers may tell the time.
_SAME = ("content-type", "content-length", "etag", "cache-control", "location")


@pytest.fixture
async def client(sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock) -> AsyncIterator[Client]:
    async with serving(sqlite_url, tmp_path / "data", wall) as (house, caller):
        made = await house.store.write(join, queue_id=hall.passports)
        caller.headers["X-Test-Ticket"] = made.ticket.key
        yield caller


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/readyz",
        "/",
        "/sign-in",
        "/desk",
        "/kiosk",
        "/t/TICKET",
        "/nothing-here",
        "/static/x/css/site.css",
        "/api/v1/openapi.json",
        "/api/v1/branches",
        "/api/v1/tickets/TICKET",
        "/api/v1/tickets/nobody-has-this-key",
        "/api/v1/snapshots?topic=ticket:TICKET",
    ],
)
async def test_head_says_what_get_would_without_saying_it(client: Client, path: str) -> None:
    address = path.replace("TICKET", client.headers["X-Test-Ticket"])
    get, head = await client.get(address), await client.head(address)

    assert head.status_code == get.status_code
    assert head.content == b""
    assert get.content or get.status_code == 303
    assert {name: head.headers.get(name) for name in _SAME} == {name: get.headers.get(name) for name in _SAME}


async def test_head_changes_nothing_that_get_would_not(client: Client, hall: TownHall) -> None:
    """An address that only takes POST does not take HEAD either."""
    refused = await client.head(f"/api/v1/desks/{hall.desk_1}/call-next", headers=client.as_("agent"))

    assert refused.status_code == 405


async def test_a_stream_is_not_asked_for_its_head(client: Client, hall: TownHall) -> None:
    assert (await client.head(f"/api/v1/streams?topic=line:{hall.passports}")).status_code == 405


async def test_an_answer_in_parts_ends_once() -> None:
    async def in_parts(scope: Scope, _receive: Receive, send: Send) -> None:
        assert scope["method"] == "GET"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})

    heard: list[Message] = []

    async def send(message: Message) -> None:
        heard.append(message)

    async def receive() -> Any:
        raise AssertionError

    await HeadAsGet(in_parts)({"type": "http", "method": "HEAD", "path": "/"}, receive, send)

    assert heard[1:] == [{"type": "http.response.body", "body": b""}]
