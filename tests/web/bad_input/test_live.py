"""HARDENING section 4, rows 65 to 70: streams that are opened too often, never read, or asked for wrongly."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.servers import Listener
from tests.web.bad_input.siege import KEYS, Siege, body_of, code_of, problem_in

MOST_BY_ONE = 64


@pytest.fixture
def opened() -> Iterator[list[Listener]]:
    streams: list[Listener] = []
    yield streams
    for stream in streams:
        stream.close()


def refusal(stream: Listener) -> tuple[int, Any]:
    return stream.response.status, json.loads(stream.response.read())


def test_row_65_one_caller_holds_so_many_streams_and_no_more(siege: Siege, opened: list[Listener]) -> None:
    key = siege.data("POST", "/api-keys", {"name": "Many", "role": "display"})["secret"]
    topic = f"display:{siege.hall.branch_id}"
    for _ in range(MOST_BY_ONE):
        opened.append(Listener(siege.server, [topic], key))
        assert opened[-1].response.status == 200
    opened.append(Listener(siege.server, [topic], key))
    assert opened[-1].response.getheader("Retry-After")
    code, found = refusal(opened[-1])
    assert (code, found["code"]) == (429, "too_many_streams")
    # Others see nothing of it, and a place that is given back is free again.
    opened.append(Listener(siege.server, [topic], KEYS["display"]))
    assert opened[-1].next("snapshot")["topic"] == topic
    hang_up(opened.pop(0))
    for _ in range(100):
        opened.append(Listener(siege.server, [topic], key))
        if opened[-1].response.status == 200:
            return
        time.sleep(0.05)
    pytest.fail("the place of a stream that has ended was never free")


def hang_up(stream: Listener) -> None:
    wire = stream._connection.sock
    if wire is not None:
        wire.shutdown(socket.SHUT_RDWR)
    stream.close()


def test_row_66_a_stream_that_nobody_reads_holds_nobody_up(siege: Siege) -> None:
    """The server's end fills up; it goes on serving others and drops the reader who is none."""
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.connect(("127.0.0.1", siege.server.port))
        key = f"X-API-Key: {KEYS['agent']}\r\n"
        deaf.sendall(
            f"GET /api/v1/streams?topic=overview:town-hall HTTP/1.1\r\nHost: x\r\n{key}\r\n".encode()
        )
        for _ in range(150):
            joined = siege.call("POST", f"/queues/{siege.queue}/tickets", {"name": "x" * 120}, as_="kiosk")
            assert joined.status_code == 201
        begun = time.monotonic()
        assert siege.call("GET", "/me").status_code == 200
        assert time.monotonic() - begun < 5


SEEN = ["9" * 19, "9" * 400, "-1", "0", "1", "1.5", "١", "town-hall:1", "null", "1 2", "%0a", "'; DROP"]


@pytest.mark.parametrize("seen", SEEN, ids=[f"row 67: {seen[:20]}" for seen in SEEN])
def test_an_id_that_is_none_of_ours_gets_a_snapshot(siege: Siege, opened: list[Listener], seen: str) -> None:
    sent = {"Last-Event-ID": seen.encode().decode("latin-1")}
    opened.append(Listener(siege.server, [f"line:{siege.queue}"], **sent))
    assert opened[-1].response.status == 200
    assert opened[-1].next()["event"] == "snapshot"


def test_row_67_a_newline_in_the_id_is_no_second_header(siege: Siege) -> None:
    request = (
        f"GET /api/v1/streams?topic=line:{siege.queue} HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 1\n2\r\n\r\n"
    )
    assert code_of(siege.raw(request.encode())) == 400


WRONG = [
    ("line:loans2", None, 404),
    ("ticket:no-such-key-at-all", None, 404),
    ("ticket:", None, 404),
    ("line:", None, 404),
    ("evil:town-hall", None, 404),
    ("line", None, 404),
    ("line:%00", None, 404),
    ("line:%0a%0aevent:x", None, 404),
    ("display:town-hall", None, 401),
    ("desk:desk-1", None, 401),
    ("overview:town-hall", None, 401),
    ("kiosk:town-hall", None, 401),
    ("desk:desk-1", "display", 403),
    ("overview:town-hall", "kiosk", 403),
    ("desk:desk-1", "kiosk", 403),
    ("kiosk:town-hall", "display", 403),
    ("desk:desk-1", "librarian", 404),
    ("overview:town-hall", "librarian", 404),
    ("display:town-hall", "librarian", 404),
]


@pytest.mark.parametrize(
    ("topic", "role", "code"), WRONG, ids=[f"row 68: {row[0]} {row[1]}" for row in WRONG]
)
@pytest.mark.parametrize("door", ["streams", "snapshots"])
def test_a_topic_that_is_not_the_callers_is_refused(
    siege: Siege, door: str, topic: str, role: str | None, code: int
) -> None:
    with siege.unchanged():
        problem_in(siege.call("GET", f"/{door}?topic={topic}", as_=role), code)


@pytest.mark.parametrize(
    "query",
    ["", "topic", "t=line:x", "&".join(f"topic=line:q{n}" for n in range(13)), "topic=line:" + "x" * 5000],
    ids=["none", "empty", "another name", "thirteen", "long"],
)
@pytest.mark.parametrize("door", ["streams", "snapshots"])
def test_row_68_topics_are_one_to_twelve(siege: Siege, door: str, query: str) -> None:
    problem_in(siege.call("GET", f"/{door}?{query}", as_=None), 422)


def test_row_68_topics_of_two_branches_are_two_streams(siege: Siege) -> None:
    answer = siege.call("GET", f"/streams?topic=line:{siege.queue}&topic=line:loans", as_=None)
    assert problem_in(answer, 422)["code"] == "several_branches"


def test_row_68_a_stream_ends_with_the_rights_behind_it(siege: Siege, opened: list[Listener]) -> None:
    made = siege.data("POST", "/api-keys", {"name": "Screen", "role": "display"})
    opened.append(Listener(siege.server, [f"display:{siege.hall.branch_id}"], made["secret"]))
    opened[-1].next("snapshot")
    begun = time.monotonic()
    siege.data("DELETE", f"/api-keys/{made['id']}")
    with pytest.raises(EOFError):
        opened[-1].next("an event that never comes")
    assert time.monotonic() - begun < 5


def test_row_70_no_text_breaks_out_of_its_event(siege: Siege, opened: list[Listener]) -> None:
    branch = siege.hall.branch_id
    opened.append(Listener(siege.server, [f"display:{branch}"], KEYS["display"]))
    opened[-1].next("snapshot")
    for name in ("event: bye", "data: {}", "id: 99999999", ": ping", "\\n\\nevent: bye", "retry: 1"):
        siege.data("PATCH", f"/branches/{branch}", {"screens": {"ticker": name}})
        text = json.dumps(opened[-1].next("patch", "snapshot"), ensure_ascii=False)
        assert json.dumps(name)[1:-1] in text


@pytest.mark.parametrize("sent", [b"x", b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_what_a_listener_says_changes_nothing(siege: Siege, sent: bytes) -> None:
    """Bytes that arrive while a stream is open belong to the next request, which never comes."""
    start = f"GET /api/v1/streams?topic=line:{siege.queue} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with siege.unchanged():
        answer = siege.raw(start, sent, wait_s=2)
        assert code_of(answer) == 200
        assert answer.count(b"HTTP/1.1 ") == 1


def test_a_refused_stream_is_a_whole_answer(siege: Siege) -> None:
    answer = siege.raw(b"GET /api/v1/streams?topic=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert body_of(answer)["code"] == "not_found"
    connection = HTTPConnection("127.0.0.1", siege.server.port, timeout=30)
    connection.request("HEAD", "/api/v1/streams?topic=x")
    assert connection.getresponse().status == 405
    connection.close()
