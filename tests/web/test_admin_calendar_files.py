"""The page that reads calendars of other programs: nothing changes before somebody has looked."""

from __future__ import annotations

import pytest

from tests.builders import TownHall
from tests.web.conftest import Client
from tests.web.forms import send, text_of, was_told
from tests.web.test_admin_services import office
from tests.web.test_calendar_imports import FILE, NEXT, calendar

__all__ = ["office"]
pytestmark = pytest.mark.anyio


def of_desk(hall: TownHall) -> str:
    return f"/admin/rosters/{hall.desk_1}/import"


def of_branch(hall: TownHall) -> str:
    return f"/admin/branches/{hall.branch_id}/closures/import"


async def test_leave_is_shown_first_and_taken_over_when_told(office: Client, hall: TownHall) -> None:
    assert of_desk(hall) in await text_of(office, f"/admin/rosters/{hall.desk_1}")
    shown = await send(office, of_desk(hall), calendar=FILE)
    assert shown.status_code == 200
    assert "Chemotherapy" in shown.text
    assert "It is marked as free." in shown.text
    assert "Chemotherapy" not in await text_of(office, f"/admin/rosters/{hall.desk_1}")
    assert was_told(await send(office, of_desk(hall), calendar=FILE, apply="yes"), "created")
    roster = await text_of(office, f"/admin/rosters/{hall.desk_1}")
    assert roster.count("/remove") == 2
    # What an entry is called stays out of it, unless somebody ticks that.
    assert "Chemotherapy" not in roster
    again = await send(office, of_desk(hall), calendar=FILE)
    assert again.text.count("Known already") == 2
    assert "Take them over" not in again.text


async def test_whole_days_close_the_branch_with_their_names_if_told(office: Client, hall: TownHall) -> None:
    file = calendar(f"DTSTART;VALUE=DATE:{NEXT:%Y%m%d}\r\nSUMMARY:Town feast")
    shown = await send(office, of_branch(hall), calendar=file, with_words="on")
    assert 'name="with_words" value="on"' in shown.text
    taken = await send(office, of_branch(hall), calendar=file, with_words="on", apply="yes")
    assert was_told(taken, "created")
    assert "Town feast" in await text_of(office, f"/admin/branches/{hall.branch_id}/closures")


@pytest.mark.parametrize("file", ["", "name,phone", "BEGIN:VCALENDAR"])
async def test_what_is_no_calendar_is_refused_beside_its_field(
    office: Client, hall: TownHall, file: str
) -> None:
    refused = await send(office, of_branch(hall), calendar=file, apply="yes")
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text


async def test_a_file_of_sixty_kilobytes_comes_through_a_form(office: Client, hall: TownHall) -> None:
    file = calendar(*[f"DTSTART;VALUE=DATE:20200101\r\nSUMMARY:{'ü' * 20}"] * 600)
    assert len(file.encode()) > 50_000
    assert (await send(office, of_branch(hall), calendar=file)).status_code == 200


async def test_nobody_elses_desk(office: Client) -> None:
    assert (await office.get("/admin/rosters/no-such-desk/import")).status_code == 404
