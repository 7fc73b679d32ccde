"""The check of covers sees what it should: it can fail, and it lets pass what people may do."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.layout.queues import edit_queue, pause_queue
from nowserving.actions.tickets import admitting
from nowserving.actions.tickets.hosting import call_now, resize, seat
from nowserving.actions.tickets.serving import check_in, finish
from nowserving.domain.tickets.admission import Admitted
from nowserving.domain.tickets.rules import Admission, Counts
from nowserving.store.care.covers import covers
from nowserving.store.store import Store
from tests.actions.office import GUEST, Office
from tests.builders import Builder, TownHall
from tests.conftest import Clock


@pytest.fixture
def books(store: Store, clock: Clock, build: Builder, town_hall: TownHall) -> Office:
    """A restaurant of four seats, whose books nobody audits after the test: they are falsified."""
    office = Office(store, clock, build, town_hall)
    office.rule(admission=Admission.AUTOMATIC, capacity=4, counts=Counts.COVERS)
    return office


def faults(books: Office) -> list[str]:
    return books.store.read_now(covers)[1]


def edit(books: Office, **rules: Any) -> None:
    books.do(edit_queue, queue_id=books.hall.passports, changes={"rules": rules})


def test_what_the_engine_does_has_no_fault_and_is_counted(books: Office) -> None:
    first, *_ = [books.join(party_size=2) for _ in range(4)]
    books.do(check_in, GUEST, key=first.key)
    books.do(finish, key=first.key)

    assert books.store.read_now(covers) == (3, [])


def test_a_rule_that_lets_in_too_many_is_seen(books: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: admission that does not count."""
    monkeypatch.setattr(admitting, "admit", lambda _free, waiting, _rules: Admitted(tuple(waiting)))
    for _ in range(3):
        books.join(party_size=2)

    (fault,) = faults(books)
    assert fault.endswith("A-003 came in, 2 too many")


def test_a_party_that_waits_beside_empty_seats_is_seen(
    books: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: nobody looks after the line."""
    monkeypatch.setattr(admitting, "admit", lambda *_: Admitted())
    ticket = books.join()

    assert faults(books) == [f"queue passports: {ticket.code} waits, and there is room"]
    books.do(pause_queue, queue_id=books.hall.passports)
    assert faults(books) == [], "in a pause nobody is called"


def test_people_may_let_in_more_than_fit(books: Office) -> None:
    first, second, third = [books.join(party_size=4) for _ in range(3)]
    books.do(call_now, key=second.key)
    books.do(seat, key=third.key)
    books.do(resize, key=first.key, party_size=9)

    assert faults(books) == []


def test_a_capacity_that_was_lowered_is_no_fault_but_what_comes_in_after_it_is(
    books: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.join(party_size=4)
    edit(books, capacity=2)
    assert faults(books) == []

    monkeypatch.setattr(admitting, "admit", lambda _free, waiting, _rules: Admitted(tuple(waiting)))
    books.join(party_size=1)
    assert len(faults(books)) == 1


def test_each_call_is_judged_by_the_rules_of_its_time(books: Office) -> None:
    books.join(party_size=4)
    edit(books, capacity=6)
    books.join(party_size=2)
    edit(books, capacity=1)

    assert faults(books) == []
