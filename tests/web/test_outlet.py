"""A reader that takes nothing does not hold its stream, its place and its memory for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from nowserving.app import make_app
from nowserving.live.hub import MOST_PENDING
from nowserving.web.wire import outlet as outlet_module
from nowserving.web.wire.outlet import Outlet, Round
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import serving

pytestmark = pytest.mark.anyio
SHORT_S = 0.01


async def never(*_: Any) -> Any:
    """Wait for ever, as for a peer whose cable was pulled."""
    await asyncio.Event().wait()


class Taken:
    """What a server does that takes each message at once: nobody need wait for it."""

    def __await__(self) -> Any:
        """Be over."""
        return iter(())


class Network:
    """A server that takes messages at once, or when the test says so."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.slow = False
        self.waiting: asyncio.Future[None] | None = None

    def send(self, message: Message) -> Any:
        self.sent.append(message.get("body", b"head"))
        if not self.slow:
            return Taken()
        self.waiting = asyncio.get_running_loop().create_future()
        return self.waiting

    def outlet(self, turns: Round | None = None) -> Outlet:
        outlet = Outlet(turns or Round(), self.send)
        outlet.begin([], never)
        return outlet


async def turn() -> None:
    """Let everything happen that happens by itself."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_pushed_in_one_tick_is_one_message_and_the_same_for_all() -> None:
    turns, networks = Round(), [Network() for _ in range(3)]
    outlets = [network.outlet(turns) for network in networks]
    for outlet in outlets:
        outlet.stream.push(b"news ")
        outlet.stream.push(b"id")
    await turn()
    assert [network.sent for network in networks] == [[b"head", b"news id"]] * 3
    assert networks[0].sent[1] is networks[2].sent[1]


async def test_streams_with_other_news_get_their_own() -> None:
    turns, networks = Round(), [Network() for _ in range(3)]
    for network, body in zip(networks, (b"a", b"b", b"a"), strict=True):
        network.outlet(turns).stream.push(body)
    await turn()
    assert [network.sent[1] for network in networks] == [b"a", b"b", b"a"]


async def test_a_crowd_is_told_in_slices_so_that_others_are_served_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outlet_module, "_SLICE", 2)
    turns, networks = Round(), [Network() for _ in range(5)]
    for network in networks:
        network.outlet(turns).stream.push(b"news")
    await asyncio.sleep(0)
    assert sum(b"news" in network.sent for network in networks) == 2
    await turn()
    assert sum(b"news" in network.sent for network in networks) == 5


async def test_a_slow_reader_gets_the_rest_in_order_when_it_has_taken_a_message() -> None:
    network = Network()
    outlet = network.outlet()
    network.slow = True
    for body in (b"one", b"two", b"three"):
        outlet.stream.push(body)
        await turn()
    assert network.sent == [b"head", b"one"]
    assert network.waiting
    network.waiting.set_result(None)
    await turn()
    assert network.sent == [b"head", b"one", b"twothree"]
    assert not outlet.ended.done()


async def test_what_is_queued_is_sent_before_the_end() -> None:
    network = Network()
    outlet = network.outlet()
    outlet.stream.push(b"bye")
    outlet.stream.close()
    await outlet.until_ended()
    assert network.sent == [b"head", b"bye", b""]


async def test_a_reader_that_falls_too_far_behind_is_let_go() -> None:
    network = Network()
    outlet = network.outlet()
    network.slow = True
    outlet.stream.push(b"stuck")
    await turn()
    for _ in range(MOST_PENDING + 1):
        outlet.stream.push(b"more")
    assert outlet.stream.overrun
    assert network.waiting
    network.waiting.set_result(None)
    network.slow = False
    await outlet.until_ended()


@pytest.mark.parametrize("how", ["fails", "hangs up"])
async def test_who_is_gone_is_let_go(how: str) -> None:
    network = Network()
    gone: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    outlet = Outlet(Round(), network.send)

    async def receive() -> Message:
        return await gone

    outlet.begin([], receive)
    network.slow = True
    outlet.stream.push(b"news")
    await turn()
    if how == "fails":
        assert network.waiting
        network.waiting.set_exception(ConnectionResetError())
    else:
        gone.set_result({"type": "http.disconnect"})
    await outlet.until_ended()


async def test_a_client_that_only_ends_its_request_is_still_there() -> None:
    heard: list[Message] = [{"type": "http.request"}]

    async def receive() -> Message:
        return heard.pop() if heard else await never()

    outlet = Outlet(Round(), Network().send)
    outlet.begin([], receive)
    await turn()
    assert not outlet.ended.done()


@pytest.mark.parametrize("stuck_at", ["http.response.start", "http.response.body"])
async def test_a_stream_whose_reader_takes_nothing_ends_and_gives_its_place_back(
    sqlite_url: str,
    tmp_path: Path,
    hall: TownHall,
    wall: Clock,
    monkeypatch: pytest.MonkeyPatch,
    stuck_at: str,
) -> None:
    monkeypatch.setattr(outlet_module, "PATIENCE_S", SHORT_S)
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
