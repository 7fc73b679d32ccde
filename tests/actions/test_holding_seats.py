"""Holding seats: under a pass, all or none, for minutes; and whether one has run out, the clock says."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.holding import COOL_DOWN_S, MOST_HOLDS, extend_hold, hold_seats, release_hold
from nowserving.actions.shows.passing import extend_own_pass
from nowserving.domain.seats.sale import HoldState
from nowserving.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany
from nowserving.store import schema
from tests.actions.theatre import SECOND, STARTS, Theatre


def test_named_seats_are_held_all_of_them_for_as_long_as_one_chooses(theatre: Theatre) -> None:
    held = theatre.hold(guids=["A-1", "A-2"])

    assert (held.state, held.seats, held.live(theatre.clock.now)) == (HoldState.HELD, 2, True)
    assert held.expires_at == theatre.clock.now + 600 * SECOND
    assert theatre.taken() == {"A-1", "A-2"}
    event = theatre.events()[-1]
    assert (event.verb, event.data["taken"]) == ("hold.made", [0, 1])


def test_all_or_none_and_whoever_was_too_late_hears_of_the_nearest(theatre: Theatre) -> None:
    theatre.hold(guids=["B-3"])
    claims = theatre.comes_in()

    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, guids=["B-2", "B-3"])

    assert (type(refusal), refusal.code, refusal.data["taken"]) == (Conflict, "seats_taken", ["B-3"])
    assert refusal.data["alternative"] == ["A-2", "A-3"]
    assert theatre.taken() == {"B-3"}


def test_the_best_seats_are_in_the_middle(theatre: Theatre) -> None:
    theatre.hold(many=2)
    assert theatre.taken() == {"A-3", "A-4"}
    theatre.hold(many=2, category="Seats", accessible=False)
    assert len(theatre.taken()) == 4


def test_who_wants_more_than_there_is_hears_how_many_are_left(theatre: Theatre) -> None:
    for row in "ABC":
        theatre.hold(guids=[f"{row}-{n}" for n in range(1, 5)])
    theatre.hold(guids=["A-5", "A-6", "B-5", "B-6"])
    claims = theatre.comes_in()
    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, many=3)
    assert (refusal.code, refusal.data["left"]) == ("not_enough_seats", 2)
    assert theatre.hold(claims, many=2).seats == 2


@pytest.mark.parametrize(
    ("wish", "pointer", "code"),
    [
        ({}, "/guids", "one_of_two"),
        ({"guids": ["A-1"], "many": 1}, "/guids", "one_of_two"),
        ({"guids": []}, "/guids", "empty"),
        ({"guids": "A-1"}, "/guids", "not_a_list"),
        ({"guids": ["A-1", "Z-9"]}, "/guids/1", "unknown_seat"),
        ({"guids": ["A-1", 7]}, "/guids/1", "unknown_seat"),
        ({"guids": ["A-1", "A-1"]}, "/guids/1", "twice"),
        ({"many": 0}, "/many", "out_of_range"),
        ({"many": "2"}, "/many", "not_whole"),
        ({"many": 1, "category": "Box"}, "/category", "unknown_category"),
        ({"many": 1, "accessible": "yes"}, "/accessible", "not_flag"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_at_its_field(
    theatre: Theatre, wish: dict[str, Any], pointer: str, code: str
) -> None:
    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=theatre.comes_in(), **wish)
    assert isinstance(refusal, Invalid)
    assert [(field.pointer, field.code) for field in refusal.fields] == [(pointer, code)]


def test_nobody_gets_more_than_one_person_may_have(theatre: Theatre) -> None:
    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=theatre.comes_in(), many=5)
    assert (refusal.code, refusal.data["most"]) == ("per_person", 4)


def test_no_seat_is_left_alone_where_the_house_does_not_want_it(theatre: Theatre) -> None:
    theatre.rule(no_single_seat=True)
    claims = theatre.comes_in()
    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, guids=["A-2", "A-3"])
    assert (refusal.code, refusal.data["alone"]) == ("strands_seat", ["A-1"])
    alternative = refusal.data["alternative"]
    assert isinstance(alternative, list)
    assert len(theatre.hold(claims, guids=alternative).key) == 22


def test_where_every_choice_leaves_somebody_alone_none_is_refused(theatre: Theatre) -> None:
    theatre.rule(no_single_seat=True)
    theatre.seats_of_one_row(3)
    assert theatre.hold(guids=["A-1", "A-2"]).seats == 2


def test_a_hold_that_has_run_out_keeps_no_seat_from_anybody_though_no_sweep_was_there(
    theatre: Theatre,
) -> None:
    first = theatre.hold(guids=["A-1"])
    theatre.clock.now = first.expires_at
    assert theatre.taken() == set()

    second = theatre.hold(guids=["A-1"])
    theatre.sweep()

    assert theatre.taken() == {"A-1"}
    assert second.live(theatre.clock.now)


def test_a_hold_lasts_to_its_last_microsecond_and_not_one_longer(theatre: Theatre) -> None:
    first = theatre.hold(guids=["A-1"])
    theatre.clock.now = first.expires_at - 1
    assert theatre.taken() == {"A-1"}
    theatre.clock.now = first.expires_at
    assert theatre.taken() == set()


def test_what_has_run_out_is_swept_once(theatre: Theatre) -> None:
    held = theatre.hold(guids=["A-1", "A-2"])
    theatre.clock.now = held.expires_at
    assert (theatre.sweep(), theatre.sweep()) == (1, 0)
    event = theatre.events()[-1]
    assert (event.verb, event.actor, event.data["freed"]) == ("hold.lapsed", "rule", [0, 1])


def test_one_holds_once_at_a_time_under_a_pass(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, guids=["A-2"])
    assert (refusal.code, refusal.data["hold_key"]) == ("already_holding", held.key)


def test_who_holds_again_after_their_hold_has_run_out_has_the_new_one_alone(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    first = theatre.hold(claims, guids=["A-1"])
    theatre.clock.now = first.expires_at
    theatre.hold(claims, guids=["A-2"])
    assert theatre.taken() == {"A-2"}


def test_what_is_released_is_free_at_once_and_twice_is_once(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    assert theatre.do(release_hold, hold_key=held.key, claims=claims).state is HoldState.RELEASED
    assert theatre.taken() == set()
    assert theatre.do(release_hold, hold_key=held.key, claims=claims).state is HoldState.RELEASED


def test_who_holds_and_releases_again_and_again_has_to_wait_longer_and_longer(theatre: Theatre) -> None:
    claims = theatre.comes_in()

    def again() -> None:
        held = theatre.hold(claims, many=4)
        theatre.do(release_hold, hold_key=held.key, claims=claims)

    for _ in range(3):
        again()
    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, many=4)
    assert isinstance(refusal, TooMany)
    assert refusal.retry_after_s == COOL_DOWN_S - 1
    for _ in range(MOST_HOLDS - 3):
        theatre.clock.advance(COOL_DOWN_S)
        again()
    theatre.clock.advance(COOL_DOWN_S)
    last = theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, many=4)
    assert last.code == "too_many_holds"
    assert (last.retry_after_s or 0) > COOL_DOWN_S
    assert theatre.taken() == set()


def test_more_time_is_given_once(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    longer = theatre.do(extend_hold, hold_key=held.key, claims=claims)
    assert longer.expires_at == held.expires_at + 300 * SECOND
    theatre.clock.now = held.expires_at
    assert theatre.taken() == {"A-1"}
    assert theatre.refuses(extend_hold, hold_key=held.key, claims=claims).code == "already_extended"


def test_nothing_lasts_longer_than_the_pass(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    end = theatre.ticket(claims["key"]).deadline_at
    assert end is not None
    theatre.clock.now = end - 100 * SECOND
    held = theatre.hold(claims, guids=["A-1"])
    assert held.expires_at == end
    # More time for the seats is more time for the pass, once; both end at the same instant.
    later = theatre.do(extend_hold, hold_key=held.key, claims=claims).expires_at
    assert later == theatre.ticket(claims["key"]).deadline_at == end + 300 * SECOND


def test_seats_last_no_longer_than_a_pass_that_had_its_one_extension(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    theatre.do(extend_own_pass, performance_id="tuesday", claims=claims)
    end = theatre.ticket(claims["key"]).deadline_at
    assert end is not None
    theatre.clock.now = end - 100 * SECOND
    held = theatre.hold(claims, guids=["A-1"])
    assert held.expires_at == end
    assert theatre.do(extend_hold, hold_key=held.key, claims=claims).expires_at == end


def test_what_has_run_out_can_be_neither_extended_nor_booked(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    theatre.clock.now = held.expires_at - SECOND
    refusals = [
        theatre.refuses(extend_hold, hold_key=held.key, claims=claims),
        theatre.refuses(book_seats, hold_key=held.key, claims=claims, name="Ana", email="a@example.org"),
    ]
    assert [(type(one), one.code) for one in refusals] == [(Gone, "hold_lapsed")] * 2


@pytest.mark.parametrize(
    "claims", [{}, {"jti": "pass-0"}, {"jti": "pass-0", "dev": "other"}, {"jti": "x", "dev": "phone"}]
)
def test_without_a_pass_of_ones_own_nothing_is_held(theatre: Theatre, claims: dict[str, Any]) -> None:
    theatre.comes_in()
    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, many=1)
    assert (type(refusal), refusal.code) == (Forbidden, "no_pass")


def test_a_pass_that_is_over_opens_nothing(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    theatre.clock.now = theatre.ticket(claims["key"]).deadline_at or 0
    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, many=1)
    assert (type(refusal), refusal.code) == (Gone, "pass_lapsed")


def test_nobody_touches_what_somebody_else_holds(theatre: Theatre) -> None:
    held = theatre.hold(guids=["A-1"])
    mine = theatre.comes_in()
    for verb in (release_hold, extend_hold):
        assert isinstance(theatre.refuses(verb, hold_key=held.key, claims=mine), NotFound)


def test_who_has_left_the_lobby_holds_nothing_any_more(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    theatre.hold(claims, guids=["A-1"])
    theatre.leaves(claims)
    assert theatre.sweep() == 1
    assert theatre.taken() == set()


def test_a_show_that_is_closed_or_has_begun_sells_nothing(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    theatre.build.change(schema.shows, "show", state="closed")
    assert theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, many=1).code == "sale_over"
    theatre.build.change(schema.shows, "show", state="on_going")
    theatre.clock.now = STARTS
    late = theatre.comes_in()
    assert theatre.refuses(hold_seats, performance_id="tuesday", claims=late, many=1).code == "sale_over"
