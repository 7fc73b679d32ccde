"""Lobbies over the API, for everybody: how they stand, how early places were drawn, and places in them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.domain.shows.draw import lot, place_id, seed_hash
from nowserving.live.screens import poll_after_s
from nowserving.web.api.reservations.shapes import instant_of
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.organiser import OPENS, Organiser

pytestmark = pytest.mark.anyio


@pytest.fixture
async def organiser(sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock) -> AsyncIterator[Organiser]:
    async with serving(sqlite_url, tmp_path / "data", wall) as (house, client):
        yield Organiser(house, client, wall, hall.branch_id)


async def test_everybody_sees_how_a_lobby_stands_and_nobody_a_draft(organiser: Organiser) -> None:
    show_id, performance_id = await organiser.show()
    here = f"/performances/{performance_id}"
    for path in ("lobby", "draw"):
        assert (await organiser.call("GET", f"{here}/{path}", role=None)).status_code == 404
    await organiser.data("PATCH", f"/shows/{show_id}", {"opens_at": OPENS})
    await organiser.data("POST", f"/shows/{show_id}/announce")
    now = await organiser.data("GET", f"{here}/lobby", role=None)
    assert (now["gate"], now["takes_places"], now["poll_after_s"]) == ("early", True, 60)
    assert now["opens_at"] == "2099-12-01T09:00:00.000000Z"
    organiser.clock.now = instant_of(OPENS, "") - 20_000_000
    assert (await organiser.data("GET", f"{here}/lobby", role=None))["poll_after_s"] == 20
    await organiser.data("POST", f"/shows/{show_id}/open")
    await organiser.comes(performance_id, "a")
    await organiser.comes(performance_id, "b")
    await organiser.data("POST", f"{here}/message", {"text": "Be patient"})
    now = await organiser.data("GET", f"{here}/lobby", role=None)
    assert (now["gate"], now["waiting"], now["message"]["text"]) == ("open", 1, "Be patient")
    assert now["estimated_wait"]["high_s"] > 0
    organiser.clock.advance(3601)
    assert (await organiser.data("GET", f"{here}/lobby", role=None))["message"] is None
    await organiser.data("POST", f"/shows/{show_id}/close")
    now = await organiser.data("GET", f"{here}/lobby", role=None)
    assert (now["gate"], now["takes_places"], now["poll_after_s"]) == ("ended", False, 60)
    await organiser.data("DELETE", f"/shows/{show_id}")
    assert (await organiser.call("GET", f"{here}/lobby", role=None)).status_code == 404


async def test_a_lobby_that_is_as_it_was_is_not_told_again(organiser: Organiser) -> None:
    _, performance_id = await organiser.open()
    path = f"/performances/{performance_id}/lobby"
    first = await organiser.call("GET", path, role=None)
    seen = {"If-None-Match": first.headers["etag"]}
    assert (await organiser.call("GET", path, role=None, **seen)).status_code == 304
    await organiser.comes(performance_id, "a")
    await organiser.comes(performance_id, "b")
    assert (await organiser.call("GET", path, role=None, **seen)).status_code == 200


async def test_the_draw_is_a_hash_before_and_can_be_drawn_again_after(organiser: Organiser) -> None:
    show_id, performance_id = await organiser.show()
    await organiser.data("POST", f"/shows/{show_id}/announce")
    keys = [await organiser.comes(performance_id, f"phone {nth}") for nth in range(40)]
    path = f"/performances/{performance_id}/draw"
    before = await organiser.data("GET", path, role=None)
    assert (before["seed"], before["places"], before["drawn_at"]) == (None, None, None)
    await organiser.data("POST", f"/shows/{show_id}/open")
    answer = await organiser.call("GET", path, role=None, **{"Accept-Encoding": "gzip"})
    after = answer.json()["data"]
    assert answer.headers["content-encoding"] == "gzip"
    assert after["seed_hash"] == before["seed_hash"] == seed_hash(after["seed"])
    assert after["places"] == sorted(map(place_id, keys), key=lambda place: lot(after["seed"], place))
    seen = {"If-None-Match": answer.headers["etag"]}
    assert (await organiser.call("GET", path, role=None, **seen)).status_code == 304
    page = (await organiser.client.get(f"/on-sale/{performance_id}/draw.json")).json()
    assert (page["seed"], page["places"]) == (after["seed"], after["places"])


async def test_a_device_takes_one_place_however_often_it_asks(organiser: Organiser) -> None:
    _, performance_id = await organiser.open()
    path = f"/performances/{performance_id}/places"
    nobody = await organiser.call("POST", path, {}, role=None)
    assert (nobody.status_code, nobody.json()["code"]) == (409, "no_device")
    await organiser.call("GET", f"/performances/{performance_id}/lobby", role=None)
    first = await organiser.call("POST", path, role=None)
    again = await organiser.call("POST", path, {"language": "es"}, role=None)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["data"]["key"] == again.json()["data"]["key"]
    assert first.headers["location"] == again.headers["location"]
    place = await organiser.client.get(first.headers["location"])
    assert (place.json()["data"]["state"], place.json()["data"]["links"]["page"]) == (
        "called",
        f"{organiser.house.settings.base_url}/on-sale/place/{first.json()['data']['key']}",
    )
    # Another device is somebody else.
    organiser.client.cookies.clear()
    await organiser.call("GET", f"/performances/{performance_id}/lobby", role=None)
    other = await organiser.call("POST", path, role=None)
    assert (other.status_code, other.json()["data"]["position"]) == (201, 1)


async def test_one_place_for_each_address_where_the_show_says_so(organiser: Organiser) -> None:
    _, performance_id = await organiser.open(one_per_contact=True)
    lobby, path = (f"/performances/{performance_id}/{name}" for name in ("lobby", "places"))
    await organiser.call("GET", lobby, role=None)
    await organiser.refused("POST", path, {}, "/contact", "required")
    ana = {"contact": {"email": "ana@example.org"}}
    assert (await organiser.call("POST", path, ana, role=None)).status_code == 201
    organiser.client.cookies.clear()
    await organiser.call("GET", lobby, role=None)
    refused = await organiser.call("POST", path, ana, role=None)
    assert (refused.status_code, refused.json()["code"]) == (409, "one_per_contact")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"contact": "ana@example.org"}, "/contact", "not_an_object"),
        ({"contact": {"email": "nobody"}}, "/contact/email", "bad_email"),
        ({"language": 7}, "/language", "not_text"),
        ({"language": "xx"}, "/language", "unknown_language"),
        ({"party_size": 4}, "/party_size", "unknown_field"),
    ],
)
async def test_a_place_that_can_not_be_is_refused_at_the_field(
    organiser: Organiser, body: dict[str, Any], pointer: str, code: str
) -> None:
    _, performance_id = await organiser.open()
    await organiser.call("GET", f"/performances/{performance_id}/lobby", role=None)
    await organiser.refused("POST", f"/performances/{performance_id}/places", body, pointer, code)


async def test_nobody_takes_a_place_where_none_is_given(organiser: Organiser) -> None:
    show_id, performance_id = await organiser.open()
    await organiser.call("GET", f"/performances/{performance_id}/lobby", role=None)
    await organiser.data("POST", f"/shows/{show_id}/close")
    answer = await organiser.call("POST", f"/performances/{performance_id}/places", role=None)
    assert (answer.status_code, answer.json()["state"]) == (409, "closed")
    assert (await organiser.call("POST", "/performances/nothing/places", role=None)).status_code == 404


async def test_nobody_is_told_a_place_before_lots_were_drawn(organiser: Organiser) -> None:
    show_id, performance_id = await organiser.show()
    await organiser.data("POST", f"/shows/{show_id}/announce")
    await organiser.call("GET", f"/performances/{performance_id}/lobby", role=None)
    early = (await organiser.call("POST", f"/performances/{performance_id}/places", role=None)).json()["data"]
    other = await organiser.comes(performance_id, "somebody else")
    # Rules that are changed meanwhile draw nothing.
    await organiser.data("PATCH", f"/shows/{show_id}", {"rules": {"choose_s": 300}})
    ticket = f"/tickets/{early['key']}"
    for now in (early, await organiser.data("GET", ticket, role=None)):
        assert (now["state"], now["poll_after_s"]) == ("waiting", 30)
        assert [now[name] for name in ("position", "ahead", "estimate", "quoted")] == [None] * 4
    polled = (await organiser.call("GET", f"/snapshots?topic=ticket:{early['key']}", role=None)).json()
    assert polled["poll_after_s"] == 30
    assert not {"rank", "position", "ahead"} & polled["data"][0]["state"].keys()
    await organiser.data("POST", f"/shows/{show_id}/open")
    drawn = [await organiser.data("GET", f"/tickets/{key}", role=None) for key in (early["key"], other)]
    assert sorted((one["state"], one["position"]) for one in drawn) == [("called", None), ("waiting", 1)]


async def test_while_the_line_stands_still_places_are_told_and_no_wait(organiser: Organiser) -> None:
    _, performance_id = await organiser.open()
    await organiser.comes(performance_id, "first")
    key = await organiser.comes(performance_id, "second")
    assert (await organiser.data("GET", f"/tickets/{key}", role=None))["estimate"] is not None
    await organiser.data("POST", f"/performances/{performance_id}/pause")
    now = await organiser.data("GET", f"/tickets/{key}", role=None)
    assert (now["position"], now["estimate"]) == (1, None)


async def test_the_farther_back_the_more_seldom_a_place_asks(organiser: Organiser) -> None:
    _, performance_id = await organiser.open()
    queue_id = (await organiser.data("GET", f"/performances/{performance_id}"))["queue_id"]
    branch = organiser.house.relay.branch_with_queue(queue_id)
    assert branch is not None
    lobby, counter = branch.queues[queue_id], branch.queues["passports"]
    asked = {place: poll_after_s(place, lobby) for place in (None, 1, 3, 4, 10, 11, 200, 551, 20_000)}
    assert list(asked.values()) == [3, 3, 3, 5, 5, 6, 25, 60, 60]
    assert poll_after_s(20_000, counter) == 30


async def test_a_device_that_asks_many_times_at_once_has_one_place(organiser: Organiser) -> None:
    _, performance_id = await organiser.open()
    await organiser.call("GET", f"/performances/{performance_id}/lobby", role=None)
    path = f"/performances/{performance_id}/places"
    answers = await asyncio.gather(*(organiser.call("POST", path, role=None) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["data"]["key"] for answer in answers}) == 1
