"""Somebody who holds places for their family: several places on one phone, and a guardian's consent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import TownHall
from tests.web.conftest import Client
from tests.web.forms import send, text_of

pytestmark = pytest.mark.anyio
API = "/api/v1"


async def set_rules(client: Client, queue_id: str, **rules: object) -> None:
    answer = await client.patch(
        f"{API}/queues/{queue_id}", json={"rules": rules}, headers=client.as_("admin")
    )
    assert answer.status_code == 200, answer.text


async def join(client: Client, queue_id: str, name: str) -> str:
    """Take a place for somebody on this phone and return the path of its page."""
    await text_of(client, f"/q/{queue_id}")
    answer = await send(client, f"/q/{queue_id}", name=name)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def test_one_phone_holds_places_for_several_and_one_page_lists_them(
    client: Client, hall: TownHall
) -> None:
    rules = {"remote_join": True, "ask_name": True, "one_per_device": False}
    await set_rules(client, hall.passports, **rules)
    places = [await join(client, hall.passports, name) for name in ("Ana", "Leo")]
    assert len(set(places)) == 2
    start = await text_of(client, f"/b/{hall.branch_id}")
    assert all(place in start for place in places)
    # Another phone is told of neither.
    client.cookies.clear()
    other = await text_of(client, f"/b/{hall.branch_id}")
    assert not any(place in other for place in places)


async def test_a_phone_has_one_place_unless_the_queue_says_otherwise(client: Client, hall: TownHall) -> None:
    await set_rules(client, hall.passports, remote_join=True, ask_name=True)
    first = await join(client, hall.passports, "Ana")
    again = await send(client, f"/q/{hall.passports}", name="Leo")
    assert first in again.headers.get("location", "") + again.text


async def test_a_guardian_consents_where_the_service_asks(client: Client, hall: TownHall) -> None:
    """The consent is a question that has one answer; without it nothing is booked, and nothing of it kept."""
    consent = {
        "code": "guardian",
        "label": "I am the parent or guardian, and agree.",
        "kind": "choice",
        "choices": ["Yes"],
        "required": True,
    }
    wish = {"name": "Child", "queue_id": hall.passports, "duration_s": 900, "questions": [consent]}
    path = f"{API}/branches/{hall.branch_id}/services"
    service = await client.post(path, json=wish, headers=client.as_("admin"))
    day = datetime.now(UTC).date() + timedelta(days=2)
    wanted = {
        "service_id": service.json()["data"]["id"],
        "start_at": f"{day}T10:00:00+00:00",
        "name": "Leo",
    }
    client.cookies.clear()
    for answers in ({}, {"guardian": "No"}):
        refused = await client.post(f"{API}/reservations", json={**wanted, "answers": answers})
        assert refused.status_code == 422
        assert [one["pointer"] for one in refused.json()["errors"]] == ["/answers/guardian"]
    kept = await client.post(f"{API}/reservations", json={**wanted, "answers": {"guardian": "Yes"}})
    assert kept.json()["data"]["answers"] == {"guardian": "Yes"}
