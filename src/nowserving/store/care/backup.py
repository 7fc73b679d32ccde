"""Backup and restore of the SQLite file. The server may run, and write, while a backup is made.

A backup is one snapshot: everything committed before it began, nothing of what came after. It gets
its name only when it is complete, checked and on disk.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from sqlalchemy import URL

from nowserving.domain.instants import SECOND_US
from nowserving.errors import N_, AppError, Busy, Conflict, NotFound
from nowserving.store.care.migrate import APPLICATION_ID, pending
from nowserving.store.database import parse_url, sqlite_file
from nowserving.store.engine.faults import kind_of
from nowserving.store.engine.lock import FileLock

# Called with the pages that are done and all pages there are.
OnProgress = Callable[[int, int], None]

_PAGES_AT_ONCE = 1024


def back_up(
    url: str | URL, destination: Path, now_us: int, on_progress: OnProgress = lambda done, total: None
) -> Path:
    """Write a backup and return its path; into a folder, it is named by the time `now_us`.

    Raises Conflict `backup_exists` (nothing is ever overwritten), `not_sqlite` or `damaged`, NotFound
    when there is no database yet, and Busy when the disk can't take it.
    """
    source = _our_file(url)
    if not source.exists():
        raise NotFound("no_database", N_("There is no database at %(file)s."), file=str(source))
    if destination.is_dir():
        destination /= f"nowserving-{_stamp(now_us)}.sqlite3"
    with _disk_faults(destination), _part_of(destination) as part:
        _copy(source, part, on_progress)
        _check(part)
        _refuse_existing(destination)
        part.rename(destination)
        _flush(destination.parent)
    return destination


def restore(
    url: str | URL, backup: Path, now_us: int, on_progress: OnProgress = lambda done, total: None
) -> Path | None:
    """Put a backup in the database's place; return where the old one was put aside, if there was one.

    Raises Busy while a server uses the database, and Conflict for a file that is not ours
    (`foreign_database`), broken (`damaged`) or of a newer version (`newer_database`). An older one
    is fine: it is migrated when the server starts.
    """
    target = _our_file(url)
    if not backup.is_file():
        raise NotFound("no_backup", N_("There is no file %(file)s."), file=str(backup))
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target)
    lock.take()
    try:
        with _disk_faults(target), _part_of(target) as part:
            _refuse_foreign(backup)
            _copy(backup, part, on_progress)
            _check(part)
            pending(URL.create("sqlite", database=str(part)))
            _give_to_owner(part, target if target.exists() else target.parent)
            aside = _put_aside(target, f"{target.name}.before-{_stamp(now_us)}")
            part.replace(target)
            _flush(target.parent)
        return aside
    finally:
        lock.release()


def _our_file(url: str | URL) -> Path:
    file = sqlite_file(parse_url(url) if isinstance(url, str) else url)
    if file is None:
        raise Conflict("not_sqlite", N_("This is for the SQLite database. For PostgreSQL use pg_dump."))
    return file.resolve()


def _copy(source: Path, target: Path, on_progress: OnProgress) -> None:
    with closing(sqlite3.connect(source, timeout=30)) as read, closing(sqlite3.connect(target)) as write:
        read.execute("PRAGMA query_only = ON")
        # One read transaction around all steps: without it, each commit of the server would make the
        # backup begin again, and under load it would never end.
        read.execute("BEGIN")
        read.execute("SELECT count(*) FROM sqlite_master").fetchone()
        read.backup(
            write,
            pages=_PAGES_AT_ONCE,
            progress=lambda _code, left, total: on_progress(total - left, total),
            sleep=0.001,
        )
        # A backup is one file: it must not need a log beside it.
        write.execute("PRAGMA journal_mode = DELETE")
    _flush(target)


def _check(file: Path) -> None:
    """Read every page of a copy and its references; raise Conflict when anything is wrong with it."""
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        loose = connection.execute("PRAGMA foreign_key_check").fetchone()
    if found != "ok" or loose is not None:
        raise damaged()


def _refuse_foreign(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        raise Conflict("foreign_database", N_("This file is a database of another program."))


def _put_aside(target: Path, name: str) -> Path | None:
    """Keep the old database under another name, its log included, and leave none beside the new one."""
    if not target.exists():
        return None
    aside = target.with_name(name)
    _refuse_existing(aside)
    # Its log goes into it first, so that whoever is interrupted below still finds a whole database
    # under the old name. One that is too damaged for that is kept with its log as it is.
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    _link_or_copy(target, aside)
    for ending in ("-wal", "-journal"):
        log = target.with_name(target.name + ending)
        if log.exists():
            log.rename(aside.with_name(aside.name + ending))
    target.with_name(target.name + "-shm").unlink(missing_ok=True)
    return aside


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _give_to_owner(file: Path, like: Path) -> None:
    """Let the server's user have the file when somebody else (root) restores it."""
    owner = like.stat()
    with suppress(PermissionError):
        os.chown(file, owner.st_uid, owner.st_gid)


@contextmanager
def _part_of(destination: Path) -> Iterator[Path]:
    """Yield an empty private file beside `destination`; what is left of it at the end is removed."""
    part = destination.with_name(f".{destination.name}.{token_hex(4)}.part")
    part.touch(mode=0o600, exist_ok=False)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _refuse_existing(destination: Path) -> None:
    if destination.exists():
        raise Conflict(
            "backup_exists",
            N_("There is a file %(file)s already, and a backup never overwrites one."),
            file=str(destination),
        )


@contextmanager
def _disk_faults(file: Path) -> Iterator[None]:
    """Turn what disks and databases say into a plain sentence."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and kind_of(error) != "mistake":
            raise _unwritable(file, str(error)) from error
        raise damaged() from error
    except OSError as error:
        raise _unwritable(file, error.strerror or str(error)) from error


def _unwritable(file: Path, reason: str) -> AppError:
    return Busy(
        "cannot_write",
        N_("%(file)s can't be written (%(reason)s). Nothing was changed."),
        file=str(file),
        reason=reason,
    )


def damaged() -> AppError:
    """Return the refusal of a file that is no sound database."""
    return Conflict("damaged", N_("This file is damaged or no database at all."))


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp(now_us: int) -> str:
    return datetime.fromtimestamp(now_us / SECOND_US, UTC).strftime("%Y%m%d-%H%M%S")
