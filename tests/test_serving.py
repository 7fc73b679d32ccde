"""Server processes as an operator meets them: ports, workers, metrics."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Builder
from tests.servers import RunningServer, servers

KEY = "nsk_" + "k" * 43


def test_a_second_server_on_the_same_port_is_refused_in_one_sentence(sqlite_url: str, tmp_path: Path) -> None:
    with servers(sqlite_url, tmp_path / "data", afresh=True) as (first,):
        words = [sys.executable, "-m", "nowserving.cli", "serve", "--port", str(first.port)]
        second = subprocess.run(
            [*words, "--data", str(tmp_path / "other")], capture_output=True, text=True, check=False
        )
        assert second.returncode == 2
        assert f"Port {first.port}" in second.stderr
        assert "Traceback" not in second.stderr
        assert first.call("GET", "/healthz")[0] == 200


@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
def test_a_data_folder_that_cant_be_made_is_refused_in_one_sentence(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "data"
    port = [] if command == "migrate" else ["--port", "0"]
    words = [sys.executable, "-m", "nowserving.cli", command, "--data", str(folder), *port]
    refused = subprocess.run(words, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert refused.stderr == f"{folder} can't be used: Not a directory.\n"


def test_a_second_server_on_the_same_file_is_refused_and_the_first_goes_on(
    sqlite_url: str, tmp_path: Path
) -> None:
    with servers(sqlite_url, tmp_path / "data", afresh=True) as (first,):
        words = [sys.executable, "-m", "nowserving.cli", "serve", "--port", "0", "--database-url", sqlite_url]
        second = subprocess.run(
            [*words, "--data", str(tmp_path / "data")], capture_output=True, text=True, check=False
        )
        assert second.returncode == 2
        assert "Another server already runs" in second.stderr
        assert first.call("GET", "/readyz")[0] == 200


@pytest.mark.postgres
def test_several_workers_share_a_port_and_one_that_dies_is_replaced(
    postgresql_url: str, tmp_path: Path
) -> None:
    builder = Builder(postgresql_url)
    builder.api_key("Program", KEY)
    queue_id = builder.town_hall().passports
    builder.close()
    how: dict[str, Any] = {"workers": "2", "limit_join": "1000 per second"}
    with servers(postgresql_url, tmp_path / "data", afresh=True, **how) as (server,):
        workers = _children(server.process.pid)
        assert len(workers) == 2
        numbers = [_join(server, queue_id) for _ in range(20)]
        os.kill(workers[0], signal.SIGKILL)
        numbers += [_join(server, queue_id) for _ in range(20)]
        assert sorted(numbers) == list(range(1, 41))
        until = time.monotonic() + 30
        while len(_children(server.process.pid)) < 2 or workers[0] in _children(server.process.pid):
            assert time.monotonic() < until, server.log()
            time.sleep(0.1)
        assert server.stop() == 0


def test_several_workers_on_one_sqlite_file_are_refused(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "nowserving.cli", "serve", "--data", str(tmp_path), "--port", "0"]
    refused = subprocess.run([*words, "--workers", "2"], capture_output=True, text=True, check=False)
    assert (refused.returncode, "PostgreSQL" in refused.stderr) == (2, True)


def test_metrics_open_with_their_token_only(sqlite_url: str, tmp_path: Path) -> None:
    with servers(sqlite_url, tmp_path / "data", afresh=True, metrics_token="let-me-see") as (server,):
        assert _metrics(server, "")[0] == 404
        assert _metrics(server, "Bearer wrong")[0] == 404
        status, text = _metrics(server, "Bearer let-me-see")
        assert status == 200
        assert "nowserving_open_streams 0" in text


def _metrics(server: RunningServer, authorization: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/metrics", headers={"Authorization": authorization})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def _join(server: RunningServer, queue_id: str) -> int:
    """Draw a ticket, again if the worker that had the request was killed under it."""
    while True:
        try:
            status, body = server.call("POST", f"/api/v1/queues/{queue_id}/tickets", {}, KEY)
        except OSError:
            continue
        assert status == 201, body
        number: int = body["data"]["number"]
        return number


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]
