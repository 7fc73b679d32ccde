"""The store's two doors, and what it remembers between them."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.errors import Busy, NotFound
from nowserving.store import schema
from nowserving.store.database import READERS
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.scopes import branch_of
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.store.verbs import note


def waiting(reader: Reader, queue_id: str) -> int:
    found = reader.execute(select(schema.queues.c.waiting).where(schema.queues.c.id == queue_id))
    return int(found.scalar_one())


def test_a_reader_sees_one_instant_whatever_is_committed_meanwhile(store: Store, town_hall: TownHall) -> None:
    def read_join_read(reader: Reader) -> tuple[int, int]:
        before = waiting(reader, town_hall.passports)
        store.write_now(join, queue_id=town_hall.passports)
        return before, waiting(reader, town_hall.passports)

    assert store.read_now(read_join_read) == (0, 0)
    assert store.read_now(waiting, town_hall.passports) == 1


def test_who_was_answered_reads_their_own_write(store: Store, town_hall: TownHall) -> None:
    for number in range(1, 30):
        store.write_now(join, queue_id=town_hall.passports)
        assert store.read_now(waiting, town_hall.passports) == number


def test_a_reader_can_not_write(store: Store, town_hall: TownHall) -> None:
    def write(reader: Reader) -> None:
        reader.execute(delete(schema.staff_branches))

    with pytest.raises((Busy, DBAPIError)):
        store.read_now(write)

    found = store.read_now(lambda reader: reader.execute(select(schema.staff_branches)).all())
    assert len(found) == 3


async def test_readers_work_side_by_side(store: Store) -> None:
    meet = threading.Barrier(READERS)

    def read(reader: Reader) -> int:
        # Passes only when all of them are inside at once.
        meet.wait(10)
        return int(reader.execute(text("SELECT 1")).scalar_one())

    assert await asyncio.gather(*(store.read(read) for _ in range(READERS))) == [1] * READERS


async def test_a_query_that_fails_is_its_callers_error(store: Store) -> None:
    def misspell(reader: Reader) -> None:
        reader.execute(text("SELEKT 1"))

    with pytest.raises(DBAPIError):
        await store.read(misspell)


def test_statements_are_counted(store: Store, town_hall: TownHall) -> None:
    def read_twice(reader: Reader) -> int:
        waiting(reader, town_hall.passports)
        branch_of(reader, "queue_id", town_hall.passports)
        return reader.statements

    assert store.read_now(read_twice) == 2


@pytest.mark.parametrize("ask_for", ["queue", "desk"])
def test_the_branch_of_a_thing_is_looked_up_once(
    store: Store, town_hall: TownHall, ask_for: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask() -> None:
        if ask_for == "queue":
            store.write_now(join, queue_id=town_hall.passports)
        else:
            store.write_now(call_next, desk_id=town_hall.desk_1)

    store.write_now(join, queue_id=town_hall.licences)
    store.write_now(join, queue_id=town_hall.licences)
    ask()
    monkeypatch.delattr(Store, "read_now")

    ask()


def test_a_thing_that_is_not_there_is_not_found_and_not_remembered(store: Store, build: Builder) -> None:
    with pytest.raises(NotFound):
        store.write_now(join, queue_id="passports")

    assert build.queue("Passports", build.branch("Town Hall")) == "passports"
    assert store.write_now(join, queue_id="passports").ticket.code == "A-001"


def test_a_closed_store_is_busy(store: Store, build: Builder) -> None:
    branch_id = build.branch("Town Hall")
    store.close()
    store.close()

    with pytest.raises(Busy, match="closing"):
        store.write_now(note, branch_id=branch_id, said="")
    with pytest.raises(Busy, match="closing"):
        store.read_now(waiting, "passports")
    with pytest.raises(Busy, match="closing"):
        asyncio.run(store.read(waiting, "passports"))


def test_a_database_that_is_away_is_busy() -> None:
    store = Store("postgresql://postgres@127.0.0.1:1/none")
    store.open()
    try:
        with pytest.raises(Busy):
            store.read_now(waiting, "passports")
        with pytest.raises(Busy):
            store.write_now(note, branch_id="town-hall", said="")
    finally:
        store.close()


def test_readers_that_are_all_taken_are_busy(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store._readers is not None
    monkeypatch.setattr(store._readers.pool, "_timeout", 0.01)

    def read_within(reader: Reader) -> None:
        store.read_now(read_within)

    with pytest.raises(Busy):
        store.read_now(read_within)


def test_the_same_seed_gives_the_same_keys(database_url: str, town_hall: TownHall, clock: Clock) -> None:
    keys = []
    for _ in range(2):
        store = Store(database_url, clock=clock, random=Random(7))
        store.open()
        keys.append(store.write_now(join, queue_id=town_hall.passports).ticket.key)
        store.close()
        build = Builder(database_url)
        build.empty(schema.stays, schema.tickets)
        build.close()

    assert keys[0] == keys[1]
    assert len(keys[0]) == 22


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_second_server_on_one_file_is_refused(store: Store, database_url: str, tmp_path: Path) -> None:
    linked = tmp_path / "other.sqlite3"
    linked.symlink_to(database_url.removeprefix("sqlite:///"))
    for url in (database_url, f"sqlite:///{linked}"):
        with pytest.raises(Busy, match=r"already runs on nowserving.sqlite3") as refusal:
            Store(url).open()
        assert refusal.value.code == "already_running"

    store.close()
    again = Store(database_url)
    again.open()
    again.close()
