"""A connection that breaks while a commit is under way: it is done once, and answered once."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator

import pytest
from sqlalchemy import event

from nowserving.errors import Busy
from nowserving.store.database import parse_url
from nowserving.store.engine.tx import Group
from nowserving.store.store import Store
from tests.builders import Builder
from tests.conftest import Clock
from tests.proxy import Cut, Proxy
from tests.store import verbs
from tests.store.verbs import note, versions

BRANCH = "town-hall"


@pytest.fixture
def proxy(postgresql_url: str) -> Iterator[Proxy]:
    builder = Builder(postgresql_url)
    builder.branch("Town Hall")
    builder.close()
    with Proxy(parse_url(postgresql_url)) as wire:
        yield wire


@pytest.fixture
def far_store(proxy: Proxy, clock: Clock) -> Iterator[Store]:
    """Open a store at the other end of the wire."""
    opened = Store(proxy.url, clock=clock)
    opened.open()
    opened.write_now(note, branch_id=BRANCH, said="connected")
    yield opened
    opened.close()


@pytest.mark.postgres
@pytest.mark.parametrize("cut", ["before", "after", "late"])
def test_a_commit_that_is_not_answered_happens_once(far_store: Store, proxy: Proxy, cut: Cut) -> None:
    told: list[int] = []
    far_store.on_commit = lambda events: told.extend(event.version for event in events)
    proxy.cut_next_commit(cut)

    assert far_store.write_now(note, branch_id=BRANCH, said=cut) == 2

    assert proxy.cuts == 1
    assert told == [2]
    assert far_store.read_now(versions, BRANCH) == (2, [1, 2])


@pytest.mark.postgres
def test_control_asking_without_the_lock_would_do_it_twice(
    far_store: Store, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit that is still on its way is overlooked when nobody waits for its lock."""
    lock = Group.lock

    def lock_only_to_write(group: Group, scope_ids: Collection[str]) -> None:
        if not isinstance(scope_ids, dict):
            lock(group, scope_ids)

    monkeypatch.setattr(Group, "lock", lock_only_to_write)
    proxy.cut_next_commit("late")

    assert far_store.write_now(note, branch_id=BRANCH, said="late") == 3
    assert far_store.read_now(versions, BRANCH) == (3, [1, 2, 3])


@pytest.mark.postgres
@pytest.mark.parametrize("cut", ["before", "after"])
def test_without_an_event_we_say_that_we_do_not_know(far_store: Store, proxy: Proxy, cut: Cut) -> None:
    proxy.cut_next_commit(cut)

    with pytest.raises(Busy) as refusal:
        far_store.write_now(verbs.touch, branch_id=BRANCH)

    assert refusal.value.code == "not_confirmed"
    assert far_store.write_now(note, branch_id=BRANCH, said="on") == 2


@pytest.mark.postgres
def test_a_group_that_wrote_nothing_is_simply_repeated(far_store: Store, proxy: Proxy) -> None:
    proxy.cut_next_commit("before")

    assert far_store.write_now(verbs.look, branch_id=BRANCH) == 1


@pytest.mark.postgres
def test_when_the_database_stays_away_we_say_that_we_do_not_know(far_store: Store, proxy: Proxy) -> None:
    proxy.cut_next_commit("after")
    proxy.refuse_from_now_on()

    with pytest.raises(Busy) as refusal:
        far_store.write_now(note, branch_id=BRANCH, said="lost")

    assert refusal.value.code == "not_confirmed"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (sqlite3.SQLITE_FULL, "busy"),
        (sqlite3.SQLITE_IOERR_WRITE, "busy"),
        (sqlite3.SQLITE_IOERR_FSYNC, "not_confirmed"),
    ],
)
def test_a_disk_that_fails_at_the_commit_is_busy(store: Store, build: Builder, fault: int, code: str) -> None:
    """After a failed flush the commit may turn up yet, so we do not say that nothing was changed."""
    build.branch("Town Hall")
    faults = iter([True])

    @event.listens_for(store._writers[0]._engine, "commit")
    def fail(_connection: object) -> None:
        if next(faults, False):
            raise verbs.sqlite_fault(fault, "disk I/O error")

    with pytest.raises(Busy) as refusal:
        store.write_now(note, branch_id=BRANCH, said="no room")

    assert refusal.value.code == code
    assert store.write_now(note, branch_id=BRANCH, said="room again") == 1
