"""Messages about reservations: each told once, and only while what it says is so."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.messages.claiming import Claim, claim_messages
from nowserving.actions.messages.settling import settle_message
from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import book, confirm, verify
from nowserving.actions.reservations.changing import cancel_reservation, edit_reservation, move_reservation
from nowserving.actions.reservations.keeping import (
    keep_in_account,
    say_coming,
    stop_reservation_messages,
)
from nowserving.actions.reservations.standing_by import leave_standby, stand_by
from nowserving.domain.messages.delivery import SENT, End, Outcome
from nowserving.domain.messages.kinds import Kind
from nowserving.domain.reservations.reservation import ReservationState
from nowserving.errors import Conflict
from nowserving.store import schema
from nowserving.store.care.checks import run_checks
from tests.actions.surgery import DAY, HOUR, MINUTE, TUESDAY, Surgery

EMAIL = "ana@example.org"
ROOM = {"push": 9, "email": 9, "sms": 9, "staff": 9}
NEXT = TUESDAY + HOUR


def outbox(surgery: Surgery, *columns: str) -> list[tuple[Any, ...]]:
    table = schema.messages
    wanted = select(*(table.c[name] for name in columns)).order_by(table.c.created_at, table.c.due_at)
    return surgery.store.read_now(lambda reader: [tuple(row) for row in reader.execute(wanted)])


def kinds(surgery: Surgery) -> list[str]:
    return [kind for (kind,) in outbox(surgery, "kind")]


def ends(surgery: Surgery) -> dict[str, str]:
    return {kind: reason or state for kind, state, reason in outbox(surgery, "kind", "state", "reason")}


def claims(surgery: Surgery, **room: int) -> list[Claim]:
    found, _ = surgery.do(claim_messages, branch_id=surgery.branch_id, room=room or ROOM, lease_s=60)
    return found


def claimed(surgery: Surgery) -> list[str]:
    """Send all that is due, and return the kinds."""
    found = claims(surgery)
    assert all(settle(surgery, claim) for claim in found)
    return [claim.message.kind.value for claim in found]


def settle(surgery: Surgery, claim: Claim, outcome: Outcome = SENT) -> bool:
    return surgery.do(
        settle_message,
        branch_id=surgery.branch_id,
        message_id=claim.message.id,
        fence=claim.fence,
        outcome=outcome,
        to=claim.to,
    )


def at(surgery: Surgery, instant: int) -> None:
    """Let the clock show an instant."""
    surgery.clock.now = instant


def test_a_booking_is_confirmed_once_and_reminded_twice(surgery: Surgery) -> None:
    surgery.reserve(TUESDAY + DAY, email=EMAIL)
    assert kinds(surgery) == ["booked", "reminder", "reminder"]
    (claim,) = claims(surgery)
    assert (claim.message.kind, claim.channel, claim.to) == (Kind.BOOKED, "email", EMAIL)
    assert claim.promise is not None
    assert (claim.promise.service, claim.promise.start_at) == ("Check-up", TUESDAY + DAY)
    assert settle(surgery, claim)

    at(surgery, TUESDAY + MINUTE)
    assert claimed(surgery) == ["reminder"]
    at(surgery, TUESDAY + DAY - 2 * HOUR + MINUTE)
    assert claimed(surgery) == ["reminder"]
    at(surgery, TUESDAY + DAY - MINUTE)
    assert claimed(surgery) == []


def test_who_leaves_no_contact_is_told_nothing(surgery: Surgery) -> None:
    surgery.do(cancel_reservation, reservation_key=surgery.reserve().key)
    assert kinds(surgery) == []


def test_a_reminder_of_the_past_is_not_written(surgery: Surgery) -> None:
    surgery.reserve(TUESDAY, email=EMAIL)
    # A day before has passed by a second: two hours before is still to come.
    assert kinds(surgery) == ["booked", "reminder"]


def test_the_reminder_of_a_time_that_was_moved_is_not_sent(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY, email=EMAIL)
    surgery.do(move_reservation, reservation_key=booked.key, start_at=TUESDAY + 2 * DAY)
    assert claimed(surgery) == ["moved"]
    assert ends(surgery)["booked"] == "overtaken"

    at(surgery, TUESDAY - 2 * HOUR + MINUTE)
    assert claimed(surgery) == []
    at(surgery, TUESDAY + DAY + MINUTE)
    (claim,) = claims(surgery)
    assert claim.message.kind is Kind.REMINDER
    assert claim.promise is not None
    assert claim.promise.start_at == TUESDAY + 2 * DAY


def test_who_moves_back_is_reminded_of_the_old_time_once(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY, email=EMAIL)
    surgery.do(move_reservation, reservation_key=booked.key, start_at=NEXT)
    surgery.do(move_reservation, reservation_key=booked.key, start_at=TUESDAY)
    at(surgery, TUESDAY - 2 * HOUR + MINUTE)
    assert claimed(surgery).count("reminder") == 1
    assert claimed(surgery) == []


def test_a_cancelled_reservation_is_told_and_not_reminded_of(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY + DAY, email=EMAIL)
    surgery.do(cancel_reservation, reservation_key=booked.key, actor="staff:maria-lopez", by_staff=True)
    (claim,) = claims(surgery)
    assert claim.message.kind is Kind.CANCELLED
    assert claim.promise is not None
    assert (claim.promise.ended, claim.promise.sequence) == (True, 1)
    at(surgery, TUESDAY + MINUTE)
    assert "reminder" not in claimed(surgery)


def test_a_slot_that_was_only_held_tells_nobody_anything(surgery: Surgery) -> None:
    surgery.do(cancel_reservation, reservation_key=surgery.hold().key)
    assert kinds(surgery) == []


def test_a_request_is_told_then_its_approval(surgery: Surgery) -> None:
    surgery.rule(approval=True)
    asked = surgery.reserve(TUESDAY, email=EMAIL)
    assert claimed(surgery) == ["requested"]
    surgery.do(confirm, reservation_key=asked.key, actor="staff:maria-lopez")
    assert claimed(surgery) == ["booked"]


def test_a_request_that_runs_out_is_told_as_cancelled(surgery: Surgery) -> None:
    surgery.rule(approval=True, answer_s=3600)
    surgery.reserve(TUESDAY, email=EMAIL)
    claims(surgery)
    surgery.clock.advance(3700)
    surgery.sweep()
    assert "cancelled" in claimed(surgery)


def test_an_address_is_proved_by_mail_alone(surgery: Surgery) -> None:
    surgery.rule(verify_email=True)
    asked = surgery.reserve(TUESDAY, email=EMAIL, phone="+34600123456")
    (claim,) = claims(surgery)
    assert (claim.message.kind, claim.channel) == (Kind.VERIFY, "email")
    # No other road: whoever reads text messages has proved nothing of the address.
    settle(surgery, claim, Outcome(End.NEVER, "smtp_550"))
    assert ends(surgery)["verify"] == "smtp_550"
    surgery.do(verify, reservation_key=asked.key)
    assert "booked" in claimed(surgery)


def test_a_proved_address_is_not_asked_again_and_a_new_one_is(surgery: Surgery) -> None:
    surgery.rule(verify_email=True)
    asked = surgery.reserve(TUESDAY, email=EMAIL)
    surgery.do(verify, reservation_key=asked.key)
    assert claimed(surgery) == ["booked"]
    assert ends(surgery)["verify"] == "overtaken"
    surgery.do(edit_reservation, reservation_key=asked.key, changes={"email": "new@example.org"})
    (claim,) = claims(surgery)
    assert (claim.message.kind, claim.to) == (Kind.VERIFY, "new@example.org")


def test_a_contact_that_is_left_later_is_reminded_too(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY + DAY)
    surgery.do(edit_reservation, reservation_key=booked.key, changes={"email": EMAIL})
    assert kinds(surgery) == ["reminder", "reminder"]


def test_a_contact_that_was_taken_away_is_told_nothing(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY, email=EMAIL)
    surgery.do(edit_reservation, reservation_key=booked.key, changes={"email": None})
    assert claimed(surgery) == []
    assert ends(surgery)["booked"] == "no_contact"


def test_another_road_is_taken_when_the_first_fails_for_good(surgery: Surgery) -> None:
    surgery.reserve(TUESDAY, email=EMAIL, phone="+34600123456")
    (claim,) = claims(surgery)
    settle(surgery, claim, Outcome(End.NEVER, "smtp_550"))
    (again,) = claims(surgery)
    assert (again.message.kind, again.channel, again.to) == (Kind.BOOKED, "sms", "+34600123456")
    settle(surgery, again, Outcome(End.NEVER, "sms_refused"))
    assert ends(surgery)["booked"] == "sms_refused"
    assert "failures" in kinds(surgery)


def test_a_channel_without_room_is_waited_for(surgery: Surgery) -> None:
    surgery.reserve(TUESDAY, email=EMAIL)
    assert claims(surgery, email=0, sms=9) == []
    assert claimed(surgery) == ["booked"]


def test_quiet_hours_are_for_reminders(surgery: Surgery) -> None:
    surgery.build.insert(
        schema.message_settings,
        branch_id=surgery.branch_id,
        settings='{"quiet_from": "00:00", "quiet_until": "23:59"}',
    )
    surgery.reserve(TUESDAY + DAY, email=EMAIL)
    assert claimed(surgery) == ["booked"]
    at(surgery, TUESDAY + MINUTE)
    assert claimed(surgery) == []
    assert "quiet_hours" in {reason for (reason,) in outbox(surgery, "reason")}


def test_who_says_stop_hears_nothing_more_of_it(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY + DAY, email=EMAIL)
    surgery.do(stop_reservation_messages, reservation_key=booked.key)
    surgery.do(stop_reservation_messages, reservation_key=booked.key)
    assert claimed(surgery) == []
    assert set(ends(surgery).values()) <= {"stopped", "waiting"}
    surgery.do(move_reservation, reservation_key=booked.key, start_at=TUESDAY + DAY + HOUR)
    assert "moved" not in kinds(surgery)


def test_an_offer_is_told_to_whoever_waits_and_only_while_it_stands(surgery: Surgery) -> None:
    first, _second = surgery.reserve(TUESDAY), surgery.reserve(TUESDAY, name="Ben")
    waiting = surgery.do(
        stand_by,
        service_id=surgery.service.id,
        from_at=TUESDAY,
        to_at=TUESDAY + MINUTE,
        name="Carla",
        email="carla@example.org",
    )
    (claim,) = claims(surgery)
    assert (claim.message.kind, claim.to) == (Kind.STANDBY, "carla@example.org")
    assert claim.promise is not None
    assert claim.promise.standby_key == waiting.key

    surgery.do(cancel_reservation, reservation_key=first.key)
    (offer,) = claims(surgery)
    assert (offer.message.kind, offer.to) == (Kind.OFFERED, "carla@example.org")
    assert offer.promise is not None
    assert offer.promise.standby_key == waiting.key
    assert offer.promise.until_at is not None


def test_an_offer_that_has_run_out_is_not_told(surgery: Surgery) -> None:
    first, _second = surgery.reserve(TUESDAY), surgery.reserve(TUESDAY, name="Ben")
    wish: dict[str, Any] = {"service_id": surgery.service.id, "from_at": TUESDAY, "to_at": TUESDAY + MINUTE}
    surgery.do(stand_by, **wish, name="Carla", email="carla@example.org")
    claimed(surgery)
    surgery.do(cancel_reservation, reservation_key=first.key)
    surgery.clock.advance(surgery.service.rules.offer_s + 1)
    assert claimed(surgery) == []


def test_who_has_left_the_list_is_not_told_that_they_are_on_it(surgery: Surgery) -> None:
    surgery.reserve(TUESDAY)
    surgery.reserve(TUESDAY, name="Ben")
    wish: dict[str, Any] = {"service_id": surgery.service.id, "from_at": TUESDAY, "to_at": TUESDAY + MINUTE}
    waiting = surgery.do(stand_by, **wish, name="Carla", email="carla@example.org")
    surgery.do(leave_standby, standby_key=waiting.key)
    assert claimed(surgery) == []
    assert surgery.do(stand_by, **wish, name="Nobody can tell me").email is None
    assert kinds(surgery) == ["standby"]


def test_i_am_coming_is_noted_once_and_moves_nothing(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY, email=EMAIL)
    first = surgery.do(say_coming, reservation_key=booked.key)
    again = surgery.do(say_coming, reservation_key=booked.key)
    assert first.coming_at == again.coming_at is not None
    assert first.state is ReservationState.CONFIRMED
    assert surgery.verbs(1) == ["reservation.coming"]
    with pytest.raises(Conflict):
        surgery.do(say_coming, reservation_key=surgery.hold(NEXT).key)


def test_a_reservation_goes_into_one_account_and_stays_there(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY)
    assert surgery.do(keep_in_account, reservation_key=booked.key, account_id="ana").account_id == "ana"
    assert surgery.do(keep_in_account, reservation_key=booked.key, account_id="eve").account_id == "ana"


def test_who_has_arrived_is_not_reminded(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY, email=EMAIL)
    at(surgery, TUESDAY - HOUR)
    surgery.do(arrive, reservation_key=booked.key)
    assert "reminder" not in claimed(surgery)


def test_the_check_sees_a_message_of_no_change(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY, email=EMAIL)
    found = {check.name: check.violations for check in surgery.store.read_now(run_checks, 0)}
    assert found["messages"] == ()
    surgery.build.change(schema.reservations, booked.id, sequence=-1)
    found = {check.name: check.violations for check in surgery.store.read_now(run_checks, 0)}
    assert len(found["messages"]) == 1
    surgery.build.change(schema.reservations, booked.id, sequence=0)


def test_a_held_slot_is_booked_with_its_contact(surgery: Surgery) -> None:
    held = surgery.hold()
    surgery.do(book, reservation_key=held.key, name="Ana", email=EMAIL, language="es")
    (claim,) = claims(surgery)
    assert (claim.message.kind, claim.language, claim.code) == (Kind.BOOKED, "es", held.code)
