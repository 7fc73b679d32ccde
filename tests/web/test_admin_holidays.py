"""Public holidays as an admin takes them over: a country, a year, ticks, and names that can be changed."""

from __future__ import annotations

import re
import sys
from datetime import date
from subprocess import run

import pytest

from nowserving.outside.public_holidays import countries, public_holidays, regions
from nowserving.web.gate.passwords import hash_now
from tests.builders import Builder, TownHall
from tests.web.conftest import PASSWORD, Client
from tests.web.forms import send, sign_in, text_of, value_of, was_told

HASH = hash_now(PASSWORD)


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    """A browser in which the admin is signed in."""
    web_build.admin("Olga", password_hash=HASH)
    await sign_in(client, "olga")
    return client


def page_of(hall: TownHall, wanted: str = "") -> str:
    return f"/admin/branches/{hall.branch_id}/holidays{wanted}"


def next_year() -> int:
    return date.today().year + 1  # noqa: DTZ011 - the wall of the server's tests shows the present time.


def test_many_countries_are_known_with_their_regions() -> None:
    assert len(countries()) > 200
    assert regions("DE")["BE"] == "Berlin"
    assert regions("IN")["TS"] == "Telangana"
    assert regions("SA") == {}


def test_a_region_keeps_days_of_its_own_and_names_follow_the_reader() -> None:
    whole, bavaria = public_holidays("DE", "", 2026, "de"), public_holidays("DE", "BY", 2026, "de")
    assert (date(2026, 1, 6), "Heilige Drei Könige") in bavaria
    assert set(whole) < set(bavaria)
    assert (date(2026, 12, 25), "Christmas Day") in public_holidays("DE", "", 2026, "en")
    # Nobody has translated them into Hindi: the country's own names are better than none.
    assert public_holidays("DE", "", 2026, "hi") == whole


def test_a_server_starts_without_the_package_of_holidays() -> None:
    """It is read when an admin asks for it."""
    told = run(
        [sys.executable, "-c", "import sys, nowserving.app; print('holidays' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "False\n"


@pytest.mark.anyio
async def test_the_country_is_guessed_from_the_time_zone(office: Client, hall: TownHall) -> None:
    page = await text_of(office, page_of(hall))
    assert re.search(r'<option value="ES" selected>Spain', page)
    assert "Andalucía" in page


@pytest.mark.anyio
async def test_ticked_days_become_closed_days_with_their_names(office: Client, hall: TownHall) -> None:
    year = next_year()
    wanted = f"?country=DE&region=BE&year={year}"
    page = await text_of(office, page_of(hall, wanted))
    assert value_of(page, f"name-{year}-12-25") == "Christmas Day"
    chosen = {"country": "DE", "region": "BE", "year": str(year)}
    ticked = {f"on__{year}__12__25": "on", f"name__{year}__12__25": "Christmas: closed"}
    left = {f"name__{year}__12__26": "Second Day of Christmas"}
    assert was_told(await send(office, page_of(hall), **chosen, **ticked, **left), "created")
    closed = await text_of(office, f"/admin/branches/{hall.branch_id}/closures")
    assert "Christmas: closed" in closed
    assert "Second Day" not in closed
    again = await text_of(office, page_of(hall, wanted))
    assert again.count("Closed already") == 1
    # Pressing twice closes once.
    await send(office, page_of(hall), **chosen, **ticked)
    assert (await text_of(office, f"/admin/branches/{hall.branch_id}/closures")).count(
        "Christmas: closed"
    ) == 1


@pytest.mark.anyio
async def test_a_name_that_is_too_long_is_refused_beside_its_day(office: Client, hall: TownHall) -> None:
    year = next_year()
    day = {f"on__{year}__12__25": "on", f"name__{year}__12__25": "x" * 3000}
    refused = await send(office, page_of(hall), country="DE", region="", year=str(year), **day)
    assert refused.status_code == 422
    assert "field__error" in refused.text


@pytest.mark.anyio
async def test_a_country_or_year_that_is_none_is_not_chosen(office: Client, hall: TownHall) -> None:
    assert "Choose one" in await text_of(office, page_of(hall, "?country=XX&year=1"))
    assert "Berlin" in await text_of(office, page_of(hall, "?country=DE&region=ZZ&year=abc"))
