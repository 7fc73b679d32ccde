"""Messages over HTTP: a guest's contact, the way out, and what an admin sets, tries and retries."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.domain.messages.delivery import End, Outcome
from nowserving.domain.tickets.rules import AskContact, QueueRules, rules_to
from nowserving.outside.senders import Recorder
from nowserving.store import schema
from nowserving.store.messages.contacts import contact_of_key
from nowserving.web.gate.passwords import hash_now
from nowserving.web.house import House
from nowserving.web.pages.admin.messages.outbox import reason_words
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.domain.test_messages import SUBSCRIPTION
from tests.web.conftest import KEYS, PASSWORD, Client, serving
from tests.web.forms import send

# apprise says in warnings what will change in Python.
pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore")]
PHONE, EMAIL = "+34600123456", "ana.canary@example.net"
ADMIN = {"X-API-Key": KEYS["admin"]}
AGENT = {"X-API-Key": KEYS["agent"]}


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock
) -> AsyncIterator[tuple[House, Client]]:
    """A server and a caller."""
    async with serving(sqlite_url, tmp_path / "data", wall) as both:
        yield both


@pytest.fixture
def house(site: tuple[House, Client]) -> House:
    return site[0]


@pytest.fixture
def client(site: tuple[House, Client]) -> Client:
    return site[1]


@pytest.fixture
async def queue(client: Client, house: House, hall: TownHall, web_build: Builder) -> str:
    """A queue that asks guests how to be told, and lets them join from home; mail is only noted."""
    rules = QueueRules(ask_contact=AskContact.OPTIONAL, remote_join=True)
    edited = await client.patch(
        f"/api/v1/queues/{hall.passports}", json={"rules": rules_to(rules)}, headers=ADMIN
    )
    assert edited.status_code == 200, edited.text
    house.senders = {"email": Recorder(), "sms": Recorder(), "push": Recorder(), "staff": Recorder()}
    return hall.passports


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    """A browser in which the admin is signed in."""
    web_build.admin("Olga Admin", password_hash=hash_now(PASSWORD))
    signed_in = await send(client, "/sign-in", login="olga-admin", password=PASSWORD)
    assert signed_in.status_code == 303
    return client


async def joined(client: Client, queue: str, **contact: Any) -> str:
    answer = await client.post(f"/api/v1/queues/{queue}/tickets", json={"contact": contact}, headers=AGENT)
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["data"]["key"]
    return key


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


async def test_settings_are_kept_and_the_alerts_address_is_never_shown(
    client: Client, hall: TownHall
) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/message-settings"
    secret = "json://alerts.example/token-canary"
    changed = await client.patch(
        path,
        json={
            "quiet_from": "22:00",
            "quiet_until": "07:00",
            "templates": {"turn": {"en": {"text": "{code}, now"}}},
            "alert_url": secret,
        },
        headers=ADMIN,
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["data"]["alerts"] is True
    more = {"templates": {"turn": {"es": {"text": "{code}, ya"}}}}
    kept = (await client.patch(path, json=more, headers=ADMIN)).json()["data"]
    assert kept["templates"]["turn"] == {
        "en": {"subject": "", "text": "{code}, now"},
        "es": {"subject": "", "text": "{code}, ya"},
    }
    log = await client.get(f"/api/v1/branches/{hall.branch_id}/events", headers=ADMIN)
    assert "branch.messages_edited" in log.text
    for text in (changed.text, log.text, (await client.get(path, headers=ADMIN)).text):
        assert "token-canary" not in text


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"templates": {"turn": {"en": {"text": "{{7*7}}"}}}}, "/templates/turn/en/text"),
        ({"templates": {"turn": "x"}}, "/templates/turn"),
        ({"templates": []}, "/templates"),
        ({"alert_url": "file:///etc/passwd"}, "/alert_url"),
        ({"alert_url": "nonsense://x"}, "/alert_url"),
        ({"sms_a_day": "3"}, "/sms_a_day"),
        ({"quiet_from": "25:00"}, "/quiet_from"),
    ],
)
async def test_a_wrong_setting_is_named(
    client: Client, hall: TownHall, wrong: dict[str, Any], pointer: str
) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/message-settings"
    answer = await client.patch(path, json=wrong, headers=ADMIN)
    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_a_try_says_a_class_of_outcome_and_no_more(
    client: Client, house: House, hall: TownHall, queue: str
) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/messages/test"
    house.senders = {"email": Recorder(outcome=Outcome(End.NEVER, "smtp_550 no such user"))}
    answer = await client.post(path, json={"channel": "email", "to": EMAIL}, headers=ADMIN)
    assert answer.json() == {"data": {"outcome": "never"}}
    missing = await client.post(path, json={"channel": "sms", "to": PHONE}, headers=ADMIN)
    assert missing.status_code == 409
    assert (await client.post(path, json={"channel": "email"}, headers=ADMIN)).status_code == 422
    assert (await client.post(path, json={"channel": "pigeon"}, headers=ADMIN)).status_code == 422
    codes = [
        (await client.post(path, json={"channel": "email", "to": EMAIL}, headers=ADMIN)).status_code
        for _ in range(12)
    ]
    assert 429 in codes


async def test_what_failed_is_listed_and_tried_again(
    client: Client, hall: TownHall, queue: str, web_build: Builder, house: House
) -> None:
    key = await joined(client, queue, email=EMAIL)
    (message,) = await messages(client, hall)
    assert message["kind"] == "joined"
    web_build.change(schema.messages, message["id"], state="failed", reason="timeout", sent_at=None)
    (failed,) = await messages(client, hall, "?state=failed")
    assert (failed["code"], failed["reason"]) == ("A-001", "timeout")
    path = f"/api/v1/branches/{hall.branch_id}/messages/{message['id']}/retry"
    assert (await client.post(path, headers=ADMIN)).status_code == 200
    assert (await client.post(path, headers=AGENT)).status_code == 403
    assert EMAIL not in json.dumps(await messages(client, hall))
    assert key


async def messages(client: Client, hall: TownHall, query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1/branches/{hall.branch_id}/messages{query}", headers=ADMIN)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def test_an_admin_sets_words_and_hours_as_a_form(
    office: Client, hall: TownHall, house: House, queue: str
) -> None:
    page = f"/admin/branches/{hall.branch_id}/messages"
    assert (await office.get(page)).status_code == 200
    fields = {"edited": "0", "sms_a_day": "50", "country_code": "+34", "quiet_from": "22:00"}
    words = {"templates-turn-en-text": "{code}, please come"}
    saved = await send(office, page, **fields, quiet_until="07:00", alert_url="json://a.example/x", **words)
    assert saved.status_code == 303, saved.text
    shown = (await office.get(page)).text
    assert "{code}, please come" in shown
    assert "a.example" not in shown
    refused = await send(office, page, **{**fields, "edited": "1", "templates-turn-en-text": "{oops}"})
    assert refused.status_code == 422
    assert 'id="templates-turn-en-text-error"' in refused.text
    assert "{oops}" in refused.text
    without = await send(office, page, **{**fields, "edited": "1"}, quiet_until="07:00", no_alerts="on")
    assert without.status_code == 303


async def test_saving_the_form_keeps_the_subjects_that_were_set_by_api(
    office: Client, client: Client, hall: TownHall, queue: str
) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/message-settings"
    words = {"turn": {"en": {"subject": "Come in", "text": "{code}, now"}}}
    assert (await client.patch(path, json={"templates": words}, headers=ADMIN)).status_code == 200
    page = f"/admin/branches/{hall.branch_id}/messages"
    fields = {"edited": "1", "sms_a_day": "50", "templates-turn-en-text": "{code}, please"}
    assert (await send(office, page, **fields)).status_code == 303
    kept = (await client.get(path, headers=ADMIN)).json()["data"]["templates"]["turn"]["en"]
    assert kept == {"subject": "Come in", "text": "{code}, please"}


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("smtp_550", "The mail server has refused it. (550)"),
        ("push_410", "The push service does not take it. (410)"),
        ("push_bad_key", "The push service does not take it."),
        ("fault", "Something went wrong on our side."),
    ],
)
def test_every_reason_is_said_in_words(reason: str, said: str) -> None:
    words, number = reason_words(reason)
    assert f"{words} ({number})" * bool(number) + words * (not number) == said


async def test_an_admin_tries_a_channel_and_a_failed_message(
    office: Client, hall: TownHall, queue: str, web_build: Builder
) -> None:
    page = f"/admin/branches/{hall.branch_id}/messages"
    tried = await send(office, f"{page}/test", channel="email", to=EMAIL)
    assert "Handed over" in tried.text
    wrong = await send(office, f"{page}/test", channel="email", to="nobody")
    assert wrong.status_code == 422
    empty = await office.get(f"{page}/failed")
    assert "Nothing has failed" in empty.text
    await joined(office, queue, email=EMAIL)
    (message,) = await messages(office, hall)
    web_build.change(schema.messages, message["id"], state="failed", reason="smtp_550", sent_at=None)
    failed = (await office.get(f"{page}/failed")).text
    assert "A-001" in failed
    assert "The mail server has refused it." in failed
    assert "smtp_550" not in failed
    (retry,) = re.findall(r'action="([^"]+/retry)"', failed)
    assert (await send(office, retry)).status_code == 303


async def test_a_queues_form_keeps_the_order_of_its_channels(office: Client, queue: str) -> None:
    page = f"/admin/queues/{queue}"
    shown = (await office.get(page)).text
    assert 'name="rules-channels-2"' in shown
    assert "rules-alert_first" in shown
    basics = {"name": "Passports", "prefix": "A", "rules-admission": "by_agent", "rules-counts": "people"}
    limits = {
        "rules-fit": "strict",
        "rules-fit_passes": "2",
        "rules-max_party": "20",
        "rules-overstay": "free",
    }
    roads = {"rules-channels-0": "sms", "rules-channels-1": "email", "rules-channels-2": ""}
    more = {"rules-announce_nearly_at": "3", "rules-ask_contact": "optional", "rules-alert_first": "on"}
    saved = await send(office, page, **basics, **limits, **roads, **more)
    assert saved.status_code == 303
    rules = (await office.get(f"/api/v1/queues/{queue}", headers=ADMIN)).json()["data"]["rules"]
    assert (rules["channels"], rules["alert_first"]) == (["sms", "email"], True)
