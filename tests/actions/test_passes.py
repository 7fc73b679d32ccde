"""Passes: who is let to the seats, from which device, and for how long. Who is refused changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nowserving.actions.shows.lobbying import pause_lobby
from nowserving.actions.shows.organising import create_performance, edit_show
from nowserving.actions.shows.passing import (
    come_in,
    end_pass,
    end_spent_pass,
    extend_own_pass,
    leave_seats,
    pass_in,
    spend_pass,
)
from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.calling import end_visit
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.moving import find
from nowserving.actions.tickets.serving import check_in
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.shows.passes import Pass, pass_by_id
from nowserving.store.store import Store
from tests.actions.playhouse import SECOND, STARTS, Playhouse, make_playhouse
from tests.builders import Builder
from tests.conftest import Clock


@action(scope="performance_id")
def look(tx: Tx, *, performance_id: str, claims: dict[str, Any]) -> Ticket:
    """What holding a seat asks first."""
    return pass_in(tx, performance_id, claims)


@action(scope="key")
def book(tx: Tx, *, key: str) -> Ticket:
    """What booking does last."""
    return end_pass(tx, find(tx, key), "booked")


@action(scope="key")
def stop(tx: Tx, *, key: str) -> Ticket:
    """What ends a visit by other hands."""
    ended = end_visit(tx, find(tx, key))
    admit_after(tx, ended.queue_id)
    return ended


@pytest.fixture
def house(store: Store, clock: Clock, build: Builder) -> Iterator[Playhouse]:
    """A playhouse whose sale is open, for one at a time."""
    opened = make_playhouse(store, clock, build, choosing=1, come_in_s=60, choose_s=300, extend_s=120)
    opened.change("announce", "open")
    for one in ("ana", "ben"):
        opened.comes(one)
    yield opened
    opened.audit()


def claims(given: Pass, **other: Any) -> dict[str, Any]:
    return {"jti": given.id, "dev": given.device_hash, **other}


def row(house: Playhouse, given: Pass) -> Pass:
    found = house.store.read_now(pass_by_id, given.id)
    assert found is not None
    return found


def test_whoever_was_called_comes_in_and_asks_again_for_the_same_pass(house: Playhouse) -> None:
    given = house.comes_in("ana")
    assert house.place("ana").state is State.SERVING
    assert given.expires_at == house.place("ana").deadline_at
    assert house.comes_in("ana") == given
    asked = house.do(look, performance_id=house.performance_id, claims=claims(given))
    assert asked.key == house.place("ana").key


def test_checked_in_by_the_page_of_a_ticket_the_pass_comes_after(house: Playhouse) -> None:
    house.do(check_in, actor="guest", key=house.place("ana").key)
    assert house.comes_in("ana").expires_at == house.place("ana").deadline_at


@pytest.mark.parametrize("device", [None, "", "ben", "ANA", "é"])
def test_another_device_does_not_come_in(house: Playhouse, device: str | None) -> None:
    refusal = house.refuses(come_in, key=house.place("ana").key, device_hash=device)
    assert refusal.code == "no_pass"


def test_who_joined_without_a_device_does_not_come_in(house: Playhouse) -> None:
    house.do(book, key=house.place("ana").key)
    ticket = house.do(join, queue_id=house.performance().queue_id, through_show=True).ticket
    assert house.refuses(come_in, key=ticket.key, device_hash="").code == "no_pass"


def test_who_was_not_called_does_not_come_in(house: Playhouse) -> None:
    refusal = house.refuses(come_in, key=house.place("ben").key, device_hash="ben")
    assert (refusal.code, refusal.data["state"]) == ("wrong_state", "waiting")


def test_who_comes_too_late_does_not_come_in(house: Playhouse) -> None:
    house.clock.advance(60)
    assert house.refuses(come_in, key=house.place("ana").key, device_hash="ana").code == "lapsed"


def test_a_ticket_of_another_queue_has_no_pass(house: Playhouse) -> None:
    counter = house.build.queue("Box office", house.branch_id, prefix="B")
    ticket = house.do(join, queue_id=counter, joined_from="ana").ticket
    assert house.refuses(come_in, key=ticket.key, device_hash="ana").code == "not_found"


@pytest.mark.parametrize(
    "forged",
    [
        {"jti": "never-issued"},
        {"jti": ""},
        {"jti": None},
        {"dev": "ben"},
        {"dev": ""},
        {"dev": None},
        {"dev": "é"},
    ],
)
def test_what_was_never_issued_opens_nothing(house: Playhouse, forged: dict[str, Any]) -> None:
    given = claims(house.comes_in("ana"), **forged)
    for verb in (look, extend_own_pass, leave_seats):
        assert house.refuses(verb, performance_id=house.performance_id, claims=given).code == "no_pass"


def test_a_website_takes_nothing_that_was_never_issued_or_is_for_another_evening(house: Playhouse) -> None:
    other = house.do(create_performance, show_id=house.show_id, starts_at=STARTS + SECOND)
    given = house.comes_in("ana")
    for verb in (spend_pass, end_spent_pass):
        for performance_id, pass_id in ((house.performance_id, "never-issued"), (other.id, given.id)):
            refusal = house.refuses(verb, performance_id=performance_id, pass_id=pass_id)
            assert refusal.code == "no_pass"


def test_a_pass_to_another_performance_opens_nothing(house: Playhouse) -> None:
    other = house.do(create_performance, show_id=house.show_id, starts_at=STARTS + SECOND)
    given = house.comes_in("ana")
    assert house.refuses(look, performance_id=other.id, claims=claims(given)).code == "no_pass"


@pytest.mark.parametrize(("after_us", "good"), [(-1, True), (0, False), (1, False)])
def test_a_pass_is_good_until_its_last_microsecond_whether_anybody_swept_or_not(
    house: Playhouse, after_us: int, good: bool
) -> None:
    given = house.comes_in("ana")
    house.clock.now = given.expires_at + after_us - SECOND
    if good:
        asked = house.do(look, performance_id=house.performance_id, claims=claims(given))
        assert asked.state is State.SERVING
    else:
        refusal = house.refuses(look, performance_id=house.performance_id, claims=claims(given))
        assert refusal.code == "pass_lapsed"
        assert house.refuses(come_in, key=house.place("ana").key, device_hash="ana").code == "pass_lapsed"


def test_a_pass_that_lapsed_is_over_in_its_row_and_the_next_one_is_called(house: Playhouse) -> None:
    given = house.comes_in("ana")
    house.clock.now = given.expires_at
    house.do(lapse_overdue, actor="rule", branch_id=house.branch_id)
    assert row(house, given).ended_at is not None
    assert house.states("ana", "ben") == [State.DONE, State.CALLED]


@pytest.mark.parametrize("verb", [book, stop])
def test_booked_or_ended_the_pass_opens_nothing_more(house: Playhouse, verb: Any) -> None:
    given = house.comes_in("ana")
    house.do(verb, key=house.place("ana").key)
    assert row(house, given).ended_at is not None
    assert (
        house.refuses(look, performance_id=house.performance_id, claims=claims(given)).code == "pass_lapsed"
    )
    assert house.refuses(come_in, key=house.place("ana").key, device_hash="ana").code == "wrong_state"


def test_leaving_frees_the_unit_at_once(house: Playhouse) -> None:
    given = house.comes_in("ana")
    house.do(leave_seats, performance_id=house.performance_id, claims=claims(given))
    assert house.states("ana", "ben") == [State.DONE, State.CALLED]
    refusal = house.refuses(leave_seats, performance_id=house.performance_id, claims=claims(given))
    assert refusal.code == "pass_lapsed"


def test_more_time_is_given_once(house: Playhouse) -> None:
    given = house.comes_in("ana")
    house.do(extend_own_pass, performance_id=house.performance_id, claims=claims(given))
    assert row(house, given).expires_at == given.expires_at + 120 * SECOND == house.place("ana").deadline_at
    refusal = house.refuses(extend_own_pass, performance_id=house.performance_id, claims=claims(given))
    assert refusal.code == "already_extended"


def test_where_the_show_gives_no_more_time_none_is_given(house: Playhouse) -> None:
    house.do(edit_show, show_id=house.show_id, changes={"rules": {"extend_s": 0}})
    given = house.comes_in("ana")
    refusal = house.refuses(extend_own_pass, performance_id=house.performance_id, claims=claims(given))
    assert refusal.code == "already_extended"


def test_a_website_that_we_guard_takes_a_pass_once(house: Playhouse) -> None:
    given = house.comes_in("ana")
    wish = {"performance_id": house.performance_id, "pass_id": given.id}
    taken, ticket = house.do(spend_pass, **wish)
    assert (taken.id, ticket.key) == (given.id, house.place("ana").key)
    assert house.refuses(spend_pass, **wish).code == "no_pass"


def test_a_website_takes_no_pass_that_is_over(house: Playhouse) -> None:
    given = house.comes_in("ana")
    house.clock.now = given.expires_at
    wish = {"performance_id": house.performance_id, "pass_id": given.id}
    assert house.refuses(spend_pass, **wish).code == "pass_lapsed"


def test_a_website_ends_what_it_has_taken_and_nothing_else(house: Playhouse) -> None:
    given = house.comes_in("ana")
    wish = {"performance_id": house.performance_id, "pass_id": given.id}
    assert house.refuses(end_spent_pass, **wish).code == "no_pass"
    house.do(spend_pass, **wish)
    house.do(end_spent_pass, **wish)
    assert house.states("ana", "ben") == [State.DONE, State.CALLED]
    assert house.refuses(end_spent_pass, **wish).code == "pass_lapsed"


def test_a_pause_lets_those_who_were_called_come_in(house: Playhouse) -> None:
    house.do(pause_lobby, performance_id=house.performance_id)
    assert house.comes_in("ana").ended_at is None


def test_closed_nobody_comes_in(house: Playhouse) -> None:
    given = house.comes_in("ana")
    house.change("close")
    assert (
        house.refuses(look, performance_id=house.performance_id, claims=claims(given)).code == "pass_lapsed"
    )
    for one in ("ana", "ben"):
        refusal = house.refuses(come_in, key=house.place(one).key, device_hash=one)
        assert refusal.code == "wrong_show_state"
