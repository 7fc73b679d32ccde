"""One pass, asked for and taken by many at once: it is issued once, and a website takes it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import bindparam, update

from nowserving.actions.shows.lobbying import take_place
from nowserving.actions.shows.organising import create_performance, create_show
from nowserving.actions.shows.passing import come_in, spend_pass
from nowserving.actions.shows.selling import change_show
from nowserving.domain.shows.show import ShowVerb
from nowserving.store import schema
from nowserving.store.care.checks import run_checks
from nowserving.store.engine.statement import Statement
from nowserving.store.shows import passes
from nowserving.store.store import Store, wall_clock
from tests.builders import Builder
from tests.processes import several
from tests.races.work import opened, outcome

GUESTS, PROCESSES = 12, 4
DAY = 86_400_000_000
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def inside(store: Store, url: str, guests: int) -> tuple[str, list[tuple[str, str]]]:
    """Open a sale and call so many; returns the performance, and key and device of each place."""
    build = Builder(url, created_at=wall_clock())
    branch_id = build.branch("Playhouse", time_zone="UTC")
    build.close()
    write = store.write_now
    show = write(create_show, branch_id=branch_id, name="The Storm", rules={"choosing": guests})
    one = write(create_performance, show_id=show.id, starts_at=wall_clock() + DAY)
    for verb in (ShowVerb.ANNOUNCE, ShowVerb.OPEN):
        write(change_show, show_id=show.id, to=verb)
    devices = [f"phone-{n}" for n in range(guests)]
    joined = [write(take_place, performance_id=one.id, joined_from=device) for device in devices]
    return one.id, [(place.ticket.key, device) for place, device in zip(joined, devices, strict=True)]


def passes_of(store: Store, places: Sequence[tuple[str, str]]) -> list[str]:
    """Let everybody come in from four threads each; returns the passes that were issued."""
    with ThreadPoolExecutor(32) as pool:
        given = list(
            pool.map(
                lambda place: store.write_now(come_in, key=place[0], device_hash=place[1]).id, [*places] * 4
            )
        )
    assert Counter(given) == dict.fromkeys(given, 4)
    return sorted(set(given))


def again_and_again() -> None:
    """Take a pass, whether it was taken or not: the guard of these races."""
    passes.__dict__["_SPEND"] = Statement(
        update(schema.passes)
        .where(schema.passes.c.id == bindparam("of_pass"))
        .values(spent_at=bindparam("at"))
    )


def spend_all(pipe: Connection, url: str, blind: bool, of: str, ids: Sequence[str], _n: int) -> None:
    """Take every pass, from "go", as fast as it goes; says what it was told of each."""
    with opened(url, ()) as store:
        if blind:
            again_and_again()
        pipe.send("ready")
        pipe.recv()
        for pass_id in ids:
            pipe.send((pass_id, outcome(store.write_now, spend_pass, performance_id=of, pass_id=pass_id)[0]))


def raced(url: str, *, blind: bool) -> tuple[list[str], list[str]]:
    """Let four processes take every pass; returns the passes, and those that were taken, as often as so."""
    with opened(url, ()) as store:
        of, places = inside(store, url, GUESTS)
        ids = passes_of(store, places)
    with several(PROCESSES, spend_all, url, blind, of, ids) as websites:
        for one in websites:
            assert one.pipe.recv() == "ready"
        for one in websites:
            one.pipe.send("go")
        told = [answer for one in websites for answer in one.said()]
    assert len(told) == PROCESSES * GUESTS
    assert {code for _, code in told} <= {"ok", "no_pass"}
    return ids, sorted(pass_id for pass_id, code in told if code == "ok")


def test_a_pass_is_issued_once_and_taken_once(database_url: str) -> None:
    with opened(database_url, ()) as store:
        of, places = inside(store, database_url, GUESTS)
        ids = passes_of(store, places)
        assert len(ids) == GUESTS

        def spend(pass_id: str) -> str:
            return outcome(store.write_now, spend_pass, performance_id=of, pass_id=pass_id)[0]

        with ThreadPoolExecutor(32) as pool:
            told = Counter(pool.map(spend, ids * 8))
        assert told == {"ok": GUESTS, "no_pass": 7 * GUESTS}
        checks = store.read_now(run_checks, wall_clock())
        assert [said for check in checks for said in check.violations] == []


@pytest.mark.postgres
@on_postgresql
def test_four_processes_take_each_pass_once(database_url: str) -> None:
    ids, taken = raced(database_url, blind=False)
    assert taken == ids


@pytest.mark.postgres
@pytest.mark.control
@on_postgresql
def test_control_without_asking_whether_it_was_taken_a_pass_is_good_again(database_url: str) -> None:
    ids, taken = raced(database_url, blind=True)
    assert len(taken) > len(ids)


@pytest.mark.control
def test_control_in_one_process_too(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(passes.__dict__, "_SPEND", passes.__dict__["_SPEND"])
    again_and_again()
    with opened(database_url, ()) as store:
        of, places = inside(store, database_url, 1)
        one = passes_of(store, places)[0]
        told = [outcome(store.write_now, spend_pass, performance_id=of, pass_id=one)[0] for _ in range(2)]
    assert told == ["ok", "ok"]
