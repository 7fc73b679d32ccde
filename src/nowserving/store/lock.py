"""One server per SQLite file: a second one is refused before it has touched anything."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from nowserving.errors import N_, Busy


class FileLock:
    """An exclusive lock beside the database file, held by the kernel for as long as we live.

    A lock of the kernel, not a file that says "locked": kill -9 releases it, so nobody has to clean up.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock or raise Busy when another process has it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise Busy(
                "already_running",
                N_(
                    "Another server already runs on %(file)s. One SQLite file takes one server; use PostgreSQL for more."
                ),
                file=self._path.with_suffix("").name,
            ) from None
        self._handle = handle

    def release(self) -> None:
        """Let go of the lock."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
