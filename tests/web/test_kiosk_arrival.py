"""Checking in at the kiosk: by code, key, or name and birth date; early, late, wrong, and too often."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import Client
from tests.web.forms import sign_in
from tests.web.test_agenda import HASH, Agenda, agenda
from tests.web.test_screens import OURS, cookie, paired

__all__ = ["HASH", "agenda"]
pytestmark = pytest.mark.anyio
HOUR_US = 3600 * 1_000_000


class Stand:
    """A paired kiosk, and a reservation for the middle of a day."""

    def __init__(self, client: Client, device: dict[str, Any], reservation: dict[str, Any]) -> None:
        self.client, self.device, self.reservation = client, device, reservation

    async def say(self, **said: str) -> Any:
        return await self.client.post("/kiosk/arrive", json=said, headers={**cookie(self.device), **OURS})


@pytest.fixture
async def stand(agenda: Agenda, hall: TownHall, wall: Clock) -> Stand:
    slot = [one for one in await agenda.slots() if one.endswith(hall.desk_1)][20]
    booked = await agenda.book(slot, name="Ada King Byron", birth_date="1985-12-10")
    key = booked.headers["location"].split("of=")[1].split("&")[0]
    page = await agenda.of(key)
    code = page.split("<dt>Code</dt><dd>")[1].split(">")[1].split("<")[0]
    agenda.client.cookies.clear()
    device = await paired(agenda.client, hall)
    wall.now = int(slot.partition(".")[0])
    return Stand(agenda.client, device, {"key": key, "code": code, "start_at": wall.now})


async def test_a_code_becomes_a_ticket_once(stand: Stand) -> None:
    code = stand.reservation["code"]
    first = await stand.say(code=f" {code[:3].lower()}-{code[3:]} ")
    assert first.status_code == 200, first.text
    given = first.json()["data"]
    assert given["ticket"]["code"].startswith("A-")
    assert (given["late"], given["again"]) == (False, False)
    again = (await stand.say(code=code)).json()["data"]
    assert (again["ticket"]["code"], again["again"]) == (given["ticket"]["code"], True)
    # Nothing about the guest is said.
    assert "Ada" not in first.text


async def test_the_key_of_a_scanned_link_is_enough(stand: Stand) -> None:
    assert (await stand.say(key=stand.reservation["key"])).status_code == 200


@pytest.mark.parametrize("typed", ["ZOE ANGSTROM", "angstrom zoe", "Zoë Ångström", "zoe  Ångstrom"])
async def test_a_name_is_known_without_its_accents_and_in_any_order(
    stand: Stand, agenda: Agenda, hall: TownHall, typed: str
) -> None:
    await sign_in(agenda.client, "olga")
    slot = [one for one in await agenda.slots() if one.endswith(hall.desk_1)][-1]
    await agenda.book(slot, name="Zoë Ångström", birth_date="2015-05-05")
    agenda.client.cookies.clear()
    answer = await stand.say(name=typed, birth_date="2015-05-05")
    # Found, and too early for it: whoever is not found gets another answer.
    assert answer.json()["code"] == "too_early"


@pytest.mark.parametrize("minutes", [-10, 10])
async def test_midnight_parts_nobody_from_a_time_that_is_near(
    stand: Stand, agenda: Agenda, wall: Clock, minutes: int
) -> None:
    """Ten to midnight for a time at midnight is today's, and so is ten past for one just before."""
    await sign_in(agenda.client, "olga")
    slots = await agenda.slots()
    slot = slots[0] if minutes < 0 else slots[-1]
    await agenda.book(slot, name="Bo", birth_date="1961-12-09")
    agenda.client.cookies.clear()
    at = int(slot.partition(".")[0])
    # Hours are always open, so the first slot begins at midnight and the last one ends there.
    wall.now = at + (minutes if minutes < 0 else minutes + 30) * HOUR_US // 60
    said = await stand.say(name="bo", birth_date="1961-12-09")
    assert said.json().get("code") != "unknown_reservation", said.text


async def test_who_is_early_is_told_when_to_come_back(stand: Stand, wall: Clock) -> None:
    wall.now -= 3 * HOUR_US
    early = await stand.say(code=stand.reservation["code"])
    assert early.status_code == 409
    said = early.json()
    assert said["code"] == "too_early"
    assert said["from_at"] == stand.reservation["start_at"] - 2 * HOUR_US
    assert said["start_at"] == stand.reservation["start_at"]


async def test_who_is_late_is_told_so_and_who_is_given_up_sees_staff(stand: Stand, wall: Clock) -> None:
    wall.now += HOUR_US // 3
    assert (await stand.say(code=stand.reservation["code"])).json()["data"]["late"] is True


async def test_who_was_given_up_sees_staff(stand: Stand, wall: Clock) -> None:
    wall.now += 2 * HOUR_US
    gone = await stand.say(code=stand.reservation["code"])
    assert (gone.status_code, gone.json()["code"]) == (409, "missed")


async def test_what_does_not_fit_is_one_answer_and_tried_a_few_times_only(stand: Stand) -> None:
    wrong = [{"code": "222222"}, {"key": "x" * 22}, {"name": "Ada", "birth_date": "1985-12-10"}]
    for said in wrong:
        answer = await stand.say(**said)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_reservation"), said
    tried = [(await stand.say(code="333333")).status_code for _ in range(20)]
    assert tried[-1] == 429
    assert (await stand.say()).status_code in {400, 429}


async def test_nobody_checks_in_from_elsewhere(stand: Stand) -> None:
    answer = await stand.client.post("/kiosk/arrive", json={"code": stand.reservation["code"]}, headers=OURS)
    assert answer.status_code == 401
