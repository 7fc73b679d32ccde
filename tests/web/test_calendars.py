"""Calendars and links for others: a desk's secret feed, and free slots as SMART Scheduling Links."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from icalendar import Calendar

from nowserving.actions.reservations.changing import cancel_reservation
from nowserving.actions.reservations.feeds import end_feed, make_feed
from nowserving.errors import NotFound
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.practice import DAY, TUESDAY, Practice, make_practice

pytestmark = pytest.mark.anyio


@pytest.fixture
async def practice(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Practice]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        yield await make_practice(house, client, clock, web_build)


async def feed_of(practice: Practice, place: int = 0) -> str:
    secret = await practice.house.store.write(make_feed, desk_id=practice.rooms[place])
    return f"/calendar/{secret}.ics"


async def test_a_feed_shows_what_is_promised_at_a_desk_and_nobodys_name(practice: Practice) -> None:
    booked = await practice.reserve(desk_id=practice.rooms[0], name="Ana; Ruiz", note="Secret")
    await practice.reserve(TUESDAY + DAY, desk_id=practice.rooms[1])
    answer = await practice.client.get(await feed_of(practice))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert event["SUMMARY"] == f"Check-up · {booked.code}"
    assert event["STATUS"] == "CONFIRMED"
    for secret in ("Ana", "Ruiz", "Secret", "ana@example.org", booked.key):
        assert secret not in answer.text


async def test_what_is_cancelled_leaves_the_feed(practice: Practice) -> None:
    booked = await practice.reserve(desk_id=practice.rooms[0])
    path = await feed_of(practice)
    await practice.house.store.write(cancel_reservation, reservation_key=booked.key)
    assert Calendar.from_ical((await practice.client.get(path)).text).walk("VEVENT") == []


async def test_a_new_link_makes_the_old_one_worthless_and_it_can_be_taken_back(practice: Practice) -> None:
    old = await feed_of(practice)
    new = await feed_of(practice)
    assert (await practice.client.get(old)).status_code == 404
    assert (await practice.client.get(new)).status_code == 200
    await practice.house.store.write(end_feed, desk_id=practice.rooms[0])
    assert (await practice.client.get(new)).status_code == 404
    with pytest.raises(NotFound):
        await practice.house.store.write(make_feed, desk_id="nowhere")


@pytest.mark.parametrize("name", ["x.ics", "x", ".ics", "x.txt", f"{'x' * 65}.ics"])
async def test_a_feed_that_is_nobodys_is_not_there(practice: Practice, name: str) -> None:
    assert (await practice.client.get(f"/calendar/{name}")).status_code == 404


async def test_others_find_free_slots_by_the_manifest(practice: Practice) -> None:
    await practice.reserve()
    await practice.reserve(name="Ben")
    manifest = (await practice.client.get("/$bulk-publish")).json()
    files = {one["type"]: one["url"] for one in manifest["output"]}
    assert set(files) == {"Location", "Schedule", "Slot"}
    lines = {}
    for kind, url in files.items():
        answer = await practice.client.get(url.removeprefix("http://testserver"))
        assert answer.headers["content-type"] == "application/fhir+ndjson"
        lines[kind] = [json.loads(line) for line in answer.text.splitlines()]
        assert {one["resourceType"] for one in lines[kind]} == {kind}
    (schedule,) = lines["Schedule"]
    assert schedule["actor"] == [{"reference": f"Location/{practice.branch_id}"}]
    slots = lines["Slot"]
    assert {one["status"] for one in slots} == {"free"}
    assert slots[0]["start"] == "2026-11-23T10:00:00+01:00"
    starts = [one["start"] for one in slots]
    # Two rooms, two reservations: the first slot of Tuesday is full and so not published.
    assert "2026-11-24T09:00:00+01:00" not in starts
    assert "2026-11-24T09:30:00+01:00" in starts
    link = slots[0]["extension"][0]["valueUrl"]
    assert (await practice.client.get(link.removeprefix("http://testserver"))).status_code == 200
    assert "Ana" not in str(lines)


@pytest.mark.parametrize("file", ["/$bulk-publish", "/smart/locations.ndjson", "/smart/slots.ndjson"])
async def test_no_file_for_others_names_a_host_that_only_its_reader_has_named(
    practice: Practice, file: str
) -> None:
    answer = await practice.client.get(file, headers={"Host": "evil.example"})
    assert answer.status_code == 404
    assert "evil.example" not in answer.text
