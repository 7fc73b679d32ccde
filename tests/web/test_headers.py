"""Every answer carries the whole set of security headers, whoever makes it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from nowserving.web.gate.headers import CONTENT_SECURITY_POLICY, SecurityHeaders, secured


def hello(_: Request) -> Response:
    return PlainTextResponse("hello")


def picture(_: Request) -> Response:
    return PlainTextResponse("hello", headers={"Cache-Control": "public, max-age=60"})


def app() -> SecurityHeaders:
    return SecurityHeaders(Starlette(routes=[Route("/", hello), Route("/picture", picture)]))


@pytest.mark.parametrize("path", ["/", "/picture", "/not-there"])
def test_every_answer_is_closed_to_the_outside(path: str) -> None:
    headers = TestClient(app()).get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    ("kind", "is_part"), [("text/css", True), ("text/javascript", True), ("image/svg+xml", False)]
)
@pytest.mark.parametrize("folder", ["static", "elsewhere"])
def test_a_part_of_a_page_carries_what_binds_parts_and_a_document_everything(
    kind: str, is_part: bool, folder: str
) -> None:
    """Twenty scripts with the headers of a page would be a third of what a phone loads."""
    path = f"/{folder}/a"
    made = SecurityHeaders(Starlette(routes=[Route(path, lambda _: Response("", media_type=kind))]))
    headers = TestClient(made).get(path).headers

    assert ("content-security-policy" in headers) is not (is_part and folder == "static")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_the_policy_starts_from_nothing_and_allows_nothing_inline() -> None:
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert {source for name, source in rules.items() if source != "'none'"} == {"'self'"}


def test_what_does_not_say_how_long_it_keeps_is_never_kept() -> None:
    client = TestClient(app())
    assert client.get("/").headers["cache-control"] == "no-store"
    assert client.get("/picture").headers["cache-control"] == "public, max-age=60"


def test_https_is_for_ever_and_plain_http_is_not_told_so() -> None:
    assert "strict-transport-security" not in TestClient(app()).get("/").headers
    secure = TestClient(app(), base_url="https://testserver").get("/").headers
    assert secure["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_the_headers_of_the_answer_itself_stay() -> None:
    assert secured([(b"etag", b'"7"')])[0] == (b"etag", b'"7"')


@pytest.mark.anyio
async def test_what_is_not_http_passes_untouched() -> None:
    seen: list[Scope] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(_: Message) -> None:
        raise AssertionError("nothing to send")

    await SecurityHeaders(inner)({"type": "lifespan"}, receive, send)
    assert seen == [{"type": "lifespan"}]


async def test_what_the_server_returns_for_a_message_comes_back_untouched() -> None:
    """A coroutine around each message would be a task for each phone of a hall that is told something."""
    taken = asyncio.get_running_loop().create_future()
    taken.set_result(None)
    seen: list[Any] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        seen.append(send({"type": "http.response.body", "body": b"news", "more_body": True}))

    def server(_: Message) -> asyncio.Future[None]:
        return taken

    await SecurityHeaders(app)({"type": "http", "path": "/"}, receive_nothing, server)
    assert seen == [taken]


async def receive_nothing() -> Message:
    """Stand in for a client."""
    return {"type": "http.disconnect"}
