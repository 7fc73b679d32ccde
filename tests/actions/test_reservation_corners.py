"""Corners of reservations: what is gone between two looks, and what the tables make nearly impossible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nowserving.actions.layout.desks import archive_desk
from nowserving.actions.reservations import (
    arriving,
    booking,
    offering,
    rosters,
    standing_by,
)
from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import book, confirm
from nowserving.actions.reservations.changing import cancel_reservation, edit_reservation, move_reservation
from nowserving.actions.reservations.feeds import make_feed
from nowserving.actions.reservations.services import archive_service, edit_service
from nowserving.actions.reservations.standing_by import leave_standby, stand_by, take_offer
from nowserving.actions.tickets.advancing import advance
from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.domain.reservations.reservation import ReservationState as S
from nowserving.domain.tickets.ticket import State
from nowserving.errors import NotFound
from nowserving.store import schema
from nowserving.store.care import promises as care
from nowserving.store.messages import contacts
from nowserving.store.reservations import reservations as rows
from nowserving.store.reservations import services as kept
from nowserving.store.reservations.reservations import by_code, reservation_by_id
from nowserving.store.reservations.slots import next_free
from nowserving.store.reservations.standbys import standby_by_key
from tests.actions.surgery import DAY, HOUR, MINUTE, TUESDAY, Surgery

MARIA = "staff:maria-lopez"


def test_a_reservation_is_found_by_code_and_id(surgery: Surgery) -> None:
    one = surgery.reserve()
    read = surgery.store.read_now
    assert read(by_code, surgery.branch_id, one.code) == one
    assert read(by_code, surgery.branch_id, "NOTHING") is None
    assert read(reservation_by_id, one.id) == one


def test_a_code_is_given_to_one_open_reservation_alone(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    surgery.reserve()
    answers = [True, False]
    monkeypatch.setattr(rows, "code_taken", lambda *_: answers.pop(0))
    assert surgery.reserve().code
    assert answers == []


def test_what_changed_under_our_hands_is_refused_with_the_real_state(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = surgery.reserve()
    monkeypatch.setattr(rows, "update_reservation", lambda *_: False)
    assert surgery.refuses(cancel_reservation, reservation_key=one.key).data["state"] == "confirmed"
    note = {"reservation_key": one.key, "changes": {"note": "By the window, please."}}
    assert surgery.refuses(edit_reservation, **note).data["state"] == "confirmed"


@pytest.mark.parametrize(
    ("module", "name", "verb"),
    [
        (rows, "reservation_by_key", lambda surgery, one: (confirm, {"reservation_key": one.key})),
        (
            booking,
            "service",
            lambda surgery, one: (edit_reservation, {"reservation_key": one.key, "changes": {}}),
        ),
        (
            kept,
            "service",
            lambda surgery, one: (edit_service, {"service_id": surgery.service.id, "changes": {}}),
        ),
    ],
)
def test_what_is_gone_between_two_looks_is_not_found(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, verb: Callable[..., Any]
) -> None:
    one = surgery.reserve()
    monkeypatch.setattr(module, name, lambda *_: None)
    act, arguments = verb(surgery, one)
    assert type(surgery.refuses(act, **arguments)) is NotFound


def test_a_place_in_the_list_that_is_gone_is_not_found(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        surgery.reserve()
    wanted: dict[str, Any] = {"from_at": TUESDAY, "to_at": TUESDAY + 30 * MINUTE}
    who = surgery.do(stand_by, service_id=surgery.service.id, **wanted)
    monkeypatch.setattr(standing_by, "standby_by_key", lambda *_: None)
    assert type(surgery.refuses(leave_standby, standby_key=who.key)) is NotFound


def test_a_service_that_is_taken_away_moves_nobody(surgery: Surgery) -> None:
    one = surgery.reserve()
    surgery.build.change(schema.services, surgery.service.id, archived_at=1)
    wanted: dict[str, Any] = {"reservation_key": one.key, "start_at": TUESDAY + HOUR}
    assert type(surgery.refuses(move_reservation, **wanted)) is NotFound
    assert surgery.do(cancel_reservation, reservation_key=one.key).state is S.CANCELLED


def test_three_offers_are_all_there_are(surgery: Surgery) -> None:
    surgery.edit(desk_ids=[surgery.rooms[0]])
    taken = [surgery.reserve(TUESDAY + n * 30 * MINUTE) for n in range(3)]
    wanted: dict[str, Any] = {"from_at": TUESDAY, "to_at": TUESDAY + 90 * MINUTE}
    who = surgery.do(stand_by, service_id=surgery.service.id, **wanted)
    for one in taken:
        surgery.do(cancel_reservation, reservation_key=one.key)
        surgery.do(standing_by.decline_offer, standby_key=who.key)
    found = surgery.store.read_now(standby_by_key, who.key)
    assert found is not None
    assert (found.state.value, found.offers, found.ended) == ("over", 3, True)
    assert surgery.verbs(1) == ["standby.over"]


def test_a_free_slot_always_has_somebody_who_gives_it(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = surgery.reserve(), surgery.reserve()
    wanted: dict[str, Any] = {"from_at": TUESDAY, "to_at": TUESDAY + 30 * MINUTE}
    surgery.do(stand_by, service_id=surgery.service.id, **wanted)
    monkeypatch.setattr(offering, "giver_for", lambda *_, **__: None)
    with pytest.raises(RuntimeError, match="nobody who gives it"):
        surgery.do(cancel_reservation, reservation_key=one.key)


def test_an_arrival_always_has_a_ticket(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    one = surgery.reserve()
    surgery.do(arriving.arrive, reservation_key=one.key, by_staff=True)
    monkeypatch.setattr(arriving, "ticket_by_id", lambda *_: None)
    with pytest.raises(RuntimeError, match="has no ticket"):
        surgery.do(arriving.arrive, reservation_key=one.key)


def test_an_offer_whose_place_in_the_list_is_gone_is_booked_all_the_same(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = surgery.reserve(), surgery.reserve()
    wanted: dict[str, Any] = {"from_at": TUESDAY, "to_at": TUESDAY + 30 * MINUTE, "name": "Wim"}
    who = surgery.do(stand_by, service_id=surgery.service.id, **wanted)
    surgery.do(cancel_reservation, reservation_key=one.key)
    monkeypatch.setattr(booking, "standby_by_id", lambda *_: None)
    assert surgery.do(take_offer, standby_key=who.key).state is S.CONFIRMED


def test_whoever_wants_no_messages_gets_none_with_the_ticket(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = surgery.reserve(email="ana@example.org")
    monkeypatch.setattr(arriving, "was_stopped", lambda *_: True)
    ticket = surgery.do(arriving.arrive, reservation_key=one.key, by_staff=True).ticket
    contact = surgery.store.read_now(contacts.contact_of, ticket.id)
    assert ticket.reach == 0
    assert contact is not None
    assert contact.stopped_at is not None


def test_what_lies_beyond_every_window_has_no_alternatives(surgery: Surgery) -> None:
    surgery.rule(window_days=1, notice_s=86_400)
    surgery.clock.now = TUESDAY + 20 * HOUR
    refusal = surgery.refuses(booking.hold, service_id=surgery.service.id, start_at=TUESDAY - DAY)
    assert refusal.code == "too_soon"
    far = surgery.store.read_now(next_free, surgery.service.id, TUESDAY + 9 * DAY, now=surgery.clock.now)
    assert far is None


def test_begun_holds_end_without_an_offer(surgery: Surgery) -> None:
    begun = surgery.clock.now
    held = surgery.hold(begun, by_staff=True)
    ended = surgery.do(cancel_reservation, reservation_key=held.key)
    assert ended.state is S.CANCELLED
    asked = surgery.hold(begun, by_staff=True)
    assert surgery.do(book, reservation_key=asked.key, name="Ana", by_staff=True).state is S.CONFIRMED
    assert surgery.do(edit_reservation, reservation_key=asked.key, changes={"note": "late"}).note == "late"


def test_an_absence_may_have_no_replacement_or_one_that_gives_other_services(surgery: Surgery) -> None:
    one, two = surgery.rooms
    promised = surgery.reserve(desk_id=one)
    away: dict[str, Any] = {"desk_id": one, "from_at": TUESDAY, "to_at": TUESDAY + HOUR}
    surgery.do(rosters.add_absence, **away)
    surgery.edit(desk_ids=[one])
    surgery.do(rosters.add_absence, **away, replacement_id=two)
    assert surgery.now(promised).desk_id == one


def test_one_press_finishes_and_starts(surgery: Surgery) -> None:
    first, second, third = (surgery.do(join, queue_id=surgery.queue_id).ticket for _ in range(3))
    at: dict[str, Any] = {"desk_id": surgery.rooms[0], "queue_id": surgery.queue_id}
    assert surgery.do(advance, MARIA, **at).before is None
    done = surgery.do(advance, MARIA, **at)
    assert done.before is not None
    assert done.now is not None
    assert (done.before.id, done.before.state, done.now.id) == (first.id, State.DONE, second.id)
    skipped = surgery.do(advance, MARIA, **at, skipped=True)
    assert skipped.before is not None
    assert skipped.now is not None
    assert (skipped.before.state, skipped.now.id) == (State.PARKED, third.id)
    last = surgery.do(advance, MARIA, **at)
    assert (last.now, last.before and last.before.state) == (None, State.DONE)
    surgery.do(join, queue_id=surgery.queue_id)
    surgery.do(call_next, MARIA, desk_id=surgery.rooms[0], queue_id=surgery.queue_id)
    missed = surgery.do(advance, MARIA, **at, skipped=True)
    assert missed.before is not None
    assert missed.before.state is State.NO_SHOW
    refusal = surgery.refuses(advance, desk_id=surgery.rooms[0], queue_id="another")
    assert [one.code for one in refusal.fields] == ["serves_other_queues"]


def test_a_service_with_nothing_but_holds_is_taken_away_at_once(surgery: Surgery) -> None:
    held = surgery.hold()
    assert surgery.do(archive_service, service_id=surgery.service.id).archived_at is not None
    assert surgery.now(held).state is S.CANCELLED


def test_an_archived_desk_has_no_feed(surgery: Surgery) -> None:
    surgery.edit(desk_ids=[surgery.rooms[1]])
    surgery.do(archive_desk, desk_id=surgery.rooms[0])
    with pytest.raises(NotFound):
        surgery.do(make_feed, desk_id=surgery.rooms[0])


def test_the_check_compares_a_promise_with_those_of_its_own_day_alone(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log of a year is as long as its days together: what a day costs must not grow with the year."""
    compared = 0
    honest = care._taken

    def counting(one: dict[str, Any]) -> Any:
        nonlocal compared
        compared += 1
        return honest(one)

    monkeypatch.setattr(care, "_taken", counting)
    for week in range(6):
        for day in (0, 1, 2):
            surgery.reserve(TUESDAY + (7 * week + day) * DAY)
    checked, found = surgery.store.read_now(care.promises)
    assert (checked, found) == (36, [])
    assert compared == 0, "nobody else came on any of these days"
    surgery.reserve(TUESDAY + HOUR, desk_id=surgery.rooms[0])
    assert surgery.store.read_now(care.promises)[1] == []
    assert compared == 1


def test_the_check_follows_who_came_after_all(surgery: Surgery) -> None:
    one = surgery.reserve(TUESDAY - DAY + HOUR)
    surgery.clock.now = one.start_at + 2 * HOUR
    assert surgery.sweep() == 1
    surgery.do(arrive, reservation_key=one.key, by_staff=True)
    surgery.audit()
