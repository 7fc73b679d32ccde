"""The database goes away, loses its memory, cuts connections: nothing answered is lost.

Callers hear "busy" meanwhile, reading goes on where it can, and all comes back without anybody's help.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import create_engine, text

from nowserving.store.care.migrate import migrate
from nowserving.store.database import parse_url
from postgres import Cluster
from tests.builders import Builder
from tests.postgres_server import PostgresServer
from tests.processes import Child, started
from tests.races.evidence import Evidence
from tests.races.verdict import Verdict
from tests.races.work import join_for_ever

Told = list[tuple[str, str]]

REFUSALS = {"busy", "not_confirmed"}


@pytest.fixture
def frail_url(cluster: Cluster) -> Iterator[str]:
    """Yield the URL of a town hall's database on that PostgreSQL."""
    with PostgresServer(parse_url(cluster.url)).database(template=False) as url:
        migrate(url)
        builder = Builder(url)
        builder.town_hall()
        builder.close()
        yield url


def rush_through(url: str, fault: Callable[[], None], without: Sequence[str] = ()) -> Told:
    """Let people join all the time while something happens, and until all is well again."""
    with started(join_for_ever, url, without, "passports") as child:
        told: Told = [child.pipe.recv() for _ in range(40)]
        fault()
        told += until_well(child)
        child.pipe.send("stop")
        return told + child.said()


def until_well(child: Child, patience_s: float = 30) -> Told:
    """Return what is told until twenty in a row are ok."""
    told: Told = []
    deadline = time.monotonic() + patience_s
    while [code for code, _ in told[-20:]] != ["ok"] * 20:
        assert time.monotonic() < deadline, f"not well again: {told[-20:]}"
        told.append(child.pipe.recv())
    return told


def counted(told: Told) -> str:
    """Say how many were answered what."""
    codes = [code for code, _ in told]
    words = {"ok": "joined", "busy": "told to come again", "not_confirmed": "told that it is not sure"}
    return ", ".join(f"{codes.count(code):,} {word}" for code, word in words.items() if code in codes)


def assert_nothing_lost(url: str, told: Told) -> None:
    verdict = Verdict(url)
    answered = [key for code, key in told if code == "ok"]
    unsure = [code for code, _ in told if code == "not_confirmed"]
    assert {code for code, _ in told} <= {"ok", *REFUSALS}
    assert set(answered) <= set(verdict.keys)
    assert len(verdict.keys) <= len(answered) + len(unsure)
    assert verdict.violations == []


@pytest.mark.postgres
@pytest.mark.control
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restarts", "crashes"])
def test_the_database_goes_and_comes_back(
    cluster: Cluster, frail_url: str, how: signal.Signals, evidence: Evidence
) -> None:
    def restart() -> None:
        cluster.stop(how)
        cluster.start()

    told = rush_through(frail_url, restart)

    assert_nothing_lost(frail_url, told)
    what = "restarted" if how is signal.SIGINT else "ended as in a crash, and started"
    evidence.row("database", "PostgreSQL", f"{what} while people join: {counted(told)}")


@pytest.mark.postgres
@pytest.mark.control
def test_control_a_server_that_answers_too_early_loses_what_was_answered(
    cluster: Cluster, frail_url: str, evidence: Evidence
) -> None:
    def crash() -> None:
        cluster.stop(signal.SIGQUIT)
        cluster.start()

    told = rush_through(frail_url, crash, ["believe_the_server"])

    lost = {key for code, key in told if code == "ok"} - set(Verdict(frail_url).keys)
    assert lost
    found = f"{len(lost)} of {sum(code == 'ok' for code, _ in told):,} answered joins are lost in a crash"
    evidence.control("database", "PostgreSQL", "the database has to confirm that it is on disk", found)


def cut_connections(url: str, *, for_s: float) -> None:
    """Let the database end every connection but ours, twenty times a second."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        end = time.monotonic() + for_s
        while time.monotonic() < end:
            connection.execute(others)
            time.sleep(0.05)
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.control
def test_connections_that_are_cut_are_made_again(frail_url: str, evidence: Evidence) -> None:
    told = rush_through(frail_url, lambda: cut_connections(frail_url, for_s=1))

    assert_nothing_lost(frail_url, told)
    evidence.row("database", "PostgreSQL", f"every connection cut 20 times a second for 1 s: {counted(told)}")


@pytest.mark.postgres
@pytest.mark.control
def test_control_without_a_second_try_callers_hear_of_it(frail_url: str, evidence: Evidence) -> None:
    told = rush_through(frail_url, lambda: cut_connections(frail_url, for_s=1), ["no_second_try"])

    unkind = [code for code, _ in told if code not in {"ok", *REFUSALS}]
    assert unkind
    found = f"{len(unkind)} callers hear “{unkind[0]}”"
    evidence.control("database", "PostgreSQL", "what was cut is tried again", found)


@pytest.mark.postgres
@pytest.mark.prove
@pytest.mark.timeout(300)
def test_a_server_that_is_frozen_holds_nobody_up_for_good(frail_url: str, evidence: Evidence) -> None:
    with started(join_for_ever, frail_url, (), "passports") as frozen:
        told: Told = [frozen.pipe.recv() for _ in range(40)]
        os.kill(frozen.pid, signal.SIGSTOP)
        with started(join_for_ever, frail_url, (), "passports") as other:
            told += until_well(other, patience_s=90)
            os.kill(frozen.pid, signal.SIGCONT)
            for child in (frozen, other):
                child.pipe.send("stop")
            told += frozen.said() + other.said()

    assert_nothing_lost(frail_url, told)
    done = f"one of two frozen in the middle of its work, and resumed: {counted(told)}"
    evidence.row("database", "PostgreSQL, 2 processes", done)
