"""The stop word that a guest sends back by text message, as a provider hands it on, and what abuse gains."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.domain.messages.stop_word import is_stop_word
from nowserving.domain.tickets.rules import AskContact, QueueRules
from nowserving.store.messages.contacts import contact_of_key
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import KEYS, Client, serving

pytestmark = pytest.mark.anyio

SECRET = "a-secret-of-the-tests-0123"
PATH = f"/api/v1/sms/inbound/{SECRET}"
PHONE = "+34600123456"
ASKS = QueueRules(ask_contact=AskContact.OPTIONAL)


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, web_build: Builder, hall: TownHall, wall: Clock
) -> AsyncIterator[tuple[House, Client, list[str]]]:
    """A server, a caller, and a queue that asks for contacts in each of two branches."""
    baths = web_build.branch("Baths")
    queues = [
        web_build.queue("Swim", baths, prefix="X", rules=ASKS),
        web_build.queue("Talk", hall.branch_id, prefix="Y", rules=ASKS),
    ]
    settings = {"sms_inbound_secret": SECRET, "limit_unknown": "5 per minute"}
    async with serving(sqlite_url, tmp_path / "data", wall, **settings) as (house, client):
        yield house, client, queues


async def joined(client: Client, queue: str, phone: str) -> str:
    body = {"contact": {"phone": phone}}
    headers = {"X-API-Key": KEYS["admin"]}
    answer = await client.post(f"/api/v1/queues/{queue}/tickets", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["key"])


async def is_told(house: House, key: str) -> bool:
    contact, ticket = await house.store.read(contact_of_key, key), await house.store.read(ticket_by_key, key)
    assert contact is not None
    assert ticket is not None
    assert (contact.stopped_at is None) == (ticket.reach > 0)
    return contact.stopped_at is None


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"From": PHONE, "Body": "Stop", "MessageSid": "SM1", "NumMedia": "0"}},
        {"json": {"msisdn": "34600123456", "to": "15551230000", "text": "STOPP", "type": "text"}},
        {"json": {"msisdn": 34600123456, "keyword": "baja"}},
    ],
)
async def test_a_stop_word_stops_every_contact_with_the_number_and_no_other(
    site: tuple[House, Client, list[str]], sent: dict[str, Any]
) -> None:
    house, client, queues = site
    keys = [await joined(client, queue, PHONE) for queue in queues]
    other = await joined(client, queues[0], "+34600999999")
    for _ in range(2):
        assert (await client.post(PATH, **sent)).status_code == 204
        assert [await is_told(house, key) for key in (*keys, other)] == [False, False, True]


@pytest.mark.parametrize(
    "sent",
    [
        {"From": PHONE, "Body": "Do I stop at the bank first?"},
        {"From": PHONE, "Body": ""},
        {"From": "TownHall", "Body": "STOP"},
        {"From": "' OR 1=1 --", "Body": "STOP"},
        {"From": "+34600", "Body": "STOP"},
        {"From": PHONE, "Body": "STOP" * 100},
    ],
)
async def test_what_is_no_stop_of_a_number_stops_nobody_and_is_answered_alike(
    site: tuple[House, Client, list[str]], sent: dict[str, str]
) -> None:
    house, client, queues = site
    key = await joined(client, queues[0], PHONE)
    assert (await client.post(PATH, data=sent)).status_code == 204
    assert await is_told(house, key)


async def test_a_stranger_stops_nobody_and_learns_nothing(site: tuple[House, Client, list[str]]) -> None:
    house, client, queues = site
    key = await joined(client, queues[0], PHONE)
    stop = {"From": PHONE, "Body": "STOP"}
    guesses = ("x", SECRET[:-1], SECRET + "0", SECRET.upper(), "é" * 16, SECRET[::-1], "y", "z")
    codes = [(await client.post(f"/api/v1/sms/inbound/{guess}", data=stop)).status_code for guess in guesses]
    assert set(codes) == {404, 429}
    assert codes[-1] == 429, "guesses end soon"
    assert (await client.get(PATH)).status_code == 405
    assert await is_told(house, key)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"json": {"text": "STOP"}}, 422),
        ({"json": {"from": PHONE}}, 422),
        ({"json": {"from": [PHONE], "text": "STOP"}}, 422),
        ({"json": ["STOP"]}, 422),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"STOP", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"data": {"From": PHONE, "Body": "x" * 200_000}}, 413),
    ],
)
async def test_what_no_provider_sends_is_refused(
    site: tuple[House, Client, list[str]], sent: dict[str, Any], code: int
) -> None:
    _, client, _ = site
    assert (await client.post(PATH, **sent)).status_code == code


async def test_without_a_secret_the_address_is_closed(
    sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock
) -> None:
    async with serving(sqlite_url, tmp_path / "data", wall) as (_, client):
        for secret in ("", "x"):
            answer = await client.post(f"/api/v1/sms/inbound/{secret}", data={"From": PHONE, "Body": "STOP"})
            assert answer.status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        " stop ",
        "Stop!",
        "STOPP",
        "Arrêt",
        "ARRET.",
        "baja",
        "Stop all",
        "ｓｔｏｐ",
        "रोकें",
        "إيقاف",
        "ايقاف",
    ],
)
def test_the_word_is_known_however_it_is_typed(text: str) -> None:
    assert is_stop_word(text)


@pytest.mark.parametrize("text", ["", "stops", "don't stop", "non-stop", "yes", "5", "रो", "🛑", "ST0P"])
def test_another_word_is_another_word(text: str) -> None:
    assert not is_stop_word(text)
