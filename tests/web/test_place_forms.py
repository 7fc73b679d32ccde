"""The forms of a guest's page by themselves, and its words where nobody is called to a desk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving
from tests.web.forms import send, text_of
from tests.web.test_place_page import TABLES, joined, shown, without_scripts

pytestmark = pytest.mark.anyio


@pytest.fixture
def tables(web_build: Builder, hall: TownHall) -> str:
    return web_build.queue("Tables", hall.branch_id, prefix="T", rules=TABLES)


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, hall: TownHall, tables: str, wall: Clock
) -> AsyncIterator[tuple[House, Client]]:
    async with serving(sqlite_url, tmp_path / "data", wall) as found:
        yield found


async def test_a_form_stands_on_a_page_that_does_not_read_itself_again(
    site: tuple[House, Client], tables: str
) -> None:
    """The page of the place does, without scripts, and whatever is typed there would be gone."""
    house, client = site
    _, key, _ = await joined(house, tables, 3)
    place = await text_of(client, f"/t/{key}")
    assert f'content="5; url=/t/{key}"' in place
    for path in ("party-size", "postpone"):
        assert f'href="/t/{key}/{path}"' in without_scripts(place)
        form = await text_of(client, f"/t/{key}/{path}")
        assert f'action="/t/{key}/{path}"' in form
        assert 'http-equiv="refresh"' not in form
    # Where nobody presses call next, parties wait and not persons.
    assert "1 party" in await text_of(client, f"/t/{key}/postpone")
    refused = await send(client, f"/t/{key}/party-size", party_size="1001")
    assert refused.status_code == 422
    field = re.search(r'<input[^>]*id="party_size"[^>]*>', refused.text)
    assert field
    assert 'aria-describedby="party_size-error" autofocus' in field[0]


async def test_who_does_not_wait_any_more_has_no_form(site: tuple[House, Client], tables: str) -> None:
    house, client = site
    called, _ = await joined(house, tables, 2)
    for path in ("party-size", "postpone"):
        assert (await client.get(f"/t/{called}/{path}")).headers["location"] == f"/t/{called}"


async def test_a_call_to_no_desk_names_none(site: tuple[House, Client], tables: str) -> None:
    house, client = site
    [key] = await joined(house, tables)
    page = await text_of(client, f"/t/{key}")
    assert not shown(page, "to_desk")
    assert not shown(page, "desk")
    assert "Please come now and say that you are here." in page


async def test_a_short_wait_is_not_said_to_be_about_under(site: tuple[House, Client], hall: TownHall) -> None:
    house, client = site
    [key] = await joined(house, hall.passports)
    page = await text_of(client, f"/t/{key}")
    wait = re.search(r'data-f="wait">([^<]*)<', page)
    assert wait
    assert re.match(r"Under \d+ min|About \d+ to \d+ min|$", wait[1]), wait[1]
