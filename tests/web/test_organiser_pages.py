"""The organiser's pages: from an empty house to a sale that runs, without a script."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.shows.overseeing import overseen
from nowserving.domain.shows.show import Performance, Show
from nowserving.store.seats.seating import blocked_of, sale_of
from nowserving.store.shows.shows import performance, show
from tests.builders import Builder
from tests.conftest import Clock
from tests.domain.seats.plans import house as rows_of
from tests.web.conftest import PASSWORD, Client, serving
from tests.web.forms import refusal_of, send, sign_in, text_of, value_of
from tests.web.playhouse import Playhouse, make_web_playhouse

pytestmark = pytest.mark.anyio


@pytest.fixture
async def playhouse(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Playhouse]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        found = await make_web_playhouse(house, client, clock, web_build)
        web_build.admin("Olga", password_hash=await house.passwords.hash(PASSWORD))
        assert (await sign_in(client, "olga")).status_code == 303
        yield found


async def show_of(playhouse: Playhouse, path: str) -> Show:
    found = await playhouse.house.store.read(show, path.rpartition("/")[2])
    assert found is not None
    return found


async def date_of(playhouse: Playhouse, path: str) -> Performance:
    found = await playhouse.house.store.read(performance, path.rpartition("/")[2])
    assert found is not None
    return found


def fields_in(page: str, action: str = "") -> dict[str, str]:
    """Return what stands in the inputs of a page."""
    names = re.findall(r'<input[^>]*name="([^"]+)"', page)
    return {name.replace("-", "__"): value_of(page, name) or "" for name in names}


def typed(**more: str) -> dict[str, str]:
    """Return a form of a show as an organiser fills it."""
    rules = {
        "choosing": "4",
        "come_in_s": "5",
        "choose_s": "8",
        "extend_s": "2",
        "warn_s": "1",
        "per_person": "6",
    }
    return {"name": "The Gull", **{f"rules-{name}": words for name, words in rules.items()}, **more}


async def post(client: Client, path: str, form: dict[str, str]) -> Any:
    return await send(client, path, **form)


async def test_a_show_is_set_up_opened_and_watched(playhouse: Playhouse) -> None:
    client, branch = playhouse.client, playhouse.branch_id
    base = f"/admin/branches/{branch}"
    empty = await text_of(client, f"{base}/seat-maps")
    assert "Take in a plan" in empty
    plan = json.dumps(rows_of(4, 10))
    assert (await post(client, f"{base}/seat-maps", {"name": "Studio", "plan": plan})).status_code == 303
    made = await post(client, f"{base}/shows/new", typed(description="A comedy", opens_at="2026-11-24T10:00"))
    path = made.headers["location"]
    gull = await show_of(playhouse, path)
    assert (gull.name, gull.rules.choosing, gull.rules.choose_s, gull.rules.warn_s) == (
        "The Gull",
        4,
        480,
        60,
    )
    assert "The Gull" in await text_of(client, f"{base}/shows")

    page = await text_of(client, path)
    seat_map = re.findall(r'<option value="([^"]+)">Studio \(40\)', page)[0]
    date = await post(client, f"{path}/dates", {"starts_at": "2026-12-05T19:30", "seat_map_id": seat_map})
    at = date.headers["location"]
    form = {
        "starts_at": "2026-12-05T20:00",
        "doors_at": "2026-12-05T19:30",
        "price-0": "24,50",
        "currency": "eur",
    }
    assert (await post(client, at, form)).status_code == 303
    evening = await date_of(playhouse, at)
    assert evening.prices["Seats"]["amount_minor"] == 2450
    again = await text_of(client, at)
    assert value_of(again, "price-0") == "24.50"
    assert value_of(again, "starts_at") == "2026-12-05T20:00"

    for verb, words in (("announce", "Announced"), ("open", "On sale")):
        done = await post(client, f"{path}/change", {"verb": verb})
        assert done.status_code == 200, done.text
        assert words in done.text
    watched = await text_of(client, f"/organiser/{evening.id}")
    assert "By section" in watched
    assert "Stalls" in watched


async def test_the_hand_on_the_tap(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    here = f"/organiser/{playhouse.performance_id}"
    await post(playhouse.client, here, {"verb": "rate", "choosing": "9", "admit_per_minute": "30"})
    numbers = await playhouse.house.store.read(overseen, playhouse.performance_id, playhouse.clock())
    assert numbers is not None
    assert (numbers.limit, numbers.admit_per_minute) == (9, 30)
    await post(playhouse.client, here, {"verb": "pause"})
    await playhouse.house.relay.settled()
    assert "Nobody is called at the moment" in await text_of(playhouse.client, here)
    await post(playhouse.client, here, {"verb": "resume"})
    await post(playhouse.client, here, {"verb": "tell", "text": "The doors open at seven"})
    await playhouse.house.relay.settled()
    assert "The doors open at seven" in await text_of(playhouse.client, here)
    wrong = await post(playhouse.client, here, {"verb": "rate", "choosing": "none", "admit_per_minute": ""})
    assert wrong.status_code == 422
    assert refusal_of(wrong.text, "choosing")
    assert (await post(playhouse.client, here, {"verb": "dance"})).status_code in (409, 422)


async def test_what_is_wrong_is_said_beside_its_field(playhouse: Playhouse) -> None:
    client, base = playhouse.client, f"/admin/branches/{playhouse.branch_id}"
    bad = await post(client, f"{base}/shows/new", typed(**{"name": "", "rules-choosing": "0"}))
    assert bad.status_code == 422
    assert refusal_of(bad.text, "name")
    assert refusal_of(bad.text, "rules-choosing")
    early = typed(opens_at="2026-11-24T10:00", closes_at="2026-11-24T09:00")
    assert refusal_of((await post(client, f"{base}/shows/new", early)).text, "closes_at")
    late = {"starts_at": "2026-12-05T19:30", "doors_at": "2026-12-05T21:00"}
    assert refusal_of((await post(client, f"/admin/shows/{playhouse.show_id}/dates", late)).text, "doors_at")
    for plan in ("{", "nonsense", '{"name": "x", "categories": [], "zones": []}'):
        answer = await post(client, f"{base}/seat-maps", {"name": "Studio", "plan": plan})
        assert answer.status_code == 422
        assert refusal_of(answer.text, "plan")
    refused = await post(client, f"/admin/shows/{playhouse.show_id}/change", {"verb": "begin"})
    assert refused.status_code == 409
    assert (
        await post(client, f"/admin/shows/{playhouse.show_id}/change", {"verb": "sing"})
    ).status_code == 422


async def test_seats_are_kept_from_sale_and_opened_again(playhouse: Playhouse) -> None:
    path = f"/admin/performances/{playhouse.performance_id}"
    store = playhouse.house.store
    sale = await store.read(sale_of, playhouse.performance_id)
    assert sale is not None
    names = ", ".join(seat.guid for seat in sale.house.seats[:2])
    form = {"guids": names, "reason": "A camera", "verb": "block"}
    assert (await post(playhouse.client, f"{path}/block", form)).status_code == 303
    assert len(await store.read(blocked_of, playhouse.performance_id)) == 2
    await post(playhouse.client, f"{path}/block", {**form, "verb": "open"})
    assert len(await store.read(blocked_of, playhouse.performance_id)) == 0
    wrong = await post(playhouse.client, f"{path}/block", {**form, "guids": "Z-99"})
    assert refusal_of(wrong.text, "guids")


async def test_a_show_that_gathers_is_not_taken_away_and_a_draft_is(playhouse: Playhouse) -> None:
    path = f"/admin/shows/{playhouse.show_id}"
    assert (await post(playhouse.client, f"{path}/archive", {})).status_code == 409
    await playhouse.change("cancel")
    assert "Take this show away" in await text_of(playhouse.client, path)
    assert (await post(playhouse.client, f"{path}/archive", {})).status_code == 303
    assert (await playhouse.client.get(path)).status_code == 404


@pytest.mark.parametrize("who", ["", "agent"])
async def test_nobody_else_organises(playhouse: Playhouse, web_build: Builder, who: str) -> None:
    playhouse.client.cookies.clear()
    if who:
        hashed = await playhouse.house.passwords.hash(PASSWORD)
        web_build.agent("Agent", playhouse.branch_id, password_hash=hashed)
        await sign_in(playhouse.client, "agent")
    for path in (f"/organiser/{playhouse.performance_id}", f"/admin/shows/{playhouse.show_id}"):
        assert (await playhouse.client.get(path)).status_code in (303, 403)
        assert (await send(playhouse.client, path, verb="pause")).status_code in (303, 403)
