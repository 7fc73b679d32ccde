"""What an admin sets, tries and tries again of messages, over HTTP."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from nowserving.domain.messages.delivery import End, Outcome
from nowserving.outside.senders import Recorder
from nowserving.store import schema
from nowserving.web.house import House
from nowserving.web.pages.admin.messages.outbox import reason_words
from tests.builders import Builder, TownHall
from tests.web.conftest import Client
from tests.web.forms import send
from tests.web.messages.callers import ADMIN, AGENT, EMAIL, PHONE, joined, messages

# apprise says in warnings what will change in Python.
pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore")]


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


async def test_a_try_by_text_message_is_no_way_around_the_days_limit(
    client: Client, house: House, hall: TownHall, queue: str
) -> None:
    path, sent = f"/api/v1/branches/{hall.branch_id}", Recorder()
    house.senders = {"sms": sent}
    body = {"channel": "sms", "to": PHONE}
    assert (await client.post(f"{path}/messages/test", json=body, headers=ADMIN)).status_code == 200

    await client.patch(f"{path}/message-settings", json={"sms_a_day": 0}, headers=ADMIN)
    refused = await client.post(f"{path}/messages/test", json=body, headers=ADMIN)

    assert (refused.status_code, refused.json()["code"]) == (409, "sms_limit")
    assert len(sent.letters) == 1


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


async def test_an_admin_sets_the_words_of_reservations_and_saving_loses_none(
    office: Client, client: Client, hall: TownHall, queue: str
) -> None:
    page = f"/admin/branches/{hall.branch_id}/messages"
    shown = (await office.get(page)).text
    for kind in ("requested", "verify", "booked", "moved", "cancelled", "reminder", "offered", "standby"):
        assert f'name="templates-{kind}-es-text"' in shown
    fields = {"edited": "0", "sms_a_day": "50", "templates-reminder-en-text": "{service}: {when}. {cancel}"}
    assert (await send(office, page, **fields)).status_code == 303
    path = f"/api/v1/branches/{hall.branch_id}/message-settings"
    kept = (await client.get(path, headers=ADMIN)).json()["data"]["templates"]["reminder"]["en"]
    assert kept["text"] == "{service}: {when}. {cancel}"
    refused = await send(office, page, **{**fields, "edited": "1", "templates-booked-en-text": "{patient}"})
    assert refused.status_code == 422
    assert 'id="templates-booked-en-text-error"' in refused.text


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
