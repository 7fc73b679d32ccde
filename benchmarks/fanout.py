"""One call, ten thousand open phones: from the click to the last phone, beside nchan with the same bytes."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import create_engine, select

import machine
from benchmarks import servers
from benchmarks.doors import crowded
from benchmarks.load import request
from benchmarks.phones import Phones
from benchmarks.servers import House
from nowserving.store.schema import tickets

CALLS = 7
_NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
# As long as what a phone hears of a call in a line.
_MESSAGE = b"x" * 330
# After so long the server has sent each phone its first state, and is at rest.
_OPENED_S = 5.0
_LISTEN = b"GET /phones HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"


@dataclass(frozen=True, slots=True)
class FanOut:
    """Milliseconds from click to last phone, bytes of server memory a stream, and what others felt."""

    streams: int
    last_ms: float
    bytes_each: float
    others_p99_ms: float = 0.0
    curve_ms: tuple[float, ...] = ()
    """Of one call: after how many ms each hundredth of the phones had heard."""


def product(streams: int) -> FanOut:
    """Open so many phones on one line and call people from it."""
    with tempfile.TemporaryDirectory() as folder, crowded(Path(folder), streams) as house:
        return _measured(house, _keys(folder, house.queue, streams))


def idle(streams: int, seconds: float = 30.0) -> float:
    """Return the share of a core that so many open phones cost while nothing happens.

    It is looked at once the opening of the phones is over, and for as long as two rounds of pings.
    """
    with tempfile.TemporaryDirectory() as folder, crowded(Path(folder), streams) as house:
        phones = _phones(house, _keys(folder, house.queue, streams))
        time.sleep(_OPENED_S)
        before = house.server.cpu_s()
        time.sleep(seconds)
        share = (house.server.cpu_s() - before) / seconds
        phones.close()
    return share


def _keys(folder: str, queue_id: str, count: int) -> list[str]:
    engine = create_engine(f"sqlite:///{folder}/nowserving.sqlite3")
    with engine.connect() as connection:
        waiting = select(tickets.c.key).where(tickets.c.queue_id == queue_id, tickets.c.state == "waiting")
        keys = list(connection.execute(waiting.order_by(tickets.c.rank.desc()).limit(count)).scalars())
    engine.dispose()
    return keys


def _phones(house: House, keys: list[str]) -> Phones:
    wishes = [request("GET", f"/api/v1/streams?topic=ticket:{key}&topic=line:{house.queue}") for key in keys]
    return Phones(house.server.port, wishes)


def _measured(house: House, keys: list[str]) -> FanOut:
    before = house.server.memory()
    phones = _phones(house, keys)
    each = (house.server.memory() - before) / len(keys)
    click = partial(house.ask, "POST", f"/desks/{house.desks(1)[0]}/call-next", "agent")
    with _others(house.server.port, keys[-1]) as felt:
        took, curve = _clicks(phones, b"event: line", click)
    phones.close()
    return FanOut(len(keys), took, each, felt[0], curve)


def _clicks(phones: Phones, words: bytes, click: Callable[[], object]) -> tuple[float, tuple[float, ...]]:
    """Click some times; return the median ms until the last has heard, and the curve of that very call."""
    found = []
    for _ in range(CALLS):
        took_s = phones.until_all_hear(words, click)
        step = max(len(phones.took_s) // 100, 1)
        found.append((took_s * 1000, tuple(one * 1000 for one in phones.took_s[step - 1 :: step])))
    return sorted(found)[CALLS // 2]


@contextmanager
def _others(port: int, key: str) -> Iterator[list[float]]:
    """Ask for a place all the time from another process; the list holds its p99 in ms afterwards."""
    felt: list[float] = []
    ours, theirs = multiprocessing.Pipe()
    asking = multiprocessing.Process(target=_ask, args=(port, key, theirs))
    asking.start()
    try:
        yield felt
    finally:
        ours.send("stop")
        felt.append(ours.recv())
        asking.join()


def _ask(port: int, key: str, pipe: multiprocessing.connection.Connection) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    took: list[float] = []
    while not pipe.poll(0.01):
        began = time.perf_counter()
        connection.request("GET", f"/api/v1/tickets/{key}")
        connection.getresponse().read()
        took.append(time.perf_counter() - began)
    took.sort()
    pipe.send(took[int(len(took) * 0.99)] * 1000)


def nchan(streams: int) -> FanOut | None:
    """Do the same with nginx and nchan, limit (c); None where it can't be had."""
    if not _NCHAN.exists() and not machine.install("libnginx-mod-nchan"):
        return None
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = servers.free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        settings = Path(folder) / "nginx.conf"
        settings.write_text(_CONF.format(port=port, folder=folder), encoding="ascii")
        with servers.process([program, "-c", str(settings), "-p", folder], port) as server:
            phones = Phones(port, [_LISTEN] * streams)
            took, curve = _clicks(phones, _MESSAGE[:300], lambda: _publish(port))
            phones.close()
            return FanOut(streams, took, server.memory() / streams, curve_ms=curve)


def _publish(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/call", _MESSAGE)
    connection.getresponse().read()
    connection.close()


_CONF = """
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 20000;
pid {folder}/pid; error_log {folder}/error.log crit;
events {{ worker_connections 20000; }}
http {{
  access_log off;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location /call {{ nchan_publisher; nchan_channel_id hall; }}
    location /phones {{ nchan_subscriber eventsource; nchan_channel_id hall; }}
  }}
}}
"""
