"""How a message ends when nobody is left to tell, or no road is left to go."""

from __future__ import annotations

import pytest

from nowserving.actions.guests.erasing import erase_guest
from nowserving.actions.messages.setting import edit_messages
from nowserving.domain.messages.delivery import MOST_TRIES, End, Outcome
from nowserving.domain.tickets.rules import AskContact
from nowserving.errors import Invalid
from nowserving.store.messages.contacts import contact_of
from tests.actions.office import GUEST, Office
from tests.actions.outbox import HOUR, claims, guest, kinds, outbox, setting, settle
from tests.domain.test_messages import SUBSCRIPTION


@pytest.fixture(autouse=True)
def asks(office: Office) -> None:
    office.rule(ask_contact=AskContact.OPTIONAL, announce_nearly_at=2, check_in_window_s=60)


def test_an_alert_that_fails_or_has_no_room_is_no_guests_business(office: Office) -> None:
    setting(office, alert_url="json://staff.example")
    office.rule(alert_first=True)
    office.join()
    assert claims(office, email=9, staff=0) == []
    for _ in range(MOST_TRIES):
        office.clock.advance(HOUR)
        # Whoever claimed it died of it each time: nobody says how it went.
        assert len(claims(office)) == 1
    office.clock.advance(HOUR)
    assert claims(office) == []
    assert outbox(office) == [("first_in_line", "failed")]


def test_a_browser_that_is_gone_and_was_all_there_is_leaves_nobody_to_tell(office: Office) -> None:
    ticket = guest(office, push=SUBSCRIPTION)
    (claim,) = claims(office)
    settle(office, claim, Outcome(End.GONE, "push_410"))
    assert office.store.read_now(contact_of, ticket.id) is None
    office.call_next()
    assert kinds(office) == ["joined", "failures"]


@pytest.mark.parametrize("end", [End.GONE, End.NEVER])
def test_a_contact_that_was_erased_meanwhile_gives_the_message_up(office: Office, end: End) -> None:
    ticket = guest(office, push=SUBSCRIPTION)
    (claim,) = claims(office)
    office.do(erase_guest, GUEST, key=ticket.key)
    settle(office, claim, Outcome(end, "push_410"))
    assert ("joined", "failed") in outbox(office)


def test_an_alert_that_is_refused_for_good_goes_no_other_way(office: Office) -> None:
    setting(office, alert_url="json://staff.example")
    office.rule(alert_first=True)
    office.join()
    (claim,) = claims(office)
    settle(office, claim, Outcome(End.NEVER, "refused"))
    assert outbox(office) == [("first_in_line", "failed")]


def test_alerts_go_to_an_address_that_apprise_knows(office: Office) -> None:
    wrong = {"alert_url": "nonsense"}
    refusal = office.refuses(edit_messages, branch_id=office.hall.branch_id, changes=wrong)
    assert isinstance(refusal, Invalid)
    assert [one.pointer for one in refusal.fields] == ["/alert_url"]
