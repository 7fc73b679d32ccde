"""Backup and restore of the SQLite file, also while the server writes."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from nowserving.actions.tickets.joining import join
from nowserving.errors import Busy, Conflict, NotFound
from nowserving.store.care import backup as module
from nowserving.store.care.backup import back_up, restore
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.conftest import Clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def database(database_url: str) -> Path:
    return Path(database_url.removeprefix("sqlite:///"))


def tickets_in(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM tickets ORDER BY id")]


def join_some(store: Store, queue_id: str, count: int) -> None:
    for _ in range(count):
        store.write_now(join, queue_id=queue_id)


def test_a_backup_is_one_private_file_with_everything_in_it(
    store: Store, database_url: str, town_hall: TownHall, clock: Clock, tmp_path: Path
) -> None:
    join_some(store, town_hall.passports, 3)

    made = back_up(database_url, tmp_path / "copy.sqlite3", clock())

    assert tickets_in(made) == [1, 2, 3]
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == ["copy.sqlite3"]


def test_into_a_folder_it_is_named_by_the_time(database_url: str, clock: Clock, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    assert back_up(database_url, folder, clock()) == folder / "nowserving-20261123-090000.sqlite3"


def test_progress_reaches_the_end(
    store: Store, database_url: str, town_hall: TownHall, clock: Clock, tmp_path: Path
) -> None:
    heard: list[tuple[int, int]] = []

    back_up(database_url, tmp_path / "copy.sqlite3", clock(), lambda done, total: heard.append((done, total)))

    assert heard
    assert heard[-1][0] == heard[-1][1] > 0


def test_no_file_is_ever_overwritten(database_url: str, clock: Clock, tmp_path: Path) -> None:
    precious = tmp_path / "copy.sqlite3"
    precious.write_text("precious")

    with pytest.raises(Conflict, match="never overwrites"):
        back_up(database_url, precious, clock())

    assert precious.read_text() == "precious"


def test_a_backup_under_load_ends_and_is_one_instant(
    store: Store,
    database_url: str,
    town_hall: TownHall,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Every few pages a ticket is committed: a backup that begins again at each would never end.
    monkeypatch.setattr(module, "_PAGES_AT_ONCE", 4)
    join_some(store, town_hall.passports, 5)
    steps: list[int] = []

    def join_meanwhile(done: int, _total: int) -> None:
        steps.append(done)
        join_some(store, town_hall.passports, 1)

    made = back_up(database_url, tmp_path / "copy.sqlite3", clock(), join_meanwhile)

    assert len(steps) > 10
    assert steps == sorted(steps)
    assert tickets_in(made) == [1, 2, 3, 4, 5]


def test_a_server_that_writes_is_not_held_up(
    store: Store, database_url: str, town_hall: TownHall, clock: Clock, tmp_path: Path
) -> None:
    stop = threading.Event()

    def rush() -> None:
        while not stop.is_set():
            join_some(store, town_hall.passports, 1)

    guests = threading.Thread(target=rush)
    guests.start()
    copies = [tickets_in(back_up(database_url, tmp_path / f"{n}.sqlite3", clock())) for n in range(5)]
    stop.set()
    guests.join()

    assert all(copy == list(range(1, len(copy) + 1)) for copy in copies)
    assert [len(copy) for copy in copies] == sorted(len(copy) for copy in copies)


def test_a_full_disk_is_said_in_plain_words_and_leaves_nothing(
    database_url: str, clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(Busy, match="can't be written"):
        back_up(database_url, tmp_path / "no such folder" / "copy.sqlite3", clock())


def test_postgresql_is_told_to_use_its_own_program(clock: Clock, tmp_path: Path, database_url: str) -> None:
    with pytest.raises(Conflict, match="pg_dump"):
        back_up("postgresql://localhost/nowserving", tmp_path / "copy", clock())


def test_without_a_database_there_is_no_backup(clock: Clock, tmp_path: Path, database_url: str) -> None:
    with pytest.raises(NotFound):
        back_up(f"sqlite:///{tmp_path}/none.sqlite3", tmp_path / "copy", clock())


def test_restoring_brings_back_that_instant_and_keeps_the_old_file(
    store: Store, database: Path, database_url: str, town_hall: TownHall, clock: Clock, tmp_path: Path
) -> None:
    join_some(store, town_hall.passports, 2)
    made = back_up(database_url, tmp_path / "copy.sqlite3", clock())
    join_some(store, town_hall.passports, 3)
    store.close()

    aside = restore(database_url, made, clock())

    assert aside == database.with_name("nowserving.sqlite3.before-20261123-090000")
    assert tickets_in(aside) == [1, 2, 3, 4, 5]
    assert tickets_in(database) == [1, 2]
    assert tickets_in(made) == [1, 2]
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_the_server_goes_on_from_a_restored_file(
    store: Store, database_url: str, build: Builder, town_hall: TownHall, clock: Clock, tmp_path: Path
) -> None:
    join_some(store, town_hall.passports, 2)
    made = back_up(database_url, tmp_path / "copy.sqlite3", clock())
    store.close()
    build.close()
    restore(database_url, made, clock())

    again = Store(database_url, clock=clock)
    again.open()
    joined = again.write_now(join, queue_id=town_hall.passports)
    again.close()

    assert joined.ticket.code == "A-003"


def test_a_log_that_was_left_behind_never_gets_into_the_restored_file(
    store: Store, database: Path, database_url: str, town_hall: TownHall, clock: Clock, tmp_path: Path
) -> None:
    made = back_up(database_url, tmp_path / "copy.sqlite3", clock())
    join_some(store, town_hall.passports, 2)
    # As after kill -9: the log still holds what the file does not.
    log = database.with_name(database.name + "-wal").read_bytes()
    store.close()
    database.with_name(database.name + "-wal").write_bytes(log)
    assert log

    restore(database_url, made, clock())

    assert tickets_in(database) == []


def test_a_running_server_is_not_restored_under(
    store: Store, database_url: str, town_hall: TownHall, clock: Clock, tmp_path: Path
) -> None:
    made = back_up(database_url, tmp_path / "copy.sqlite3", clock())

    with pytest.raises(Busy) as refusal:
        restore(database_url, made, clock())

    assert refusal.value.code == "already_running"
    assert store.write_now(join, queue_id=town_hall.passports).ticket.number == 1


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda raw: raw[:4096] + b"\xff" * 100 + raw[4196:], "damaged"),
        (lambda raw: raw[: len(raw) // 2], "damaged"),
        (lambda raw: b"not a database, but quite long" * 100, "damaged"),
        (lambda raw: b"", "foreign_database"),
        (lambda raw: raw[:68] + b"\0\0\0\0" + raw[72:], "foreign_database"),
    ],
    ids=["overwritten", "cut short", "text", "empty", "another program's"],
)
def test_a_bad_file_is_refused_and_nothing_changes(
    damage: object, code: str, database: Path, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    made = back_up(database_url, tmp_path / "copy.sqlite3", clock())
    assert callable(damage)
    made.write_bytes(damage(made.read_bytes()))
    before = database.read_bytes()

    with pytest.raises(Conflict) as refusal:
        restore(database_url, made, clock())

    assert refusal.value.code == code
    assert database.read_bytes() == before
    assert list(tmp_path.glob("*.part")) == list(tmp_path.glob("*before*")) == []


def test_a_backup_of_a_newer_version_is_refused(database_url: str, clock: Clock, tmp_path: Path) -> None:
    made = back_up(database_url, tmp_path / "copy.sqlite3", clock())
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(Conflict) as refusal:
        restore(database_url, made, clock())

    assert refusal.value.code == "newer_database"


def test_a_missing_backup_is_not_found(database_url: str, clock: Clock, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        restore(database_url, tmp_path / "none.sqlite3", clock())


def test_a_new_machine_needs_no_database_to_restore_one(
    database_url: str, clock: Clock, tmp_path: Path
) -> None:
    made = back_up(database_url, tmp_path / "copy.sqlite3", clock())

    assert restore(f"sqlite:///{tmp_path}/new/nowserving.sqlite3", made, clock()) is None

    assert tickets_in(tmp_path / "new" / "nowserving.sqlite3") == []
