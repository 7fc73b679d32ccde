"""The outbox: what is told, to whom, once, and only if it happened."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from nowserving.actions.layout.queues import archive_queue
from nowserving.actions.layout.telling import tell_line
from nowserving.actions.messages import telling
from nowserving.actions.messages.claiming import claim_messages
from nowserving.actions.messages.contacts import change_contact
from nowserving.actions.messages.setting import edit_messages
from nowserving.actions.messages.settling import retry_message
from nowserving.actions.messages.telling import tell_first_places
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import leave, no_show, postpone, requeue
from nowserving.actions.tickets.undoing import undo
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.delivery import MOST_TRIES, End, Outcome
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import AskContact
from nowserving.errors import Invalid
from nowserving.store.messages.contacts import contact_of
from tests.actions.office import GUEST, Office
from tests.actions.outbox import ANA, HOUR, claims, guest, kinds, outbox, setting, settle
from tests.domain.test_messages import SUBSCRIPTION


@pytest.fixture(autouse=True)
def asks(office: Office) -> None:
    office.rule(ask_contact=AskContact.OPTIONAL, announce_nearly_at=2, check_in_window_s=60)


def test_a_guest_who_leaves_a_contact_is_told_along_the_way(office: Office) -> None:
    office.join()
    ticket = guest(office)
    guest(office, phone="+34600000002")
    assert kinds(office) == ["joined", "joined"]

    office.call_next()
    assert kinds(office) == ["joined", "joined", "nearly", "nearly"]
    office.call_next()
    office.do(no_show, key=ticket.key)
    assert [kind for kind, of in outbox(office, "kind", "ticket_id") if of == ticket.id] == [
        "joined",
        "nearly",
        "turn",
        "missed",
    ]


def test_nothing_is_written_for_who_left_no_contact(office: Office) -> None:
    office.joins(3)
    ticket = office.call_next().ticket
    office.do(no_show, key=ticket.key)
    assert outbox(office) == []


def test_an_act_that_is_refused_tells_nobody(office: Office) -> None:
    refusal = office.refuses(join, GUEST, queue_id=office.hall.passports, contact=ANA, party_size=999)
    assert isinstance(refusal, Invalid)
    assert outbox(office) == []


def test_nearly_comes_once_to_whom_the_line_has_brought_near(office: Office) -> None:
    office.joins(2)
    ticket = guest(office)
    assert "nearly" not in kinds(office)
    office.call_next()
    assert kinds(office).count("nearly") == 1
    office.do(postpone, GUEST, key=ticket.key, places=1)
    office.joins(3)
    office.call_next()
    office.call_next()
    assert kinds(office).count("nearly") == 1


def test_whoever_leaves_brings_others_near(office: Office) -> None:
    first, _, _ = [*office.joins(2), guest(office)]
    office.do(leave, GUEST, key=first.key)
    assert "nearly" in kinds(office)


def test_a_queue_that_calls_nobody_near_tells_nobody(office: Office) -> None:
    office.rule(ask_contact=AskContact.OPTIONAL, announce_nearly_at=0)
    office.join()
    guest(office)
    office.call_next()
    assert kinds(office) == ["joined"]


def test_a_call_that_is_taken_back_is_told_to_nobody(office: Office) -> None:
    guest(office)
    office.call_next()
    office.do(undo, desk_id=office.hall.desk_1)
    assert [claim.message.kind for claim in claims(office)] == ["joined"]
    assert ("turn", "skipped", "overtaken") in outbox(office, "kind", "state", "reason")


def test_a_call_that_is_made_again_is_told_once(office: Office) -> None:
    guest(office)
    office.call_next()
    office.do(undo, desk_id=office.hall.desk_1)
    office.call_next()
    assert sorted(claim.message.kind for claim in claims(office)) == ["joined", "turn"]


def test_a_recall_is_the_same_call(office: Office) -> None:
    ticket = guest(office)
    office.call_next()
    office.call(ticket)
    assert kinds(office).count("turn") == 1


def test_whoever_missed_the_call_is_told_by_the_rule_too(office: Office) -> None:
    ticket = guest(office)
    office.call_next()
    office.clock.advance(61)
    office.do(lapse_overdue, branch_id=office.hall.branch_id)
    assert kinds(office)[-1] == "missed"
    office.do(requeue, key=ticket.key, where=Where.FRONT)
    assert [claim.message.kind for claim in claims(office)] == ["joined"]


def test_a_word_to_the_line_reaches_those_who_wait(office: Office) -> None:
    called = guest(office)
    office.call_next()
    waiting = guest(office, phone="+34600000002")
    office.join()
    office.do(tell_line, queue_id=office.hall.passports, text="The kitchen is behind.")
    lines = [of for kind, of in outbox(office, "kind", "ticket_id") if kind == "line"]
    assert lines == [waiting.id]
    assert called.id not in lines
    assert [claim.text for claim in claims(office) if claim.message.kind == "line"] == [
        "The kitchen is behind."
    ]


def test_a_claim_holds_the_message_until_its_lease_is_over(office: Office) -> None:
    guest(office)
    (first,) = claims(office, lease_s=60)
    assert claims(office) == []
    office.clock.advance(61)
    (second,) = claims(office)
    assert (second.message.id, second.fence) == (first.message.id, first.fence + 1)


def test_whoever_was_frozen_past_the_lease_settles_nothing(office: Office) -> None:
    guest(office)
    (frozen,) = claims(office, lease_s=60)
    office.clock.advance(61)
    (later,) = claims(office)
    assert settle(office, frozen, Outcome(End.NEVER, "smtp_550")) is False
    assert settle(office, frozen) is False
    assert settle(office, later) is True
    assert settle(office, later) is False
    assert outbox(office) == [("joined", "sent")]


def test_another_try_comes_later_and_the_last_one_ends_it(office: Office) -> None:
    guest(office, phone="+34600000002")
    for attempt in range(MOST_TRIES):
        (claim,) = claims(office)
        assert claim.message.attempts == attempt
        settle(office, claim, Outcome(End.AGAIN, "timeout"))
        assert claims(office) == []
        office.clock.advance(2 * HOUR)
    assert outbox(office, "state", "reason")[0] == ("failed", "timeout")


def test_a_road_that_fails_gives_way_to_the_next_at_once(office: Office) -> None:
    guest(office)
    (claim,) = claims(office)
    assert (claim.channel, claim.to) == ("email", "ana@example.org")
    settle(office, claim, Outcome(End.NEVER, "smtp_550"))
    (claim,) = claims(office)
    assert (claim.channel, claim.to) == ("sms", "+34600123456")
    settle(office, claim)
    assert outbox(office, "state", "channel") == [("sent", "sms")]


def test_a_queue_chooses_the_order_of_its_roads(office: Office) -> None:
    office.rule(ask_contact=AskContact.OPTIONAL, channels=(Channel.SMS,))
    guest(office)
    assert [claim.channel for claim in claims(office)] == ["sms"]


def test_a_browser_that_is_gone_is_forgotten(office: Office) -> None:
    ticket = guest(office, push=SUBSCRIPTION, **ANA)
    (claim,) = claims(office)
    assert claim.channel == "push"
    settle(office, claim, Outcome(End.GONE, "push_410"))
    contact = office.store.read_now(contact_of, ticket.id)
    assert contact is not None
    assert contact.push is None
    assert [claim.channel for claim in claims(office)] == ["email"]


def test_a_browser_that_came_while_the_old_one_was_found_gone_is_kept_and_tried(office: Office) -> None:
    ticket = guest(office, push=SUBSCRIPTION)
    (claim,) = claims(office)
    new = {**SUBSCRIPTION, "endpoint": "https://push.example.net/new"}
    office.do(change_contact, GUEST, key=ticket.key, changes={"push": new})
    settle(office, claim, Outcome(End.GONE, "push_410"))
    assert [claim.to for claim in claims(office)] == [new]


def test_who_rejoins_after_four_messages_is_called_all_the_same(office: Office) -> None:
    ticket = guest(office)
    for _ in range(2):
        office.call_next()
        office.do(no_show, key=ticket.key)
        office.do(requeue, key=ticket.key, where=Where.FRONT)
    office.call_next()
    assert kinds(office).count("turn") == 3


def test_a_channel_without_room_waits_and_costs_no_try(office: Office) -> None:
    guest(office, phone="+34600000002")
    assert claims(office, sms=0) == []
    office.clock.advance(3)
    (claim,) = claims(office, sms=1)
    assert claim.message.attempts == 0


def test_what_waits_for_a_full_channel_is_not_read_again_until_there_is_room(office: Office) -> None:
    guest(office, phone="+34600000002")
    wanted: dict[str, Any] = {
        "branch_id": office.hall.branch_id,
        "room": {"sms": 0, "email": 9},
        "lease_s": 60,
    }
    assert office.do(claim_messages, **wanted) == ([], 1)
    office.clock.advance(HOUR)
    assert office.do(claim_messages, **wanted) == ([], 0)
    assert [claim.channel for claim in claims(office, sms=1)] == ["sms"]


def test_who_waited_for_a_channel_that_is_closed_has_all_the_others(office: Office) -> None:
    ticket = guest(office, phone="+34600000002")
    assert claims(office, sms=0) == []
    changes = {"phone": None, "email": "ana@example.org"}
    office.do(change_contact, GUEST, key=ticket.key, changes=changes)
    assert [claim.channel for claim in claims(office)] == ["email"]


def test_without_any_road_a_message_fails_and_staff_hear_of_it_once_an_hour(office: Office) -> None:
    setting(office, alert_url="json://staff.example")
    guest(office, phone="+34600000002")
    guest(office, phone="+34600000003")
    assert claims(office, email=9) == []
    assert outbox(office, "kind", "reason")[:2] == [("joined", "no_channel")] * 2
    alerts = [claim for claim in claims(office) if claim.message.ticket_id is None]
    assert [(claim.message.kind, claim.to) for claim in alerts] == [("failures", "json://staff.example")]


def test_text_messages_end_where_the_days_limit_is(office: Office) -> None:
    setting(office, sms_a_day=2)
    for number in range(4):
        guest(office, phone=f"+3460000000{number}")
        for claim in claims(office):
            settle(office, claim)
    assert [row for row in outbox(office, "kind", "state", "reason") if row[0] == "joined"] == [
        ("joined", "sent", ""),
        ("joined", "sent", ""),
        ("joined", "failed", "sms_limit"),
        ("joined", "failed", "sms_limit"),
    ]
    office.clock.advance(24 * HOUR)
    guest(office, phone="+34600000009")
    assert len(claims(office)) == 1


def test_what_was_tried_by_text_message_counts_though_it_went_another_way_at_last(office: Office) -> None:
    setting(office, sms_a_day=2)
    office.rule(ask_contact=AskContact.OPTIONAL, channels=(Channel.SMS, Channel.EMAIL))
    never = Outcome(End.NEVER, "refused")
    for number in range(2):
        guest(office, phone=f"+3460000000{number}", email="ana@example.org")
        [by_sms] = claims(office)
        settle(office, by_sms, never)
        [by_mail] = claims(office)
        assert (by_sms.channel, by_mail.channel) == ("sms", "email")
        settle(office, by_mail)
    guest(office, phone="+34600000009", email="ana@example.org")
    [claim] = claims(office)
    assert claim.channel == "email", "the day's two text messages are spent"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quiet_from": "22:00"}, "/quiet_until"),
        ({"quiet_until": "07:00"}, "/quiet_from"),
        ({"quiet_from": "07:00", "quiet_until": "07:00"}, "/quiet_until"),
    ],
)
def test_half_quiet_hours_and_those_without_length_are_refused(
    office: Office, given: dict[str, str], field: str
) -> None:
    refused = office.refuses(edit_messages, branch_id=office.hall.branch_id, changes=given)
    assert [one.pointer for one in refused.fields] == [field]


def test_in_quiet_hours_only_a_call_is_told(office: Office) -> None:
    setting(office, quiet_from="08:00", quiet_until="12:00")
    guest(office)
    office.call_next()
    assert [claim.message.kind for claim in claims(office)] == ["turn"]
    assert ("joined", "skipped") in outbox(office)


def test_a_failed_message_is_tried_again_by_hand(office: Office) -> None:
    guest(office)
    (claim,) = claims(office)
    message = {"branch_id": office.hall.branch_id, "message_id": claim.message.id}
    assert office.conflict(retry_message, **message) == "not_failed"
    for _ in range(2):
        settle(office, claim, Outcome(End.NEVER, "smtp_550"))
        claim = (claims(office) or [claim])[0]
    assert outbox(office)[0] == ("joined", "failed")
    office.do(retry_message, **message)
    assert [claim.channel for claim in claims(office) if claim.message.ticket_id] == ["email"]


def test_a_word_to_the_line_takes_one_statement_and_keeps_room_for_your_turn(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [guest(office, phone=f"+3460000000{number}") for number in range(5)]
    for text in ("one", "two", "three"):
        office.do(tell_line, queue_id=office.hall.passports, text=text)
    had = Counter(of for _, of in outbox(office, "kind", "ticket_id"))
    # Joined, nearly for the first two, and words to the line; the fourth is kept for the call.
    assert {had[ticket.id] for ticket in waiting} == {3}
    monkeypatch.setattr(telling, "tell", lambda *_: pytest.fail("one guest at a time"))
    office.do(tell_line, queue_id=office.hall.passports, text="four")
    assert Counter(of for _, of in outbox(office, "kind", "ticket_id")) == had


def test_a_group_of_joins_with_and_without_contacts_is_in_order(office: Office) -> None:
    guest(office)
    office.joins(2)
    guest(office, email="b@example.org")
    office.call_next()
    office.call_next()
    office.audit()


def test_who_is_near_by_the_clock_is_told_once_too(office: Office) -> None:
    office.joins(3)
    guest(office)
    office.do(tell_first_places, queue_id=office.hall.passports, places=3)
    assert "nearly" not in kinds(office)
    for _ in range(2):
        office.do(tell_first_places, queue_id=office.hall.passports, places=4)
    assert kinds(office).count("nearly") == 1


def test_a_queue_that_is_closed_for_good_is_told_nothing(office: Office) -> None:
    office.do(archive_queue, queue_id=office.hall.passports)
    assert office.conflict(tell_line, queue_id=office.hall.passports, text="Soon.") == "archived"
