"""The topic of a performance's seats: who watches a map sees a seat change hands, and nobody sees whose."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.seats.freeing import lapse_overdue_holds
from nowserving.actions.seats.mapping import block_seats, create_seat_map, set_seat_map
from nowserving.domain.seats.plan import read_plan
from nowserving.live.hub import Stream
from tests.builders import Builder
from tests.conftest import Clock
from tests.domain.seats.plans import house as rows_of
from tests.web.conftest import serving
from tests.web.forms import send
from tests.web.playhouse import SECOND, Playhouse, make_web_playhouse

pytestmark = pytest.mark.anyio


class SeatScreen:
    """A map as a browser keeps it: which seats are taken, read once, then followed."""

    def __init__(self, playhouse: Playhouse) -> None:
        self.playhouse = playhouse
        self.topic = f"seats:{playhouse.performance_id}"
        self.stream = Stream()
        house = playhouse.house
        branch = house.relay.branches[playhouse.branch_id]
        house.relay.teller.subscribe(self.stream, branch, [self.topic], None)
        self.version, self.taken = -1, set[int]()
        self.known = -1
        self.bytes: list[bytes] = []

    async def read(self) -> None:
        """Read which are taken from the server."""
        self.version, self.taken = await fresh(self.playhouse)

    def follow(self) -> list[dict[str, Any]]:
        """Apply what the stream holds; every message builds on the one before."""
        told = self.stream.taken()
        self.bytes += told
        messages = [
            json.loads(line.removeprefix("data: "))
            for line in b"".join(told).decode().splitlines()
            if line.startswith("data: ")
        ]
        for message in messages:
            if "state" not in message:
                assert message["prev"] == self.known
                if message["version"] > self.version:
                    self.taken = self.taken - set(message["freed"]) | set(message["taken"])
            self.known = message["version"]
        return messages


async def fresh(playhouse: Playhouse) -> tuple[int, set[int]]:
    answer = await playhouse.client.get(f"/api/v1/performances/{playhouse.performance_id}/seats/taken")
    data = answer.json()["data"]
    bits = b64decode(data["taken"])
    return data["version"], {nth for nth in range(len(bits) * 8) if bits[nth >> 3] >> (7 - (nth & 7)) & 1}


@pytest.fixture
async def playhouse(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Playhouse]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        made = await make_web_playhouse(house, client, clock, web_build, cancel_until_s=3600)
        await made.change("open")
        yield made


async def test_old_seats_and_what_was_told_since_are_the_seats_as_they_are(playhouse: Playhouse) -> None:
    screen = SeatScreen(playhouse)
    await screen.read()
    here = await playhouse.comes_in()
    write, performance_id = playhouse.house.store.write, playhouse.performance_id

    async def holds(*places: int) -> None:
        answer = await send(playhouse.client, f"{here}/hold", **{f"seat_{place}": "on" for place in places})
        assert answer.status_code == 303, answer.text

    async def agrees(*taken: int) -> None:
        screen.follow()
        assert screen.taken == set(taken) == (await fresh(playhouse))[1]

    await holds(0, 1)
    await agrees(0, 1)
    await send(playhouse.client, f"{here}/release")
    await agrees()
    await write(block_seats, actor="x", performance_id=performance_id, guids=["C-6"], reason="broken")
    await agrees(17)
    await holds(2, 3)
    booked = await send(playhouse.client, f"{here}/book", name="Ana", email="ana@example.org")
    await agrees(2, 3, 17)
    await send(playhouse.client, f"{booked.headers['location']}/cancel")
    await agrees(17)


async def test_a_hold_that_runs_out_frees_its_seats_on_every_map(playhouse: Playhouse) -> None:
    screen = SeatScreen(playhouse)
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", seat_4="on")
    screen.follow()
    assert screen.taken == {4}

    playhouse.clock.now += 3600 * SECOND
    await playhouse.house.store.write(lapse_overdue_holds, actor="rule", branch_id=playhouse.branch_id)

    screen.follow()
    assert screen.taken == set()


async def test_everybody_gets_the_same_bytes_and_they_name_nobody(playhouse: Playhouse) -> None:
    screens = [SeatScreen(playhouse), SeatScreen(playhouse)]
    for screen in screens:
        screen.follow()
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", seat_0="on")
    key = here.rpartition("/")[2]

    first, second = (
        [body for body in screen.stream.taken() if b"event: seats" in body] for screen in screens
    )

    assert [id(body) for body in first] == [id(body) for body in second]
    (told,) = first
    message = json.loads(told.decode().splitlines()[1].removeprefix("data: "))
    assert set(message) == {"topic", "version", "prev", "at", "taken", "freed"}
    assert key not in told.decode()


async def test_a_map_of_another_house_is_told_as_seats_made_anew(playhouse: Playhouse) -> None:
    screen = SeatScreen(playhouse)
    write = playhouse.house.store.write
    other = await write(
        create_seat_map, branch_id=playhouse.branch_id, name="Other", plan=read_plan(rows_of(1, 2))
    )
    await write(set_seat_map, performance_id=playhouse.performance_id, seat_map_id=other.id)
    assert screen.follow()[-1]["anew"] is True


async def test_a_branch_that_is_read_afresh_has_its_maps_begin_again(playhouse: Playhouse) -> None:
    """Behind a gap nothing is known of who took what: an empty snapshot says read it again."""
    screen = SeatScreen(playhouse)
    screen.follow()
    playhouse.house.relay.teller.retell(playhouse.house.relay.branches[playhouse.branch_id])
    (again,) = screen.follow()
    assert again["state"] == {}


async def test_what_is_said_of_seats_can_be_asked_for_too_and_of_no_performance_nothing(
    playhouse: Playhouse,
) -> None:
    path = "/api/v1/snapshots?topic=seats:"
    answer = await playhouse.client.get(path + playhouse.performance_id)
    assert answer.json()["data"][0]["state"] == {}
    for unknown in ("nothing", playhouse.branch_id, "", "a/b"):
        assert (await playhouse.client.get(path + unknown)).status_code == 404
