"""The database goes away, loses its memory, cuts connections, has no room: nothing answered is lost.

Callers hear "busy" meanwhile, reading goes on where it can, and all comes back without anybody's help.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from nowserving.store.care.migrate import migrate
from nowserving.store.database import parse_url
from postgres import Cluster
from tests.builders import Builder, TownHall
from tests.postgres_server import PostgresServer
from tests.processes import Child, started
from tests.races.evidence import Evidence
from tests.races.verdict import Verdict
from tests.races.work import join_for_ever, obey

Told = list[tuple[str, str]]

REFUSALS = {"busy", "not_confirmed"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Start a PostgreSQL that may be ill-treated. It answers before it is on disk, if we let it."""
    binaries = os.environ.get("NOWSERVING_TEST_POSTGRES_BIN")
    if not binaries:
        pytest.skip("NOT TESTED ON POSTGRESQL: NOWSERVING_TEST_POSTGRES_BIN is not set")
    with Cluster(Path(binaries)) as running:
        yield running


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


def assert_nothing_lost(url: str, told: Told) -> None:
    verdict = Verdict(url)
    answered = [key for code, key in told if code == "ok"]
    unsure = [code for code, _ in told if code == "not_confirmed"]
    assert {code for code, _ in told} <= {"ok", *REFUSALS}
    assert set(answered) <= set(verdict.keys)
    assert len(verdict.keys) <= len(answered) + len(unsure)
    assert verdict.violations == []


@pytest.mark.postgres
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restarts", "crashes"])
def test_the_database_goes_and_comes_back(cluster: Cluster, frail_url: str, how: signal.Signals) -> None:
    def restart() -> None:
        cluster.stop(how)
        cluster.start()

    assert_nothing_lost(frail_url, rush_through(frail_url, restart))


@pytest.mark.postgres
def test_control_a_server_that_answers_too_early_loses_what_was_answered(
    cluster: Cluster, frail_url: str
) -> None:
    def crash() -> None:
        cluster.stop(signal.SIGQUIT)
        cluster.start()

    told = rush_through(frail_url, crash, ["believe_the_server"])

    assert not {key for code, key in told if code == "ok"} <= set(Verdict(frail_url).keys)


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
def test_connections_that_are_cut_are_made_again(frail_url: str) -> None:
    told = rush_through(frail_url, lambda: cut_connections(frail_url, for_s=1))

    assert_nothing_lost(frail_url, told)


@pytest.mark.postgres
def test_control_without_a_second_try_callers_hear_of_it(frail_url: str) -> None:
    told = rush_through(frail_url, lambda: cut_connections(frail_url, for_s=1), ["no_second_try"])

    assert not {code for code, _ in told} <= {"ok", *REFUSALS}


@pytest.mark.postgres
@pytest.mark.prove
@pytest.mark.timeout(300)
def test_a_server_that_is_frozen_holds_nobody_up_for_good(frail_url: str) -> None:
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


def ask(child: Child, *command: object) -> Any:
    """Ask for something and return the answer."""
    child.pipe.send(command)
    answer: Any = child.pipe.recv()
    return answer


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.control
@pytest.mark.parametrize(
    ("without", "refusal"), [((), "busy"), (("no_second_try",), "not_confirmed")], ids=["", "control"]
)
def test_a_file_that_can_not_grow_refuses_reads_on_and_recovers(
    database_url: str, town_hall: TownHall, without: Sequence[str], refusal: str, evidence: Evidence
) -> None:
    log = Path(database_url.removeprefix("sqlite:///") + "-wal")
    with started(obey, database_url, without, town_hall.passports) as child:
        assert ask(child, "join", 3) == ["ok"] * 3
        child.pipe.send(("limit", log.stat().st_size + 250_000))
        answers = ask(child, "join", 200)
        joined = answers.count("ok")

        assert set(answers) == {"ok", refusal}
        assert answers[-20:] == [refusal] * 20
        assert ask(child, "read") == 3 + joined
        child.pipe.send(("limit", None))
        assert ask(child, "join", 3) == ["ok"] * 3
        child.pipe.send(("stop",))
        assert child.join() == 0

    verdict = Verdict(database_url)
    assert verdict.numbers == list(range(1, 3 + joined + 3 + 1))
    assert verdict.violations == []
    if without:
        found = f"{200 - joined} callers are told “{refusal}” where nothing was written"
        evidence.control("disk", "SQLite", "faults of the database are told apart", found)
    else:
        done = f"200 joins at a file that may not grow: {joined} ok, {200 - joined} refused, 3 ok again"
        evidence.row("disk", "SQLite", done)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of two megabytes; skip where that is not permitted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a disk can't be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.control
def test_a_disk_that_is_full_refuses_reads_on_and_recovers(small_disk: Path, evidence: Evidence) -> None:
    url = f"sqlite:///{small_disk}/nowserving.sqlite3"
    migrate(url)
    builder = Builder(url)
    hall = builder.town_hall()
    builder.close()
    with started(obey, url, (), hall.passports) as child:
        assert ask(child, "join", 3) == ["ok"] * 3
        fill(small_disk / "somebody's film")
        answers = ask(child, "join", 30)
        joined = answers.count("ok")

        assert answers[-20:] == ["busy"] * 20
        assert ask(child, "read") == 3 + joined
        (small_disk / "somebody's film").unlink()
        assert ask(child, "join", 3) == ["ok"] * 3
        child.pipe.send(("stop",))
        assert child.join() == 0

    verdict = Verdict(url)
    assert verdict.numbers == list(range(1, 3 + joined + 3 + 1))
    assert verdict.violations == []
    evidence.row(
        "disk", "SQLite", f"a disk of 2 MB, filled: {joined} of 30 joins ok, 3 of 3 once there is room"
    )


def fill(path: Path) -> None:
    """Write until there is no room."""
    with path.open("wb", buffering=0) as film:
        try:
            while True:
                film.write(bytes(4096))
        except OSError:
            return
