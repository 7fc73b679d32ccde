"""Every calendar file that we write is read by a program of others, and means what we meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from nowserving.domain.calendar.calendar_file import (
    Happening,
    Method,
    Standing,
    calendar_file,
    escaped,
    folded,
    uid_of,
)

MINUTE = 60_000_000
START = 1_795_424_400_000_000  # Monday, 23 November 2026, 09:00 UTC.


def happening(**changes: object) -> Happening:
    values = {
        "uid": uid_of("a" * 64, "queue.example.org"),
        "sequence": 2,
        "start_at": START,
        "end_at": START + 20 * MINUTE,
        "written_at": START - 60 * MINUTE,
        "summary": "Passport",
    }
    return Happening(**{**values, **changes})  # type: ignore[arg-type]


def read(text: str) -> Calendar:
    found = Calendar.from_ical(text)
    assert isinstance(found, Calendar)
    return found


def event_of(text: str) -> dict[str, object]:
    (event,) = read(text).walk("VEVENT")
    assert not event.errors
    return event


def test_a_reservation_is_read_as_it_is_meant() -> None:
    text = calendar_file(
        Method.REQUEST,
        [
            happening(
                description="Bring a photo",
                place="Town Hall",
                link="https://queue.example.org/r/KEY",
                organiser="queue@example.org",
                attendee="ana@example.org",
            )
        ],
    )
    event = event_of(text)

    assert read(text)["METHOD"] == "REQUEST"
    assert event["UID"] == f"{'a' * 32}@queue.example.org"
    assert event["SEQUENCE"] == 2
    assert event["DTSTART"].dt == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # type: ignore[attr-defined]
    assert event["DTEND"].dt == datetime(2026, 11, 23, 9, 20, tzinfo=UTC)  # type: ignore[attr-defined]
    assert event["STATUS"] == "CONFIRMED"
    assert event["LOCATION"] == "Town Hall"
    assert event["URL"] == "https://queue.example.org/r/KEY"
    assert event["ORGANIZER"] == "mailto:queue@example.org"
    assert event["ATTENDEE"] == "mailto:ana@example.org"


def test_a_cancellation_says_so_twice_with_the_same_uid() -> None:
    text = calendar_file(Method.CANCEL, [happening(standing=Standing.CANCELLED, sequence=3)])

    assert read(text)["METHOD"] == "CANCEL"
    assert event_of(text)["STATUS"] == "CANCELLED"
    assert event_of(text)["UID"] == event_of(calendar_file(Method.REQUEST, [happening()]))["UID"]


@pytest.mark.parametrize(
    "name",
    [
        "Ana\r\nBEGIN:VALARM\r\nTRIGGER:-PT1M",
        "Ana;LANGUAGE=xx:evil",
        "Ana, the first; and C:\\temp\\n",
        "Ana\u2028ATTENDEE:mailto:eve@example.org",
        "\x00\x1b[31mAna\x7f",
    ],
)
def test_no_name_breaks_out_of_its_line(name: str) -> None:
    text = calendar_file(Method.PUBLISH, [happening(summary=name, description=name, place=name)])
    event = event_of(text)

    assert [part.name for part in read(text).walk()] == ["VCALENDAR", "VEVENT"]
    assert "ATTENDEE" not in event
    assert "Ana" in str(event["SUMMARY"])


def test_an_address_with_a_break_gives_no_second_line() -> None:
    text = calendar_file(Method.REQUEST, [happening(link="https://a/\r\nX-EVIL:1", attendee="a@b\r\nX:1")])

    assert "\r\nX" not in text.replace("\r\nX-WR", "")


@given(st.text(max_size=300))
def test_any_text_comes_back_as_it_went_in_but_for_controls(text: str) -> None:
    read_back = str(event_of(calendar_file(Method.PUBLISH, [happening(summary=text)]))["SUMMARY"])
    kept = [letter for letter in text if letter.isprintable() and not letter.isspace()]

    assert [letter for letter in read_back if letter.isprintable() and not letter.isspace()] == kept


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=400))
def test_no_line_is_longer_than_75_octets(text: str) -> None:
    lines = folded(escaped(text)).split("\r\n")

    assert all(len(line.encode()) <= 75 for line in lines)
    assert "".join([lines[0], *(line[1:] for line in lines[1:])]) == escaped(text)


def test_a_feed_says_its_name_and_how_often_to_look() -> None:
    text = calendar_file(Method.PUBLISH, [happening(), happening(uid="b")], name="Dr. Rao; room 2")

    assert "\r\nX-WR-CALNAME:Dr. Rao\\; room 2\r\n" in text
    assert "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n" in text
    assert len(read(text).walk("VEVENT")) == 2


def test_a_uid_without_a_public_address_is_still_one() -> None:
    assert uid_of("c" * 64, "") == f"{'c' * 32}@now-serving"


def test_a_long_line_goes_on_in_the_next_one_and_no_letter_is_cut() -> None:
    name = "पासपोर्ट " * 20
    text = calendar_file(Method.PUBLISH, [happening(summary=name)])

    assert "\r\n " in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert str(event_of(text)["SUMMARY"]) == name
