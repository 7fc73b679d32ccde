"""The secret link of a desk's calendar: made, shown once, and taken back, by page and by program."""

from __future__ import annotations

import re

import pytest

from nowserving.web.gate.passwords import hash_now
from tests.builders import Builder, TownHall
from tests.web.conftest import KEYS, PASSWORD, Client
from tests.web.forms import send, sign_in, text_of, was_told

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    web_build.admin("Olga Admin", password_hash=hash_now(PASSWORD))
    await sign_in(client, "olga-admin")
    return client


def link_in(page: str) -> str:
    found = re.search(r'value="https?://[^/"]+(/calendar/[A-Za-z0-9_-]+\.ics)"', page)
    assert found, page
    return found[1]


async def test_a_link_is_made_shown_once_and_taken_back(office: Client, hall: TownHall) -> None:
    path = f"/admin/rosters/{hall.desk_1}"
    assert "Take the link back" not in await text_of(office, path)

    made = await send(office, f"{path}/feed")

    link = link_in(made.text)
    assert (await office.get(link)).text.startswith("BEGIN:VCALENDAR")
    page = await text_of(office, path)
    assert link not in page
    assert "There is a link. A new one makes it worthless." in page
    assert was_told(await send(office, f"{path}/feed/end"), "removed")
    assert (await office.get(link)).status_code == 404


async def test_a_new_link_makes_the_one_before_worthless(office: Client, hall: TownHall) -> None:
    path = f"/admin/rosters/{hall.desk_1}/feed"
    old, new = link_in((await send(office, path)).text), link_in((await send(office, path)).text)
    assert [(await office.get(one)).status_code for one in (old, new)] == [404, 200]


async def test_programs_make_and_end_it_too(client: Client, hall: TownHall) -> None:
    key = {"X-API-Key": KEYS["admin"]}
    path = f"/api/v1/desks/{hall.desk_1}/calendar-feed"

    made = await client.put(path, headers=key)

    link = made.json()["data"]["url"]
    assert made.status_code == 200
    assert (await client.get(re.sub(r"^https?://[^/]+", "", link))).status_code == 200
    ended = await client.delete(path, headers=key)
    assert ended.json() == {"data": {"url": None}}
    assert (await client.get(re.sub(r"^https?://[^/]+", "", link))).status_code == 404
    assert (await client.put("/api/v1/desks/nowhere/calendar-feed", headers=key)).status_code == 404
