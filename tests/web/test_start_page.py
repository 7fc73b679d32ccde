"""The first page: for each role the ways that it may go, each open; in the demo for a stranger too."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.reservations.services import create_service
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.clinic import Clinic, opened_clinic
from tests.web.conftest import PASSWORD
from tests.web.forms import text_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def clinic(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[Clinic]:
    async with opened_clinic(sqlite_url, tmp_path / "data", hall, web_build, wall) as opened:
        service: dict[str, Any] = {"name": "Check-up", "queue_id": hall.passports, "duration_s": 1800}
        await opened.house.store.write(create_service, branch_id=hall.branch_id, **service)
        yield opened


def ways_of(page: str) -> set[str]:
    """Return where the cards of the page lead."""
    found = re.findall(r'<a class="card card--link" href="([^"]+)"', page)
    return {unescape(one) for one in found}


async def test_each_role_sees_its_own_ways_and_all_of_them_are_open(clinic: Clinic) -> None:
    hall = clinic.hall
    room, department = f"/desk/{hall.desk_1}/clinic", f"/department/{hall.department_id}"
    records, agenda = f"/clinic/{hall.branch_id}/records", f"/agenda/{hall.branch_id}"
    glance, book = f"/glance/{hall.branch_id}", f"/book/{hall.branch_id}"
    expected = {
        "doctor": {room, department, records, agenda, book},
        "porter": {department, records, agenda, book},
        "olga": {department, records, agenda, book, glance},
        "stranger": set(),
    }
    for login, there in expected.items():
        await clinic.enter(login)
        ways = ways_of(await text_of(clinic.client, "/"))
        assert ways & {room, department, records, agenda, glance, book} == there, login
        for way in sorted(ways):
            answer = await clinic.client.get(way, follow_redirects=True)
            assert answer.status_code == 200, (login, way)


async def test_a_branch_without_clinic_and_services_says_nothing_of_them(clinic: Clinic) -> None:
    await clinic.enter("olga")
    ways = ways_of(await text_of(clinic.client, "/"))
    assert "/overview/library" in ways
    assert not [one for one in ways if re.match(r"/(agenda|clinic|book)/library", one)]


async def test_a_stranger_in_the_demo_goes_through_every_door(clinic: Clinic) -> None:
    clinic.house.demo = {
        "password": PASSWORD,
        "doctor": {"login": "doctor", "desk_id": clinic.hall.desk_1},
    }
    clinic.client.cookies.clear()
    page = await text_of(clinic.client, "/")
    doors = re.findall(r'<form method="post" action="/sign-in">.*?</form>', page, re.DOTALL)
    assert len(doors) > 8
    asked = [dict(re.findall(r'name="(\w+)" value="([^"]*)"', door)) for door in doors]
    # The demo's agent and admin have these names, and work at every branch; here they have others.
    for login, here in {"agent": "porter", "admin": "olga", "doctor": "doctor"}.items():
        await clinic.enter(here)
        ways = [unescape(one["next"]) for one in asked if one["login"] == login]
        assert ways
        for way in (one for one in ways if "library" not in one):
            there = await clinic.client.get(way, follow_redirects=True)
            assert there.status_code == 200, way
