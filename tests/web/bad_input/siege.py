"""A real server under attack: a process, a socket, a database, and somebody of every role at its gates."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2

from nowserving.domain.tickets.rules import rules_from
from nowserving.store import schema
from tests.builders import Builder, TownHall
from tests.servers import RunningServer, servers

SECRET = "q8Zr0Wm1uVtYb4K7sQ2pXfLhD8aGjE5iN6oRqT3x"
KEYS = {role: f"nsk_{role}-at-the-gates" for role in ("admin", "agent", "kiosk", "display", "librarian")}
DEVICE = "nsd_kiosk-at-the-door"
COOKIE = "cookie-of-maria-lopez"
SETTINGS: dict[str, Any] = {
    "secret_key": SECRET,
    **{
        f"limit_{name}": "100000 per second"
        for name in ("sign_in", "account", "pairing", "join", "remote_join", "requests", "unknown")
    },
}
OPEN_RULES = {
    "remote_join": True,
    "ask_name": True,
    "ask_party": True,
    "max_party": 12,
    "priorities": [{"code": "elder", "name": "Elders", "head_start_s": 600}],
}
PROBLEM = "application/problem+json"


@dataclass
class Siege:
    """The server and what the attackers know of it."""

    server: RunningServer
    hall: TownHall
    queue: str
    """A queue of the town hall that guests may join from afar, with name, party and priority."""
    device: str
    client: httpx2.Client

    def call(
        self, method: str, path: str, given: Any = None, *, as_: str | None = "admin", **more: Any
    ) -> httpx2.Response:
        """Send a request as somebody with a role (None: as nobody), without what pages left in cookies."""
        self.client.cookies.clear()
        headers = {"X-API-Key": KEYS[as_]} if as_ else {}
        headers |= more.pop("headers", {})
        if given is not None:
            more["json"] = given
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def as_maria(self) -> dict[str, str]:
        """Return the headers of Maria's browser, as it sends them from one of our own pages."""
        return {"Cookie": f"ns_signin={COOKIE}", "Sec-Fetch-Site": "same-origin"}

    def data(self, method: str, path: str, given: Any = None, **more: Any) -> Any:
        """Return the data of an answer that must be a good one."""
        answer = self.call(method, path, given, **more)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["data"]

    def truth(self) -> dict[str, Any]:
        """Return what must not have changed: the version of every branch and of the house."""
        branches = self.data("GET", "/branches")
        log = self.call("GET", "/organisation/events?limit=1").json()["data"]
        versions = {branch["id"]: branch["version"] for branch in branches}
        return {**versions, "house": log[0]["version"] if log else 0}

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Hold the server to it: nothing has changed when the block ends."""
        before = self.truth()
        yield
        assert self.truth() == before
        assert self.server.process.poll() is None, self.server.log()

    def raw(self, *chunks: bytes, wait_s: float = 5, pause_s: float = 0) -> bytes:
        """Send bytes as they are and return all that comes back until the server hangs up or is silent."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=wait_s) as wire:
            with contextlib.suppress(ConnectionError):
                for chunk in chunks:
                    wire.sendall(chunk)
                    time.sleep(pause_s)
            return _heard(wire)


def _heard(wire: socket.socket) -> bytes:
    parts: list[bytes] = []
    try:
        while part := wire.recv(65536):
            parts.append(part)
            wire.settimeout(0.5)
    except (TimeoutError, ConnectionError):
        pass
    return b"".join(parts)


def problem_in(answer: httpx2.Response, *codes: int) -> dict[str, Any]:
    """Return the refusal in an answer, after holding it to the contract of all refusals."""
    assert answer.status_code in codes, f"{answer.status_code}: {answer.text[:300]}"
    assert answer.headers["content-type"] == PROBLEM
    found: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= found.keys()
    assert found["status"] == answer.status_code
    assert found["detail"].strip()
    return found


def refused_fields(answer: httpx2.Response) -> dict[str, str]:
    """Return the refused fields of an answer as {pointer: code}."""
    found = problem_in(answer, 422)
    return {one["pointer"]: one["code"] for one in found.get("errors", [])}


def code_of(answer: bytes) -> int:
    """Return the code of a raw answer, 0 if the server only hung up."""
    line = answer.split(b"\r\n", 1)[0].split(b" ")
    return int(line[1]) if len(line) > 1 and line[0].startswith(b"HTTP/") else 0


def body_of(answer: bytes) -> Any:
    """Return the JSON body of a raw answer."""
    return json.loads(answer.partition(b"\r\n\r\n")[2])


@contextmanager
def besieged(url: str, folder: Path) -> Iterator[Siege]:
    """Start a server on a database that holds the town hall and, next door, a library."""
    builder = Builder(url, created_at=time.time_ns() // 1000)
    library = builder.branch("Library", time_zone="America/Lima")
    loans = builder.queue("Loans", library, prefix="A")
    builder.desk("Front desk", library, serves=[loans])
    hall = builder.town_hall()
    rules = rules_from(OPEN_RULES, "/rules")
    queue = builder.queue("Open to all", hall.branch_id, prefix="C", rules=rules)
    for role, secret in KEYS.items():
        own = {"admin": None, "librarian": library}.get(role, hall.branch_id)
        builder.api_key(role.title(), secret, role="agent" if role == "librarian" else role, branch_id=own)
    now = time.time_ns() // 1000
    builder.insert(
        schema.devices,
        id="door",
        branch_id=hall.branch_id,
        kind="kiosk",
        name="Kiosk at the door",
        token_hash=sha256(DEVICE.encode()).hexdigest(),
        paired_at=now,
        seen_at=now,
    )
    builder.insert(
        schema.sign_ins,
        token_hash=sha256(COOKIE.encode()).hexdigest(),
        staff_id=hall.maria,
        credential_version=1,
        created_at=now,
        seen_at=now,
        expires_at=now + 3_600_000_000,
    )
    builder.close()
    with (
        servers(url, folder, **SETTINGS) as (server,),
        httpx2.Client(base_url=server.base, timeout=30) as client,
    ):
        yield Siege(server, hall, queue, "door", client)
        assert "Traceback" not in server.log(), server.log()
