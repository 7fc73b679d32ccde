"""Hoarding: how many times one device, one address and one guest may keep."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.actions.reservations.booking import MOST_HOLDS
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.forms import send
from tests.web.practice import MINUTE, TUESDAY, Practice, make_practice

pytestmark = pytest.mark.anyio

HALF_HOUR = 30 * MINUTE


@pytest.fixture
async def practice(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Practice]:
    async with serving(sqlite_url, tmp_path / "data", clock, limit_hold="5 per minute") as (house, client):
        yield await make_practice(house, client, clock, web_build)


async def test_one_address_keeps_so_many_times_however_many_devices_it_says_it_is(
    practice: Practice,
) -> None:
    answers = []
    for number in range(7):
        practice.client.cookies.clear()
        agent = {"user-agent": f"phone {number}"}
        practice.client.headers.update(agent)
        start = str(TUESDAY + number % 6 * HALF_HOUR)
        answers.append(await send(practice.client, f"{practice.path}/hold", start=start))

    assert [one.status_code for one in answers] == [303] * 5 + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert "Many times are being kept from this network just now." in answers[-1].text


async def test_a_device_that_chooses_again_gives_up_what_it_held(practice: Practice) -> None:
    """Back, and another time: nobody is stuck behind what they hold and can't find any more."""
    await practice.client.get(practice.path)
    starts = [str(TUESDAY + number * HALF_HOUR) for number in range(MOST_HOLDS + 1)]
    answers = [await send(practice.client, f"{practice.path}/hold", start=start) for start in starts]

    assert [one.status_code for one in answers] == [303] * (MOST_HOLDS + 1)


async def test_a_browser_without_our_cookie_keeps_three_at_once(practice: Practice) -> None:
    answers = []
    for number in range(5):
        practice.client.cookies.clear()
        start = str(TUESDAY + number * HALF_HOUR)
        answers.append(await send(practice.client, f"{practice.path}/hold", start=start))

    assert [one.status_code for one in answers] == [303] * MOST_HOLDS + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "You hold several times already." in answers[-1].text


async def test_programs_of_guests_are_counted_by_their_address_too(practice: Practice) -> None:
    body = {"service_id": practice.service.id, "name": "Ana", "email": "ana@example.org"}
    answers = []
    for number in range(6):
        start = {"start_at": "2026-11-24T08:00:00Z", "phone": f"+3460000000{number}"}
        answers.append(await practice.client.post("/api/v1/reservations", json=body | start))

    assert answers[-1].status_code == 429
    assert answers[-1].json()["code"] == "too_many"
    assert int(answers[-1].headers["retry-after"]) > 0
