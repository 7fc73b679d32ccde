"""A reader that takes nothing does not hold its stream, its place and its memory for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from nowserving.app import make_app
from nowserving.web.wire import patience
from nowserving.web.wire.patience import PatientSend
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import serving

pytestmark = pytest.mark.anyio
SHORT_S = 0.01


async def never(*_: Any) -> Any:
    """Wait for ever, as for a peer whose cable was pulled."""
    await asyncio.Event().wait()


async def test_a_message_that_is_never_taken_ends_the_sending() -> None:
    with pytest.raises(TimeoutError):
        async with PatientSend(never, SHORT_S) as patient:
            await patient.send({"type": "http.response.body"})


async def test_who_has_nothing_to_send_is_not_hurried() -> None:
    """A quiet line is no dead one: only a message that nobody takes counts."""
    looks = 0

    class Looking(PatientSend):
        def _look(self) -> None:
            nonlocal looks
            looks += 1
            super()._look()
            if looks == 5:
                enough.set()

    async def taken(_: Message) -> None:
        return

    enough = asyncio.Event()
    async with Looking(taken, SHORT_S) as patient:
        await patient.send({"type": "http.response.body"})
        await enough.wait()
        await patient.send({"type": "http.response.body"})


async def test_a_slow_reader_that_takes_something_is_kept() -> None:
    """Each look finds another message on its way: slow is not dead."""
    async with PatientSend(never, 3600) as patient:
        for _ in range(4):
            patient._begun += 1
            patient._look()
            patient._ended += 1
        await asyncio.sleep(0)


async def test_the_mistakes_of_whoever_sends_are_their_own() -> None:
    with pytest.raises(ZeroDivisionError):
        async with PatientSend(never, SHORT_S):
            raise ZeroDivisionError


@pytest.mark.parametrize("stuck_at", ["http.response.start", "http.response.body"])
async def test_a_stream_whose_reader_takes_nothing_ends_and_gives_its_place_back(
    sqlite_url: str,
    tmp_path: Path,
    hall: TownHall,
    wall: Clock,
    monkeypatch: pytest.MonkeyPatch,
    stuck_at: str,
) -> None:
    monkeypatch.setattr(patience, "PATIENCE_S", SHORT_S)
    async with serving(sqlite_url, tmp_path / "data", wall) as (house, _):

        async def send(message: Message) -> None:
            if message["type"] == stuck_at:
                assert len(house.hub.streams) == 1
                await never()

        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": "/api/v1/streams",
            "query_string": f"topic=line:{hall.passports}".encode(),
            "headers": [(b"host", b"testserver")],
            "client": ("192.0.2.7", 4711),
        }
        await make_app(house)(scope, never, send)

        assert not house.hub.streams
        assert not house.limits._streams
