"""The waiting list as a browser without scripts sees it: joining, an offer, taking it or saying no."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.forms import send, text_of, value_of
from tests.web.practice import TUESDAY, Practice, make_practice

pytestmark = pytest.mark.anyio


@pytest.fixture
async def practice(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Practice]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (
        house,
        client,
    ):
        yield await make_practice(house, client, clock, web_build)


def hidden(html: str) -> dict[str, str]:
    return {name: value_of(html, name) or "" for name in re.findall(r'type="hidden" name="([^"]+)"', html)}


async def test_a_full_day_has_a_waiting_list_whose_offer_is_taken(practice: Practice) -> None:
    first = await practice.reserve()
    await practice.reserve(name="Ben")
    form = await text_of(practice.client, f"{practice.path}/standby?start={TUESDAY}")
    assert "Waiting list" in form
    fields = hidden(form)
    answer = await send(
        practice.client, f"{practice.path}/standby", **fields, name="Carla", email="c@example.org"
    )
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    page = await text_of(practice.client, place)
    assert "You are the first." in page
    # The one time that was asked for, not "from the 24th until the 24th".
    assert "Tuesday" in page
    assert "9:00" in page
    assert "until" not in page
    assert (await send(practice.client, f"{place}/take")).status_code == 409

    await send(practice.client, f"/r/{first.key}/cancel")
    page = await text_of(practice.client, place)
    assert "A place has become free for you" in page
    taken = await send(practice.client, f"{place}/take")
    key = taken.headers["location"].removeprefix("/r/")
    assert (await practice.now(key)).name == "Carla"
    assert f'href="/r/{key}"' in await text_of(practice.client, place)


async def test_an_offer_that_asks_more_shows_its_form(practice: Practice) -> None:
    first = await practice.reserve()
    await practice.reserve(name="Ben")
    answer = await send(practice.client, f"{practice.path}/standby", start=str(TUESDAY), name="Carla")
    place = answer.headers["location"]
    await practice.edit(questions=[{"code": "pet", "label": "Which pet?", "required": True}])
    await send(practice.client, f"/r/{first.key}/cancel")
    asked = await send(practice.client, f"{place}/take")
    # It is asked for, and nothing that nobody has seen before is called missing.
    assert asked.status_code == 200
    assert "This field is missing." not in asked.text
    assert value_of(asked.text, "name") == "Carla"
    action = re.search(r'action="(/r/[^"]+/book)"', asked.text)
    assert action
    assert (await send(practice.client, action[1], name="Carla", q_pet="Cat")).status_code == 303
    assert "You have taken a place" in await text_of(practice.client, place)


async def test_an_offer_can_be_declined_and_the_list_left(practice: Practice) -> None:
    first = await practice.reserve()
    await practice.reserve(name="Ben")
    answer = await send(practice.client, f"{practice.path}/standby", start=str(TUESDAY), name="Carla")
    place = answer.headers["location"]
    await send(practice.client, f"/r/{first.key}/cancel")
    await send(practice.client, f"{place}/decline")
    assert "You are on the waiting list" in await text_of(practice.client, place)
    await send(practice.client, f"{place}/leave")
    assert "You have left the waiting list" in await text_of(practice.client, place)


async def test_the_waiting_list_is_for_full_times_alone(practice: Practice) -> None:
    form = await text_of(practice.client, f"{practice.path}/standby?day=2026-11-24")
    assert value_of(form, "first") == "2026-11-24"
    answer = await send(
        practice.client, f"{practice.path}/standby", first="2026-11-24", last="2026-11-24", name="C"
    )
    assert answer.status_code == 409
    assert "There is room" in answer.text
    for bad in ({"first": "2026-11-24", "last": "2026-11-20"}, {"first": "x", "last": ""}):
        refused = await send(practice.client, f"{practice.path}/standby", **bad, name="Carla")
        assert refused.status_code == 422
    assert (await send(practice.client, "/book/nowhere/x/standby", name="C")).status_code == 404
    assert (await send(practice.client, f"/book/{practice.branch_id}/x/standby", name="C")).status_code == 404
