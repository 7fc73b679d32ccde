"""Calendar files as RFC 5545 wants them: UTC, folded, escaped, with CRLF; no name can break out of its line.

A reservation is one VEVENT with one UID for ever. Every change that a calendar must know raises its
SEQUENCE; RFC 5546 (iTIP) says with METHOD whether it is asked for, cancelled or just published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_OCTETS = 75
_BREAKS = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x09\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# What a value that is an address may not hold: it stands in the file as it is.
_NO_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]")
PRODUCT = "-//Now Serving//Reservations//EN"


class Method(StrEnum):
    """What a calendar shall do with the file."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Standing(StrEnum):
    """How sure the promised time is."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One VEVENT. Instants are µs UTC; `organiser` and `attendee` are e-mail addresses or ""."""

    uid: str
    sequence: int
    start_at: int
    end_at: int
    written_at: int
    summary: str
    description: str = ""
    place: str = ""
    link: str = ""
    standing: Standing = Standing.CONFIRMED
    organiser: str = ""
    attendee: str = ""


def uid_of(reservation_key_hash: str, host: str) -> str:
    """Return the UID of a reservation: the same in every file, and no way back to its key."""
    return f"{reservation_key_hash[:32]}@{host or 'now-serving'}"


def calendar_file(method: Method, happenings: Iterable[Happening], *, name: str = "") -> str:
    """Return a calendar file; `name` is what programs call the calendar that is subscribed to."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines.append(f"METHOD:{method.value}")
    if name:
        lines += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"]
        # How often to look again: a day's plan changes while one looks.
        lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"]
    for one in happenings:
        lines += _event(one)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """Return a text as a TEXT value: a break of any kind is written as one, and no control is left."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _CONTROLS.sub(" ", _BREAKS.sub("\\\\n", plain))


def folded(line: str) -> str:
    """Return a line in pieces of 75 octets at most; a letter of several octets is never cut."""
    return "\r\n ".join(_pieces(line))


def _pieces(line: str) -> Iterator[str]:
    piece, room = "", _MOST_OCTETS
    for letter in line:
        weight = len(letter.encode())
        if weight > room:
            yield piece
            # The blank that begins the next line is one of its octets.
            piece, room = "", _MOST_OCTETS - 1
        piece += letter
        room -= weight
    yield piece


def _event(one: Happening) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_address(one.uid)}",
        f"SEQUENCE:{one.sequence}",
        f"DTSTAMP:{_instant(one.written_at)}",
        f"DTSTART:{_instant(one.start_at)}",
        f"DTEND:{_instant(one.end_at)}",
        f"STATUS:{one.standing.value}",
        f"SUMMARY:{escaped(one.summary)}",
    ]
    if one.description:
        lines.append(f"DESCRIPTION:{escaped(one.description)}")
    if one.place:
        lines.append(f"LOCATION:{escaped(one.place)}")
    if one.link:
        lines.append(f"URL:{_address(one.link)}")
    if one.organiser:
        lines.append(f"ORGANIZER:mailto:{_address(one.organiser)}")
    if one.attendee:
        lines.append(f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{_address(one.attendee)}")
    return [*lines, "TRANSP:OPAQUE", "END:VEVENT"]


def _instant(at_us: int) -> str:
    return (_EPOCH + timedelta(microseconds=at_us)).strftime("%Y%m%dT%H%M%SZ")


def _address(text: str) -> str:
    return _NO_ADDRESS.sub("", text)
