"""The same seed, the same trace: with an injected clock and seeded chance the engine repeats itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from sqlalchemy import select

from nowserving.errors import AppError
from nowserving.store import schema
from nowserving.store.care.checks import run_checks
from nowserving.store.engine.reader import Reader
from nowserving.store.store import Store
from tests.builders import Builder
from tests.conftest import Clock
from tests.races.evidence import Evidence, length
from tests.races.test_threads import one_act

_TRACED = (schema.events, schema.tickets, schema.stays, schema.queues, schema.desks)


def trace(template: Path, file: Path, seed: int, acts: int, random: Random) -> str:
    """Do a random program of `acts` acts, let time pass as chance has it, and return the hash of all rows."""
    shutil.copyfile(template, file)
    url = f"sqlite:///{file}"
    builder = Builder(url)
    hall = builder.town_hall()
    builder.close()
    chance, clock = Random(seed), Clock()
    store = Store(url, clock=clock, random=random)
    store.open()
    keys: list[str] = ["nobody"]
    for _ in range(acts):
        clock.advance(chance.uniform(0, 30))
        verb, arguments = one_act(chance, hall, keys)
        joined = attempt(store, verb, arguments)
        keys += [joined.ticket.key] if verb.__name__ == "join" else []
    found = store.read_now(_hash)
    wrong = [said for one in store.read_now(run_checks, clock()) for said in one.violations]
    store.close()
    assert wrong == []
    return found


def attempt(store: Store, verb: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Do it, or return the refusal."""
    try:
        return store.write_now(verb, actor="staff:chance", **arguments)
    except AppError as refusal:
        return refusal


def _hash(reader: Reader) -> str:
    rows = [
        tuple(row)
        for table in _TRACED
        for row in reader.execute(select(table).order_by(*table.primary_key.columns))
    ]
    return sha256(repr(rows).encode()).hexdigest()


def test_the_same_seed_makes_the_same_trace_and_another_seed_another(
    sqlite_template: Path, tmp_path: Path
) -> None:
    first, second = (trace(sqlite_template, tmp_path / name, 7, 150, Random(7)) for name in "ab")

    assert first == second
    assert trace(sqlite_template, tmp_path / "c", 8, 150, Random(8)) != first


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_many_seeds_make_the_same_trace_twice(
    sqlite_template: Path, tmp_path: Path, evidence: Evidence
) -> None:
    programs = max(20, length("PROVE_OPERATIONS") // 400)
    for seed in range(programs):
        first, second = (trace(sqlite_template, tmp_path / name, seed, 200, Random(seed)) for name in "ab")
        assert first == second, f"seed {seed}"
    evidence.row(
        "seeds", "SQLite", f"{programs:,} programs of 200 acts, each twice, seeds 0 to {programs - 1}"
    )


@pytest.mark.control
def test_control_chance_without_a_seed_is_found_out(
    sqlite_template: Path, tmp_path: Path, evidence: Evidence
) -> None:
    first, second = (trace(sqlite_template, tmp_path / name, 7, 50, SystemRandom()) for name in "ab")

    assert first != second
    evidence.control("seeds", "SQLite", "the engine's chance comes from the seed", "two different hashes")
