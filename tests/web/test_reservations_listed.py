"""GET /reservations: the staff's list, by branch, service, desk, day and state, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import TownHall
from tests.web.conftest import KEYS, Client
from tests.web.test_reservations_api import Desk

pytestmark = pytest.mark.anyio
DAY_MINUTES = 24 * 60


@pytest.fixture
async def desk(client: Client, hall: TownHall) -> Desk:
    found = Desk(client, hall)
    await found.make(rules={"capacity": 50})
    return found


async def listed(desk: Desk, query: str = "", role: str = "agent") -> list[str]:
    answer = await desk.ask("GET", f"/reservations{query}", role=role)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["data"]]


async def test_staff_read_what_is_to_come_earliest_first(desk: Desk) -> None:
    await desk.reserve(30, name="Eva")
    made = await desk.reserve(0, name="Ana", email="ana@example.org")
    answer = await desk.ask("GET", "/reservations", role="agent")
    data = answer.json()["data"]
    assert [one["name"] for one in data] == ["Ana", "Eva"]
    assert data[0] == made
    assert answer.json()["next"] is None


async def test_who_is_no_staff_is_turned_away(desk: Desk) -> None:
    await desk.reserve(name="Ana")
    assert (await desk.ask("GET", "/reservations")).status_code == 401
    for role in ("kiosk", "display"):
        refused = await desk.ask("GET", "/reservations", role=role)
        assert (refused.status_code, "Ana" in refused.text) == (403, False)


async def test_filters_say_which(desk: Desk) -> None:
    first = desk.service_id
    await desk.reserve(0, name="Ana")
    gone = await desk.reserve(30, name="Eva")
    await desk.ask("DELETE", f"/reservations/{gone['key']}")
    await desk.reserve(DAY_MINUTES, name="Mia")
    await desk.make(name="X-ray", desk_ids=[desk.town.desk_1])
    await desk.reserve(60, name="Zoe")
    day = desk.start.date()
    assert await listed(desk, f"?day={day}") == ["Ana", "Eva", "Zoe"]
    assert await listed(desk, f"?day={day + timedelta(days=1)}") == ["Mia"]
    assert await listed(desk, f"?service_id={first}") == ["Ana", "Eva", "Mia"]
    assert await listed(desk, f"?service_id={first}&state=cancelled") == ["Eva"]
    assert await listed(desk, f"?desk_id={desk.town.desk_1}") == ["Zoe"]
    assert await listed(desk, f"?branch_id={desk.town.branch_id}&state=confirmed") == ["Ana", "Zoe", "Mia"]
    span = f"?from={desk.start:%Y-%m-%dT%H:%M}:00Z&to={desk.start:%Y-%m-%dT%H:}30:00Z"
    assert await listed(desk, span) == ["Ana"]


async def test_without_a_day_the_list_begins_with_today(desk: Desk, wall: Any) -> None:
    await desk.reserve(0, name="Ana")
    await desk.reserve(DAY_MINUTES, name="Mia")
    wall.now = int(desk.start.timestamp() + 8 * 3600) * 1_000_000
    assert await listed(desk) == ["Ana", "Mia"]
    wall.advance(86_400)
    assert await listed(desk) == ["Mia"]


async def test_pages_lead_on_and_miss_nobody_at_the_same_time(desk: Desk) -> None:
    names = [f"Guest {number}" for number in range(5)]
    for name in names:
        await desk.reserve(name=name)
    found: list[str] = []
    path, following = "/reservations?limit=2", None
    for _ in range(3):
        answer = await desk.ask("GET", path, role="agent")
        found += [one["name"] for one in answer.json()["data"]]
        following = answer.json()["next"]
        if following:
            path = f"/reservations?limit=2&cursor={following}"
            assert f"cursor={following}" in answer.headers["link"]
    assert (found, following) == (names, None)


async def test_a_key_for_one_branch_sees_no_other(desk: Desk) -> None:
    await desk.reserve(name="Ana")
    body = {"name": "Advice", "queue_id": "loans", "duration_s": 1800}
    made = await desk.ask("POST", "/branches/library/services", body, "admin")
    desk.service_id = made.json()["data"]["id"]
    await desk.reserve(name="Lea")
    assert sorted(await listed(desk, role="admin")) == ["Ana", "Lea"]
    assert await listed(desk) == ["Ana"]
    for query in ("branch_id=library", f"service_id={desk.service_id}", "desk_id=front-desk"):
        foreign = await desk.ask("GET", f"/reservations?{query}", role="agent")
        unknown = await desk.ask("GET", f"/reservations?{query[:-1]}", role="agent")
        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert foreign.content == unknown.content


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ("day=2026-02-30", 422, "/day"),
        ("day=20261124", 422, "/day"),
        ("day=2026-11-24&from=2026-11-24T00:00:00Z", 422, "/day"),
        ("from=2026-11-24T00:00:00", 422, "/from"),
        ("to=yesterday", 422, "/to"),
        ("state=gone", 422, "/state"),
        ("limit=-1", 422, "/limit"),
        ("state=held&state=lapsed", 422, "/state"),
        ("cursor=nonsense", 400, None),
        ("service_id=nothing", 404, None),
    ],
)
async def test_what_is_wrong_is_named(desk: Desk, query: str, status: int, pointer: str | None) -> None:
    refused = await desk.ask("GET", f"/reservations?{query}", role="agent")
    assert refused.status_code == status, refused.text
    assert [one["pointer"] for one in refused.json().get("errors", ())] == ([pointer] if pointer else [])
    assert KEYS["agent"] not in refused.text
