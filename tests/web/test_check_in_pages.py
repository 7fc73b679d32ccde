"""Checking in on the guest's own page: from when on, and where the house wants it, only near the branch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from nowserving.actions.layout.branches import edit_branch
from nowserving.domain.reservations.reservation import ReservationState
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.forms import send, text_of
from tests.web.practice import HOUR, TUESDAY, Practice, make_practice

pytestmark = pytest.mark.anyio


@pytest.fixture
async def practice(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Practice]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        yield await make_practice(house, client, clock, web_build)


async def test_checking_in_leads_to_the_place_in_the_line(practice: Practice) -> None:
    booked = await practice.reserve()
    early = await send(practice.client, f"/r/{booked.key}/check-in")
    assert early.status_code == 409
    assert "too early" in early.text
    practice.clock.now = TUESDAY - HOUR
    assert "I'm here" in await text_of(practice.client, f"/r/{booked.key}")
    await send(practice.client, f"/r/{booked.key}/check-in")
    answer = await practice.client.get(f"/r/{booked.key}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/t/")


async def test_where_guests_must_be_near_the_page_asks_on_the_press_and_says_so(practice: Practice) -> None:
    await practice.edit(rules={"near_m": 200})
    booked = await practice.reserve()
    practice.clock.now = TUESDAY - HOUR
    path = f"/r/{booked.key}"
    # Nobody has put the surgery on the map: the page names the kiosk at once, and asks for nothing.
    unknown = await text_of(practice.client, path)
    assert "check in at the kiosk or at the desk" in unknown
    assert "/check-in" not in unknown
    here = {"latitude": 40.4168, "longitude": -3.7038}
    await practice.house.store.write(edit_branch, branch_id=practice.branch_id, changes={"location": here})
    answer = await practice.client.get(path)
    assert "data-near" in answer.text
    assert "Your phone is asked where it is once you press this" in unescape(answer.text)
    assert "geolocation=(self)" in answer.headers["permissions-policy"]
    assert "geolocation=()" in (await practice.client.get(practice.path)).headers["permissions-policy"]
    # A phone that may not say, one without scripts, and one that says nonsense.
    for said in (
        {},
        {"latitude": "", "longitude": "", "accuracy_m": ""},
        {"latitude": "nan", "longitude": "x"},
    ):
        silent = await send(practice.client, f"{path}/check-in", **said)
        assert silent.status_code == 409
        assert "at the kiosk or at the desk" in silent.text
    far = await send(
        practice.client, f"{path}/check-in", latitude="41.3825", longitude="2.1769", accuracy_m="9"
    )
    assert far.status_code == 409
    assert "about 506 km away" in far.text
    assert "41.38" not in far.text
    near = await send(
        practice.client, f"{path}/check-in", latitude="40.417", longitude="-3.704", accuracy_m="9"
    )
    assert near.status_code == 303
    assert (await practice.now(booked.key)).state is ReservationState.ARRIVED
