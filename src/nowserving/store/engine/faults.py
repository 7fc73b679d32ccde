"""What a database error means: try again, refuse with "busy", or a mistake of ours.

SQLite result codes: sqlite.org/rescode.html. SQLSTATE classes: PostgreSQL manual, appendix A.
"""

from __future__ import annotations

import sqlite3
from typing import Literal

from sqlalchemy.exc import DBAPIError

try:
    from psycopg import Error as PostgresError
    from psycopg import InterfaceError, OperationalError
except ImportError:  # PostgreSQL is an extra; without it no error can be of its kind.

    class PostgresError(Exception):  # type: ignore[no-redef]
        """Stands in where psycopg is not installed."""

        sqlstate: str | None = None

    InterfaceError = OperationalError = PostgresError  # type: ignore[assignment,misc]


DATABASE_ERRORS = (DBAPIError, sqlite3.Error, PostgresError)

Kind = Literal["passing", "lasting", "integrity", "mistake"]

# busy, locked, lock protocol
_SQLITE_BUSY = {5, 6, 15}
# no rights, no memory, read-only, I/O error, corrupt, full, can't open, not a database
_SQLITE_LASTING = {3, 7, 8, 10, 11, 13, 14, 26}
# A unique index or a primary key. Any other constraint (CHECK, NOT NULL, a missing row) is our mistake.
_SQLITE_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_SQLITE_FLUSH = {sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC}
_POSTGRES_UNIQUE = "23505"
# serialization failure, deadlock, lock not available, and whatever says "the server is going or coming"
_POSTGRES_PASSING = {"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "57P05", "25P03", "53300", "25006"}
_POSTGRES_LASTING = {"53000", "53100", "53200", "57014", "58030", "XX001", "XX002"}


def kind_of(error: BaseException) -> Kind:
    """Return what to do about a database error.

    passing: the same work may succeed in a moment. lasting: refuse, somebody has to free the disk
    or the rights. integrity: it is there already. mistake: our own statement is wrong.
    """
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, sqlite3.Error):
        return _kind_of_sqlite(cause)
    if isinstance(cause, PostgresError):
        return _kind_of_postgres(cause)
    return "mistake"


def flush_failed(error: BaseException) -> bool:
    """Return whether SQLite could not flush what it had written.

    Then nobody sees the commit now, and yet it may turn up when the log is read again after a crash.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlite_errorcode", None) in _SQLITE_FLUSH


def _kind_of_sqlite(error: sqlite3.Error) -> Kind:
    extended = getattr(error, "sqlite_errorcode", None) or 0
    if extended in _SQLITE_UNIQUE:
        return "integrity"
    code = extended & 0xFF
    if code in _SQLITE_BUSY:
        return "passing"
    return "lasting" if code in _SQLITE_LASTING else "mistake"


def _kind_of_postgres(error: PostgresError) -> Kind:
    state = error.sqlstate
    if state is None:
        # The connection broke or could not be made; anything else without a state is the driver
        # refusing our own statement.
        return "passing" if isinstance(error, OperationalError | InterfaceError) else "mistake"
    if state.startswith("08") or state in _POSTGRES_PASSING:
        return "passing"
    if state in _POSTGRES_LASTING:
        return "lasting"
    return "integrity" if state == _POSTGRES_UNIQUE else "mistake"
