"""An organisation's colour re-themes every page, and its texts stay readable whatever the colour."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.domain.layout.colour import contrast
from nowserving.web.looks.brand import brand_sheet, brand_url, readable, words_on
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving

COLOURS = ["0b5c63", "ffff00", "ffffff", "000000", "ff0000", "777777", "c0ffee", "1b1503"]


@pytest.mark.parametrize("colour", COLOURS)
def test_words_on_the_accent_and_the_accent_on_the_page_are_readable(colour: str) -> None:
    sheet = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6})", brand_sheet(colour)))
    assert contrast(sheet["accent-light"], "ffffff") >= 4.5
    assert contrast(sheet["accent-dark"], "111e20") >= 7
    assert contrast(sheet["accent-light"], sheet["on-accent-light"]) >= 4.5
    assert contrast(sheet["accent-dark"], sheet["on-accent-dark"]) >= 4.5


def test_a_colour_that_is_good_already_stays_as_it_is() -> None:
    assert readable("0b5c63", "ffffff", 4.5) == "0b5c63"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)
    assert words_on("ffc53d") == "0a1416"
    assert words_on("0b5c63") == "ffffff"


@pytest.mark.parametrize("nonsense", ["", "red", "#12345", "#1234567", "#12345g", "0b5c63;}", "#0b5c63\n"])
def test_only_a_colour_is_a_colour(nonsense: str) -> None:
    assert brand_url(nonsense) is None


@pytest.fixture
async def client(sqlite_url: str, tmp_path: Path, hall: TownHall, clock: Clock) -> AsyncIterator[Client]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (_, client):
        yield client


@pytest.mark.anyio
async def test_a_page_leads_to_the_sheet_of_the_houses_colour(client: Client) -> None:
    changed = await client.patch(
        "/api/v1/organisation", json={"accent": "#0B5C63"}, headers=client.as_("admin")
    )
    assert changed.status_code == 200, changed.text
    page = await client.get("/admin", headers=client.as_("admin"), follow_redirects=True)
    [address] = re.findall(r'href="(/brand/[^"]+)"', page.text)
    sheet = await client.get(address)

    assert "--accent-light: #0b5c63" in sheet.text
    assert sheet.headers["content-type"].startswith("text/css")
    assert "immutable" in sheet.headers["cache-control"]


@pytest.mark.anyio
async def test_every_page_wears_the_houses_colour_at_once_and_after_a_restart(
    sqlite_url: str, tmp_path: Path, hall: TownHall, clock: Clock
) -> None:
    async def coloured(client: Client, path: str) -> bool:
        return "/brand/0b5c63.css" in (await client.get(path, headers=client.as_("admin"))).text

    async with serving(sqlite_url, tmp_path / "data", clock) as (_, client):
        admin = client.as_("admin")
        ticket = await client.post(f"/api/v1/queues/{hall.passports}/tickets", json={}, headers=admin)
        pages = ["/", "/sign-in", f"/t/{ticket.json()['data']['key']}", f"/b/{hall.branch_id}"]
        pages += [f"/desk/{hall.desk_1}", f"/overview/{hall.branch_id}"]
        assert [path for path in pages if await coloured(client, path)] == []
        await client.patch("/api/v1/organisation", json={"accent": "#0B5C63"}, headers=admin)
        assert [path for path in pages if not await coloured(client, path)] == []
    async with serving(sqlite_url, tmp_path / "data", clock) as (_, client):
        assert await coloured(client, "/sign-in")


@pytest.mark.anyio
@pytest.mark.parametrize("colour", ["nonsense", "0B5C63", "0b5c6", "%230b5c63"])
async def test_what_is_no_colour_has_no_sheet(client: Client, colour: str) -> None:
    assert (await client.get(f"/brand/{colour}.css")).status_code == 404
