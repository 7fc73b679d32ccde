"""The door without a script: who may stand there, and what it says to a code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from nowserving.actions.seats.mapping import set_seat_map
from nowserving.outside.stub_keys import StubKey, stub_key
from nowserving.secret_key import secret_key
from tests.actions.theatre import Theatre, make_theatre
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving
from tests.web.forms import FORM

pytestmark = pytest.mark.anyio


@dataclass
class Door:
    """A server with a theatre, and whoever stands at its door."""

    client: Client
    theatre: Theatre
    key: StubKey

    @property
    def path(self) -> str:
        return f"/door/{self.theatre.performance_id}"

    async def sold(self, *guids: str) -> list[str]:
        """Sell seats; return what their codes say."""
        booking = await asyncio.to_thread(self.theatre.book, *guids)
        stubs = await asyncio.to_thread(self.theatre.stubs, booking)
        return [self.key.code_of(one.performance_id, one.serial, one.version) for one in stubs]

    def another_evening(self) -> str:
        """Sell the same house on another evening; return its performance."""
        other = self.theatre.another_evening()
        self.theatre.do(set_seat_map, performance_id=other, seat_map_id=self.theatre.seat_map_id)
        return other

    async def looks(self, code: str, path: str = "") -> str:
        """Show a code at the door; return the page."""
        headers = {**FORM, **self.client.as_("admin")}
        answer = await self.client.post(path or self.path, content=urlencode({"code": code}), headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
async def door(
    sqlite_url: str, tmp_path: Path, web_build: Builder, hall: TownHall, clock: Clock
) -> AsyncIterator[Door]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        theatre = await asyncio.to_thread(make_theatre, house.store, clock, web_build)
        yield Door(client, theatre, stub_key(secret_key(house.settings)))


async def test_a_code_lets_one_person_in_once(door: Door) -> None:
    [code] = await door.sold("A-1")
    first = await door.looks(f" {code} ")
    assert 'data-answer="yes"' in first
    assert "Welcome" in first
    second = await door.looks(code)
    assert 'data-answer="already_in"' in second
    assert "came in at" in second


async def test_the_door_counts_who_came_of_who_is_expected(door: Door) -> None:
    codes = await door.sold("A-1", "A-2", "A-3")
    page = await door.looks(codes[0])
    assert '<span id="came">1</span>' in page
    assert '<span id="expected">3</span>' in page


async def test_the_door_of_another_evening_says_so_and_lets_nobody_in(door: Door) -> None:
    [code] = await door.sold("A-1")
    other = await asyncio.to_thread(door.another_evening)
    assert 'data-answer="wrong_performance"' in await door.looks(code, f"/door/{other}")
    assert 'data-answer="yes"' in await door.looks(code)


@pytest.mark.parametrize("text", ["", "hello", "NS1.a.b.c.1." + "A" * 86, "x" * 4000])
async def test_what_is_no_code_of_ours_is_said_to_be_none(door: Door, text: str) -> None:
    assert 'data-answer="unknown"' in await door.looks(text)


async def test_only_staff_stand_at_the_door(door: Door) -> None:
    assert (await door.client.get(door.path)).headers["location"].startswith("/sign-in")
    assert (await door.client.post(door.path, headers=FORM)).headers["location"].startswith("/sign-in")
    for role, status in (("kiosk", 403), ("display", 403), ("agent", 404), ("admin", 200)):
        assert (await door.client.get(door.path, headers=door.client.as_(role))).status_code == status, role
    assert (await door.client.get("/door/nothing", headers=door.client.as_("admin"))).status_code == 404


async def test_the_camera_may_be_asked_for_at_the_door_and_nowhere_else(door: Door) -> None:
    page = await door.client.get(door.path, headers=door.client.as_("admin"))
    assert "camera=(self)" in page.headers["permissions-policy"]
    assert "camera=()" in (await door.client.get("/")).headers["permissions-policy"]
