"""One server per SQLite file: a second one is refused before it has touched anything."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from nowserving.errors import N_, Busy


class FileLock:
    """An exclusive lock beside the database file, held by the kernel for as long as we live.

    A lock of the kernel, not a file that says "locked": kill -9 releases it, so nobody has to clean up.
    """

    def __init__(self, database: Path) -> None:
        # The real file's name: a link to the database is no second database.
        self._database = database.resolve()
        self._path = self._database.with_name(self._database.name + ".lock")
        self._handle: int | None = None

    def take(self, patience_s: float = 0.0) -> None:
        """Take the lock or raise Busy when another process has it (still, after `patience_s`)."""
        deadline = time.monotonic() + patience_s
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while not _locked(handle):
            if time.monotonic() >= deadline:
                os.close(handle)
                raise self._taken()
            time.sleep(0.02)
        self._handle = handle

    def release(self) -> None:
        """Let go of the lock."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _taken(self) -> Busy:
        return Busy(
            "already_running",
            N_(
                "Another server already runs on %(file)s."
                " One SQLite file takes one server; use PostgreSQL for more."
            ),
            file=self._database.name,
        )


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
