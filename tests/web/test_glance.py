"""At a glance: a branch as its manager sees it, and as a spreadsheet takes it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.web.pages.clinic.sheet import At, harmless, sheet
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.clinic import Clinic, opened_clinic
from tests.web.forms import send, text_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def clinic(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[Clinic]:
    async with opened_clinic(sqlite_url, tmp_path / "data", hall, web_build, wall) as opened:
        yield opened


async def test_at_a_glance_nothing_is_known_before_the_first(clinic: Clinic) -> None:
    await clinic.enter("olga")
    page = await text_of(clinic.client, f"/glance/{clinic.hall.branch_id}")
    assert "unknown" in page
    assert "Nobody is waiting." in page


async def test_at_a_glance_averages_have_their_counts_and_breaches_are_seen(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    await send(clinic.client, f"/desk/{clinic.hall.desk_1}", verb="open")
    ticket = await clinic.in_consultation()
    clinic.clock.advance(118)
    await clinic.act("finish", ticket)
    await clinic.join(quoted=(0, 30))
    clinic.clock.advance(90)
    await clinic.enter("olga")
    base = f"/glance/{clinic.hall.branch_id}"
    tables = {
        of: await _table(clinic, of) for of in ("queues", "desks", "waiting", "reservations", "messages")
    }
    queue = next(row for row in tables["queues"] if row["queue"] == "Passports")
    assert (queue["services"], queue["mean_service_s"], queue["services_past_target"]) == ("1", "119", "1")
    desk = next(row for row in tables["desks"] if row["desk"] == "Desk 1")
    assert (desk["services"], desk["p90_service_s"]) == ("1", "119")
    assert desk["agent"] == "Doctor"
    unknown = next(row for row in tables["desks"] if row["desk"] == "Desk 2")
    assert (unknown["services"], unknown["mean_service_s"]) == ("0", "")
    assert [row["past_quote"] for row in tables["waiting"]] == ["1"]
    assert (await clinic.client.get(f"{base}/table.csv?of=secrets")).status_code == 404
    assert "1 min" in await text_of(clinic.client, base)


async def test_each_finished_consultation_changes_the_doctors_own_pace(clinic: Clinic) -> None:
    def mean(queue_id: str) -> float:
        pace = clinic.house.relay.branches[clinic.hall.branch_id].pace(queue_id)
        assert pace is not None
        assert pace.mean_s is not None
        return pace.mean_s

    await clinic.enter("doctor")
    before, other = mean(clinic.hall.passports), mean(clinic.hall.licences)
    grown = [before]
    for _ in range(3):
        ticket = await clinic.in_consultation()
        clinic.clock.advance(600)
        await clinic.act("finish", ticket)
        grown.append(mean(clinic.hall.passports))
    assert grown == sorted(set(grown)), "each of them counts at once"
    assert mean(clinic.hall.licences) == other


async def _table(clinic: Clinic, of: str) -> list[dict[str, str]]:
    text = await text_of(clinic.client, f"/glance/{clinic.hall.branch_id}/table.csv?of={of}")
    # Spreadsheets want to be told that it is UTF-8.
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_an_instant_stands_in_a_table_as_a_date_and_time_of_the_place() -> None:
    noon_us = 1_795_435_200_000_000
    table = sheet("due", ("code", "start"), [("ÄB", At(noon_us))], "Asia/Kolkata")
    assert bytes(table.body).decode("utf-8-sig").splitlines() == ["code,start", "ÄB,2026-11-23 17:30:00"]


def test_a_cell_is_never_a_formula() -> None:
    assert [harmless(cell) for cell in ("=1+1", "@SUM", "-2", "+3", "A-001", 5, None)] == [
        "'=1+1",
        "'@SUM",
        "'-2",
        "'+3",
        "A-001",
        5,
        "",
    ]
