"""Twelve thousand phones hold a stream open, and a page is still answered.

A web server that counts open streams among the requests it is busy with stops answering at a thousand.
"""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load import request
from benchmarks.phones import Phones
from tests.builders import Builder
from tests.races.evidence import Evidence
from tests.servers import RunningServer, free_port

MANY = 12_000
FEW = 1_500


def page_with_streams_open(url: str, folder: Path, streams: int, **settings: Any) -> bool:
    """Open so many streams on one line, and return whether the next page is answered then."""
    builder = Builder(url)
    hall = builder.town_hall()
    builder.close()
    folder.mkdir()
    server = RunningServer(url, folder, free_port(), **settings)
    try:
        server.wait()
        wish = request("GET", f"/api/v1/streams?topic=line:{hall.passports}")
        with closing(Phones(server.port, [wish] * streams)):
            return _page_answered(server.port)
    finally:
        server.kill()


def _page_answered(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as asking:
        try:
            asking.request("GET", "/")
            answer = asking.getresponse()
            return answer.status < 500 and bool(answer.read())
        except OSError:
            return False


def test_a_page_is_answered_with_more_streams_than_a_server_takes_by_default(
    sqlite_url: str, tmp_path: Path
) -> None:
    assert page_with_streams_open(sqlite_url, tmp_path / "data", FEW)


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_a_page_is_answered_with_twelve_thousand_streams_open(
    sqlite_url: str, tmp_path: Path, evidence: Evidence
) -> None:
    assert page_with_streams_open(sqlite_url, tmp_path / "data", MANY)

    evidence.row("crowd", "SQLite, 1 process", f"a page answered with {MANY:,} streams open")


@pytest.mark.control
@pytest.mark.timeout(300)
def test_control_a_server_that_takes_no_more_than_by_default_answers_nothing(
    sqlite_url: str, tmp_path: Path, evidence: Evidence
) -> None:
    # As many streams as it takes at once: the page is the next.
    assert not page_with_streams_open(sqlite_url, tmp_path / "data", 1024, backlog="1024")

    without = "the server takes as many requests at once as by default"
    evidence.control("crowd", "SQLite, 1 process", without, "with 1,024 streams open no page is answered")
