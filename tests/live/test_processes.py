"""Several processes on one PostgreSQL show the same truth."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.builders import Builder, TownHall
from tests.live.conftest import Listen
from tests.postgres_server import PostgresServer
from tests.servers import RunningServer, servers

pytestmark = pytest.mark.postgres
KEY = "nsk_" + "k" * 43


@pytest.fixture(scope="module")
def served(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[list[RunningServer], Iterator[TownHall]]]:
    """Two servers on one database for the module, with a town hall for each test."""
    with postgres_server.database() as url:
        builder = Builder(url)
        builder.api_key("Program", KEY)
        halls = [builder.town_hall() for _ in range(3)]
        builder.close()
        folder = tmp_path_factory.mktemp("data")
        with servers(url, folder, 2, limit_join="100000 per second") as both:
            yield both, iter(halls)


@pytest.fixture
def two(served: tuple[list[RunningServer], Iterator[TownHall]]) -> list[RunningServer]:
    return served[0]


@pytest.fixture
def hall(served: tuple[list[RunningServer], Iterator[TownHall]]) -> TownHall:
    return next(served[1])


def test_what_one_process_does_every_screen_of_the_other_shows(
    two: list[RunningServer], hall: TownHall, listen: Listen
) -> None:
    here, there = two
    display = listen(there, [f"display:{hall.branch_id}"], KEY)
    display.next("snapshot")

    _, joined = here.call("POST", f"/api/v1/queues/{hall.passports}/tickets", {}, KEY)
    assert display.next("patch")["patch"]["queues"][hall.passports]["waiting"] == 1

    here.call("POST", f"/api/v1/desks/{hall.desk_1}/call-next", None, KEY)
    calls = display.next("patch")["patch"]["calls"]
    assert calls[0]["code"] == joined["data"]["code"]


def test_both_processes_number_one_line_without_gap_or_repeat(
    two: list[RunningServer], hall: TownHall
) -> None:
    numbers = []
    for turn in range(30):
        _, joined = two[turn % 2].call("POST", f"/api/v1/queues/{hall.passports}/tickets", {}, KEY)
        numbers.append(joined["data"]["number"])
    assert numbers == list(range(1, 31))
    places = [_position(two[turn % 2], hall, turn) for turn in range(2)]
    assert places[0] == places[1]


def _position(server: RunningServer, hall: TownHall, _turn: int) -> object:
    """Read the kiosk's document until it has caught up with thirty joins."""
    until = time.monotonic() + 30
    while True:
        _, answer = server.call("GET", f"/api/v1/snapshots?topic=kiosk:{hall.branch_id}", None, KEY)
        state = answer["data"][0]["state"]
        if state["queues"][hall.passports]["waiting"] == 30 or time.monotonic() > until:
            return state
        time.sleep(0.05)


def test_a_key_that_one_process_revokes_is_dead_in_the_other(
    two: list[RunningServer], hall: TownHall
) -> None:
    here, there = two
    _, made = here.call("POST", "/api/v1/api-keys", {"name": "Leaving", "role": "kiosk"}, KEY)
    other, key_id = made["data"]["secret"], made["data"]["id"]
    path = f"/api/v1/queues/{hall.passports}/tickets"
    assert there.call("POST", path, {}, other)[0] == 201

    here.call("DELETE", f"/api/v1/api-keys/{key_id}", None, KEY)

    until = time.monotonic() + 30
    while there.call("POST", path, {}, other)[0] != 401:
        assert time.monotonic() < until, "the other process still lets the key in"
        time.sleep(0.05)
