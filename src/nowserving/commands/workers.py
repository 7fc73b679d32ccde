"""Several server processes on one PostgreSQL, on one port: the kernel shares the connections out.

The parent does nothing but start them, start again what died, and pass on the signal to stop.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from nowserving.background.rhythm import Beat
from nowserving.errors import N_, Conflict
from nowserving.settings import Settings
from nowserving.store.database import parse_url, sqlite_file

log = logging.getLogger(__name__)

# Set for a worker by its parent; not a setting, because nobody else should.
_MARK = "NS_WORKER_OF"
_PAUSE_S = 1.0
_PATIENCE_S = 20.0


def is_worker() -> bool:
    """Return whether this process was started by `run_workers`."""
    return _MARK in os.environ


def run_workers(settings: Settings) -> None:
    """Keep `settings.workers` processes going until told to stop. Raises Conflict on SQLite."""
    if sqlite_file(parse_url(settings.database)) is not None:
        raise Conflict(
            "workers_need_postgresql",
            N_("One SQLite file takes one process. Use PostgreSQL for more, or set workers to 1."),
        )
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    workers = [_start(settings) for _ in range(settings.workers)]
    while not stopping:
        time.sleep(0.2)
        for place, worker in enumerate(workers):
            if worker.poll() is not None and not stopping:
                log.error("a worker ended with code %s; starting another", worker.returncode)
                time.sleep(_PAUSE_S)
                workers[place] = _start(settings)
    _end(workers)


def parent_watch() -> Beat:
    """Return a beat that ends this worker when its parent is gone, however the parent went."""
    parent = int(os.environ[_MARK])

    async def look() -> None:
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    return Beat("parent watch", _PAUSE_S, look)


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {**os.environ, _MARK: str(os.getpid()), "NOWSERVING_PORT": str(settings.port)}
    return subprocess.Popen([sys.executable, "-m", "nowserving.cli", *sys.argv[1:]], env=environment)  # noqa: S603 our own command line again


def _end(workers: list[subprocess.Popen[bytes]]) -> None:
    for worker in workers:
        worker.terminate()
    until = time.monotonic() + _PATIENCE_S
    for worker in workers:
        try:
            worker.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.kill()
