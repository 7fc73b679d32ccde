"""Letters about reservations: their links, their words, and the file that a calendar reads."""

from __future__ import annotations

from typing import Any

import pytest
from icalendar import Calendar

from nowserving.actions.messages.claiming import Claim, claim_messages
from nowserving.actions.messages.settling import settle_message
from nowserving.actions.reservations.changing import cancel_reservation, move_reservation
from nowserving.actions.reservations.standing_by import stand_by
from nowserving.background.promise_words import PromiseWords
from nowserving.background.wording import Wording
from nowserving.domain.messages.delivery import SENT, Letter
from nowserving.outside.mail import written
from tests.actions.surgery import DAY, MINUTE, TUESDAY, Surgery

BASE = "https://queue.example.org"
ROOM = {"email": 9, "sms": 9, "staff": 9}


def wording(base: str = BASE) -> Wording:
    promises = PromiseWords(
        lambda language, at, zone: f"<{language} {at // 1_000_000} {zone}>",
        lambda key, email: "proof",
        "queue@example.org",
    )
    return Wording(lambda _language, text: text, base, promises=promises)


def letters(surgery: Surgery, base: str = BASE) -> list[Letter]:
    """Send all that is due, and return the letters."""
    found, _ = surgery.do(claim_messages, branch_id=surgery.branch_id, room=ROOM, lease_s=60)
    for claim in found:
        _settle(surgery, claim)
    return [wording(base).letter(claim) for claim in found]


def _settle(surgery: Surgery, claim: Claim) -> None:
    given: dict[str, Any] = {"message_id": claim.message.id, "fence": claim.fence, "outcome": SENT}
    surgery.do(settle_message, branch_id=surgery.branch_id, **given)


def calendar_of(letter: Letter) -> Any:
    """Return the calendar that a mail program finds in a letter."""
    (part,) = [one for one in written(letter, "queue@example.org").walk() if one.get_filename()]
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == letter.method
    return Calendar.from_ical(part.get_content())


def event_of(letter: Letter) -> Any:
    (event,) = calendar_of(letter).walk("VEVENT")
    return event


def test_a_confirmation_has_the_ways_to_answer_and_a_calendar_file(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY + DAY, email="ana@example.org", language="es")
    (letter,) = letters(surgery)
    for path in ("", "/move", "/cancel"):
        assert f"{BASE}/r/{booked.key}{path}" in letter.text
    assert letter.stop == f"{BASE}/r/{booked.key}/stop"
    assert f"<es {booked.start_at // 1_000_000} UTC>" in letter.text
    event = event_of(letter)
    assert calendar_of(letter)["METHOD"] == "REQUEST"
    assert event["DTSTART"].dt.timestamp() * 1_000_000 == booked.start_at
    assert event["ATTENDEE"] == "mailto:ana@example.org"
    assert event["ORGANIZER"] == "mailto:queue@example.org"
    assert event["URL"] == f"{BASE}/r/{booked.key}"
    assert booked.key not in event["UID"]


def test_nobody_is_offered_to_change_what_can_not_be_changed_any_more(surgery: Surgery) -> None:
    surgery.rule(cutoff_s=3 * 24 * 3600, reminders_s=[3600])
    booked = surgery.reserve(TUESDAY + DAY, email="ana@example.org")
    (letter,) = letters(surgery)
    assert f"{BASE}/r/{booked.key}" in letter.text
    assert "/move" not in letter.text
    assert "/cancel" not in letter.text


def test_a_letter_says_whose_clock_it_means_and_ends_a_line_with_each_link(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY + DAY, email="ana@example.org")
    (letter,) = letters(surgery)
    assert "(UTC)" in letter.text
    assert f"Another time: {BASE}/r/{booked.key}/move\nCancel: {BASE}/r/{booked.key}/cancel\n" in letter.text


def test_a_change_keeps_the_uid_and_raises_the_sequence(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY, email="ana@example.org")
    (first,) = letters(surgery)
    surgery.do(move_reservation, reservation_key=booked.key, start_at=TUESDAY + DAY)
    (second,) = letters(surgery)
    surgery.do(cancel_reservation, reservation_key=booked.key)
    (third,) = letters(surgery)
    events = [event_of(one) for one in (first, second, third)]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert [one.method for one in (first, second, third)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


@pytest.mark.parametrize(
    "name", ["Blood; tests, \\n and more", "Blood: BEGIN:VALARM", 'Blood "x"; TZID=evil']
)
def test_no_name_breaks_the_file(surgery: Surgery, name: str) -> None:
    surgery.edit(name=name)
    surgery.reserve(email="ana@example.org")
    (letter,) = letters(surgery)
    assert str(event_of(letter)["SUMMARY"]) == f"{name} · Surgery"
    assert [part.name for part in calendar_of(letter).walk()] == ["VCALENDAR", "VEVENT"]


def test_a_reminder_asks_and_carries_no_file(surgery: Surgery) -> None:
    booked = surgery.reserve(TUESDAY + DAY, email="ana@example.org")
    letters(surgery)
    surgery.clock.now = TUESDAY + MINUTE
    (letter,) = letters(surgery)
    assert f"{BASE}/r/{booked.key}/coming" in letter.text
    assert letter.calendar == ""


def test_an_address_is_proved_by_a_link_that_only_its_mail_has(surgery: Surgery) -> None:
    surgery.rule(verify_email=True)
    booked = surgery.reserve(TUESDAY, email="ana@example.org")
    (letter,) = letters(surgery)
    assert f"{BASE}/r/{booked.key}/verify/proof" in letter.text
    assert letter.calendar == ""


def test_an_offer_leads_to_the_place_in_the_list(surgery: Surgery) -> None:
    first = surgery.reserve(TUESDAY)
    surgery.reserve(TUESDAY, name="Ben")
    wish: dict[str, Any] = {"service_id": surgery.service.id, "from_at": TUESDAY, "to_at": TUESDAY + MINUTE}
    place = surgery.do(stand_by, **wish, name="Carla", email="carla@example.org")
    (joined,) = letters(surgery)
    surgery.do(cancel_reservation, reservation_key=first.key)
    (offer,) = letters(surgery)
    assert joined.link == offer.link == f"{BASE}/s/{place.key}"
    assert offer.stop == ""


def test_a_house_without_an_address_sends_no_links(surgery: Surgery) -> None:
    surgery.reserve(email="ana@example.org")
    (letter,) = letters(surgery, base="")
    assert (letter.link, letter.stop) == ("", "")
    assert "URL" not in event_of(letter)


def test_a_text_message_has_no_file(surgery: Surgery) -> None:
    surgery.reserve(phone="+34600123456")
    (letter,) = letters(surgery)
    assert (letter.channel, letter.calendar) == ("sms", "")
