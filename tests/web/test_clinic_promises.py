"""A patient who booked and is here: the doctor sees who it is, what was promised, and what they said."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import reserve
from nowserving.actions.reservations.services import create_service
from nowserving.domain.tickets.ticket import Ticket
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.clinic import ANA, Clinic, opened_clinic
from tests.web.forms import text_of, value_of

pytestmark = pytest.mark.anyio

FIRST = {"code": "first", "label": "Is it your first visit?", "kind": "yes_no"}
HALF_HOUR_US = 1800 * 1_000_000


@pytest.fixture
async def clinic(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[Clinic]:
    async with opened_clinic(sqlite_url, tmp_path / "data", hall, web_build, wall) as opened:
        await opened.enter("doctor")
        yield opened


async def arrived(clinic: Clinic, name: str = "Carla Ruiz") -> Ticket:
    """Let somebody book a visit for soon, and come."""
    store = clinic.house.store
    service = await store.write(
        create_service,
        branch_id=clinic.hall.branch_id,
        name="Consultation",
        queue_id=clinic.hall.passports,
        duration_s=1800,
        questions=[FIRST],
        rules={"early_s": 4 * 3600, "ask_birth_date": True},
    )
    booked = await store.write(
        reserve,
        service_id=service.id,
        start_at=clinic.clock.now - clinic.clock.now % HALF_HOUR_US + 2 * HALF_HOUR_US,
        name=name,
        phone="+34600123456",
        birth_date="1954-03-01",
        note="I can't climb stairs",
        answers={"first": True},
        by_staff=True,
    )
    joined = await store.write(arrive, reservation_key=booked.key, by_staff=True)
    return joined.ticket


async def test_the_line_and_the_desk_say_who_booked_and_for_when(clinic: Clinic) -> None:
    ticket = await arrived(clinic)
    line = await text_of(clinic.client, clinic.desk)
    waiting = line.split('data-part="line"')[1].split("</section>")[0]
    assert ticket.code in waiting
    assert "Carla Ruiz" in waiting
    assert re.search(r'class="clinic__time">[^<]*\d:\d\d', waiting)

    await clinic.act("call-next")
    card = (await text_of(clinic.client, clinic.desk)).split('data-part="now-')[1].split("</section>")[0]
    for words in ("Carla Ruiz", "Consultation", "1954", "Is it your first visit?", "Yes", "climb stairs"):
        assert words in card, words


async def test_the_record_is_looked_for_and_made_with_what_was_said(clinic: Clinic) -> None:
    ticket = await arrived(clinic, ANA)
    await clinic.record()
    page = await text_of(clinic.client, f"/clinic/{clinic.hall.branch_id}/records?key={ticket.key}")
    assert "It is them" in page
    assert value_of(page, "name") == ANA
    assert value_of(page, "birth_date") == "1954-03-01"
    assert value_of(page, "phone") == "+34600123456"


async def test_who_walked_in_is_called_by_the_name_they_gave(clinic: Clinic) -> None:
    await clinic.join(name="Bo Walker")
    await clinic.act("call-next")
    card = (await text_of(clinic.client, clinic.desk)).split('data-part="now-')[1].split("</section>")[0]
    assert "Bo Walker" in card
    assert "Booked" not in card


async def test_a_key_of_another_branch_opens_nothing(clinic: Clinic) -> None:
    ticket = await arrived(clinic)
    await clinic.enter("stranger")
    path = f"/clinic/{clinic.hall.branch_id}/records?key={ticket.key}"
    assert (await clinic.client.get(path)).status_code == 404
