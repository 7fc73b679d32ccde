"""What staff are alerted of, where they want it."""

from __future__ import annotations

import pytest

from nowserving.actions.layout.organisation import edit_organisation
from nowserving.actions.people.devices import report_device
from nowserving.domain.tickets.rules import AskContact
from nowserving.store import schema
from tests.actions.office import Office
from tests.actions.outbox import claims, guest, outbox, setting


@pytest.fixture(autouse=True)
def asks(office: Office) -> None:
    office.rule(ask_contact=AskContact.OPTIONAL, announce_nearly_at=2, check_in_window_s=60)


def test_staff_without_an_address_are_told_nothing(office: Office) -> None:
    guest(office, phone="+34600000002")
    claims(office, email=9)
    claims(office)
    assert ("failures", "skipped") in outbox(office)


def test_staff_hear_of_the_first_in_an_empty_line_where_they_want_it(office: Office) -> None:
    setting(office, alert_url="json://staff.example")
    office.rule(alert_first=True)
    first = office.join()
    office.join()
    (claim,) = claims(office)
    assert (claim.message.kind, claim.code, claim.queue) == ("first_in_line", first.code, "Passports")
    assert claim.language == "en"


def test_staff_are_alerted_in_the_first_language_of_the_house(office: Office) -> None:
    setting(office, alert_url="json://staff.example")
    office.do(edit_organisation, changes={"languages": ["es", "en"]})
    office.rule(alert_first=True)
    office.join()
    assert [claim.language for claim in claims(office)] == ["es"]


def test_staff_hear_of_a_device_that_has_a_fault(office: Office) -> None:
    setting(office, alert_url="json://staff.example")
    office.build.insert(
        schema.devices,
        id="k1",
        branch_id=office.hall.branch_id,
        kind="kiosk",
        name="Kiosk",
        token_hash="x",
        paired_at=0,
        seen_at=0,
    )
    office.do(report_device, device_id="k1", fault="no paper")
    office.do(report_device, device_id="k1", fault="no paper")
    assert [claim.message.kind for claim in claims(office)] == ["device_fault"]
