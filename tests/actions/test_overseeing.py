"""The numbers of a performance on sale: who is where in its line, its seats by section, and the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.holding import hold_seats
from nowserving.actions.seats.mapping import block_seats, create_seat_map, set_seat_map
from nowserving.actions.shows.lobbying import pause_lobby, set_absent_aside, set_rate
from nowserving.actions.shows.organising import archive_performance, create_performance
from nowserving.actions.shows.overseeing import overseen, overseen_lobbies
from nowserving.actions.tickets.serving import finish, leave
from nowserving.domain.seats.plan import read_plan
from nowserving.domain.shows.oversight import (
    LobbyNumbers,
    PerformanceNumbers,
    SectionNumbers,
    expected_end_at,
)
from nowserving.store.seats.seating import forget_houses
from nowserving.store.store import Store
from tests.actions.playhouse import SECOND, STARTS, Playhouse, make_playhouse
from tests.builders import Builder
from tests.conftest import Clock
from tests.domain.seats.plans import house as rows_of

LINE = LobbyNumbers(
    waiting=0, called=0, choosing=0, absent=0, admitted_per_minute=0, visits=0, service_s=300.0, coming_s=0.0
)
NOBODY_BOUGHT = SectionNumbers(name="", seats=100)


@pytest.fixture
def house(store: Store, clock: Clock, build: Builder) -> Iterator[Playhouse]:
    """A playhouse that sells a house of two sections to two at once; its books are audited at the end."""
    forget_houses()
    opened = make_playhouse(store, clock, build)
    plan = rows_of(2, 5)
    circle = rows_of(1, 4)["zones"][0] | {"name": "Circle"}
    for seat in circle["rows"][0]["seats"]:
        seat["seat_guid"] = "C" + seat["seat_guid"]
    plan["zones"].append(circle)
    made = opened.do(create_seat_map, branch_id=opened.branch_id, name="House", plan=read_plan(plan))
    opened.do(set_seat_map, performance_id=opened.performance_id, seat_map_id=made.id)
    opened.change("announce", "open")
    yield opened
    opened.audit()


def numbers(house: Playhouse) -> PerformanceNumbers:
    found = house.store.read_now(overseen, house.performance_id, house.clock.now)
    assert found is not None
    return found


def holds(house: Playhouse, phone: str, *guids: str) -> tuple[str, dict[str, Any]]:
    """Let a phone come in and hold seats; return the key of its hold, and the claims of its pass."""
    claims: dict[str, Any] = {"jti": house.comes_in(phone).id, "dev": phone}
    wish = {"performance_id": house.performance_id, "claims": claims, "guids": list(guids)}
    return house.do(hold_seats, actor="guest", **wish).key, claims


def buys(house: Playhouse, phone: str, *guids: str) -> None:
    """Let a phone come in and book seats."""
    key, claims = holds(house, phone, *guids)
    house.do(book_seats, actor="guest", hold_key=key, claims=claims, name="Ana Ruiz", email="ana@example.org")


def test_the_line_is_counted_by_what_its_people_do(house: Playhouse) -> None:
    for phone in ("a", "b", "c", "d", "e"):
        house.comes(phone)
    house.comes_in("a")
    line = numbers(house).lobby
    assert (line.waiting, line.called, line.choosing, line.inside) == (3, 1, 1, 2)
    house.do(leave, actor="guest", key=house.place("e").key)
    assert numbers(house).lobby.waiting == 2


def test_who_was_set_aside_is_absent_and_waits_no_more(house: Playhouse) -> None:
    for phone in ("a", "b", "c", "d"):
        house.comes(phone)
    house.clock.advance(200)
    house.do(set_absent_aside, actor="rule", queue_id=house.performance().queue_id, heard_since=0)
    line = numbers(house).lobby
    assert (line.waiting, line.absent) == (0, 2)


def test_admitted_are_the_calls_of_the_last_sixty_seconds_and_no_earlier_ones(house: Playhouse) -> None:
    house.comes("a")
    house.clock.advance(58)
    house.comes("b")
    assert numbers(house).lobby.admitted_per_minute == 2
    house.clock.advance(1)
    assert numbers(house).lobby.admitted_per_minute == 1


def test_the_average_is_what_is_expected_until_visits_were_seen(house: Playhouse) -> None:
    assert numbers(house).lobby.service_s == 300
    house.comes("a")
    house.comes_in("a")
    house.clock.advance(99)
    house.do(finish, key=house.place("a").key)
    line = numbers(house).lobby
    assert line.visits == 1
    assert line.service_s == (100 + 4 * 300) / 5
    assert line.coming_s == 1 / 5


def test_seats_are_counted_by_section_in_the_order_of_the_plan(house: Playhouse) -> None:
    house.comes("a")
    house.comes("b")
    buys(house, "a", "A-1", "A-2")
    holds(house, "b", "A-3", "CA-1")
    blocked: dict[str, Any] = {"guids": ["CA-4"], "reason": "Camera"}
    house.do(block_seats, performance_id=house.performance_id, **blocked)
    stalls, circle = numbers(house).sections
    assert stalls == SectionNumbers(name="Stalls", seats=10, sold=2, held=1, blocked=0)
    assert circle == SectionNumbers(name="Circle", seats=4, sold=0, held=1, blocked=1)
    assert (stalls.free, circle.free) == (7, 2)
    assert numbers(house).house == SectionNumbers(name="", seats=14, sold=2, held=2, blocked=1)
    # Its time runs out; that no sweep has come yet makes no difference.
    house.clock.advance(3600)
    assert [one.held for one in numbers(house).sections] == [0, 0]


def test_limits_are_those_that_hold_now_and_not_those_of_the_show(house: Playhouse) -> None:
    assert (numbers(house).limit, numbers(house).admit_per_minute) == (2, None)
    house.do(set_rate, performance_id=house.performance_id, choosing=7, admit_per_minute=30)
    assert (numbers(house).limit, numbers(house).admit_per_minute) == (7, 30)


def test_an_end_is_expected_while_people_are_called_and_somebody_is_there(house: Playhouse) -> None:
    assert numbers(house).expected_end_at is None
    for phone in ("a", "b", "c", "d"):
        house.comes(phone)
    # Two wait, two at once for 300 s each: the last comes in after 300 s.
    end_at = numbers(house).expected_end_at
    assert end_at is not None
    assert (end_at - house.clock.now) / SECOND == 600
    house.do(pause_lobby, performance_id=house.performance_id)
    assert (numbers(house).gate, numbers(house).expected_end_at) == ("paused", None)


def test_every_lobby_of_a_show_is_told_by_date(house: Playhouse) -> None:
    house.comes("a")
    earlier = house.do(create_performance, show_id=house.show_id, starts_at=STARTS - SECOND)
    found = house.store.read_now(overseen_lobbies, house.show(), house.clock.now)
    assert [one.performance.id for one in found] == [earlier.id, house.performance_id]
    assert [one.lobby.called for one in found] == [0, 1]
    assert found[0].house is None


def test_there_are_no_numbers_of_what_is_not_there(house: Playhouse) -> None:
    assert house.store.read_now(overseen, "nothing", 0) is None
    house.change("close")
    house.do(archive_performance, performance_id=house.performance_id)
    assert house.store.read_now(overseen, house.performance_id, 0) is None


@pytest.mark.parametrize(
    ("line", "house", "closes_at", "seconds"),
    [
        ({}, None, None, None),
        ({"choosing": 1}, None, None, 300),
        ({"waiting": 10, "choosing": 10}, None, None, 600),
        # What nobody has measured yet shortens nothing.
        ({"waiting": 10, "choosing": 10, "visits": 4}, replace(NOBODY_BOUGHT, sold=98), None, 600),
        ({"waiting": 10, "choosing": 10, "visits": 50}, NOBODY_BOUGHT, None, 600),
        # Of two seats a visit there are enough for ten that are inside, and for five more.
        ({"waiting": 10, "choosing": 10, "visits": 35}, replace(NOBODY_BOUGHT, sold=70), None, 450),
        ({"waiting": 10, "choosing": 10, "visits": 50}, replace(NOBODY_BOUGHT, sold=100), None, 300),
        # Somebody comes in late: for as long as that a unit is taken by nobody.
        ({"waiting": 10, "choosing": 10, "coming_s": 100.0}, None, None, 800),
        ({"waiting": 10, "choosing": 10}, None, 500, 500),
        ({"waiting": 10, "choosing": 10}, None, -5, 0),
    ],
)
def test_it_is_over_when_the_line_or_the_seats_or_the_sale_ends(
    line: dict[str, Any], house: SectionNumbers | None, closes_at: int | None, seconds: int | None
) -> None:
    now = 1_000 * SECOND
    end_at = expected_end_at(
        replace(LINE, **line),
        house,
        limit=10,
        admit_per_minute=None,
        closes_at=None if closes_at is None else now + closes_at * SECOND,
        now=now,
    )
    assert end_at == (None if seconds is None else now + seconds * SECOND)


def test_a_rate_below_the_room_makes_it_last_longer() -> None:
    line = replace(LINE, waiting=10, choosing=10)
    end_at = expected_end_at(line, None, limit=10, admit_per_minute=1, closes_at=None, now=0)
    assert end_at == (10 * 60 + 300) * SECOND
