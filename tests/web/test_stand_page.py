"""The stand without a browser: who may see it, what it tells programs, and what it never tells guests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nowserving.domain.tickets.rules import Admission, AskContact, Counts, QueueRules
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving
from tests.web.hall import API

pytestmark = pytest.mark.anyio

NAME, NOTE = "Zerafina Quux", "Allergic to peanuts"
RULES = QueueRules(
    admission=Admission.AUTOMATIC,
    capacity=4,
    counts=Counts.COVERS,
    check_in_window_s=300,
    service_limit_s=3600,
    ask_name=True,
    ask_party=True,
    ask_contact=AskContact.OPTIONAL,
    ignore_hours=True,
)


@dataclass
class Door:
    """A server with a restaurant, and callers of every kind before it."""

    client: Client
    hall: TownHall
    tables: str

    async def get(self, path: str, role: str | None = "agent") -> Any:
        return await self.client.get(path, headers=self.client.as_(role) if role else {})

    async def post(self, path: str, role: str | None = "agent", **body: Any) -> Any:
        return await self.client.post(API + path, json=body, headers=self.client.as_(role) if role else {})

    async def party(self, size: int, **asked: Any) -> dict[str, Any]:
        answer = await self.post(f"/queues/{self.tables}/tickets", party_size=size, **asked)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()["data"]
        return found

    async def stand(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.get(f"{API}/queues/{self.tables}/stand")).json()["data"]
        return found


@pytest.fixture
async def door(
    sqlite_url: str, tmp_path: Path, web_build: Builder, hall: TownHall, wall: Clock
) -> AsyncIterator[Door]:
    tables = web_build.queue("Tables", hall.branch_id, prefix="T", rules=RULES)
    async with serving(sqlite_url, tmp_path / "data", wall) as (_, client):
        yield Door(client, hall, tables)


async def test_a_stand_says_who_is_where_and_how_full_the_house_is(door: Door) -> None:
    await door.party(3, name=NAME, note=NOTE, quoted_s=900)
    await door.party(2, quoted_s=1200)
    stand = await door.stand()
    [called], [waiting] = stand["called"], stand["waiting"]
    assert (stand["capacity"], stand["used"], stand["free"], stand["over"]) == (4, 3, 1, 0)
    assert (called["name"], called["note"], called["party_size"]) == (NAME, NOTE, 3)
    assert called["deadline_at"] is not None
    assert (waiting["position"], waiting["quoted"]) == (1, {"low_s": 1200, "high_s": 1200})
    assert stand["waiting_count"] == 1


@pytest.mark.parametrize(("role", "code"), [(None, 401), ("kiosk", 403), ("display", 403), ("agent", 200)])
async def test_only_staff_see_a_stand(door: Door, role: str | None, code: int) -> None:
    assert (await door.get(f"{API}/queues/{door.tables}/stand", role)).status_code == code
    topic = await door.get(f"{API}/snapshots?topic=stand:{door.tables}", role)
    assert topic.status_code == code


async def test_a_queue_whose_desks_call_has_no_stand(door: Door) -> None:
    assert (await door.get(f"{API}/queues/{door.hall.passports}/stand")).status_code == 404
    assert (await door.get(f"/stand/{door.hall.passports}")).status_code == 404
    assert (await door.get("/stand/nothing-of-the-kind")).status_code == 404


async def test_strangers_are_shown_the_way_to_the_sign_in(door: Door) -> None:
    for path in ("/stand", f"/stand/{door.tables}"):
        answer = await door.get(path, None)
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/sign-in?next=%2F{path[1:].replace('/', '%2F')}",
        )


async def test_where_there_is_one_stand_it_is_opened_at_once(door: Door) -> None:
    answer = await door.get("/stand")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/stand/{door.tables}")
    assert "Tables" in (await door.get("/stand?all")).text


async def test_a_name_and_a_note_are_on_the_stand_and_nowhere_in_public(door: Door) -> None:
    party = await door.party(2, name=NAME, note=NOTE)
    assert NAME in (await door.get(f"/stand/{door.tables}")).text
    topics = (f"line:{door.tables}", f"ticket:{party['key']}")
    public = [
        await door.get(f"{API}/snapshots?topic={topics[0]}&topic={topics[1]}", None),
        await door.get(f"{API}/snapshots?topic=display:{door.hall.branch_id}", "display"),
        await door.get(f"{API}/snapshots?topic=kiosk:{door.hall.branch_id}", "kiosk"),
        await door.get(f"{API}/branches/{door.hall.branch_id}/events", "admin"),
    ]
    for answer in public:
        assert answer.status_code == 200
        assert NOTE not in answer.text
    assert all(NAME not in answer.text for answer in public)


async def test_a_word_to_the_line_is_public_on_record_and_can_be_taken_back(door: Door) -> None:
    told = await door.post(f"/queues/{door.tables}/message", text="  The kitchen is\nbehind. ")
    assert told.status_code == 200, told.text
    assert told.json()["data"]["text"] == "The kitchen is behind."
    line = await door.get(f"{API}/snapshots?topic=line:{door.tables}", None)
    assert line.json()["data"][0]["state"]["told"]["text"] == "The kitchen is behind."
    log = await door.get(f"{API}/branches/{door.hall.branch_id}/events", "admin")
    assert "The line of Tables was told: The kitchen is behind." in log.text
    back = await door.post(f"/queues/{door.tables}/message", text="")
    assert back.json()["data"] == {"text": "", "told_at": None}


@pytest.mark.parametrize(
    ("role", "text", "code"), [(None, "x", 401), ("kiosk", "x", 403), ("agent", "x" * 301, 422)]
)
async def test_not_everybody_tells_a_line_everything(
    door: Door, role: str | None, text: str, code: int
) -> None:
    assert (await door.post(f"/queues/{door.tables}/message", role, text=text)).status_code == code


async def test_a_number_for_messages_is_kept_with_a_party(door: Door) -> None:
    await door.party(2, contact={"phone": "+34 600 123 456"})
    refused = await door.post(f"/queues/{door.tables}/tickets", party_size=2, contact={"phone": "12"})
    assert refused.status_code == 422


async def test_a_phone_number_is_shown_to_who_asks_and_that_is_on_record(door: Door) -> None:
    party = await door.party(2, name=NAME, contact={"phone": "+34 600 123 456"})
    page = f"/stand/{door.tables}/party/{party['key']}"
    assert "600123456" not in (await door.get(page)).text
    headers = {**door.client.as_("agent"), "Origin": "http://testserver"}
    shown = await door.client.post(page, data={"verb": "phone"}, headers=headers)
    assert 'href="tel:+34600123456"' in shown.text
    log = await door.get(f"{API}/branches/{door.hall.branch_id}/events", "admin")
    assert f"The phone number of the guest of {party['code']} was looked at" in log.text
    assert "600123456" not in log.text
    assert (await door.get(page, "kiosk")).status_code == 403
    other = page.replace(door.tables, door.hall.passports)
    assert (await door.get(other)).status_code == 404


async def test_name_and_note_are_corrected_on_a_page_without_scripts(door: Door) -> None:
    party = await door.party(2, name="Rosi")
    page = f"/stand/{door.tables}/party/{party['key']}"
    headers = {**door.client.as_("agent"), "Origin": "http://testserver"}
    given = {"verb": "correct", "name": NAME, "note": NOTE}
    saved = await door.client.post(page, data=given, headers=headers)
    assert (saved.status_code, saved.headers["location"]) == (303, f"/stand/{door.tables}")
    [called] = (await door.stand())["called"]
    assert (called["name"], called["note"]) == (NAME, NOTE)
    refused = await door.client.post(page, data={**given, "note": "x" * 301}, headers=headers)
    assert (refused.status_code, "x" * 301 in refused.text) == (422, True)
