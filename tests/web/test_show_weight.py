"""What a phone loads to stand in line for seats: with everything that belongs to it, less than 50 KB."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from posixpath import dirname, normpath
from urllib.parse import urljoin

import pytest

from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import Client, serving
from tests.web.forms import send
from tests.web.playhouse import Playhouse, make_web_playhouse

pytestmark = pytest.mark.anyio
MOST = 50_000
_LOADED = re.compile(r'<(?:link rel="stylesheet"|script|link rel="icon"|img)[^>]*(?:href|src)="(/[^"]+)"')
_IMPORTED = re.compile(r'^import (?:[^"]*? from )?"(\.[^"]+)"', re.MULTILINE)
_FETCHED = re.compile(r'url\("?([^")]+)"?\)')


@pytest.fixture
async def playhouse(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Playhouse]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        yield await make_web_playhouse(house, client, clock, web_build)


async def loaded(client: Client, path: str) -> dict[str, int]:
    """Return what a browser loads for a page, without a cache: each address with its bytes on the way."""
    sizes: dict[str, int] = {}
    wanted = [path]
    while wanted:
        here = wanted.pop()
        if here in sizes:
            continue
        answer = await client.get(here, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, here
        kind = answer.headers["content-type"]
        # Pictures go as they are, all else compressed; what a proxy adds or saves is its own business.
        sizes[here] = len(answer.content) if "svg" in kind else len(gzip.compress(answer.content, 6))
        found = {"html": _LOADED, "javascript": _IMPORTED, "css": _FETCHED}
        for name, search in found.items():
            if name in kind:
                wanted += [_beside(here, one) for one in search.findall(answer.text)]
    return sizes


def _beside(here: str, there: str) -> str:
    return there if there.startswith("/") else normpath(urljoin(f"{dirname(here)}/", there))


async def test_every_page_of_the_line_is_light(playhouse: Playhouse) -> None:
    client = playhouse.client
    pages = {"early": await playhouse.joins(), "doors": playhouse.path}
    weights = {name: await loaded(client, path) for name, path in pages.items()}
    await playhouse.change("open")
    weights["turn"] = await loaded(client, pages["early"])
    assert any(name.endswith("shows/line.js") for name in weights["turn"])
    assert any(name.endswith("css/shows.css") for name in weights["turn"])
    await send(client, f"{pages['early']}/enter")
    await send(client, f"{pages['early']}/hold", seat_0="on", seat_1="on")
    weights["checkout"] = await loaded(client, f"{pages['early']}/seats")
    booked = await send(client, f"{pages['early']}/book", name="Ana", email="ana@example.org")
    weights["booked"] = await loaded(client, booked.headers["location"])
    heavy = {name: sum(sizes.values()) for name, sizes in weights.items()}
    assert {name: size for name, size in heavy.items() if size >= MOST} == {}, heavy
