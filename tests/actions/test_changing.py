"""Moving, cancelling and editing a promise, the waiting list, and what runs out by itself."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.reservations.booking import book, hold
from nowserving.actions.reservations.changing import cancel_reservation, edit_reservation, move_reservation
from nowserving.actions.reservations.standing_by import decline_offer, leave_standby, stand_by, take_offer
from nowserving.domain.reservations.reservation import ReservationState as S
from nowserving.domain.reservations.standby import Standby, StandbyState
from nowserving.errors import Conflict, Gone, Invalid, NotFound
from nowserving.store.reservations.reservations import offer_to
from nowserving.store.reservations.standbys import standby_by_key
from tests.actions.surgery import DAY, HOUR, MINUTE, SECOND, TUESDAY, Surgery

HALF = 30 * MINUTE


def wait(surgery: Surgery, from_at: int = TUESDAY, to_at: int = TUESDAY + HALF, **more: Any) -> Standby:
    """Take a place in the waiting list, for the first slot of Tuesday unless told otherwise."""
    return surgery.do(
        stand_by, service_id=surgery.service.id, from_at=from_at, to_at=to_at, name="Wim", **more
    )


def now(surgery: Surgery, standby: Standby) -> Standby:
    found = surgery.store.read_now(standby_by_key, standby.key)
    assert found is not None
    return found


def full(surgery: Surgery) -> list[Any]:
    """Sell both rooms at nine on Tuesday."""
    return [surgery.reserve(), surgery.reserve()]


def test_a_reservation_is_moved_and_stays_the_same_promise(surgery: Surgery) -> None:
    before = surgery.reserve()
    after = surgery.do(move_reservation, reservation_key=before.key, start_at=TUESDAY + HOUR)
    assert (after.key, after.code, after.state) == (before.key, before.code, S.CONFIRMED)
    assert (after.start_at, after.end_at, after.sequence) == (TUESDAY + HOUR, TUESDAY + HOUR + HALF, 1)
    assert after.deadline_at == after.start_at + HOUR
    assert after == surgery.now(before)
    assert surgery.free(desk_id=before.desk_id) == 1


def test_to_its_own_time_it_is_not_moved(surgery: Surgery) -> None:
    one, _ = full(surgery)
    assert surgery.do(move_reservation, reservation_key=one.key, start_at=TUESDAY, desk_id=one.desk_id) == one
    assert surgery.verbs(1) == ["reservation.confirmed"]


def test_a_reservation_is_in_nobodys_way_when_it_is_moved(surgery: Surgery) -> None:
    surgery.edit(desk_ids=[surgery.rooms[0]])
    surgery.rule(step_s=600)
    one = surgery.reserve()
    later = surgery.do(move_reservation, reservation_key=one.key, start_at=TUESDAY + 10 * MINUTE)
    assert later.start_at == TUESDAY + 10 * MINUTE


def test_a_full_time_is_refused_and_the_old_one_stays(surgery: Surgery) -> None:
    full(surgery)
    mine = surgery.reserve(TUESDAY + HOUR)
    assert surgery.refuses(move_reservation, reservation_key=mine.key, start_at=TUESDAY).code == "slot_full"
    assert surgery.now(mine) == mine


def test_a_request_that_is_moved_keeps_waiting_for_its_answer(surgery: Surgery) -> None:
    surgery.rule(approval=True, answer_s=30 * 24 * 3600)
    asked = surgery.reserve(TUESDAY + DAY)
    assert asked.deadline_at == TUESDAY + DAY
    moved = surgery.do(move_reservation, reservation_key=asked.key, start_at=TUESDAY)
    assert (moved.state, moved.deadline_at) == (S.PENDING, TUESDAY)


def test_after_the_cut_off_only_staff_change_anything(surgery: Surgery) -> None:
    surgery.rule(cutoff_s=48 * 3600)
    one = surgery.reserve()
    for verb, more in ((move_reservation, {"start_at": TUESDAY + DAY}), (cancel_reservation, {})):
        refusal = surgery.refuses(verb, reservation_key=one.key, **more)
        assert (refusal.code, refusal.data["until_at"]) == ("too_late_to_change", TUESDAY - 2 * DAY)
    assert surgery.do(
        move_reservation, reservation_key=one.key, start_at=TUESDAY + DAY, by_staff=True
    ).start_at == (TUESDAY + DAY)
    ended = surgery.do(cancel_reservation, reservation_key=one.key, reason="ill", by_staff=True)
    assert (ended.state, ended.ended_by, ended.reason, ended.deadline_at) == (
        S.CANCELLED,
        "staff",
        "ill",
        None,
    )


def test_a_cancelled_time_is_free_at_once(surgery: Surgery) -> None:
    one, _ = full(surgery)
    ended = surgery.do(cancel_reservation, reservation_key=one.key)
    assert (ended.state, ended.ended_by) == (S.CANCELLED, "guest")
    assert surgery.free() == 1
    refusal = surgery.refuses(cancel_reservation, reservation_key=one.key)
    assert (type(refusal), refusal.data["state"]) == (Conflict, "cancelled")
    assert surgery.refuses(move_reservation, reservation_key=one.key, start_at=TUESDAY).code == "wrong_state"
    held = surgery.hold()
    assert surgery.do(cancel_reservation, reservation_key=held.key).state is S.CANCELLED


def test_what_a_guest_wrote_can_be_changed(surgery: Surgery) -> None:
    one = surgery.reserve(email="a@example.org", note="old")
    after = surgery.do(
        edit_reservation, reservation_key=one.key, changes={"name": "Eva", "email": "e@example.org"}
    )
    assert (after.name, after.email, after.note, after.verified_at) == ("Eva", "e@example.org", "old", None)
    assert surgery.events()[-1].data["fields"] == ["email", "name", "verified_at"]
    assert surgery.do(edit_reservation, reservation_key=one.key, changes={"name": "Eva"}) == after
    assert isinstance(
        surgery.refuses(edit_reservation, reservation_key=one.key, changes={"name": ""}), Invalid
    )
    held = surgery.hold(TUESDAY + HOUR)
    assert surgery.refuses(edit_reservation, reservation_key=held.key, changes={}).code == "wrong_state"


def test_a_freed_place_is_kept_for_the_first_who_waits(surgery: Surgery) -> None:
    one, _ = full(surgery)
    first, second = wait(surgery), wait(surgery)
    surgery.do(cancel_reservation, reservation_key=one.key)
    assert [now(surgery, who).state for who in (first, second)] == [
        StandbyState.OFFERED,
        StandbyState.WAITING,
    ]
    assert surgery.free() == 0
    assert surgery.refuses(hold, service_id=surgery.service.id, start_at=TUESDAY).code == "slot_full"
    taken = surgery.do(take_offer, standby_key=first.key)
    assert (taken.state, taken.name, taken.start_at) == (S.CONFIRMED, "Wim", TUESDAY)
    assert now(surgery, first).state is StandbyState.BOOKED
    assert surgery.refuses(take_offer, standby_key=first.key).code == "standby_over"
    assert surgery.refuses(take_offer, standby_key=second.key).code == "no_offer"


def test_an_offer_that_is_declined_passes_on(surgery: Surgery) -> None:
    one, _ = full(surgery)
    first, second = wait(surgery), wait(surgery)
    surgery.do(cancel_reservation, reservation_key=one.key)
    assert surgery.do(decline_offer, standby_key=first.key).state is StandbyState.WAITING
    assert now(surgery, second).state is StandbyState.OFFERED
    surgery.do(decline_offer, standby_key=second.key)
    # Nobody is offered the same time twice: now it is anybody's.
    assert surgery.free() == 1
    assert surgery.refuses(decline_offer, standby_key=second.key).code == "no_offer"


def test_an_offer_that_runs_out_passes_on_even_before_a_sweep(surgery: Surgery) -> None:
    one, _ = full(surgery)
    first, second = wait(surgery), wait(surgery)
    surgery.do(cancel_reservation, reservation_key=one.key)
    surgery.clock.advance(1801)
    assert type(surgery.refuses(take_offer, standby_key=first.key)) is Gone
    # Somebody is quicker than the sweep, and the place still goes to the second in line.
    surgery.do(hold, service_id=surgery.service.id, start_at=TUESDAY + HOUR)
    assert now(surgery, first).state is StandbyState.WAITING
    offer = surgery.store.read_now(offer_to, now(surgery, second).id)
    assert offer is not None
    assert surgery.do(book, reservation_key=offer.key, name="Eva").state is S.CONFIRMED
    assert now(surgery, second).state is StandbyState.BOOKED


def test_nobody_is_offered_the_same_time_twice(surgery: Surgery) -> None:
    full(surgery)
    more = [surgery.reserve(TUESDAY + HALF * (n // 2 + 1)) for n in range(4)]
    who = wait(surgery, to_at=TUESDAY + 2 * HOUR - HALF)
    for one in (*more[:3:2], surgery.now(more[1])):
        surgery.do(cancel_reservation, reservation_key=one.key)
        if now(surgery, who).state is StandbyState.OFFERED:
            surgery.do(decline_offer, standby_key=who.key)
    assert now(surgery, who).offers == 2
    nine = [one for one in surgery.slots() if one.start_at == TUESDAY]
    assert nine[0].free == 0


def test_who_leaves_the_list_gives_the_offer_on(surgery: Surgery) -> None:
    one, _ = full(surgery)
    first, second = wait(surgery), wait(surgery)
    surgery.do(cancel_reservation, reservation_key=one.key)
    left = surgery.do(leave_standby, standby_key=first.key)
    assert (left.state, now(surgery, second).state) == (StandbyState.LEFT, StandbyState.OFFERED)
    assert surgery.do(leave_standby, standby_key=first.key) == left
    assert surgery.do(leave_standby, standby_key=second.key).state is StandbyState.LEFT
    assert surgery.free() == 1


def test_times_that_have_passed_end_a_place_in_the_list(surgery: Surgery) -> None:
    full(surgery)
    who = wait(surgery)
    later = surgery.reserve(TUESDAY + DAY)
    surgery.clock.advance(24 * 3600 + 1860)
    surgery.do(cancel_reservation, reservation_key=later.key)
    assert now(surgery, who).state is StandbyState.OVER


def test_larger_parties_are_passed_where_they_do_not_fit(surgery: Surgery) -> None:
    surgery.edit(desk_ids=[surgery.rooms[0]])
    surgery.rule(capacity=2, max_size=2)
    one, _ = surgery.reserve(), surgery.reserve()
    large, small = wait(surgery, size=2), wait(surgery, size=1)
    surgery.do(cancel_reservation, reservation_key=one.key)
    assert [now(surgery, who).state for who in (large, small)] == [StandbyState.WAITING, StandbyState.OFFERED]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "room_left"),
        ({"to_at": TUESDAY}, "invalid"),
        ({"desk_id": "nowhere"}, "invalid"),
        ({"size": 2}, "invalid"),
        ({"email": "nobody"}, "invalid"),
    ],
)
def test_a_place_in_the_list_is_for_full_slots_alone(
    surgery: Surgery, given: dict[str, Any], code: str
) -> None:
    if code == "invalid":
        full(surgery)
    wanted = {"service_id": surgery.service.id, "from_at": TUESDAY, "to_at": TUESDAY + HALF, **given}
    assert surgery.refuses(stand_by, **wanted).code == code


def test_a_service_may_have_no_waiting_list(surgery: Surgery) -> None:
    surgery.rule(standby=False)
    wanted = {"service_id": surgery.service.id, "from_at": TUESDAY, "to_at": TUESDAY + HALF}
    assert surgery.refuses(stand_by, **wanted).code == "no_standby"
    assert type(surgery.refuses(take_offer, standby_key="nothing")) is NotFound


def test_everything_overdue_happens_once_after_an_outage(surgery: Surgery) -> None:
    promised = surgery.reserve(TUESDAY - DAY + HOUR)
    held = surgery.hold(TUESDAY)
    surgery.rule(approval=True, answer_s=300)
    asked = surgery.reserve(TUESDAY + HOUR)
    surgery.clock.advance(4 * 3600)
    assert surgery.sweep() == 3
    assert surgery.sweep() == 0
    assert [surgery.now(one).state for one in (promised, held, asked)] == [S.NO_SHOW, S.LAPSED, S.LAPSED]
    assert {surgery.now(one).ended_by for one in (promised, held, asked)} == {"rule"}
    ended = [
        event for event in surgery.events() if event.verb in ("reservation.missed", "reservation.lapsed")
    ]
    # Oldest deadline first.
    assert [event.data["reservation_id"] for event in ended] == [asked.id, held.id, promised.id]


def test_nobody_is_given_up_before_the_day_is_over_where_the_rule_says_so(surgery: Surgery) -> None:
    surgery.rule(miss_after_s=None)
    assert surgery.reserve().deadline_at == TUESDAY - 9 * HOUR + DAY
    assert SECOND


def test_a_larger_party_at_the_same_time_is_another_promise_with_the_same_end(surgery: Surgery) -> None:
    surgery.rule(capacity=2, max_size=2)
    before = surgery.reserve()
    after = surgery.do(move_reservation, reservation_key=before.key, start_at=TUESDAY, size=2)
    assert (after.size, after.start_at, after.deadline_at) == (2, TUESDAY, before.deadline_at)
