"""The check of passes sees each way in which a pass, a hold and a booking could contradict one another."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from nowserving.store.care.passes import passes_true
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.store import Store
from tests.actions.theatre import make_theatre
from tests.builders import Builder
from tests.conftest import Clock

BREAKS = [
    ("UPDATE passes SET ended_at = NULL, ended_by = ''", "has not ended, and its ticket"),
    ("UPDATE performances SET ended_at = 1", "whose lobby has ended"),
    ("UPDATE passes SET performance_id = 'wednesday'", "which had no pass"),
    ("UPDATE bookings SET hold_id = NULL", "is booked, and has 0 bookings"),
    ("UPDATE bookings SET performance_id = 'wednesday'", "is booked, and has 0 bookings"),
    (
        "UPDATE holds SET state = 'lapsed', ended_at = 1 WHERE state = 'booked'",
        "is lapsed, and has 1 bookings",
    ),
]


@pytest.mark.parametrize(("statement", "sentence"), BREAKS)
def test_what_contradicts_itself_is_found(
    store: Store, clock: Clock, build: Builder, database_url: str, statement: str, sentence: str
) -> None:
    theatre = make_theatre(store, clock, build)
    theatre.another_evening()
    theatre.book("A-1")
    theatre.hold(guids=["B-1", "B-2"])
    assert store.read_now(passes_true) == (2, [])

    engine = writer_engine(parse_url(database_url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()

    _, said = store.read_now(passes_true)
    assert any(sentence in one for one in said), said
