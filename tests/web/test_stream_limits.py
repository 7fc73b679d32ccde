"""A stream that is refused, for whatever reason, costs nobody a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import TownHall
from tests.web.conftest import serving

pytestmark = pytest.mark.anyio


async def test_a_refused_stream_gives_its_place_back(
    database_url: str, town_hall: TownHall, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path) as (house, client):
        twice = [("Last-Event-ID", "1"), ("Last-Event-ID", "2")]
        path = f"/api/v1/streams?topic=line:{town_hall.passports}"
        for _ in range(3):
            assert (await client.get(path, headers=twice)).status_code == 400
        assert not house.limits._streams
