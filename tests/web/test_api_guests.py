"""Guests' accounts for programs: register, prove, sign in, and what was booked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.domain.messages.channels import Channel
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.practice import Practice, make_practice

pytestmark = pytest.mark.anyio

ANA = {"email": "ana@example.org", "password": "a sentence to remember"}
NEW = {"email": ANA["email"]}


@pytest.fixture
async def practice(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Practice]:
    limits = {"limit_guest_sign_in": "100 per minute", "limit_account": "100 per minute"}
    async with serving(sqlite_url, tmp_path / "data", clock, **limits) as (house, client):
        yield await make_practice(house, client, clock, web_build)


async def post(practice: Practice, path: str, body: Any, **headers: str) -> Any:
    return await practice.client.post(f"/api/v1/accounts{path}", json=body, headers=headers)


def proof_in(practice: Practice) -> str:
    return practice.letters()[-1].link.rpartition("/")[2]


async def signed_in(practice: Practice) -> str:
    assert (await post(practice, "", {**NEW, "name": "Ana"})).status_code == 202
    assert (
        await post(practice, "/verify", {"proof": proof_in(practice), "password": ANA["password"]})
    ).status_code == 200
    answer = await post(practice, "/sign-in", ANA)
    assert answer.status_code == 201
    token: str = answer.json()["data"]["token"]
    return token


async def test_a_program_registers_proves_and_signs_in(practice: Practice) -> None:
    headers = {"X-Guest-Token": await signed_in(practice)}
    me = await practice.client.get("/api/v1/accounts/me", headers=headers)
    assert me.json()["data"]["email"] == "ana@example.org"
    mine = await practice.client.get("/api/v1/accounts/me/reservations", headers=headers)
    assert mine.json()["data"] == []
    await post(practice, "/sign-out", {}, **headers)
    assert (await practice.client.get("/api/v1/accounts/me", headers=headers)).status_code == 401
    assert (await post(practice, "/sign-out", {})).status_code == 200


async def test_what_was_booked_is_listed(practice: Practice) -> None:
    headers = {"X-Guest-Token": await signed_in(practice)}
    me = (await practice.client.get("/api/v1/accounts/me", headers=headers)).json()["data"]
    booked = await practice.reserve(account_id=me["id"])
    mine = await practice.client.get("/api/v1/accounts/me/reservations", headers=headers)
    assert [one["key"] for one in mine.json()["data"]] == [booked.key]


async def test_the_answers_are_the_same_for_every_address(practice: Practice) -> None:
    await signed_in(practice)
    again = await post(practice, "", NEW)
    assert (again.status_code, again.json()) == (202, {"data": {}})
    for email in ("ana@example.org", "eve@example.org", "nonsense"):
        answer = await post(practice, "/forgot", {"email": email})
        assert (answer.status_code, answer.json()) == (202, {"data": {}})
    assert (await post(practice, "/sign-in", {**ANA, "password": "wrong"})).status_code == 401


async def test_a_forgotten_password_is_replaced_once(practice: Practice) -> None:
    await signed_in(practice)
    await post(practice, "/forgot", {"email": "ana@example.org"})
    body = {"proof": proof_in(practice), "password": "another sentence to remember"}
    assert (await post(practice, "/reset", body)).status_code == 200
    assert (await post(practice, "/reset", body)).status_code == 410
    assert (await post(practice, "/verify", {**body, "proof": "ü"})).status_code == 410


async def test_a_house_without_mail_has_no_accounts(practice: Practice) -> None:
    senders = practice.house.senders
    practice.house.senders = {name: one for name, one in senders.items() if name != Channel.EMAIL}
    assert (await post(practice, "", NEW)).status_code == 404
