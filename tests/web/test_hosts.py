"""A server answers under its own names, and believes only its own proxy about the browser's side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from nowserving.app import make_house
from nowserving.settings import load
from nowserving.web.gate.hosts import Hosts

pytestmark = pytest.mark.anyio


async def seen(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"url": str(Request(scope).url)})(scope, receive, send)


async def asked(
    folder: Path, *headers: tuple[str, str], path: str = "/x", peer: str = "192.0.2.7", **settings: str
) -> tuple[int, Any]:
    """Return the code of the answer and the address that the application saw, or its refusal."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "scheme": "http",
        "client": (peer, 4711),
        "server": ("127.0.0.1", 8000),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    house = make_house(load(data_dir=folder, **settings))
    await Hosts(house, seen)(scope, lambda: None, send)  # type: ignore[arg-type, return-value]
    body = msgspec.json.decode(sent[1]["body"])
    return sent[0]["status"], body.get("url") or body["code"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("queue.example.org", (200, "http://queue.example.org/x")),
        ("queue.example.org:8000", (200, "http://queue.example.org:8000/x")),
        ("Queue.Example.ORG", (200, "http://Queue.Example.ORG/x")),
        ("evil.example", (400, "bad_host")),
        ("queue.example.org.evil.example", (400, "bad_host")),
        ("evil.example/queue.example.org", (400, "bad_host")),
        ("queue.example.org@evil.example", (400, "bad_host")),
        ("queue.example.org:80:80", (400, "bad_host")),
        ("", (400, "bad_host")),
    ],
)
async def test_only_an_own_name_is_answered(tmp_path: Path, host: str, expected: tuple[int, str]) -> None:
    assert await asked(tmp_path, ("host", host), allowed_hosts="queue.example.org") == expected


async def test_the_public_address_names_the_host_by_itself(tmp_path: Path) -> None:
    base = "https://queue.example.org/somewhere"
    assert (await asked(tmp_path, ("host", "queue.example.org"), base_url=base))[0] == 200
    assert (await asked(tmp_path, ("host", "evil.example"), base_url=base))[0] == 400


async def test_without_a_setting_any_well_formed_host_will_do(tmp_path: Path) -> None:
    assert (await asked(tmp_path, ("host", "192.168.1.20:8000")))[0] == 200
    assert (await asked(tmp_path, ("host", "[2001:db8::1]:8000")))[0] == 200
    assert await asked(tmp_path, ("host", "a b")) == (400, "bad_host")
    assert await asked(tmp_path) == (400, "bad_host")


async def test_two_hosts_are_refused(tmp_path: Path) -> None:
    found = await asked(tmp_path, ("host", "queue.example.org"), ("host", "evil.example"))
    assert found == (400, "header_twice")


async def test_those_who_watch_the_server_may_use_its_address(tmp_path: Path) -> None:
    settings = {"allowed_hosts": "queue.example.org"}
    assert (await asked(tmp_path, ("host", "10.0.0.5:8000"), path="/healthz", **settings))[0] == 200
    assert (await asked(tmp_path, ("host", "10.0.0.5:8000"), path="/healthz/", **settings))[0] == 400


FORWARDED = (
    ("host", "127.0.0.1:8000"),
    ("x-forwarded-host", "queue.example.org"),
    ("x-forwarded-proto", "https"),
)


async def test_a_trusted_proxy_is_believed(tmp_path: Path) -> None:
    found = await asked(tmp_path, *FORWARDED, peer="10.0.0.2", trusted_proxies="10.0.0.0/8")
    assert found == (200, "https://queue.example.org/x")


async def test_a_stranger_who_plays_the_proxy_is_not_believed(tmp_path: Path) -> None:
    assert await asked(tmp_path, *FORWARDED) == (200, "http://127.0.0.1:8000/x")
    found = await asked(tmp_path, *FORWARDED, peer="10.0.0.2", trusted_proxies="10.9.0.0/16")
    assert found == (200, "http://127.0.0.1:8000/x")


async def test_what_a_browser_slipped_in_before_the_proxy_does_not_count(tmp_path: Path) -> None:
    headers = (("host", "127.0.0.1"), ("x-forwarded-host", "evil.example, queue.example.org"))
    found = await asked(tmp_path, *headers, peer="10.0.0.2", trusted_proxies="10.0.0.2")
    assert found == (200, "http://queue.example.org/x")
