"""The log beside a SQLite file: what was erased from the tables still stands in it until it is emptied."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import URL

from nowserving.store.database import sqlite_file

_PATIENCE_S = 10


def empty_log(url: URL) -> bool:
    """Write the log into the database and cut it to nothing; tell whether that was possible just now.

    A reader who is in the middle of something keeps the log for as long as that takes: then False, and
    the next erasing does it. PostgreSQL keeps its log by its own rules, and never in the tables.
    """
    path = sqlite_file(url)
    if path is None:
        return True
    with closing(sqlite3.connect(path, timeout=_PATIENCE_S)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
