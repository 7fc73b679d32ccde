"""A guest's account in a browser: the address is proved by mail, and no answer tells who has one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.domain.messages.channels import Channel
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.forms import refusal_of, send, text_of
from tests.web.practice import TUESDAY, Practice, make_practice

pytestmark = pytest.mark.anyio

ANA = {"email": "ana@example.org", "password": "a sentence to remember"}


@pytest.fixture
async def practice(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Practice]:
    limits = {"limit_guest_sign_in": "100 per minute", "limit_account": "100 per minute"}
    async with serving(sqlite_url, tmp_path / "data", clock, **limits) as (house, client):
        yield await make_practice(house, client, clock, web_build)


def link_in(practice: Practice) -> str:
    """Return the path that the latest letter leads to."""
    return practice.letters()[-1].link.removeprefix("http://testserver")


async def registered(practice: Practice) -> None:
    await send(practice.client, "/my/register", email=ANA["email"], name="Ana Ruiz")


async def signed_in(practice: Practice) -> None:
    await registered(practice)
    answer = await send(practice.client, link_in(practice), password=ANA["password"])
    assert answer.headers["location"] == "/my?welcome"


async def test_an_account_is_made_proved_and_signed_in(practice: Practice) -> None:
    answer = await send(practice.client, "/my/register", email=ANA["email"], name="Ana Ruiz")
    assert "Please look into your mail" in answer.text
    assert (await send(practice.client, "/my/sign-in", **ANA)).status_code == 401
    page = await text_of(practice.client, link_in(practice))
    assert "Choose the password" in page
    short = await send(practice.client, link_in(practice), password="short")
    assert refusal_of(short.text, "password")
    done = await send(practice.client, link_in(practice), password=ANA["password"])
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    mine = await text_of(practice.client, done.headers["location"])
    assert "My reservations" in mine
    # Whoever has just come in can book from there.
    assert f'href="/book/{practice.branch_id}"' in mine
    assert (await practice.client.get("/my/sign-in")).headers["location"] == "/my"
    again = await send(practice.client, link_in(practice), password="another sentence to remember")
    assert again.status_code == 410
    assert 'type="password"' not in again.text


async def test_nobody_gets_into_an_account_by_registering_somebody_elses_address(practice: Practice) -> None:
    """Whoever reads the mail chooses the password: a stranger's registration opens nothing."""
    await send(
        practice.client, "/my/register", email=ANA["email"], name="Ana Ruiz", password="the stranger's own"
    )
    await send(practice.client, link_in(practice), password=ANA["password"])
    guess = await send(practice.client, "/my/sign-in", email=ANA["email"], password="the stranger's own")
    assert guess.status_code == 401


async def test_nobodys_mail_box_is_filled_by_those_who_know_its_address(practice: Practice) -> None:
    answers = [await send(practice.client, "/my/register", email=ANA["email"]) for _ in range(5)]
    assert len({(one.status_code, one.text) for one in answers}) == 1
    assert len(practice.letters()) == 2
    # The latest letter that was written still opens the account: what was not sent has made nothing void.
    done = await send(practice.client, link_in(practice), password=ANA["password"])
    assert done.headers["location"] == "/my?welcome"
    for _ in range(3):
        await send(practice.client, "/my/forgot", email=ANA["email"])
    assert len(practice.letters()) == 2


async def test_guests_who_try_often_keep_no_staff_out(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> None:
    limits = {"limit_guest_sign_in": "3 per minute", "limit_sign_in": "3 per minute"}
    async with serving(sqlite_url, tmp_path / "data", clock, **limits) as (house, client):
        practice = await make_practice(house, client, clock, web_build)
        guests = [
            (await send(practice.client, "/my/sign-in", email="a@example.org", password="x")).status_code
            for _ in range(4)
        ]
        assert guests[-1] == 429
        staff = await send(client, "/sign-in", login="maria-lopez", password="x")
        assert staff.status_code == 401


async def test_no_answer_tells_who_has_an_account(practice: Practice) -> None:
    first = await send(practice.client, "/my/register", email=ANA["email"])
    await send(practice.client, link_in(practice), password=ANA["password"])
    await send(practice.client, "/my/sign-out")
    again = await send(practice.client, "/my/register", email=ANA["email"])
    assert (again.status_code, again.text) == (first.status_code, first.text)
    assert "You have one" in practice.letters()[-1].text

    known = await send(practice.client, "/my/forgot", email="ana@example.org")
    written = len(practice.letters())
    unknown = await send(practice.client, "/my/forgot", email="eve@example.org")
    assert known.status_code == unknown.status_code
    assert known.text.replace("ana@", "eve@") == unknown.text
    assert len(practice.letters()) == written
    await send(practice.client, "/my/forgot", email="nonsense")
    wrong = await send(practice.client, "/my/sign-in", email="ana@example.org", password="no")
    nobody = await send(practice.client, "/my/sign-in", email="eve@example.org", password="no")
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.text.replace("ana@", "eve@") == nobody.text


async def test_what_was_typed_wrong_is_said_and_no_password_is_repeated(practice: Practice) -> None:
    answer = await send(practice.client, "/my/register", email="x")
    assert answer.status_code == 422
    assert refusal_of(answer.text, "email")
    await send(practice.client, "/my/register", email="a@example.org")
    answer = await send(practice.client, link_in(practice), password="password")
    assert refusal_of(answer.text, "password")
    assert 'value="password"' not in answer.text
    answer = await send(practice.client, "/my/sign-in", email="nonsense", password="x")
    assert answer.status_code == 401


async def test_a_forgotten_password_is_replaced_once(practice: Practice) -> None:
    await signed_in(practice)
    await send(practice.client, "/my/forgot", email="ana@example.org")
    path = link_in(practice)
    assert "Set the password" in await text_of(practice.client, path)
    short = await send(practice.client, path, password="short")
    assert refusal_of(short.text, "password")
    done = await send(practice.client, path, password="another sentence to remember")
    assert done.headers["location"] == "/my/sign-in?verified"
    # The browser that was signed in is signed out, the old password is none any more.
    assert (await practice.client.get("/my")).headers["location"] == "/my/sign-in"
    assert (await send(practice.client, "/my/sign-in", **ANA)).status_code == 401
    late = await send(practice.client, path, password="a third sentence to remember")
    assert late.status_code == 410


async def test_guesses_are_slowed_down(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> None:
    async with serving(sqlite_url, tmp_path / "data", clock, limit_guest_sign_in="3 per minute") as (
        house,
        client,
    ):
        practice = await make_practice(house, client, clock, web_build)
        answers = [
            (await send(practice.client, "/my/sign-in", email="a@example.org", password="x")).status_code
            for _ in range(4)
        ]
        assert answers == [401, 401, 401, 429]
        assert (await send(client, "/my/forgot", email="a@example.org")).status_code == 429


async def test_what_is_booked_while_signed_in_stands_in_the_account(practice: Practice) -> None:
    await signed_in(practice)
    key = await practice.hold()
    form = await text_of(practice.client, f"/r/{key}")
    assert "You can also book for somebody of your family." in form
    assert 'value="Ana Ruiz"' in form
    await send(practice.client, f"/r/{key}/book", name="Leo Ruiz", email="ana@example.org")
    page = await text_of(practice.client, "/my")
    assert "Leo Ruiz" in page
    assert f"/r/{key}" in page
    practice.clock.advance(3 * 24 * 3600)
    assert "Earlier ones" in await text_of(practice.client, "/my")


async def test_a_reservation_made_without_one_can_be_kept_in_an_account(practice: Practice) -> None:
    booked = await practice.reserve()
    assert (await send(practice.client, f"/r/{booked.key}/keep")).headers["location"] == "/my/sign-in"
    await signed_in(practice)
    assert "Keep it in my account" in await text_of(practice.client, f"/r/{booked.key}")
    await send(practice.client, f"/r/{booked.key}/keep")
    assert f"/r/{booked.key}" in await text_of(practice.client, "/my")
    assert (await send(practice.client, "/r/0123456789012345678901/keep")).status_code == 404


async def test_places_in_waiting_lists_stand_there_too(practice: Practice) -> None:
    await practice.reserve()
    await practice.reserve(name="Ben")
    await signed_in(practice)
    answer = await send(practice.client, f"{practice.path}/standby", start=str(TUESDAY), name="Carla")
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] in await text_of(practice.client, "/my")


async def test_name_phone_and_password_can_be_changed(practice: Practice) -> None:
    await signed_in(practice)
    await send(practice.client, "/my/edit", name="Ana María", phone="+34 600 123 456")
    page = await text_of(practice.client, "/my?saved")
    assert "Ana María" in page
    assert "+34600123456" in page
    assert (await send(practice.client, "/my/edit", name="x", phone="12")).status_code == 422
    wrong = await send(practice.client, "/my/password", old="no", password="another sentence here")
    assert "not the password" in refusal_of(wrong.text, "old")
    done = await send(practice.client, "/my/password", old=ANA["password"], password="another sentence here")
    assert done.headers["location"] == "/my?saved"
    assert (await practice.client.get("/my")).status_code == 200


async def test_an_account_is_deleted_by_who_knows_its_password(practice: Practice) -> None:
    await signed_in(practice)
    wrong = await send(practice.client, "/my/delete", password="no")
    assert wrong.status_code == 422
    done = await send(practice.client, "/my/delete", password=ANA["password"])
    assert "Your account is deleted" in done.text
    assert (await practice.client.get("/my")).headers["location"] == "/my/sign-in"


async def test_who_is_not_signed_in_is_led_to_the_form(practice: Practice) -> None:
    for act in ("edit", "password", "delete"):
        answer = await send(practice.client, f"/my/{act}", name="x")
        assert answer.headers["location"] == "/my/sign-in"
    assert (await practice.client.get("/my")).headers["location"] == "/my/sign-in"


async def test_signing_out_ends_this_browser(practice: Practice) -> None:
    await signed_in(practice)
    answer = await send(practice.client, "/my/sign-out")
    assert re.search("ns_account=", answer.headers["set-cookie"])
    assert (await practice.client.get("/my")).status_code == 303
    assert (await send(practice.client, "/my/sign-out")).status_code == 303


async def test_a_house_without_mail_has_no_accounts(practice: Practice) -> None:
    practice.house.senders = {
        name: one for name, one in practice.house.senders.items() if name != Channel.EMAIL
    }
    assert (await practice.client.get("/my/register")).status_code == 404
    assert (await send(practice.client, "/my/register", **ANA)).status_code == 404
    assert "/my/register" not in await text_of(practice.client, "/my/sign-in")


async def test_no_letter_leads_to_a_host_that_only_the_caller_has_named(practice: Practice) -> None:
    await registered(practice)
    before = len(practice.letters())
    evil = {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}
    for path in ("/my/forgot", "/my/register"):
        await practice.client.post(path, data=ANA, headers=evil)
    assert len(practice.letters()) == before
    await send(practice.client, "/my/forgot", email=ANA["email"])
    assert len(practice.letters()) == before + 1
