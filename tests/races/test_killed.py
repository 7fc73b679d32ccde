"""kill -9 in the middle of a rush: what was answered is there, once, and nothing is half done."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from tests.builders import TownHall
from tests.processes import Child, started
from tests.races.evidence import Evidence, length
from tests.races.verdict import Verdict
from tests.races.work import hold, join_for_ever

JOINS = 40


def let_join(child: Child, count: int) -> list[tuple[str, str]]:
    """Return what the child was told, once it was told so many answers."""
    return [child.pipe.recv() for _ in range(count)]


def kill_in_a_rush(
    url: str, queue_id: str, *, times: int, without: Sequence[str] = (), seed: int = 1
) -> list[str]:
    """Start a server that joins, kill it, again and again; return the keys that were answered."""
    random = Random(seed)
    told: list[tuple[str, str]] = []
    for _ in range(times):
        with started(join_for_ever, url, without, queue_id) as child:
            told += let_join(child, random.randrange(JOINS, 2 * JOINS))
            child.kill()
            told += child.said()
    assert {code for code, _ in told} == {"ok"}
    return [key for _, key in told]


def test_no_answered_join_is_lost(database_url: str, town_hall: TownHall) -> None:
    answered = kill_in_a_rush(database_url, town_hall.passports, times=3)

    verdict = Verdict(database_url)
    assert set(answered) <= set(verdict.keys)
    assert len(set(answered)) == len(answered) >= 3 * JOINS
    # Nobody else than the few that were under way and not yet answered.
    assert len(verdict.keys) - len(answered) <= 3 * 8
    assert verdict.violations == []


def kind_of(url: str) -> str:
    """Name the database."""
    return "PostgreSQL" if url.startswith("postgresql") else "SQLite"


@pytest.mark.control
def test_control_an_answer_before_the_commit_is_found_out(
    database_url: str, town_hall: TownHall, evidence: Evidence
) -> None:
    answered = kill_in_a_rush(
        database_url, town_hall.passports, times=3, without=["answer_before_the_commit"]
    )

    lost = set(answered) - set(Verdict(database_url).keys)
    assert lost
    found = f"{len(lost)} of {len(answered)} answered joins lost in 3 kills"
    evidence.control("killed", kind_of(database_url), "the answer waits for the commit", found)


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_no_answered_join_is_lost_in_many_kills(
    database_url: str, town_hall: TownHall, evidence: Evidence
) -> None:
    kills, seed = 10 * length("PROVE_KILLS"), length("PROVE_SEED")
    answered = kill_in_a_rush(database_url, town_hall.passports, times=kills, seed=seed)

    verdict = Verdict(database_url)
    assert set(answered) <= set(verdict.keys)
    assert len(set(answered)) == len(answered)
    assert verdict.violations == []
    done = f"{len(answered):,} answered joins, {kills:,} kills, seed {seed}"
    evidence.row("killed", kind_of(database_url), done)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_file_takes_one_server_until_that_is_gone(database_url: str, town_hall: TownHall) -> None:
    with started(hold, database_url, ()) as first:
        assert first.pipe.recv() == "open"
        with started(hold, database_url, ()) as second:
            assert second.pipe.recv() == "already_running"
        first.kill()
        with started(hold, database_url, ()) as third:
            assert third.pipe.recv() == "open"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_without_the_lock_a_second_server_starts(database_url: str, town_hall: TownHall) -> None:
    with started(hold, database_url, ()) as first:
        assert first.pipe.recv() == "open"
        with started(hold, database_url, ["no_file_lock"]) as second:
            assert second.pipe.recv() == "open"
