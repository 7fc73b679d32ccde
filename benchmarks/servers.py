"""Servers to measure: each alone on the first core, and what the kernel says of it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

PATIENCE_S = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Process:
    """A server that runs, and where."""

    pid: int
    port: int
    started_s: float
    """How long it took until it accepted connections."""

    def cpu_s(self) -> float:
        """Return the processor time it has used so far, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def threads_s(self) -> dict[int, float]:
        """Return the processor time of each of its threads so far, in seconds."""
        found = {}
        for folder in Path(f"/proc/{self.pid}/task").iterdir():
            fields = (folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
            found[int(folder.name)] = (int(fields[11]) + int(fields[12])) / _TICKS
        return found

    def memory(self) -> int:
        """Return its resident memory in bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE


@contextmanager
def process(words: list[str], port: int, environment: Mapping[str, str] | None = None) -> Iterator[Process]:
    """Run a program on the first core and wait until it listens."""
    pinned = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    began = time.perf_counter()
    running = subprocess.Popen(
        [*pinned, *words], stdout=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )
    try:
        _await_port(port, running)
        yield Process(running.pid, port, time.perf_counter() - began)
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _await_port(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if running.poll() is not None:
                raise RuntimeError(f"{running.args!r} ended") from None
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{running.args!r} never listened")


def python(module: str, *words: str) -> list[str]:
    """Return the command that runs a module."""
    return [sys.executable, "-m", module, *words]


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """A still demo of the product: its keys, its ids, and a way to ask it something."""

    def __init__(self, server: Process, folder: Path) -> None:
        self.server = server
        self.document: dict[str, Any] = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
        self.keys: dict[str, str] = self.document["api_keys"]
        self.branch: dict[str, Any] = self.document["branches"][0]
        self.queue: str = self.branch["queues"][0]["id"]

    def ask(self, method: str, path: str, role: str, body: object = None) -> Any:
        """Return the data of an answer; raises when it is a refusal."""
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers = {"X-API-Key": self.keys[role], "Content-Type": "application/json"}
        connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {text!r}")
        return json.loads(text)["data"]

    def desks(self, count: int) -> list[str]:
        """Return so many desks that serve the queue alone, made on the first call."""
        path = f"/branches/{self.branch['id']}/desks"
        there = [one["id"] for one in self.ask("GET", path, "admin") if one["name"].startswith("Bench ")]
        for number in range(len(there), count):
            wish = {"name": f"Bench {number + 1}", "queue_ids": [self.queue]}
            there.append(self.ask("POST", path, "admin", wish)["id"])
        return there[:count]


@contextmanager
def house(folder: Path, database_url: str = "") -> Iterator[House]:
    """Run the product's still demo on a folder's SQLite file, or on a PostgreSQL database."""
    port = free_port()
    words = python("nowserving.cli", "demo", "--still", "--data", str(folder), "--port", str(port))
    settings = {"NOWSERVING_DATABASE_URL": database_url} if database_url else {}
    with process(words, port, settings) as server:
        yield House(server, folder)
