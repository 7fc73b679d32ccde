"""Clients that never end what they began are sent away, and everybody else is served meanwhile."""

from __future__ import annotations

import select
import socket
import time
from pathlib import Path

import pytest

from tests.builders import Builder, TownHall
from tests.races.evidence import Evidence
from tests.servers import RunningServer, servers

KEY = "nsk_" + "d" * 43
EACH = 100
JOINS = 200
# The server gives a head and a body ten seconds each.
PATIENCE_S = 25.0


def dawdlers(server: RunningServer, hall: TownHall) -> list[socket.socket]:
    """Open connections that say nothing, half a head, or a head without its body."""
    path = f"/api/v1/queues/{hall.passports}/tickets"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {KEY}\r\n"
    body = head + "Content-Type: application/json\r\nContent-Length: 60\r\n\r\n{"
    opened = []
    for words in (b"", head.encode(), body.encode()):
        for _ in range(EACH):
            line = socket.create_connection(("127.0.0.1", server.port))
            line.sendall(words)
            opened.append(line)
    return opened


def sent_away(lines: list[socket.socket], within_s: float) -> int:
    """Return how many the server has hung up on, once it has had so many seconds."""
    open_still = set(lines)
    until = time.monotonic() + within_s
    while open_still and (left_s := until - time.monotonic()) > 0:
        for line in select.select(list(open_still), [], [], left_s)[0]:
            try:
                over = not line.recv(4096)
            except ConnectionError:
                over = True
            if over:
                open_still.discard(line)
    return len(lines) - len(open_still)


def dawdle(url: str, hall: TownHall, folder: Path, without: tuple[str, ...] = ()) -> tuple[int, int, int]:
    """Let guests join among dawdlers; return how many joined, and how many of how many were sent away."""
    builder = Builder(url)
    builder.api_key("Kiosk", KEY)
    builder.close()
    fast = "1000000 per second"
    with servers(url, folder, without=without, limit_join=fast, limit_requests=fast) as (server,):
        lines = dawdlers(server, hall)
        path = f"/api/v1/queues/{hall.passports}/tickets"
        answers = [server.call("POST", path, {}, KEY)[0] for _ in range(JOINS)]
        gone = sent_away(lines, PATIENCE_S)
        for line in lines:
            line.close()
        return answers.count(201), gone, len(lines)


@pytest.mark.prove
@pytest.mark.timeout(300)
def test_who_dawdles_is_sent_away_and_everybody_else_is_served(
    sqlite_url: str, tmp_path: Path, evidence: Evidence
) -> None:
    builder = Builder(sqlite_url)
    hall = builder.town_hall()
    builder.close()

    joined, gone, opened = dawdle(sqlite_url, hall, tmp_path / "data")

    assert joined == JOINS
    assert gone == opened
    done = f"{opened} connections without a word, with half a head or no body: {gone} sent away; "
    evidence.row("dawdlers", "SQLite, 1 process", f"{done}{joined} of {JOINS} joins meanwhile")


@pytest.mark.prove
@pytest.mark.timeout(300)
def test_control_a_server_with_endless_patience_keeps_them(
    sqlite_url: str, tmp_path: Path, evidence: Evidence
) -> None:
    builder = Builder(sqlite_url)
    hall = builder.town_hall()
    builder.close()

    _, gone, opened = dawdle(sqlite_url, hall, tmp_path / "data", ("endless_patience",))

    assert gone < opened
    found = f"{opened - gone} of {opened} are still there after {PATIENCE_S:.0f} s"
    evidence.control("dawdlers", "SQLite, 1 process", "a head and a body have ten seconds", found)
