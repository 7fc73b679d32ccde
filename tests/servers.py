"""Real servers for tests: `nowserving serve` in a process of its own (see commands.py), on a free port."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.commands import Command
from tests.house import ROOT

_PATIENCE_S = 90.0


class RunningServer:
    """A server process and the few ways a test talks to it."""

    def __init__(
        self,
        url: str,
        folder: Path,
        port: int,
        *,
        without: Sequence[str] = (),
        afresh: bool = False,
        **settings: str,
    ) -> None:
        """Start it; `without` names guards that it loses (see tests/races/sabotage.py).

        `afresh` starts it as an operator does, by a new Python, which takes seconds.
        """
        self.port = port
        self.base = f"http://127.0.0.1:{port}"
        self._log = folder / f"server-{port}.log"
        words = ["serve", "--data", str(folder), "--port", str(port), "--database-url", url]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("NOWSERVING_")
        }
        environment |= {f"NOWSERVING_{name.upper()}": value for name, value in settings.items()}
        self.process: subprocess.Popen[bytes] | Command
        if not afresh:
            self.process = Command(words, self._log, environment, without)
            return
        with self._log.open("ab") as log:
            program = [sys.executable, "-m", "nowserving.cli"]
            self.process = subprocess.Popen(
                [*program, *words], stdout=log, stderr=log, env=environment, cwd=ROOT
            )

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log()}")
            try:
                self.call("GET", "/healthz")
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError(f"the server never answered: {self.log()}")

    def log(self) -> str:
        """Return what it has printed."""
        return self._log.read_text(errors="replace")

    def call(
        self, method: str, path: str, body: Any = None, key: str = "", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Send a request and return status and JSON body."""
        sent = {"Content-Type": "application/json", **({"X-API-Key": key} if key else {}), **headers}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        finally:
            connection.close()

    def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(60)


class Listener:
    """An open stream, read line by line with a time limit."""

    def __init__(self, server: RunningServer, topics: list[str], key: str = "", **headers: str) -> None:
        query = "&".join(f"topic={topic}" for topic in topics)
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
        sent = {**({"X-API-Key": key} if key else {}), **headers}
        self._connection.request("GET", f"/api/v1/streams?{query}", headers=sent)
        self.response = self._connection.getresponse()
        self.last_id = ""

    def next(self, *wanted: str) -> dict[str, Any]:
        """Return the data of the next event of a wanted type (any, if none is named)."""
        event = ""
        while True:
            line = self.response.readline().decode()
            if not line:
                raise EOFError
            if line.startswith("event: "):
                event = line[7:].strip()
            elif line.startswith("id: "):
                self.last_id = line[4:].strip()
            elif line.startswith("data: ") and (not wanted or event in wanted):
                found: dict[str, Any] = json.loads(line[6:])
                return {"event": event, **found}

    def close(self) -> None:
        """Hang up."""
        self.response.close()
        self._connection.close()


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def servers(
    url: str,
    folder: Path,
    count: int = 1,
    *,
    without: Sequence[str] = (),
    afresh: bool = False,
    **settings: str,
) -> Iterator[list[RunningServer]]:
    """Run several servers on one database; all of them have ended when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    running = [
        RunningServer(url, folder, free_port(), without=without, afresh=afresh, **settings)
        for _ in range(count)
    ]
    try:
        for server in running:
            server.wait()
        yield running
    finally:
        for server in running:
            if server.process.poll() is None:
                server.kill()
