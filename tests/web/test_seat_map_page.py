"""The page of seats beside its map: what the script finds there, and what stays without one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.actions.seats.mapping import create_seat_map, set_seat_map
from nowserving.domain.seats.plan import read_plan
from tests.builders import Builder
from tests.conftest import Clock
from tests.domain.seats.plans import house as rows_of
from tests.web.conftest import serving
from tests.web.forms import text_of
from tests.web.playhouse import Playhouse, make_web_playhouse

pytestmark = pytest.mark.anyio


@pytest.fixture
async def playhouse(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Playhouse]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        yield await make_web_playhouse(house, client, clock, web_build)


async def plays_in(playhouse: Playhouse, rows: int, seats: int) -> None:
    write = playhouse.house.store.write
    plan = read_plan(rows_of(rows, seats))
    made = await write(create_seat_map, branch_id=playhouse.branch_id, name="Large", plan=plan)
    await write(set_seat_map, performance_id=playhouse.performance_id, seat_map_id=made.id)
    await playhouse.change("open")


async def test_the_map_is_hidden_until_a_script_draws_it_and_speaks_the_readers_language(
    playhouse: Playhouse,
) -> None:
    await playhouse.change("open")
    page = await text_of(playhouse.client, f"{await playhouse.comes_in()}/seats?lang=es")
    (place,) = re.findall(r'<section id="seat-map"[^>]*>', page)
    assert f'data-performance="{playhouse.performance_id}"' in place
    assert place.endswith(" hidden>")
    assert 'id="seat-form"' in page
    assert '"Whole house":"' in page


async def test_the_map_has_what_the_plan_says_of_colours_and_scenery(playhouse: Playhouse) -> None:
    answer = await playhouse.client.get(f"/api/v1/performances/{playhouse.performance_id}/seats")
    seating = answer.json()["data"]
    assert seating["colours"] == {"Seats": "#3366cc"}
    assert seating["scenery"] == []


async def test_a_section_of_many_rows_is_listed_in_parts_and_every_seat_is_in_one(
    playhouse: Playhouse,
) -> None:
    await plays_in(playhouse, 40, 40)
    here = await playhouse.comes_in()
    first = await text_of(playhouse.client, f"{here}/seats")
    parts = re.findall(r"[?]section=Stalls&amp;part=(\d+)", first)
    assert parts == ["0", "1", "2", "3"]
    pages = [await text_of(playhouse.client, f"{here}/seats?section=Stalls&part={part}") for part in parts]
    seats = [int(place) for page in pages for place in re.findall(r'name="seat_(\d+)"', page)]
    assert seats == list(range(1600))
    for strange in ("9", "-1", "x", "٣", "99999"):
        page = await text_of(playhouse.client, f"{here}/seats?section=Stalls&part={strange}")
        assert 'name="seat_0"' in page


async def test_a_section_that_is_not_too_large_stands_in_one(playhouse: Playhouse) -> None:
    await plays_in(playhouse, 10, 100)
    page = await text_of(playhouse.client, f"{await playhouse.comes_in()}/seats")
    assert page.count('name="seat_') == 1000
    assert "part=" not in page
