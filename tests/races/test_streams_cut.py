"""A program that is cut off again and again, and resumes with Last-Event-ID, ends with what GET says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nowserving.live.patch import merged
from tests.builders import Builder, TownHall
from tests.races.evidence import Evidence, length
from tests.servers import RunningServer, servers

KEY = "nsk_" + "s" * 43
FOLLOWERS = 6


class Follower(threading.Thread):
    """Follows some topics; hangs up after a random number of lines and comes back where it was."""

    def __init__(self, port: int, topics: list[str], seed: str) -> None:
        super().__init__(daemon=True)
        self._port, self._topics, self._chance = port, topics, Random(seed)
        self.states: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.gaps: list[str] = []
        self.cuts = 0
        self.resumed = 0
        self._last_id = ""
        self._ending = threading.Event()
        self._resuming = False

    def run(self) -> None:
        """Follow until told to stop."""
        while not self._ending.is_set():
            # The server is busy with all who come back at once: later, then.
            with suppress(OSError, HTTPException), self._connected() as answer:
                self._follow(answer, self._chance.randrange(20, 120))
            self.cuts += 1
            self._ending.wait(self._chance.uniform(0, 0.1))

    def stop(self) -> None:
        """Let it end with its next line."""
        self._ending.set()

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=1)
        query = "&".join(f"topic={topic}" for topic in self._topics)
        headers = {"X-API-Key": KEY, **({"Last-Event-ID": self._last_id} if self._last_id else {})}
        self._resuming = bool(self._last_id)
        connection.request("GET", f"/api/v1/streams?{query}", headers=headers)
        answer = connection.getresponse()
        try:
            yield answer
        finally:
            answer.close()
            connection.close()

    def _follow(self, answer: Any, lines: int) -> None:
        event = ""
        for _ in range(lines):
            try:
                line = answer.readline().decode().rstrip("\n")
            except (OSError, HTTPException):
                return
            name, _, value = line.partition(": ")
            if name == "event":
                event = value
                self.resumed += self._resuming and event in {"patch", "line"}
                self._resuming = False
            elif name == "id":
                self._last_id = value
            elif name == "data" and event in {"snapshot", "patch", "line"}:
                self._apply(event, json.loads(value))

    def _apply(self, event: str, message: dict[str, Any]) -> None:
        topic, version = message["topic"], message["version"]
        if event == "snapshot":
            if version < self.versions.get(topic, 0):
                self.gaps.append(f"{topic}: a snapshot of {version} after {self.versions[topic]}")
            self.states[topic] = message["state"]
        elif message["prev"] < self.versions[topic]:
            return  # The id that ends a tick comes behind it, so one tick may come again.
        elif message["prev"] > self.versions[topic]:
            self.gaps.append(f"{topic}: {message['prev']} after {self.versions[topic]}")
        elif event == "patch":
            self.states[topic] = merged(self.states[topic], message["patch"])
        else:
            self.states[topic] = {**self.states[topic], "waiting": message["waiting"]}
        self.versions[topic] = version


def follow_a_morning(
    url: str, hall: TownHall, folder: Path, acts: int, without: tuple[str, ...] = ()
) -> tuple[list[Follower], list[str]]:
    """Let people come and go while programs follow; return the programs and what is wrong in the end."""
    builder = Builder(url)
    builder.api_key("Follower", KEY)
    builder.close()
    topics = [f"line:{hall.passports}", f"display:{hall.branch_id}", f"overview:{hall.branch_id}"]
    topics += [f"desk:{desk_id}" for desk_id in hall.desk_ids]
    fast = "1000000 per second"
    with servers(url, folder, without=without, limit_join=fast, limit_requests=fast) as (server,):
        followers = [Follower(server.port, topics, f"1:{n}") for n in range(FOLLOWERS)]
        for follower in followers:
            follower.start()
        chance = Random(1)
        for _ in range(acts):
            path = f"/queues/{hall.passports}/tickets"
            if chance.random() < 0.5:
                path = f"/desks/{chance.choice(hall.desk_ids)}/call-next"
            server.call("POST", f"/api/v1{path}", {}, KEY)
        wrong = until_all_agree(server, followers, topics)
        for follower in followers:
            follower.stop()
        for follower in followers:
            follower.join(10)
    return followers, wrong + [gap for follower in followers for gap in follower.gaps]


def until_all_agree(server: RunningServer, followers: list[Follower], topics: list[str]) -> list[str]:
    """Return who shows something else than GET, once they have had some seconds to hear."""
    query = "&".join(f"topic={topic}" for topic in topics)
    wrong: list[str] = []
    pause = threading.Event()
    for _ in range(100):
        _, answer = server.call("GET", f"/api/v1/snapshots?{query}", None, KEY)
        truth = {one["topic"]: one["state"] for one in answer["data"]}
        wrong = [
            f"{topic} differs"
            for follower in followers
            for topic in topics
            if _lasting(follower.states.get(topic)) != _lasting(truth[topic])
        ]
        if not wrong:
            break
        pause.wait(0.05)
    return wrong


def _lasting(state: Any) -> Any:
    """Leave out what changes with time alone, and what only a snapshot of a line tells."""
    if isinstance(state, dict):
        passing = {"pace", "estimate", "wait", "ahead", "now"}
        return {name: _lasting(value) for name, value in state.items() if name not in passing}
    return [_lasting(one) for one in state] if isinstance(state, list) else state


def test_programs_that_are_cut_off_converge(sqlite_url: str, tmp_path: Path, evidence: Evidence) -> None:
    check(sqlite_url, tmp_path, evidence, 120)


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_programs_that_are_cut_off_converge_after_a_long_morning(
    database_url: str, tmp_path: Path, evidence: Evidence
) -> None:
    check(database_url, tmp_path, evidence, length("PROVE_OPERATIONS") // 10)


def check(url: str, folder: Path, evidence: Evidence, acts: int) -> None:
    """Follow a morning and find nothing wrong."""
    builder = Builder(url)
    hall = builder.town_hall()
    builder.close()
    followers, wrong = follow_a_morning(url, hall, folder / "data", acts)

    assert wrong == []
    cuts, resumed = (sum(getattr(one, name) for one in followers) for name in ("cuts", "resumed"))
    assert resumed > 0
    done = f"{acts:,} acts, {FOLLOWERS} programs on 6 topics, {cuts:,} cuts, {resumed:,} resumed, seed 1"
    where = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
    evidence.row("streams", f"{where}, 1 process", done)


@pytest.mark.control
def test_control_a_server_that_forgets_what_was_missed_is_found_out(
    sqlite_url: str, tmp_path: Path, evidence: Evidence
) -> None:
    builder = Builder(sqlite_url)
    hall = builder.town_hall()
    builder.close()
    _, wrong = follow_a_morning(sqlite_url, hall, tmp_path / "data", 120, ("no_replay",))

    assert wrong
    evidence.control(
        "streams", "SQLite, 1 process", "what was missed is told again", f"{len(wrong)}, such as: {wrong[0]}"
    )
