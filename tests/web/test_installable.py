"""A place kept on the home screen of a phone: the manifest and the worker."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.web.house import House
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving

pytestmark = pytest.mark.anyio

NOBODYS = "nobody-has-this-key-00"


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock
) -> AsyncIterator[tuple[House, Client]]:
    async with serving(sqlite_url, tmp_path / "data", wall) as found:
        yield found


async def test_the_home_screen_is_told_of_the_page_and_of_nothing_else(site: tuple[House, Client]) -> None:
    _, client = site
    answer = await client.get(f"/t/{NOBODYS}/app.webmanifest")
    told = json.loads(answer.text)

    assert answer.headers["content-type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == (f"/t/{NOBODYS}", "/t/", "standalone")
    for one in told["icons"]:
        picture = await client.get(one["src"])
        assert picture.headers["content-type"] == "image/png"
    assert (await client.get("/t/n!o/app.webmanifest")).status_code == 404


async def test_the_worker_is_at_the_root_and_never_out_of_date(site: tuple[House, Client]) -> None:
    _, client = site
    answer = await client.get("/worker.js")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "'none'" in answer.headers["content-security-policy"]
