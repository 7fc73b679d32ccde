"""A place in memory takes little room, and says what the ticket says."""

from __future__ import annotations

import sys
from dataclasses import fields

import pytest

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.live.places import Place, place_of, plain_from, whole
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import open_tickets, plain_waiting
from tests.builders import TownHall


def said(place: Place) -> dict[str, object]:
    return {field.name: getattr(place, field.name) for field in fields(Place)}


def test_who_has_only_waited_is_read_small_and_says_the_same(store: Store, town_hall: TownHall) -> None:
    store.write_now(join, queue_id=town_hall.passports, party_size=2, quoted=(60, 120))
    tickets = store.read_now(lambda reader: list(open_tickets(reader, town_hall.branch_id)))
    rows = store.read_now(lambda reader: list(plain_waiting(reader, town_hall.branch_id)))

    (small,) = (plain_from(row) for row in rows)
    assert said(small) == said(place_of(tickets[0]))
    assert said(whole(small)) == said(small)
    assert sys.getsizeof(small) < sys.getsizeof(whole(small)) / 2


def test_who_was_called_or_has_a_name_or_a_head_start_is_read_whole(
    store: Store, town_hall: TownHall
) -> None:
    for _ in range(2):
        store.write_now(join, queue_id=town_hall.passports)
    store.write_now(join, queue_id=town_hall.passports, note="wheelchair")
    store.write_now(call_next, desk_id=town_hall.desk_1)

    def read(reader: object) -> tuple[int, int]:
        plain = list(plain_waiting(reader, town_hall.branch_id))  # type: ignore[arg-type]
        return len(plain), len(list(open_tickets(reader, town_hall.branch_id, but_plain=True)))  # type: ignore[arg-type]

    assert store.read_now(read) == (1, 2)


@pytest.mark.parametrize(("code", "number"), [("A-7", 7), ("A-1234", 1233), ("A-1", 1 << 24)])
def test_a_code_that_is_not_made_of_its_number_is_kept_as_it_is(code: str, number: int) -> None:
    place = plain_from((1, "hall", "passports", "k" * 22, code, number, 5, 1, None, None))
    assert (place.code, place.number, place.id) == (code, number, 1)
    assert place is whole(place)
