"""Streams over real sockets: they begin with a snapshot, follow, end in order, and never block the rest."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import Builder, TownHall
from tests.live.conftest import Listen
from tests.servers import RunningServer, servers

KEY = "nsk_" + "k" * 43


@pytest.fixture(scope="module")
def served(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningServer, Iterator[TownHall]]]:
    """One server for the module, with a town hall for each test: a process takes seconds to start."""
    builder = Builder(module_database_url)
    builder.api_key("Program", KEY)
    halls = [builder.town_hall() for _ in range(8)]
    builder.close()
    folder = tmp_path_factory.mktemp("data")
    with servers(module_database_url, folder, limit_join="100000 per second") as (one,):
        yield one, iter(halls)


@pytest.fixture
def server(served: tuple[RunningServer, Iterator[TownHall]]) -> RunningServer:
    return served[0]


@pytest.fixture
def hall(served: tuple[RunningServer, Iterator[TownHall]]) -> TownHall:
    return next(served[1])


def test_a_stream_begins_with_a_snapshot_and_goes_on_without_a_gap(
    server: RunningServer, hall: TownHall, listen: Listen
) -> None:
    phone = listen(server, [f"line:{hall.passports}"])
    first = phone.next()
    assert (first["event"], first["state"]["waiting"]) == ("snapshot", 0)

    for waiting in (1, 2, 3):
        server.call("POST", f"/api/v1/queues/{hall.passports}/tickets", {}, KEY)
        line = phone.next("line")
        assert (line["waiting"], line["prev"], len(line["came"])) == (waiting, first["version"], 1)
        first = line


def test_a_reader_that_comes_back_gets_what_it_missed_and_one_that_was_long_away_a_snapshot(
    server: RunningServer, hall: TownHall, listen: Listen
) -> None:
    path = f"/api/v1/queues/{hall.passports}/tickets"
    watching = listen(server, [f"line:{hall.passports}"])
    for _ in range(2):
        server.call("POST", path, {}, KEY)
        watching.next("line")
    seen = watching.last_id
    server.call("POST", path, {}, KEY)
    missed = [watching.next("line")]

    back = listen(server, [f"line:{hall.passports}"], **{"Last-Event-ID": seen})
    # The id that closes a tick comes behind it, so a reader may hear that tick once more.
    while (heard := back.next("line"))["version"] < missed[0]["version"]:
        pass
    assert heard == missed[0]
    for strange in ("99999999999", "-1", "abc", ""):
        fresh = listen(server, [f"line:{hall.passports}"], **{"Last-Event-ID": strange})
        assert fresh.next()["event"] == "snapshot"


def test_what_belongs_to_one_guest_is_told_on_that_tickets_topic_only(
    server: RunningServer, hall: TownHall, listen: Listen
) -> None:
    _, joined = server.call("POST", f"/api/v1/queues/{hall.passports}/tickets", {}, KEY)
    key = joined["data"]["key"]
    everybody = listen(server, [f"line:{hall.passports}"])
    mine = listen(server, [f"ticket:{key}"])
    everybody.next()
    mine.next()

    server.call("POST", f"/api/v1/desks/{hall.desk_1}/call-next", None, KEY)

    line = everybody.next("line")
    assert key not in str(line)
    assert "Desk 1" not in str(line)
    told = mine.next("snapshot")["state"]
    assert (told["state"], told["desk"]["name"]) == ("called", "Desk 1")


def test_a_ticket_that_has_ended_is_followed_until_it_comes_back(
    server: RunningServer, hall: TownHall, listen: Listen
) -> None:
    """A page that is opened after the end hears at once that staff have put its guest back in line."""
    _, joined = server.call("POST", f"/api/v1/queues/{hall.passports}/tickets", {}, KEY)
    key = joined["data"]["key"]
    for act in (f"desks/{hall.desk_1}/call-next", f"tickets/{key}/no-show"):
        server.call("POST", f"/api/v1/{act}", None, KEY)
    mine = listen(server, [f"ticket:{key}", f"line:{hall.passports}"])
    assert mine.next("snapshot")["state"] == {}

    server.call("POST", f"/api/v1/tickets/{key}/requeue", {"where": "front"}, KEY)

    told = mine.next("snapshot")
    while "code" not in told["state"]:
        told = mine.next("snapshot")
    assert (told["topic"], told["state"]["state"]) == (f"ticket:{key}", "waiting")


def test_a_stream_needs_the_right_to_its_topic(server: RunningServer, hall: TownHall, listen: Listen) -> None:
    staff_only = [f"display:{hall.branch_id}", f"desk:{hall.desk_1}", f"overview:{hall.branch_id}"]
    for topic in staff_only:
        assert listen(server, [topic]).response.status == 401
        assert listen(server, [topic], KEY).response.status == 200
    for strange in ("line:nowhere", "ticket:nobody", "secret:all", "line:"):
        assert listen(server, [strange], KEY).response.status == 404
    assert listen(server, [], KEY).response.status == 422


def test_a_thousand_and_a_half_open_streams_leave_room_for_everybody_else(
    server: RunningServer, hall: TownHall
) -> None:
    """The web server's default would hang at 1,024: the next request, whoever's, would get no answer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard), hard))
    asked = f"GET /api/v1/streams?topic=line:{hall.passports} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    phones = []
    try:
        for _ in range(1500):
            phone = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            phone.sendall(asked)
            phones.append(phone)
        assert all(phone.recv(12) == b"HTTP/1.1 200" for phone in phones)
        status, _ = server.call("POST", f"/api/v1/queues/{hall.passports}/tickets", {}, KEY)
        assert status == 201
    finally:
        for phone in phones:
            phone.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_somebody_who_loses_the_key_loses_the_open_stream_too(
    server: RunningServer, hall: TownHall, listen: Listen
) -> None:
    _, made = server.call("POST", "/api/v1/api-keys", {"name": "Leaving", "role": "display"}, KEY)
    other, key_id = made["data"]["secret"], made["data"]["id"]
    screen = listen(server, [f"display:{hall.branch_id}"], other)
    screen.next("snapshot")

    server.call("DELETE", f"/api/v1/api-keys/{key_id}", None, KEY)

    with pytest.raises(EOFError):
        screen.next()
    assert listen(server, [f"display:{hall.branch_id}"], other).response.status == 401


def test_at_shutdown_streams_are_told_when_to_come_back_and_the_server_ends_at_once(
    database_url: str, build: Builder, tmp_path: Path, listen: Listen
) -> None:
    build.api_key("Program", KEY)
    branch_id = build.town_hall().branch_id
    with servers(database_url, tmp_path / "data") as (server,):
        screens = [listen(server, [f"display:{branch_id}"], KEY) for _ in range(20)]
        for screen in screens:
            screen.next("snapshot")
        began = time.monotonic()

        assert server.stop() == 0

        assert time.monotonic() - began < 10
        assert "Traceback" not in server.log(), server.log()
        for screen in screens:
            assert screen.next("bye")["retry_ms"] > 0
            with pytest.raises(EOFError):
                screen.next()
