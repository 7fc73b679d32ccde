"""A store that nobody else uses: its actions share a commit, and are what they are on a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.errors import Conflict
from nowserving.store.alone import Alone
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import waiting_in
from tests.actions.audit import offences
from tests.builders import TownHall
from tests.conftest import Clock
from tests.store.verbs import rename_then


@pytest.fixture
def alone(database_url: str, town_hall: TownHall, clock: Clock) -> Iterator[Alone]:
    store = Alone(database_url, clock=clock)
    store.open()
    yield store
    store.close()


def test_whoever_reads_sees_what_was_written(alone: Alone, town_hall: TownHall) -> None:
    for _ in range(3):
        alone.write_now(join, queue_id=town_hall.passports)
    alone.write_now(call_next, desk_id=town_hall.desk_1, actor="staff:maria-lopez")

    assert alone.read_now(waiting_in, town_hall.passports) == 2
    assert offences(alone) == []


def test_what_nobody_read_is_written_at_the_end(
    alone: Alone, database_url: str, town_hall: TownHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[None] = []
    commit = alone._connection.commit
    monkeypatch.setattr(alone._connection, "commit", lambda: commits.append(commit()))
    for _ in range(20):
        alone.write_now(join, queue_id=town_hall.passports)
    assert commits == []
    alone.close()
    assert len(commits) == 1

    opened = Store(database_url)
    opened.open()
    assert opened.read_now(waiting_in, town_hall.passports) == 20
    opened.close()


def test_a_refusal_costs_the_others_nothing(alone: Alone, town_hall: TownHall) -> None:
    alone.write_now(join, queue_id=town_hall.passports)
    with pytest.raises(Conflict):
        alone.write_now(call_next, desk_id=town_hall.desk_1, queue_id=town_hall.licences)

    assert alone.read_now(waiting_in, town_hall.passports) == 1


def test_what_fails_after_it_wrote_ends_the_building(alone: Alone, town_hall: TownHall) -> None:
    alone.write_now(join, queue_id=town_hall.passports)
    with pytest.raises(RuntimeError, match="after it had written"):
        alone.write_now(rename_then, branch_id=town_hall.branch_id, name="Half", error=Conflict("no", "No."))

    assert alone.read_now(waiting_in, town_hall.passports) == 0
