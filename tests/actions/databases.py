"""Random programs: fresh databases for them, and how many of them are run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.builders import Builder, TownHall

PROVING = os.environ.get("HYPOTHESIS_PROFILE") == "prove"

Database = Callable[[], AbstractContextManager[str]]


def copies_of(template: Path, folder: Path) -> Database:
    """Return a maker of SQLite databases that are copies of a migrated one."""
    numbers = count()

    @contextmanager
    def make() -> Iterator[str]:
        place = folder / str(next(numbers))
        place.mkdir()
        shutil.copyfile(template, place / "nowserving.sqlite3")
        yield f"sqlite:///{place / 'nowserving.sqlite3'}"
        shutil.rmtree(place)

    return make


def program(steps: int, examples: int) -> settings:
    """Return how long and how many random programs are: always the same few, unless we are proving."""
    return settings(
        max_examples=examples * 50 if PROVING else examples,
        stateful_step_count=steps,
        derandomize=not PROVING,
        # A failing program is made smaller only where there is time for it.
        phases=(Phase.generate, Phase.shrink) if PROVING else (Phase.generate,),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def run(machine: type[RuleBasedStateMachine], database: Database, how: settings) -> None:
    """Run a machine, each program on a database of its own."""
    run_state_machine_as_test(type("Run", (machine,), {"database": staticmethod(database)}), settings=how)


def town_hall(builder: Builder) -> TownHall:
    """Make a town hall where nobody works yet, beside a branch with the same prefixes."""
    library = builder.branch("Library")
    builder.queue("Loans", library, prefix="A")
    branch_id = builder.branch()
    served = (
        builder.queue("Passports", branch_id, prefix="A"),
        builder.queue("Licences", branch_id, prefix="B"),
    )
    one, two, three = (builder.desk(f"Desk {number}", branch_id, serves=served) for number in (1, 2, 3))
    return TownHall(branch_id, "", *served, one, two, three, "", "")
