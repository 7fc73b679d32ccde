"""Holding, booking, confirming: nothing is sold above capacity, and nobody is refused with room left."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.reservations.booking import MOST_HOLDS, book, confirm, hold, reserve, verify
from nowserving.actions.reservations.changing import edit_reservation
from nowserving.domain.reservations.reservation import ReservationState as S
from nowserving.errors import Conflict, Gone, Invalid, NotFound, TooMany
from tests.actions.surgery import DAY, HOUR, MINUTE, SECOND, TUESDAY, Surgery


def test_a_slot_is_held_booked_and_confirmed(surgery: Surgery) -> None:
    held = surgery.hold()
    assert (held.state, held.deadline_at) == (S.HELD, surgery.clock.now + 600 * SECOND)
    booked = surgery.do(book, reservation_key=held.key, name="Ana Ruiz", email="ana@example.org")
    assert (booked.state, booked.name, booked.email) == (S.CONFIRMED, "Ana Ruiz", "ana@example.org")
    assert booked == surgery.now(held)
    assert (booked.start_at, booked.end_at) == (TUESDAY, TUESDAY + 30 * MINUTE)
    assert surgery.verbs(3) == ["reservation.held", "reservation.booked", "reservation.confirmed"]


def test_events_of_reservations_say_nothing_personal(surgery: Surgery) -> None:
    surgery.reserve(name="Zelda Quux", email="zelda@example.org", phone="+34600123456", note="it hurts")
    said = str([event.data for event in surgery.events()])
    assert not [word for word in ("Zelda", "zelda", "600123456", "hurts") if word in said]


def test_a_slot_is_sold_up_to_its_capacity_and_no_further(surgery: Surgery) -> None:
    assert surgery.free() == 1
    first, second = surgery.reserve(), surgery.reserve()
    assert {first.desk_id, second.desk_id} == set(surgery.rooms)
    assert surgery.free() == 0
    refusal = surgery.refuses(hold, service_id=surgery.service.id, start_at=TUESDAY)
    assert (type(refusal), refusal.code) == (Conflict, "slot_full")
    near = refusal.data["alternatives"]
    assert isinstance(near, list)
    assert near[0] == {"start_at": TUESDAY + 30 * MINUTE, "end_at": TUESDAY + HOUR, "free": 1}
    assert [one["start_at"] for one in near] == [TUESDAY + n * 30 * MINUTE for n in range(1, 6)]


def test_anyone_is_the_desk_with_the_least_reserved_time_of_the_day(surgery: Surgery) -> None:
    one, two = surgery.rooms
    assert surgery.reserve(TUESDAY, desk_id=two).desk_id == two
    assert surgery.reserve(TUESDAY + HOUR).desk_id == one
    assert surgery.reserve(TUESDAY + 2 * HOUR).desk_id == one


def test_a_party_is_never_parted(surgery: Surgery) -> None:
    surgery.rule(capacity=3, max_size=3)
    surgery.reserve(size=2)
    surgery.reserve(size=2)
    assert (surgery.free(), surgery.free(size=2)) == (1, 0)
    refusal = surgery.refuses(reserve, service_id=surgery.service.id, start_at=TUESDAY, name="X", size=2)
    assert refusal.code == "slot_full"
    surgery.reserve(size=1)
    surgery.reserve(size=1)
    assert surgery.free() == 0


def test_another_service_at_the_same_desk_leaves_no_room(surgery: Surgery) -> None:
    from nowserving.actions.reservations.services import create_service

    other = surgery.do(
        create_service,
        branch_id=surgery.branch_id,
        name="X-ray",
        queue_id=surgery.queue_id,
        duration_s=900,
        rules={"capacity": 5, "max_size": 5},
        desk_ids=[surgery.rooms[0]],
    )
    surgery.do(reserve, service_id=other.id, start_at=TUESDAY + 15 * MINUTE, name="Ana")
    assert surgery.free(desk_id=surgery.rooms[0]) == 0
    assert surgery.free(desk_id=surgery.rooms[1]) == 1


def test_buffers_keep_a_desk_free(surgery: Surgery) -> None:
    surgery.rule(buffer_after_s=600, step_s=600)
    surgery.edit(desk_ids=[surgery.rooms[0]])
    surgery.reserve(TUESDAY + HOUR)
    full = {(one.start_at - TUESDAY) // MINUTE for one in surgery.slots() if not one.free}
    assert full == {30, 40, 50, 60, 70, 80, 90}


def test_a_hold_that_has_run_out_blocks_nobody_and_is_gone(surgery: Surgery) -> None:
    surgery.edit(desk_ids=[surgery.rooms[0]])
    late = surgery.hold()
    assert surgery.free() == 0
    surgery.clock.advance(601)
    assert surgery.free() == 1
    refusal = surgery.refuses(book, reservation_key=late.key, name="Late")
    assert (type(refusal), refusal.code) == (Gone, "lapsed")
    assert surgery.reserve().state is S.CONFIRMED
    assert surgery.sweep() == 1
    assert surgery.now(late).state is S.LAPSED
    assert type(surgery.refuses(book, reservation_key=late.key, name="Late")) is Gone


def test_a_hold_can_be_booked_once(surgery: Surgery) -> None:
    held = surgery.hold()
    surgery.do(book, reservation_key=held.key, name="Ana")
    refusal = surgery.refuses(book, reservation_key=held.key, name="Ana")
    assert (type(refusal), refusal.data["state"]) == (Conflict, "confirmed")


def test_nobody_hoards(surgery: Surgery) -> None:
    for place in range(MOST_HOLDS):
        surgery.hold(TUESDAY + place * 30 * MINUTE, booked_from="phone")
    refusal = surgery.refuses(
        hold, service_id=surgery.service.id, start_at=TUESDAY + 2 * HOUR, booked_from="phone"
    )
    assert (type(refusal), refusal.code) == (TooMany, "too_many_holds")
    surgery.hold(TUESDAY + 2 * HOUR, booked_from="another")


def test_choosing_again_gives_up_what_was_held_before(surgery: Surgery) -> None:
    """As often as somebody goes back; another device's hold, and the capacity, stay as they are."""
    others = [surgery.hold(TUESDAY + HOUR, booked_from="another") for _room in range(2)]
    held = [
        surgery.hold(TUESDAY + place % 2 * 30 * MINUTE, booked_from="phone", anew=True)
        for place in (0, 1, 1, 0, 0)
    ]
    assert [surgery.now(one).state for one in held] == [S.CANCELLED] * 4 + [S.HELD]
    assert [surgery.now(one).state for one in others] == [S.HELD] * 2
    again = {"service_id": surgery.service.id, "booked_from": "phone", "anew": True}
    assert surgery.refuses(hold, start_at=TUESDAY + HOUR, **again).code == "slot_full"
    assert type(surgery.refuses(hold, start_at=TUESDAY, size=99, **again)) is Invalid
    assert surgery.now(held[-1]).state is S.HELD


def test_the_limit_is_told_before_the_form(surgery: Surgery) -> None:
    surgery.rule(per_guest=1)
    surgery.reserve(booked_from="phone")
    asked = {"service_id": surgery.service.id, "start_at": TUESDAY + HOUR}
    assert surgery.refuses(hold, booked_from="phone", **asked).code == "too_many_reservations"
    assert surgery.hold(TUESDAY + HOUR, booked_from="another").state is S.HELD


@pytest.mark.parametrize(
    ("start_at", "code"),
    [
        (TUESDAY - DAY, "too_soon"),
        (TUESDAY - 40 * DAY, "too_soon"),
        (TUESDAY + 60 * DAY, "too_far"),
        (TUESDAY + 5 * MINUTE, "no_such_slot"),
        (TUESDAY + 3 * HOUR, "no_such_slot"),
        (TUESDAY + 4 * DAY, "no_such_slot"),
    ],
)
def test_only_slots_that_are_there_can_be_had(surgery: Surgery, start_at: int, code: str) -> None:
    refusal = surgery.refuses(hold, service_id=surgery.service.id, start_at=start_at)
    assert (type(refusal), refusal.code) == (Conflict, code)


def test_notice_and_window_are_kept_by_guests_and_not_by_staff(surgery: Surgery) -> None:
    surgery.rule(notice_s=24 * 3600, window_days=2)
    starts = {one.start_at for one in surgery.slots(TUESDAY - DAY, TUESDAY + 7 * DAY)}
    assert min(starts) == TUESDAY + 30 * MINUTE
    assert max(starts) < TUESDAY + 2 * DAY
    assert surgery.refuses(hold, service_id=surgery.service.id, start_at=TUESDAY).code == "too_soon"
    assert surgery.reserve(by_staff=True).state is S.CONFIRMED
    begun = surgery.clock.now - surgery.clock.now % (30 * MINUTE)
    assert surgery.reserve(begun, by_staff=True).state is S.CONFIRMED


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"desk_id": "nowhere"}, "/desk_id", "unknown_desk"),
        ({"size": 2}, "/size", "out_of_range"),
        ({"name": ""}, "/name", "required"),
        ({"email": "nobody"}, "/email", "bad_email"),
        ({"phone": "12"}, "/phone", "bad_phone"),
        ({"birth_date": "1984-02-30"}, "/birth_date", "not_a_birth_date"),
        ({"birth_date": "yesterday"}, "/birth_date", "not_a_birth_date"),
        ({"language": "xx"}, "/language", "unknown_language"),
        ({"answers": {"what": "x"}}, "/answers/what", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named(surgery: Surgery, given: dict[str, object], pointer: str, code: str) -> None:
    wanted: dict[str, Any] = {"service_id": surgery.service.id, "start_at": TUESDAY, "name": "Ana", **given}
    refusal = surgery.refuses(reserve, **wanted)
    assert isinstance(refusal, Invalid)
    assert {one.pointer: one.code for one in refusal.fields} == {pointer: code}


def test_questions_are_asked_and_answered(surgery: Surgery) -> None:
    surgery.edit(
        questions=[
            {"code": "why", "label": "Why do you come?", "required": True},
            {"code": "first", "label": "First visit?", "kind": "yes_no"},
            {"code": "kind", "label": "Which?", "kind": "choice", "choices": ["a", "b"]},
        ]
    )
    wanted: dict[str, Any] = {"service_id": surgery.service.id, "start_at": TUESDAY, "name": "Ana"}
    for answers, pointer in (
        (None, "/answers/why"),
        ({"why": ""}, "/answers/why"),
        ({"why": "x", "first": "yes"}, "/answers/first"),
        ({"why": "x", "kind": "c"}, "/answers/kind"),
    ):
        refusal = surgery.refuses(reserve, **wanted, answers=answers)
        assert [one.pointer for one in refusal.fields] == [pointer]
    given: dict[str, Any] = {"why": "it\nhurts", "first": True, "kind": ""}
    booked = surgery.reserve(answers=given, birth_date="1984-11-22")
    assert surgery.now(booked).answers == {"why": "it hurts", "first": True, "kind": ""}
    assert booked.birth_date == "1984-11-22"


def test_a_service_that_needs_them_asks_for_birth_date_and_address(surgery: Surgery) -> None:
    surgery.rule(ask_birth_date=True, verify_email=True)
    refusal = surgery.refuses(reserve, service_id=surgery.service.id, start_at=TUESDAY, name="Ana")
    assert [one.pointer for one in refusal.fields] == ["/birth_date", "/email"]


def test_where_nobody_chooses_a_desk_only_staff_do(surgery: Surgery) -> None:
    surgery.rule(choose_desk=False)
    room = surgery.rooms[1]
    refusal = surgery.refuses(hold, service_id=surgery.service.id, start_at=TUESDAY, desk_id=room)
    assert [one.code for one in refusal.fields] == ["not_chosen"]
    assert surgery.reserve(desk_id=room, by_staff=True).desk_id == room


def test_a_request_waits_for_the_staffs_word(surgery: Surgery) -> None:
    surgery.rule(approval=True, answer_s=3600)
    asked = surgery.reserve()
    assert (asked.state, asked.deadline_at) == (S.PENDING, surgery.clock.now + HOUR)
    assert surgery.do(confirm, reservation_key=asked.key).state is S.CONFIRMED
    assert surgery.refuses(confirm, reservation_key=asked.key).code == "wrong_state"
    unanswered = surgery.reserve()
    surgery.clock.advance(3601)
    assert surgery.free() == 1
    assert type(surgery.refuses(confirm, reservation_key=unanswered.key)) is Gone


def test_a_request_never_outlives_its_time(surgery: Surgery) -> None:
    surgery.rule(approval=True)
    start_at = surgery.clock.now - surgery.clock.now % HOUR + HOUR
    assert surgery.reserve(start_at).deadline_at == start_at


def test_an_address_is_proved_before_the_promise(surgery: Surgery) -> None:
    surgery.rule(verify_email=True)
    asked = surgery.reserve(email="ana@example.org")
    assert asked.state is S.PENDING
    proved = surgery.do(verify, reservation_key=asked.key)
    assert (proved.state, proved.verified_at) == (S.CONFIRMED, surgery.clock.now)
    again = surgery.do(verify, reservation_key=asked.key)
    assert again == proved
    surgery.rule(approval=True)
    other = surgery.reserve(email="ana@example.org")
    assert surgery.do(verify, reservation_key=other.key).state is S.PENDING
    assert surgery.do(confirm, reservation_key=other.key).state is S.CONFIRMED


def test_the_proved_address_of_an_account_counts(surgery: Surgery) -> None:
    from nowserving.store import schema

    surgery.rule(verify_email=True)
    row: dict[str, Any] = {"email": "ana@example.org", "password_hash": "x", "created_at": 1}
    surgery.build.insert(schema.accounts, id="ana", verified_at=1, **row)
    assert surgery.reserve(email="ana@example.org", account_id="ana").state is S.CONFIRMED
    assert surgery.reserve(email="eve@example.org", account_id="ana").state is S.PENDING


@pytest.mark.parametrize(
    "who",
    [{"email": "a@example.org"}, {"phone": "+34600123456"}, {"account_id": "ana"}, {"booked_from": "phone"}],
)
def test_one_guest_has_no_more_than_the_limit(surgery: Surgery, who: dict[str, Any]) -> None:
    surgery.rule(per_guest=1)
    surgery.reserve(**who)
    wanted: dict[str, Any] = {"service_id": surgery.service.id, "start_at": TUESDAY + HOUR, "name": "Ana"}
    refusal = surgery.refuses(reserve, **wanted, **who)
    assert (refusal.code, refusal.data["most"]) == ("too_many_reservations", 1)
    surgery.reserve(TUESDAY + HOUR, by_staff=True, **who)
    if "booked_from" not in who:
        held = surgery.hold(TUESDAY + HOUR)
        assert surgery.refuses(book, reservation_key=held.key, name="Ana", **who).code == refusal.code


def test_a_limit_is_passed_by_no_spelling_no_silence_and_no_correction(surgery: Surgery) -> None:
    surgery.rule(per_guest=1)
    surgery.reserve(email="ana@example.org")
    wanted: dict[str, Any] = {"service_id": surgery.service.id, "start_at": TUESDAY + HOUR, "name": "Ana"}
    assert surgery.refuses(reserve, **wanted, email="ANA@example.org").code == "too_many_reservations"
    silent = surgery.refuses(reserve, **wanted)
    assert isinstance(silent, Invalid)
    assert [one.pointer for one in silent.fields] == ["/email"]
    other = surgery.reserve(TUESDAY + HOUR, email="eve@example.org")
    change: dict[str, Any] = {"reservation_key": other.key, "changes": {"email": "Ana@example.org"}}
    assert surgery.refuses(edit_reservation, **change).code == "too_many_reservations"
    assert surgery.do(edit_reservation, **change, by_staff=True).email == "ana@example.org"


def test_a_service_without_desks_has_room_of_its_own(surgery: Surgery) -> None:
    surgery.edit(desk_ids=[])
    surgery.rule(capacity=2)
    assert [surgery.reserve().desk_id for _ in range(2)] == [None, None]
    assert surgery.free() == 0
    refusal = surgery.refuses(hold, service_id=surgery.service.id, start_at=TUESDAY, desk_id=surgery.rooms[0])
    assert [one.code for one in refusal.fields] == ["unknown_desk"]


def test_what_is_not_there_is_not_found(surgery: Surgery) -> None:
    assert type(surgery.refuses(hold, service_id="nothing", start_at=TUESDAY)) is NotFound
    assert type(surgery.refuses(book, reservation_key="nothing", name="Ana")) is NotFound
