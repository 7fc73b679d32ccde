"""The check of seats sees each way in which a seat could be had by two, or by nobody who paid for it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from nowserving.background.seats import sweep_holds
from nowserving.store.care.seats import seats_once
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.store import Store
from tests.actions.theatre import make_theatre
from tests.builders import Builder
from tests.conftest import Clock

BREAKS = [
    ("UPDATE seats SET booking_id = NULL WHERE guid = 'A-1'", "which its booking does not have"),
    ("UPDATE stubs SET state = 'void'", "with 0 stubs"),
    ("UPDATE bookings SET state = 'cancelled', cancelled_at = 1", "a booking that is cancelled"),
    ("UPDATE holds SET state = 'lapsed', ended_at = 1 WHERE state = 'held'", "which is lapsed"),
    ("UPDATE seats SET held_until = held_until + 1 WHERE guid = 'B-1'", "keeps them for another time"),
    ("UPDATE holds SET seats = 1 WHERE state = 'held'", "of 1 seats has 2"),
]


@pytest.mark.parametrize(("statement", "sentence"), BREAKS)
def test_a_seat_that_is_had_as_it_can_not_be_is_found(
    store: Store, clock: Clock, build: Builder, database_url: str, statement: str, sentence: str
) -> None:
    theatre = make_theatre(store, clock, build)
    theatre.book("A-1")
    theatre.hold(guids=["B-1", "B-2"])
    assert store.read_now(seats_once) == (18, [])

    engine = writer_engine(parse_url(database_url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()

    _, said = store.read_now(seats_once)
    assert any(sentence in one for one in said), said


def test_holds_that_have_run_out_are_swept_by_themselves(store: Store, clock: Clock, build: Builder) -> None:
    theatre = make_theatre(store, clock, build)
    clock.now = theatre.hold(many=2).expires_at
    assert asyncio.run(sweep_holds(store)) == 1
    assert asyncio.run(sweep_holds(store)) == 0
