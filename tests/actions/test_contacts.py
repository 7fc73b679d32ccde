"""How a guest wants to be told: kept, changed, stopped, erased."""

from __future__ import annotations

import pytest

from nowserving.actions.messages.contacts import change_contact, stop_messages
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import leave, no_show
from nowserving.actions.tickets.tidying import forget_contacts, forget_messages
from nowserving.domain.tickets.rules import AskContact
from nowserving.errors import Conflict, Invalid, TooMany
from nowserving.store.messages.contacts import contact_of
from tests.actions.office import GUEST, Office
from tests.actions.outbox import ANA, HOUR, claims, guest, kinds, outbox, settle


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
