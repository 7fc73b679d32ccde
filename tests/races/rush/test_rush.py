"""32 guests and 16 desks at real servers that are killed meanwhile, cut off and asking twice: all is as told.

Each run keeps the whole history and holds it against the four ways in which a line can be wrong, the
places that were told, the database, and the product's own checks. Each control loses a guard and is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.postgres_server import PostgresServer
from tests.races.evidence import Evidence, length
from tests.races.rush.town import Plan
from tests.races.rush.verdicts import Rushed, hold

WHERE = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
DATABASES = [
    pytest.param("sqlite", 1, id="sqlite"),
    *(
        pytest.param("postgresql", count, marks=pytest.mark.postgres, id=f"postgresql-{count}")
        for count in (1, 2, 4)
    ),
]
# The same, but only for `make prove`: servers take seconds to start.
LATER = {
    count: pytest.param(
        "postgresql", count, marks=[pytest.mark.postgres, pytest.mark.prove], id=f"postgresql-{count}"
    )
    for count in (1, 2)
}
everywhere = pytest.mark.parametrize(("kind", "processes"), DATABASES)


@pytest.fixture
def rush_url(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    """Yield a database of this test's own, for servers that are killed with their connections open."""
    if kind == "sqlite":
        yield request.getfixturevalue("sqlite_url")
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database() as url:
            yield url


def where(kind: str, processes: int) -> str:
    """Name the database and the servers."""
    return WHERE[kind] + (f", {processes} processes" if processes > 1 else ", 1 process")


def note(evidence: Evidence, rushed: Rushed, place: str) -> None:
    """Put a run that was right on the page."""
    plan = rushed.plan
    done = f"{plan.operations:,} operations, {plan.kills} kills, seed {plan.seed} ({rushed.summary})"
    evidence.row("rush", place, done)


@pytest.mark.parametrize(("kind", "processes"), [DATABASES[0], DATABASES[2]])
def test_a_rush_with_a_kill(
    rush_url: str, kind: str, processes: int, tmp_path: Path, evidence: Evidence
) -> None:
    rushed = hold(Plan(1200, kills=1, processes=processes), rush_url, tmp_path / "data")

    assert rushed.violations == []
    note(evidence, rushed, where(kind, processes))


@pytest.mark.prove
@pytest.mark.timeout(7200)
@everywhere
def test_a_long_rush_with_many_kills(
    rush_url: str, kind: str, processes: int, tmp_path: Path, evidence: Evidence
) -> None:
    plan = Plan(
        length("PROVE_OPERATIONS"), length("PROVE_KILLS"), processes=processes, seed=length("PROVE_SEED")
    )
    rushed = hold(plan, rush_url, tmp_path / "data")

    assert rushed.violations == []
    note(evidence, rushed, where(kind, processes))


SAID = {
    "was answered and is lost": "answered joins lost",
    "was called twice": "called twice",
    "nobody joined": "joined without being asked to",
    "answered in": "answered in other bytes",
    "is told": "told another place than the recount",
    "was told place": "told a place that the line never had",
    "numbers without gaps": "numbers wrong",
    "waiting counters": "counters wrong",
    "different ways": "screens that differ",
}


def found(rushed: Rushed, *must: str) -> str:
    """Return what was found, kind by kind; each of these kinds must be there."""
    kinds = {words: sum(words in one for one in rushed.violations) for words in SAID}
    assert rushed.violations
    assert all(kinds[words] for words in must), rushed.violations[:20]
    told = ", ".join(f"{count} {SAID[words]}" for words, count in kinds.items() if count)
    return f"{len(rushed.violations)} violations: {told}"


@pytest.mark.control
@pytest.mark.parametrize(("kind", "processes"), [DATABASES[0], LATER[1]])
def test_control_an_answer_before_the_commit_is_lost_with_the_server(
    rush_url: str, kind: str, processes: int, tmp_path: Path, evidence: Evidence
) -> None:
    plan = Plan(500, kills=2, processes=processes, without=["answer_before_the_commit"])
    rushed = hold(plan, rush_url, tmp_path / "data")

    seen = found(rushed, "was answered and is lost")
    evidence.control("rush", where(kind, processes), "the answer waits for the commit", seen)


@pytest.mark.control
@pytest.mark.parametrize(("kind", "processes"), [DATABASES[0], LATER[2]])
def test_control_without_stored_answers_a_repeated_request_is_done_twice(
    rush_url: str, kind: str, processes: int, tmp_path: Path, evidence: Evidence
) -> None:
    plan = Plan(300, processes=processes, without=["no_replies"])
    rushed = hold(plan, rush_url, tmp_path / "data")

    seen = found(rushed, "nobody joined", "answered in")
    evidence.control("rush", where(kind, processes), "answers are kept by Idempotency-Key", seen)


@pytest.mark.control
@pytest.mark.parametrize(("kind", "processes"), [DATABASES[2]])
def test_control_without_lock_and_conditions_the_line_is_no_line(
    rush_url: str, kind: str, processes: int, tmp_path: Path, evidence: Evidence
) -> None:
    lose_what_the_database_guards(rush_url)
    plan = Plan(500, processes=processes, without=["no_branch_lock", "no_conditions"])
    rushed = hold(plan, rush_url, tmp_path / "data")

    seen = found(rushed)
    evidence.control("rush", where(kind, processes), "the branch's lock; conditions and unique indexes", seen)


def lose_what_the_database_guards(url: str) -> None:
    """Drop the constraints that would refuse what the lock prevents."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE events DROP CONSTRAINT pk_events"))
        connection.execute(text("DROP INDEX uq_stays_open"))
        connection.execute(text("ALTER TABLE queues DROP CONSTRAINT ck_queues_waiting_not_negative"))
    engine.dispose()
