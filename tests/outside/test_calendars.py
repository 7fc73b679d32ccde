"""Calendars of others: as Outlook, Google and Apple write them, half broken, and made to do harm."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nowserving.errors import Invalid
from nowserving.outside.calendars import MOST_FOUND, Read, Why, read_calendar
from tests.told import refused

MADRID = ZoneInfo("Europe/Madrid")


def us(*parts: int, zone: ZoneInfo | None = None) -> int:
    return round(datetime(*parts, tzinfo=zone or UTC).timestamp() * 1_000_000)  # type: ignore[misc,arg-type]


NOW, LATER = us(2026, 11, 23), us(2028, 11, 23)


def read(text: str, *, free_too: bool = False) -> Read:
    return read_calendar(text, MADRID, NOW, LATER, free_too=free_too)


def calendar(*events: str) -> str:
    inside = "".join(f"BEGIN:VEVENT\r\n{one}\r\nEND:VEVENT\r\n" for one in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n".replace("\n ", "\n ")


def lines(*these: str) -> str:
    return "\r\n".join(these)


OUTLOOK = lines(
    "BEGIN:VCALENDAR",
    "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN",
    "VERSION:2.0",
    "METHOD:PUBLISH",
    "X-MS-OLK-FORCEINSPECTOROPEN:TRUE",
    "BEGIN:VTIMEZONE",
    "TZID:W. Europe Standard Time",
    "BEGIN:STANDARD",
    "DTSTART:16011028T030000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010325T020000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
    "BEGIN:VEVENT",
    "CLASS:PUBLIC",
    'DTSTART;TZID="W. Europe Standard Time":20261201T080000',
    'DTEND;TZID="W. Europe Standard Time":20261201T120000',
    "DTSTAMP:20261101T100000Z",
    "SUMMARY;LANGUAGE=en-gb:Training of the whole team\\, with a name that is far lo",
    " nger than seventy-five octets",
    "UID:040000008200E00074C5B7101A82E00800000000",
    "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
    "X-ALT-DESC;FMTTYPE=text/html:<html><body>x</body></html>",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTART;VALUE=DATE:20261224",
    "DTEND;VALUE=DATE:20261227",
    "SUMMARY:Christmas",
    "TRANSP:TRANSPARENT",
    "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
    "END:VEVENT",
    "END:VCALENDAR",
)
GOOGLE = lines(
    "BEGIN:VCALENDAR",
    "PRODID:-//Google Inc//Google Calendar 70.9054//EN",
    "VERSION:2.0",
    "CALSCALE:GREGORIAN",
    "X-WR-CALNAME:leave",
    "X-WR-TIMEZONE:Europe/Madrid",
    "BEGIN:VEVENT",
    "DTSTART;VALUE=DATE:20270104",
    "DTEND;VALUE=DATE:20270109",
    "UID:7kukuqrfedlm2f9t0@google.com",
    "STATUS:CONFIRMED",
    "SUMMARY:Holiday 🌴",
    "TRANSP:OPAQUE",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTART;TZID=Europe/Madrid:20261130T140000",
    "DTEND;TZID=Europe/Madrid:20261130T150000",
    "RRULE:FREQ=WEEKLY;WKST=MO;UNTIL=20261221T225959Z;BYDAY=MO",
    "EXDATE;TZID=Europe/Madrid:20261207T140000",
    "UID:weekly@google.com",
    "SUMMARY:Supervision",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTART;TZID=Europe/Madrid:20261215T160000",
    "DTEND;TZID=Europe/Madrid:20261215T170000",
    "RECURRENCE-ID;TZID=Europe/Madrid:20261214T140000",
    "UID:weekly@google.com",
    "SUMMARY:Supervision\\, moved",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTART:20261210T090000Z",
    "DTEND:20261210T100000Z",
    "STATUS:CANCELLED",
    "SUMMARY:Off after all",
    "END:VEVENT",
    "END:VCALENDAR",
)
APPLE = lines(
    "BEGIN:VCALENDAR",
    "CALSCALE:GREGORIAN",
    "PRODID:-//Apple Inc.//macOS 14.4//EN",
    "VERSION:2.0",
    "X-APPLE-CALENDAR-COLOR:#FF2968",
    "BEGIN:VEVENT",
    "CREATED:20261101T090000Z",
    "DTSTART;TZID=Europe/Madrid:20261203T100000",
    "DURATION:PT2H30M",
    "SUMMARY:Dentist",
    "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT15M",
    "END:VALARM",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTART:20261204T100000",
    "DTEND:20261204T110000",
    "SUMMARY:Floating",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTART;VALUE=DATE:20261208",
    "SUMMARY:One whole day, and no end",
    "END:VEVENT",
    "END:VCALENDAR",
)


def shown(found: Read) -> list[tuple[str, str, str]]:
    def wall(at: int) -> str:
        return datetime.fromtimestamp(at / 1_000_000, MADRID).strftime("%d.%m. %H:%M")

    return [(wall(one.from_at), wall(one.to_at), one.words) for one in found.away]


def test_outlook() -> None:
    long_name = "Training of the whole team, with a name that is far longer than seventy-five octets"
    assert shown(read(OUTLOOK)) == [("01.12. 08:00", "01.12. 12:00", long_name)]
    assert [(one.words, one.why) for one in read(OUTLOOK).left_out] == [("Christmas", Why.FREE)]
    (_, christmas) = read(OUTLOOK, free_too=True).away
    assert christmas.days == ("2026-12-24", "2026-12-26")


def test_google() -> None:
    assert shown(read(GOOGLE)) == [
        ("30.11. 14:00", "30.11. 15:00", "Supervision"),
        ("15.12. 16:00", "15.12. 17:00", "Supervision, moved"),
        ("21.12. 14:00", "21.12. 15:00", "Supervision"),
        ("04.01. 00:00", "09.01. 00:00", "Holiday 🌴"),
    ]
    assert [one.why for one in read(GOOGLE).left_out] == [Why.CANCELLED]


def test_apple() -> None:
    assert shown(read(APPLE)) == [
        ("03.12. 10:00", "03.12. 12:30", "Dentist"),
        ("04.12. 10:00", "04.12. 11:00", "Floating"),
        ("08.12. 00:00", "09.12. 00:00", "One whole day, and no end"),
    ]


@pytest.mark.parametrize("spoilt", [lambda text: text.replace("\r\n", "\n"), lambda text: "\ufeff" + text])
def test_however_its_lines_end_it_is_the_same_file(spoilt) -> None:  # type: ignore[no-untyped-def]
    for text in (OUTLOOK, GOOGLE, APPLE):
        assert read(spoilt(text)) == read(text)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Europe/Madrid", 10),
        ("America/New_York", 16),
        ("Eastern Standard Time", 16),
        ("/freeassociation.sourceforge.net/America/New_York", 16),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", 14),
        ("Customized Time Zone", 10),
        ("../../etc/passwd", 10),
        ("Mars/Phobos", 10),
    ],
)
def test_a_zone_by_any_name_or_the_branchs_own(zone: str, hour: int) -> None:
    event = lines(f"DTSTART;TZID={zone}:20261201T100000", f"DTEND;TZID={zone}:20261201T110000", "SUMMARY:x")
    (one,) = read(calendar(event)).away
    assert one.from_at == us(2026, 12, 1, hour, zone=MADRID)
    assert one.to_at - one.from_at == 3600 * 1_000_000


def test_a_rule_keeps_the_time_of_the_wall_when_clocks_change() -> None:
    event = lines(
        "DTSTART;TZID=Europe/Madrid:20270326T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4", "SUMMARY:x"
    )
    assert [one[0] for one in shown(read(calendar(event)))] == [
        f"{day}.03. 09:00" for day in (26, 27, 28, 29)
    ]
    skipped = lines("DTSTART;TZID=Europe/Madrid:20270328T023000", "DURATION:PT1H", "SUMMARY:In the gap")
    assert shown(read(calendar(skipped))) == [("28.03. 03:00", "28.03. 04:00", "In the gap")]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("DTSTART:garbage", Why.UNREADABLE),
        ("SUMMARY:without a beginning", Why.UNREADABLE),
        ("DTSTART:20261201T100000Z\r\nDTEND:20261201T090000Z", Why.NO_LENGTH),
        ("DTSTART:20261201T100000Z", Why.NO_LENGTH),
        ("DTSTART:20261201T100000Z\r\nDURATION:-PT1H", Why.NO_LENGTH),
        ("DTSTART:20200101T100000Z\r\nDURATION:PT1H", Why.PAST),
        ("DTSTART:16011028T030000\r\nDURATION:PT1H", Why.PAST),
        ("DTSTART:20261201T100000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY", Why.TOO_OFTEN),
        ("DTSTART:20261201T100000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=DAILY;BYHOUR=1,2,3", Why.TOO_OFTEN),
        ("DTSTART:19700101T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY", Why.TOO_MANY),
        ("DTSTART:20261201T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY", Why.TOO_MANY),
        ("DTSTART:20261201T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;INTERVAL=0", Why.UNREADABLE),
        ("DTSTART:20261201T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=NEVER", Why.UNREADABLE),
        ("DTSTART:99991231T100000Z\r\nDURATION:P99999D", Why.PAST),
    ],
)
def test_what_is_broken_or_without_end_is_left_out_and_the_rest_is_read(broken: str, why: Why) -> None:
    sound = lines("DTSTART:20261201T100000Z", "DTEND:20261201T110000Z", "SUMMARY:Sound")
    found = read(calendar(broken, sound))
    assert [one.words for one in found.away] == ["Sound"]
    assert [one.why for one in found.left_out] == [why]


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9"]
)
def test_a_rule_that_never_comes_true_ends(rule: str) -> None:
    event = lines("DTSTART:20261201T100000Z", "DURATION:PT1H", f"RRULE:{rule}", "SUMMARY:x")
    assert len(read(calendar(event)).away) <= 1


def test_a_zone_of_the_files_own_that_repeats_for_ever_does_no_harm() -> None:
    rule = lines("BEGIN:STANDARD", "DTSTART:16010101T000000", "RRULE:FREQ=SECONDLY", "END:STANDARD")
    bomb = lines("BEGIN:VTIMEZONE", "TZID:Europe/Madrid", rule, "END:VTIMEZONE", "")
    text = APPLE.replace("BEGIN:VEVENT\r\n", bomb + "BEGIN:VEVENT\r\n", 1)
    assert read(text) == read(APPLE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT\r\nEND:VEVENT",
        "BEGIN:VCALENDAR\r\n" * 3000,
        "\x00",
        "<html>",
    ],
)
def test_what_is_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(text)
    assert refused(caught) == {"/calendar": "not_a_calendar"}


def test_a_file_is_as_long_as_an_honest_one() -> None:
    single = lines("DTSTART:20261201T100000Z", "DTEND:20261201T110000Z", "SUMMARY:x")
    with pytest.raises(Invalid, match="invalid") as caught:
        read(calendar(*[single] * 2_001))
    assert refused(caught) == {"/calendar": "too_many_values"}
    with pytest.raises(Invalid) as caught:
        read(calendar(*[single + "\r\nRRULE:FREQ=YEARLY"] * 101))
    assert refused(caught) == {"/calendar": "too_many_values"}
    many = [lines(f"DTSTART:20261201T10{n // 60:02d}{n % 60:02d}Z", "DURATION:PT1H") for n in range(600)]
    assert len(read(calendar(*many)).away) == MOST_FOUND


@given(st.text(max_size=300), st.sampled_from([OUTLOOK, GOOGLE, APPLE]), st.integers(0, 2_000))
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_file_it_is_read_or_refused(noise: str, text: str, place: int) -> None:
    for spoilt in (text[:place] + noise + text[place:], text[:place], noise):
        try:
            found = read(spoilt)
        except Invalid:
            continue
        assert all(one.from_at < one.to_at for one in found.away)
        assert all(one.words.isprintable() for one in found.away)
