"""What a branch has promised: followed by events, and remembered of how guests have kept to it."""

from __future__ import annotations

from nowserving.domain.event import Event
from nowserving.domain.reservations.promises import Came, Outlook, Promised, Promises
from tests.domain.test_slots import service

SOON = 1_800_000_000_000_000


def known(*came: bool) -> Promises:
    promises = Promises()
    kept = tuple(Came(number, "s", one) for number, one in enumerate(came))
    promises.load(Outlook((service(),), (Promised(999, "s", SOON),), kept, SOON + 1))
    return promises


def booked(service_id: str) -> Event:
    data = {"reservation_id": 1, "service_id": service_id, "start_at": SOON, "state": "confirmed"}
    return Event("b", 1, SOON, "reservation.booked", "guest", None, None, None, data)


def test_a_reservation_changes_the_queue_that_its_service_feeds() -> None:
    promises = known()
    assert promises.apply(booked("s")) == {"q"}
    assert len(promises.of("q")) == 2


def test_of_a_service_that_memory_does_not_know_nothing_follows() -> None:
    promises = known()
    assert promises.apply(booked("made a moment ago")) == set()
    assert len(promises.of("q")) == 1


def test_only_the_latest_hundred_say_how_many_come() -> None:
    """A year of guests who came says little about a month of guests who do not."""
    [after_many] = known(*[True] * 300, *[False] * 100).of("q")
    [of_the_month] = known(*[False] * 100).of("q")
    assert after_many == of_the_month
