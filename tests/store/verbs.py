"""Small actions for the tests of the writer: each does one thing to a branch."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

from psycopg import errors as postgres
from sqlalchemy import func, insert, select, text, update

from nowserving.errors import N_, Conflict
from nowserving.store import schema
from nowserving.store.engine import replies
from nowserving.store.engine.action import action
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.store import Store


@action(scope="branch_id")
def note(tx: Tx, *, branch_id: str, said: str) -> int:
    """Write an event and return its version."""
    return tx.emit("branch.noted", said=said)


@action(scope="branch_id")
def wait_for(tx: Tx, *, branch_id: str, started: threading.Event, go: threading.Event) -> int:
    """Keep the writer busy until `go`, so that a group gathers behind it."""
    started.set()
    assert go.wait(20)
    return tx.emit("branch.noted", said="waited")


@action(scope="branch_id")
def refuse(tx: Tx, *, branch_id: str) -> None:
    """Refuse before anything is written."""
    tx.emit("branch.noted", said="never")
    raise Conflict("refused", N_("No."))


@action(scope="branch_id")
def look_back_and_refuse(tx: Tx, *, branch_id: str) -> None:
    """Read what is on record, the group's own events included, and find nothing to do."""
    tx.settle()
    raise Conflict("nothing_to_undo", "There is nothing to undo.")


@action(scope="branch_id")
def rename_then(tx: Tx, *, branch_id: str, name: str, error: BaseException) -> None:
    """Write something, then fail."""
    tx.execute(update(schema.branches).where(schema.branches.c.id == branch_id).values(name=name))
    tx.emit("branch.edited", name=name)
    raise error


@action(scope="branch_id")
def add_department(tx: Tx, *, branch_id: str, id: str) -> int:
    """Insert a row that can be there only once."""
    tx.execute(insert(schema.departments), {"id": id, "branch_id": branch_id, "name": id})
    return tx.emit("department.created", department_id=id)


@action(scope="branch_id")
def add_nonsense(tx: Tx, *, branch_id: str) -> None:
    """Insert a row that a CHECK refuses."""
    row = {"id": "c", "branch_id": branch_id, "starts_on": "2026-12-02", "ends_on": "2026-12-01"}
    tx.execute(insert(schema.closures), row)


@action(scope="branch_id")
def misspell(tx: Tx, *, branch_id: str) -> None:
    """Send a statement that no database understands."""
    tx.execute(text("SELEKT 1"))


@action(scope="branch_id")
def note_what_cannot_be_written(tx: Tx, *, branch_id: str) -> None:
    """Emit data that is not JSON: it fails only when the group is written."""
    tx.emit("branch.noted", said=object())


@action(scope="branch_id")
def note_after_faults(tx: Tx, *, branch_id: str, faults: list[BaseException]) -> int:
    """Meet each of these faults once, one a try; then write an event."""
    tx.execute(update(schema.branches).where(schema.branches.c.id == branch_id).values(label="tried"))
    if faults:
        raise faults.pop(0)
    return tx.emit("branch.noted", said="at last")


@action(scope="branch_id")
def touch(tx: Tx, *, branch_id: str) -> None:
    """Change a row without an event."""
    tx.execute(update(schema.branches).where(schema.branches.c.id == branch_id).values(label="touched"))


@action(scope="branch_id")
def look(tx: Tx, *, branch_id: str) -> int:
    """Change nothing; return the branch's version."""
    return tx.version


@action(scope=None)
def note_in_organisation(tx: Tx, *, said: str) -> int:
    """Write an event that belongs to no branch."""
    return tx.emit("organisation.noted", said=said)


@action(scope=None)
def forget_replies(tx: Tx, *, before: int) -> int:
    """Delete stored replies older than this."""
    return replies.forget_before(tx, before)


def passing_fault(store: Store) -> BaseException:
    """Return what the database says when the same may work in a moment."""
    if store.is_sqlite:
        return sqlite_fault(sqlite3.SQLITE_BUSY, "database is locked")
    return postgres.SerializationFailure("could not serialize access")


def lasting_fault(store: Store) -> BaseException:
    """Return what the database says when the disk is full."""
    if store.is_sqlite:
        return sqlite_fault(sqlite3.SQLITE_FULL, "database or disk is full")
    return postgres.DiskFull("could not extend file")


def sqlite_fault(code: int, message: str) -> sqlite3.OperationalError:
    """Return an error of SQLite with a result code."""
    error = sqlite3.OperationalError(message)
    error.sqlite_errorcode = code
    return error


def noted(reader: Reader) -> list[tuple[Any, ...]]:
    """Return (version, at, what was said) of every event, in the order of its branch."""
    events = schema.events
    found = reader.execute(
        select(events.c.version, events.c.at, events.c.data).order_by(events.c.scope_id, events.c.version)
    )
    return [tuple(row) for row in found]


def versions(reader: Reader, branch_id: str) -> tuple[int, list[int]]:
    """Return a branch's version and the versions of its events."""
    stored = reader.execute(select(schema.branches.c.version).where(schema.branches.c.id == branch_id))
    written = reader.execute(
        select(schema.events.c.version)
        .where(schema.events.c.scope_id == branch_id)
        .order_by(schema.events.c.version)
    )
    return stored.scalar_one(), list(written.scalars())


def departments(reader: Reader) -> int:
    """Return how many departments there are."""
    return int(reader.execute(select(func.count()).select_from(schema.departments)).scalar_one())


def branch_name(reader: Reader, branch_id: str) -> str:
    """Return the name of a branch."""
    found = reader.execute(select(schema.branches.c.name).where(schema.branches.c.id == branch_id))
    return str(found.scalar_one())
