"""The demo's clinic: fourth in demo.json, with a day of reservations in all their states, and alive."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nowserving.demo.build import build
from nowserving.demo.clinic.life import Appointments
from nowserving.domain.reservations.reservation import ReservationState as S
from nowserving.live.hub import Hub
from nowserving.live.relay import Relay
from nowserving.store.care.migrate import migrate
from nowserving.store.reservations.reservations import in_span
from nowserving.store.reservations.rosters import rosters_of
from nowserving.store.reservations.services import services
from nowserving.store.store import Store
from tests.builders import MONDAY_MORNING_US
from tests.conftest import Clock
from tests.demos import NOON, copy_of

DAY = 86_400 * 1_000_000


def states(store: Store, branch_id: str) -> Counter[S]:
    return Counter(one.state for one in store.read_now(in_span, branch_id, NOON - DAY, NOON + DAY))


@pytest.mark.anyio
async def test_a_day_is_there_in_all_its_states_and_goes_on(
    built_demo: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    url, document = built_demo
    clinic = document["branches"][3]
    assert [desk["name"] for desk in clinic["desks"]][:4] == ["Room 11", "Room 12", "Room 21", "Room 22"]
    clock = Clock(NOON)
    store = Store(copy_of(url, tmp_path), clock=clock)
    store.open()
    store.attach(asyncio.get_running_loop())
    relay = Relay(store, Hub())
    await relay.start()
    try:
        offered = store.read_now(services, clinic["id"])
        assert len(offered) == 4
        assert all(one.public_name and one.owner_id for one in store.read_now(rosters_of, clinic["id"]))
        # What is said in public tells nobody what somebody has come for.
        assert {one.rules.public_name for one in offered} == {"Appointment"}
        before = states(store, clinic["id"])
        assert {S.CONFIRMED, S.PENDING, S.ARRIVED, S.NO_SHOW, S.CANCELLED} <= before.keys()
        life = Appointments(store, Random(1))
        for _ in range(300):
            clock.advance(2)
            await life.step(relay.branches[clinic["id"]])
        after = states(store, clinic["id"])
        assert after[S.ARRIVED] > before[S.ARRIVED]
        for branch in document["branches"][:3]:
            assert store.read_now(services, branch["id"]) == []
    finally:
        await relay.stop()
        store.close()


def test_the_clinic_is_the_same_wherever_it_is_built(tmp_path: Path) -> None:
    """At any hour: the doctors' day lies around the visitor's."""
    for hour in (0, 21):
        url = f"sqlite:///{tmp_path / f'at-{hour}.sqlite3'}"
        migrate(url)
        document = build(url, MONDAY_MORNING_US + hour * 3600 * 1_000_000, "no password")
        assert len(document["branches"]) == 5
