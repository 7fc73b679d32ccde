"""How a guest wants to be told: kept, changed, stopped, erased."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.guests.erasing import erase_guest
from nowserving.actions.messages.claiming import claim_messages
from nowserving.actions.messages.contacts import allow_messages, change_contact, stop_messages
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import leave, no_show
from nowserving.actions.tickets.tidying import forget_contacts, forget_messages
from nowserving.domain.tickets.rules import AskContact, QueueRules
from nowserving.errors import Conflict, Invalid, TooMany
from nowserving.store import schema
from nowserving.store.messages.contacts import contact_of
from tests.actions.office import GUEST, KIOSK, Office
from tests.actions.outbox import ANA, HOUR, ROOM, claims, guest, kinds, outbox, settle


@pytest.fixture(autouse=True)
def asks(office: Office) -> None:
    office.rule(ask_contact=AskContact.OPTIONAL, announce_nearly_at=2, check_in_window_s=60)


def test_a_contact_is_changed_and_taken_away(office: Office) -> None:
    ticket = office.join()
    office.do(change_contact, GUEST, key=ticket.key, changes={"phone": "+34 600 000 001"}, language="es")
    assert office.now(ticket).reach == 1
    office.do(change_contact, GUEST, key=ticket.key, changes={"email": "b@example.org"})
    contact = office.store.read_now(contact_of, ticket.id)
    assert contact is not None
    assert (contact.phone, contact.email, contact.language) == ("+34600000001", "b@example.org", "es")
    office.do(change_contact, GUEST, key=ticket.key, changes={"email": None, "phone": None})
    assert office.store.read_now(contact_of, ticket.id) is None
    assert office.now(ticket).reach == 0


def test_who_leaves_a_contact_at_a_kiosk_is_sent_the_link_once(office: Office) -> None:
    ticket = office.join()
    assert kinds(office) == []
    office.do(change_contact, KIOSK, key=ticket.key, changes={"phone": "+34 600 000 001"})
    assert kinds(office) == ["joined"]
    [claim] = claims(office)
    assert (claim.key, claim.code) == (ticket.key, ticket.code)
    office.do(change_contact, KIOSK, key=ticket.key, changes={"phone": None})
    office.do(change_contact, KIOSK, key=ticket.key, changes={"phone": "+34 600 000 001"})
    assert kinds(office) == ["joined"]


def test_who_leaves_it_on_the_own_page_has_the_link_already(office: Office) -> None:
    ticket = office.join()
    office.do(change_contact, GUEST, key=ticket.key, changes={"phone": "+34 600 000 001"})
    assert kinds(office) == []


def test_a_number_that_wants_no_messages_is_sent_no_link_either(office: Office) -> None:
    office.do(stop_messages, GUEST, key=guest(office, phone="+34600000001").key)
    before, ticket = kinds(office), office.join()
    office.do(change_contact, KIOSK, key=ticket.key, changes={"phone": "+34 600 000 001"})
    assert kinds(office) == before


def test_a_visit_that_is_over_takes_no_contact(office: Office) -> None:
    ticket = office.join()
    office.do(leave, GUEST, key=ticket.key)
    assert isinstance(office.refuses(change_contact, GUEST, key=ticket.key, changes=ANA), Conflict)


def test_a_queue_that_does_not_ask_takes_no_contact(office: Office) -> None:
    refusal = office.refuses(join, GUEST, queue_id=office.hall.licences, contact=ANA)
    assert isinstance(refusal, Invalid)
    assert refusal.fields[0].code == "contact_not_asked"


def test_one_number_is_not_told_of_a_hundred_tickets(office: Office) -> None:
    for _ in range(8):
        guest(office)
    assert isinstance(office.refuses(join, GUEST, queue_id=office.hall.passports, contact=ANA), TooMany)


def test_contacts_go_a_day_after_the_visit_and_messages_a_month_after(office: Office) -> None:
    ticket, open_one = guest(office), guest(office, phone="+34600000002")
    office.call_next()
    office.do(no_show, key=ticket.key)
    for claim in claims(office):
        settle(office, claim)
    office.clock.advance(25 * HOUR)
    assert office.do(forget_contacts, branch_id=office.hall.branch_id) == 1
    assert office.store.read_now(contact_of, ticket.id) is None
    assert office.store.read_now(contact_of, open_one.id) is not None
    assert office.do(forget_messages, branch_id=office.hall.branch_id) == 0
    office.clock.advance(30 * 24 * HOUR)
    assert office.do(forget_messages, branch_id=office.hall.branch_id) >= 3


def test_who_wants_no_more_gets_no_more_and_in_no_other_visit(office: Office) -> None:
    ticket, other = guest(office), guest(office)
    office.do(stop_messages, GUEST, key=ticket.key)
    assert claims(office) == []
    assert {reason for (reason,) in outbox(office, "reason")} == {"stopped"}
    later = guest(office)
    assert office.now(later).reach == 0
    assert office.now(other).reach == 1
    office.call_next()
    assert "turn" not in kinds(office)


@pytest.mark.parametrize("taken", [{"phone": None}, {"phone": "+34600000009"}])
def test_a_stop_is_not_undone_by_taking_the_number_away_and_giving_it_again(
    office: Office, taken: dict[str, Any]
) -> None:
    ticket = guest(office, phone="+34600000002")
    office.do(stop_messages, GUEST, key=ticket.key)
    refusal = office.refuses(change_contact, GUEST, key=ticket.key, changes=taken)
    assert isinstance(refusal, Conflict)
    assert refusal.code == "messages_stopped"
    contact = office.do(change_contact, GUEST, key=ticket.key, changes={"phone": "+34600000002"})
    assert contact.stopped_at is not None
    assert office.now(ticket).reach == 0


def test_a_stop_that_another_visit_remembers_lets_the_guest_give_another_number(office: Office) -> None:
    first, later = guest(office, phone="+34600000002"), guest(office, phone="+34600000002")
    office.do(stop_messages, GUEST, key=first.key)
    changed = office.do(change_contact, GUEST, key=later.key, changes={"phone": "+34600000009"})
    assert changed.stopped_at is None


def test_a_stop_outlives_the_erasing_of_its_contact_and_the_number_does_not(office: Office) -> None:
    ticket = guest(office, phone="+34600000002")
    office.do(stop_messages, GUEST, key=ticket.key)
    office.do(erase_guest, GUEST, key=ticket.key)
    rows = office.store.read_now(lambda reader: list(reader.execute(select(schema.contacts))))
    assert "600000002" not in str(rows)
    assert office.now(guest(office, phone="+34600000002")).reach == 0
    again = {"key": ticket.key, "changes": {"phone": "+34600000009"}}
    assert isinstance(office.refuses(change_contact, GUEST, **again), Conflict)


def test_a_stop_is_taken_back_by_a_clear_act_and_holds_for_the_number_everywhere(office: Office) -> None:
    ticket, other = guest(office), guest(office)
    office.do(stop_messages, GUEST, key=ticket.key)
    assert office.do(allow_messages, GUEST, key=ticket.key).stopped_at is None
    assert office.now(ticket).reach == 1
    assert office.now(guest(office)).reach == 1, "a new visit of the same number is told too"
    told = {claim.message.ticket_id for claim in claims(office)}
    assert {ticket.id, other.id} & told == {ticket.id}, "the other visit was stopped by its own row"
    changed = office.do(change_contact, GUEST, key=ticket.key, changes={"phone": "+34600000009"})
    assert (changed.phone, changed.stopped_at) == ("+34600000009", None)


def test_who_stops_a_second_time_is_not_asked_again_whoever_holds_the_link(office: Office) -> None:
    ticket = guest(office)
    for _ in range(2):
        office.do(stop_messages, GUEST, key=ticket.key)
        if _ == 0:
            office.do(allow_messages, GUEST, key=ticket.key)
    another = guest(office)
    for one in (ticket, another):
        assert office.now(one).reach == 0
        refusal = office.refuses(allow_messages, GUEST, key=one.key)
        assert isinstance(refusal, Conflict)
        assert refusal.code == "messages_stopped"


def test_without_a_stop_there_is_nothing_to_allow(office: Office) -> None:
    ticket, over = guest(office), guest(office, phone="+34600000002")
    assert office.do(allow_messages, GUEST, key=ticket.key).allowed_at is None
    office.do(leave, GUEST, key=over.key)
    assert isinstance(office.refuses(allow_messages, GUEST, key=over.key), Conflict)


def test_a_family_of_eight_can_still_add_an_address(office: Office) -> None:
    family = [guest(office, phone="+34600000002") for _ in range(8)]
    added = office.do(change_contact, GUEST, key=family[0].key, changes={"email": "a@example.org"})
    assert added.email == "a@example.org"


def test_a_stop_writes_in_its_own_branch_alone_and_holds_in_every_other(office: Office) -> None:
    ticket = guest(office, phone="+34600000002")
    baths = office.build.branch("Baths")
    rules = QueueRules(ask_contact=AskContact.OPTIONAL)
    swim = office.build.queue("Swimming", baths, rules=rules)
    there = office.do(join, GUEST, queue_id=swim, contact={"phone": "+34600000002"}).ticket
    office.do(stop_messages, GUEST, key=ticket.key)
    contact = office.store.read_now(contact_of, there.id)
    assert contact is not None
    assert contact.stopped_at is None, "the lock of the other branch is not held"
    found, _ = office.do(claim_messages, branch_id=baths, room=ROOM, lease_s=60)
    assert found == []
    assert outbox(office, "reason").count(("stopped",)) == 1
