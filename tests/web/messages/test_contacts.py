"""A guest's contact over HTTP: left, changed, never given out whole, and the way out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from nowserving.outside.senders import Recorder
from nowserving.store.messages.contacts import contact_of_key
from nowserving.web.house import House
from tests.builders import TownHall
from tests.domain.test_messages import SUBSCRIPTION
from tests.web.conftest import Client
from tests.web.forms import send
from tests.web.messages.callers import ADMIN, AGENT, EMAIL, PHONE, joined

# apprise says in warnings what will change in Python.
pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore")]


async def test_a_contact_is_left_when_joining_and_never_given_out_whole(client: Client, queue: str) -> None:
    key = await joined(client, queue, phone=PHONE, email=EMAIL)
    shown = (await client.get(f"/api/v1/tickets/{key}/contact")).json()["data"]
    assert shown == {"phone": "…456", "email": "a…@example.net", "push": False, "stopped": False}
    for page in (f"/t/{key}", f"/api/v1/tickets/{key}", f"/api/v1/snapshots?topic=ticket:{key}"):
        text = (await client.get(page)).text
        assert PHONE not in text
        assert EMAIL not in text


async def test_a_wrong_contact_is_refused_beside_its_field(client: Client, queue: str) -> None:
    answer = await client.post(
        f"/api/v1/queues/{queue}/tickets", json={"contact": {"phone": "12", "email": "x"}}, headers=AGENT
    )
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/contact/phone", "/contact/email"]
    for strange in ("text", 5, [1]):
        answer = await client.post(
            f"/api/v1/queues/{queue}/tickets", json={"contact": strange}, headers=AGENT
        )
        assert answer.status_code == 422


async def test_a_contact_is_changed_with_the_key_alone(client: Client, house: House, queue: str) -> None:
    key = await joined(client, queue)
    path = f"/api/v1/tickets/{key}/contact"
    assert (await client.put(path, json={"push": SUBSCRIPTION})).json()["data"]["push"] is True
    assert (await client.put(path, json={"email": EMAIL})).status_code == 200
    for host in ("127.0.0.1", "[::1]", "169.254.169.254", "localhost", "redis"):
        inner = {**SUBSCRIPTION, "endpoint": f"https://{host}/x"}
        answer = await client.put(path, json={"push": inner})
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/contact/push/endpoint"]
    assert (await client.put(path, json={"push": None})).json()["data"]["push"] is False
    assert (await client.put(path, json={"email": "nobody"})).status_code == 422
    assert (await client.put("/api/v1/tickets/AAAAAAAAAAAAAAAAAAAAAA/contact", json={})).status_code == 404
    contact = await house.store.read(contact_of_key, key)
    assert contact is not None
    assert (contact.email, contact.push) == (EMAIL, None)


async def test_a_guest_joins_by_phone_with_the_why_beside_the_field(
    client: Client, house: House, queue: str
) -> None:
    page = (await client.get(f"/q/{queue}")).text
    assert 'name="phone"' in page
    assert "Erased a day after it" in page
    refused = await send(client, f"/q/{queue}", phone="12")
    assert refused.status_code == 422
    made = await send(client, f"/q/{queue}", phone=PHONE, email="")
    assert made.status_code == 303
    contact = await house.store.read(contact_of_key, made.headers["location"].removeprefix("/t/"))
    assert contact is not None
    assert contact.phone == PHONE


async def test_a_kiosk_knows_where_a_contact_can_be_left(
    client: Client, house: House, hall: TownHall, queue: str
) -> None:
    async def offered() -> tuple[Any, Any]:
        page = await client.get(f"/kiosk?branch={hall.branch_id}", headers=AGENT)
        found = re.search(r'id="config">(.*?)</script>', page.text, re.DOTALL)
        assert found
        answer = await client.get(f"/api/v1/snapshots?topic=kiosk:{hall.branch_id}", headers=AGENT)
        state = answer.json()["data"][0]["state"]
        return json.loads(found[1]).get("roads"), state["queues"]

    roads, queues = await offered()
    assert roads == ["sms", "email"]
    # A push needs the guest's own phone: a kiosk offers none.
    assert queues[queue]["roads"] == ["email", "sms"]
    assert "roads" not in queues[hall.licences]
    house.senders = {"push": Recorder(), "staff": Recorder()}
    assert (await offered())[0] is None


async def test_a_queue_that_does_not_ask_shows_no_field(client: Client, hall: TownHall, queue: str) -> None:
    rules = {"remote_join": True}
    await client.patch(f"/api/v1/queues/{hall.licences}", json={"rules": rules}, headers=ADMIN)
    assert 'name="phone"' not in (await client.get(f"/q/{hall.licences}")).text


async def test_the_place_page_changes_a_contact_without_scripts(
    client: Client, house: House, queue: str
) -> None:
    key = await joined(client, queue, phone=PHONE)
    page = (await client.get(f"/t/{key}")).text
    assert "…456" in page
    assert 'id="notify"' in page
    form = (await client.get(f"/t/{key}/contact")).text
    assert "the number that ends in 456" in form
    assert 'http-equiv="refresh"' not in form, "what is typed would be lost"
    saved = await send(client, f"/t/{key}/contact", email=EMAIL, no_phone="on")
    assert saved.headers["location"] == f"/t/{key}/contact?saved"
    contact = await house.store.read(contact_of_key, key)
    assert contact is not None
    assert (contact.phone, contact.email) == (None, EMAIL)
    said = (await client.get(saved.headers["location"])).text
    assert "Saved." in said
    assert ">a…@example.net</bdi>." in said
    refused = await send(client, f"/t/{key}/contact", phone="nonsense")
    assert refused.status_code == 422
    assert re.search(
        r'<input[^>]*id="phone"[^>]*value="nonsense"[^>]*aria-invalid="true"[^>]*autofocus', refused.text
    )


async def test_after_a_stop_the_page_leads_back_by_a_clear_act(
    client: Client, house: House, queue: str
) -> None:
    key = await joined(client, queue, phone=PHONE)
    stopped = await send(client, f"/stop/{key}")
    assert f'href="/t/{key}/contact"' in stopped.text
    assert "You asked us to stop" in (await client.get(f"/t/{key}")).text
    page = (await client.get(f"/t/{key}/contact")).text
    assert "You asked us to stop, and get no messages." in page
    assert 'name="phone"' not in page, "what would be refused is not offered, and looking allows nothing"

    allowed = await send(client, f"/t/{key}/allow-messages")
    assert "Messages are allowed again." in (await client.get(allowed.headers["location"])).text
    contact = await house.store.read(contact_of_key, key)
    assert contact is not None
    assert contact.stopped_at is None

    await send(client, f"/stop/{key}")
    page = (await client.get(f"/t/{key}/contact")).text
    assert "Allow messages again" not in page
    assert (await send(client, f"/t/{key}/allow-messages")).status_code == 409


async def test_a_program_takes_a_stop_back_too(client: Client, queue: str) -> None:
    key = await joined(client, queue, phone=PHONE)
    path = f"/api/v1/tickets/{key}"
    assert (await client.post(f"{path}/stop-messages")).json()["data"]["stopped"] is True
    refused = await client.put(f"{path}/contact", json={"phone": "+34600000009"})
    assert (refused.status_code, refused.json()["code"]) == (409, "messages_stopped")
    assert "Allow messages again first." in refused.json()["detail"]
    assert (await client.post(f"{path}/allow-messages")).json()["data"]["stopped"] is False
    assert (await client.put(f"{path}/contact", json={"phone": "+34600000009"})).status_code == 200


async def test_the_way_out_stops_by_a_press_and_never_by_a_look(
    client: Client, house: House, queue: str
) -> None:
    key = await joined(client, queue, phone=PHONE, email=EMAIL)
    for _ in range(3):
        page = await client.get(f"/stop/{key}")
        assert page.status_code == 200
        assert EMAIL not in page.text
    contact = await house.store.read(contact_of_key, key)
    assert contact is not None
    assert contact.stopped_at is None
    # As a mail program does it (RFC 8058): no cookie, no origin.
    body = {"Content-Type": "application/x-www-form-urlencoded"}
    stopped = await client.post(f"/stop/{key}", content="List-Unsubscribe=One-Click", headers=body)
    assert stopped.status_code == 200
    contact = await house.store.read(contact_of_key, key)
    assert contact is not None
    assert contact.stopped_at is not None
    assert (await client.get("/stop/AAAAAAAAAAAAAAAAAAAAAA")).status_code == 404
    assert (await client.post("/stop/AAAAAAAAAAAAAAAAAAAAAA")).status_code == 404
