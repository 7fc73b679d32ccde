"""A real server for the journeys: the still demo, in a process of its own, that a test may stop and start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from http.client import HTTPConnection
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

from tests.commands import Command
from tests.servers import free_port

_PATIENCE_S = 60.0
# Journeys come from one address and pair more devices in a minute than a town hall in a year.
_SETTINGS = {
    "NOWSERVING_LIMIT_PAIRING": "10000 per minute",
    "NOWSERVING_LIMIT_SIGN_IN": "10000 per minute",
    "NOWSERVING_LIMIT_GUEST_SIGN_IN": "10000 per minute",
    "NOWSERVING_LIMIT_REQUESTS": "100000 per minute",
    "NOWSERVING_LIMIT_JOIN": "10000 per minute",
    "NOWSERVING_LIMIT_REMOTE_JOIN": "10000 per minute",
    "NOWSERVING_LIMIT_HOLD": "10000 per minute",
}


class Town:
    """The demo's town halls, where nobody moves by themselves, behind a real port."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.process: Command | None = None
        # What this town sets besides; what stands here holds from the next start on.
        self.settings: dict[str, str] = {}

    def start(self) -> None:
        """Start the server and wait until it answers."""
        words = ["demo", "--still", "--data", str(self.folder), "--port", str(self.port)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("NOWSERVING_")}
        self.process = Command(words, self.folder / "server.log", environment | _SETTINGS | self.settings)
        until = time.monotonic() + _PATIENCE_S
        while not self.is_up():
            assert self.process.poll() is None, f"the server ended: {self.log()}"
            assert time.monotonic() < until, f"the server never answered: {self.log()}"
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask the server to stop, as an update does, and wait for it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except TimeoutExpired:
            self.process.kill()
            self.process.wait(60)

    def is_up(self) -> bool:
        """Tell whether it answers."""
        try:
            return self._ask("GET", "/healthz", None, "")[0] == 200
        except OSError:
            return False

    def log(self) -> str:
        """Return what it has printed."""
        return (self.folder / "server.log").read_text(errors="replace")

    @property
    def document(self) -> dict[str, Any]:
        """demo.json: keys, and the ids of branches, queues and desks."""
        found: dict[str, Any] = json.loads((self.folder / "demo.json").read_text())
        return found

    def branch(self, number: int = 0) -> dict[str, Any]:
        """Return a branch of demo.json: {id, name, queues, desks}."""
        found: dict[str, Any] = self.document["branches"][number]
        return found

    def queue(self, prefix: str, number: int = 0) -> str:
        """Return the id of the queue with this prefix."""
        found: list[str] = [one["id"] for one in self.branch(number)["queues"] if one["prefix"] == prefix]
        return found[0]

    def desk(self, name: str, number: int = 0) -> str:
        """Return the id of the desk with this name."""
        found: list[str] = [one["id"] for one in self.branch(number)["desks"] if one["name"] == name]
        return found[0]

    def call(self, method: str, path: str, body: Any = None, role: str = "admin") -> Any:
        """Ask the API with the key of a role; return "data". Anything but a success fails the test."""
        code, said = self._ask(method, f"/api/v1{path}", body, self.document["api_keys"][role])
        assert code < 300, f"{method} {path}: {code} {said}"
        return said.get("data")

    def _ask(self, method: str, path: str, body: Any, key: str) -> tuple[int, dict[str, Any]]:
        headers = {"Content-Type": "application/json", **({"X-API-Key": key} if key else {})}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        finally:
            connection.close()

    def join(self, prefix: str, number: int = 0, **wishes: Any) -> dict[str, Any]:
        """Draw a ticket of a queue."""
        found: dict[str, Any] = self.call("POST", f"/queues/{self.queue(prefix, number)}/tickets", wishes)
        return found

    def call_next(self, desk: str, number: int = 0) -> str:
        """Let a desk call whoever is next, and return the code."""
        called = self.call("POST", f"/desks/{self.desk(desk, number)}/call-next", {}, "agent")
        code: str = called["ticket"]["code"]
        return code

    def device(self, kind: str, number: int = 0, **settings: Any) -> str:
        """Pair a device of a branch and return its credential."""
        pairing = self.call("POST", "/pairings", {"kind": kind})
        wish = {"code": pairing["code"], "name": f"Journey {kind}"}
        device = self.call("POST", f"/branches/{self.branch(number)['id']}/devices", wish)
        claimed = self.call("POST", "/pairings/claim", {"claim": pairing["claim"]})
        if settings:
            self.call("PATCH", f"/devices/{device['id']}", {"settings": settings})
        credential: str = claimed["credential"]
        return credential

    def devices(self, number: int = 0) -> list[dict[str, Any]]:
        """Return the paired devices of a branch."""
        found: list[dict[str, Any]] = self.call("GET", f"/branches/{self.branch(number)['id']}/devices")
        return found


def copied(template: Path, folder: Path) -> Town:
    """Return a town of one's own, not started yet: a copy of the one that was built once."""
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("*.lock", "server.log"))
    return Town(folder)
