"""The engine and its models over thousands of random programs, and what they find in a broken engine."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, settings

from nowserving.domain.tickets import rank
from tests.actions.databases import Database, program, run
from tests.actions.test_model import TownHallMachine
from tests.actions.test_model_restaurant import RestaurantMachine
from tests.postgres_server import PostgresServer
from tests.races.evidence import Evidence, length

STEPS = 40
MACHINES = {"a town hall": TownHallMachine, "a restaurant": RestaurantMachine}


def long_programs(programs: int) -> settings:
    """Return as many programs as are asked for, other ones each time."""
    return settings(
        max_examples=programs,
        stateful_step_count=STEPS,
        phases=(Phase.generate, Phase.shrink),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.prove
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("what", MACHINES)
def test_many_programs_on_sqlite(
    what: str, sqlite_databases: Database, request: pytest.FixtureRequest
) -> None:
    programs = length("PROVE_OPERATIONS") // STEPS
    run(MACHINES[what], sqlite_databases, long_programs(programs))
    noted(request, f"{what}: {programs:,} programs of up to {STEPS} steps", "SQLite")


@pytest.mark.prove
@pytest.mark.postgres
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("what", MACHINES)
def test_many_programs_on_postgresql(
    what: str, postgres_server: PostgresServer, request: pytest.FixtureRequest
) -> None:
    programs = max(length("PROVE_OPERATIONS") // STEPS // 10, 1)
    run(MACHINES[what], postgres_server.database, long_programs(programs))
    noted(request, f"{what}: {programs:,} programs of up to {STEPS} steps", "PostgreSQL")


def noted(request: pytest.FixtureRequest, done: str, where: str) -> None:
    """Note a row of the page of proofs."""
    Evidence(request.node).row("programs", where, done)


@pytest.mark.control
def test_control_one_too_many_who_pass_is_found(
    sqlite_databases: Database, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    right = rank.postponed

    def too_far(k: int, ranks_after: Sequence[int], own: int) -> int:
        """Let one more pass than was asked for."""
        return right(k + 1, ranks_after, own)

    monkeypatch.setattr(rank, "postponed", too_far)
    with pytest.raises(AssertionError):
        run(TownHallMachine, sqlite_databases, program(steps=STEPS, examples=50))
    found = "a postponement lets one more pass: the order of the line is no longer the model's"
    Evidence(request.node).control("programs", "SQLite", "“let k pass” lets k pass", found)
