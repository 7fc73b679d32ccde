"""A disk that is full: writes are refused, reading goes on, nothing is lost, and all comes back by itself."""

from __future__ import annotations

import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from nowserving.store.care.migrate import migrate
from postgres import Cluster
from tests.builders import Builder, TownHall
from tests.processes import Child, started
from tests.races.evidence import Evidence
from tests.races.verdict import Verdict
from tests.races.work import obey


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


@pytest.fixture
def small_tables(cluster: Cluster) -> Iterator[tuple[str, Path]]:
    """Yield a database on PostgreSQL whose tables lie on a disk of 24 megabytes, and that disk."""
    # PostgreSQL runs as somebody else, who may not look into a folder of pytest's.
    folder = Path(tempfile.mkdtemp(prefix="nowserving-disk-", dir="/var/tmp"))
    words = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "none", str(folder)]
    if subprocess.run(words, check=False, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("a disk can't be mounted here")
    folder.chmod(0o755)
    tables = folder / "tables"
    tables.mkdir()
    if "postgres" in {user.pw_name for user in pwd.getpwall()}:
        shutil.chown(tables, "postgres")
    engine = create_engine(cluster.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE TABLESPACE small LOCATION '{tables}'"))
        connection.execute(text("CREATE DATABASE small TABLESPACE small"))
    try:
        yield cluster.url.removesuffix("/postgres") + "/small", folder
    finally:
        with engine.connect() as connection:
            connection.execute(text("DROP DATABASE small WITH (FORCE)"))
            connection.execute(text("DROP TABLESPACE small"))
        engine.dispose()
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


@pytest.mark.postgres
@pytest.mark.control
@pytest.mark.parametrize("without", [(), ("no_second_try",)], ids=["", "control"])
def test_a_database_without_room_refuses_reads_on_and_recovers(
    small_tables: tuple[str, Path], without: Sequence[str], evidence: Evidence
) -> None:
    url, disk = small_tables
    migrate(url)
    builder = Builder(url)
    hall = builder.town_hall()
    builder.close()
    with started(obey, url, without, hall.passports) as child:
        assert ask(child, "join", 3) == ["ok"] * 3
        fill(disk / "somebody's film")
        answers = ask(child, "join", 300)
        joined = answers.count("ok")
        refusals = set(answers) - {"ok"}

        assert "ok" not in answers[-20:]
        assert ask(child, "read") == 3 + joined
        (disk / "somebody's film").unlink()
        assert ask(child, "join", 3) == ["ok"] * 3
        child.pipe.send(("stop",))
        assert child.join() == 0

    verdict = Verdict(url)
    assert verdict.numbers == list(range(1, 3 + joined + 3 + 1))
    assert verdict.violations == []
    if without:
        assert refusals != {"busy"}
        found = f"{300 - joined} callers are told “{min(refusals)}” where nothing was written"
        evidence.control("disk", "PostgreSQL", "faults of the database are told apart", found)
    else:
        assert refusals == {"busy"}
        done = f"a disk without room: {joined} of 300 joins ok, {300 - joined} refused, 3 of 3 ok again"
        evidence.row("disk", "PostgreSQL", done)


def fill(path: Path) -> None:
    """Write until there is no room."""
    with path.open("wb", buffering=0) as film:
        try:
            while True:
                film.write(bytes(4096))
        except OSError:
            return
