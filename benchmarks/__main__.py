"""`make bench`: joins, calls and places of the whole product, each as a share of a bare answer.

The server and the bare callable run in turn, three rounds, each kept to one core where the system
allows it; the table shows medians. Ratios travel between machines, absolute numbers don't. The
driver is Python too and has a core of its own: where it is the slower side, the bare answer shows
what the driver can ask for, and the ratios flatter the product. Compare with a driver in C, such as
wrk, before quoting them.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.load import Measured, drive, request

ROUNDS = 3
SECONDS = 4.0
CLIENTS = 64
_PORT_BARE, _PORT_PRODUCT = 8790, 8791


@contextmanager
def process(words: list[str], port: int) -> Iterator[None]:
    """Run a server on the first core and wait until it answers."""
    pinned = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    running = subprocess.Popen([*pinned, sys.executable, *words], stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait(30)


def measure(port: int, requests: list[bytes], clients: int = CLIENTS) -> Measured:
    """Drive a server from another core."""
    return asyncio.run(drive(port, requests, clients=clients, seconds=SECONDS))


def product_round(document: dict[str, Any]) -> dict[str, Measured]:
    """Measure every door once."""
    keys, branch = document["api_keys"], document["branches"][0]
    queue = branch["queues"][0]["id"]
    join = request("POST", f"/api/v1/queues/{queue}/tickets", keys["kiosk"], b"{}")
    calls = [request("POST", f"/api/v1/desks/{d['id']}/call-next", keys["agent"]) for d in branch["desks"]]
    ticket = _post(f"/api/v1/queues/{queue}/tickets", keys["kiosk"])["data"]["key"]
    place = request("GET", f"/api/v1/tickets/{ticket}")
    return {
        "joins, 64 clients": measure(_PORT_PRODUCT, [join]),
        "joins, 1 client": measure(_PORT_PRODUCT, [join], 1),
        "call next, 6 desks": measure(_PORT_PRODUCT, calls, 6),
        "places, 64 clients": measure(_PORT_PRODUCT, [place]),
    }


def _post(path: str, key: str) -> Any:
    connection = HTTPConnection("127.0.0.1", _PORT_PRODUCT, timeout=10)
    connection.request("POST", path, b"{}", {"X-API-Key": key, "Content-Type": "application/json"})
    answered = json.load(connection.getresponse())
    connection.close()
    return answered


def main() -> None:
    """Print the table."""
    bare: list[Measured] = []
    product: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        words = ["-m", "nowserving.cli", "demo", "--still", "--data", folder, "--port", str(_PORT_PRODUCT)]
        for number in range(ROUNDS):
            with process(["-m", "benchmarks.bare", str(_PORT_BARE)], _PORT_BARE):
                bare.append(measure(_PORT_BARE, [request("POST", "/", body=b"{}")]))
            with process(words, _PORT_PRODUCT):
                document = json.loads((Path(folder) / "demo.json").read_text(encoding="utf-8"))
                for name, found in product_round(document).items():
                    product.setdefault(name, []).append(found)
            print(f"round {number + 1} of {ROUNDS} done", file=sys.stderr)
    _print_table(bare, product)


def _print_table(bare: list[Measured], product: dict[str, list[Measured]]) -> None:
    middle: Callable[[list[Measured], str], float] = lambda runs, name: median(  # noqa: E731
        getattr(run, name) for run in runs
    )
    limit = middle(bare, "rate")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite FULL")
    print(f"{'':22} {'per second':>11} {'of limit':>9} {'p50 ms':>8} {'p99 ms':>8} {'refused':>8}")
    for name, runs in {"bare answer (limit)": bare, **product}.items():
        rate = middle(runs, "rate")
        refused = sum(run.refused for run in runs)
        p50, p99 = middle(runs, "p50_ms"), middle(runs, "p99_ms")
        print(f"{name:22} {rate:11.0f} {rate / limit:9.2f} {p50:8.2f} {p99:8.2f} {refused:8}")


if __name__ == "__main__":
    main()
