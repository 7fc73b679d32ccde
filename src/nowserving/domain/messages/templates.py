"""The words of a message: a text with {names} in it, and nothing else that means anything.

A template is not a program. Between braces stands one of the names below, exactly; whatever else a
brace holds is refused when it is saved, and stands as it is when it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from nowserving.domain.messages.kinds import Kind
from nowserving.domain.text import clean_text
from nowserving.errors import N_, invalid_field

VARIABLES = (
    *("code", "queue", "branch", "desk", "minutes", "position", "text", "link", "stop"),
    # Of reservations: what, when, until when an answer counts, and the ways to answer.
    *("service", "when", "until", "confirm", "move", "cancel"),
)
MOST_LETTERS = 600
MOST_SUBJECT = 120
_BRACES = re.compile(r"\{([^{}]*)\}")
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Words(NamedTuple):
    """A message's subject and text, as templates or filled."""

    subject: str
    text: str


# For whom it is too late to move or cancel: a link that leads to a refusal is none.
TOO_LATE_TO_CHANGE: Mapping[Kind, Words] = {
    Kind.BOOKED: Words(
        N_("{service}: {when}"),
        N_("{branch}: your reservation {code} is confirmed: {service}, {when}. All about it: {link}"),
    ),
    Kind.REMINDER: Words(
        N_("Reminder: {service}, {when}"),
        N_("{branch}: {service}, {when}. I'm coming: {confirm}"),
    ),
}
DEFAULTS: Mapping[Kind, Words] = {
    Kind.JOINED: Words(
        N_("Your ticket {code} at {branch}"),
        N_("{branch}: your ticket is {code} for {queue}. Follow your place here: {link}"),
    ),
    Kind.NEARLY: Words(
        N_("{code}: nearly your turn"),
        N_("{branch}: it is nearly your turn, {code}. Please come near. {link}"),
    ),
    Kind.TURN: Words(
        N_("{code}: it is your turn"),
        N_("{branch}: it is your turn, {code}. Please come now. {desk} {link}"),
    ),
    Kind.MISSED: Words(
        N_("{code}: you were called"),
        N_("{branch}: {code} was called and the time to come is over. What you can do now: {link}"),
    ),
    Kind.LINE: Words(N_("{branch}: a word to everybody in line"), N_("{branch}, {code}: {text} {link}")),
    Kind.REQUESTED: Words(
        N_("{branch}: we have your request"),
        N_("{branch}: we have your request for {service}, {when}. You hear from us again. {link}"),
    ),
    Kind.VERIFY: Words(
        N_("{branch}: please confirm your e-mail address"),
        N_("{branch}: please confirm your reservation of {service}, {when}, until {until}: {confirm}"),
    ),
    Kind.BOOKED: Words(
        N_("{service}: {when}"),
        N_(
            "{branch}: your reservation {code} is confirmed: {service}, {when}. Another time: {move} "
            "Cancel: {cancel} All about it: {link}"
        ),
    ),
    Kind.MOVED: Words(
        N_("Moved: {service}, {when}"),
        N_("{branch}: your reservation {code} of {service} is now at this time: {when}. {link}"),
    ),
    Kind.CANCELLED: Words(
        N_("Cancelled: {service}, {when}"),
        N_("{branch}: the reservation {code} of {service}, {when}, is cancelled. {link}"),
    ),
    Kind.REMINDER: Words(
        N_("Reminder: {service}, {when}"),
        N_("{branch}: {service}, {when}. I'm coming: {confirm} Another time: {move} Cancel: {cancel}"),
    ),
    Kind.OFFERED: Words(
        N_("A place is free: {service}, {when}"),
        N_("{branch}: a place is free: {service}, {when}. It is kept for you until {until}: {link}"),
    ),
    Kind.STANDBY: Words(
        N_("{branch}: you are on the waiting list"),
        N_("{branch}: you are on the waiting list for {service}. We write when a place is free. {link}"),
    ),
    Kind.SEATS_BOOKED: Words(
        N_("Your seats: {service}, {when}"),
        N_(
            "{branch}: your seats for {service}, {when}, are booked ({code}). Show the codes at the door. "
            "All about it, also to print: {link}"
        ),
    ),
    Kind.SEATS_CANCELLED: Words(
        N_("Cancelled: {service}, {when}"),
        N_("{branch}: the booking {code} of seats for {service}, {when}, is cancelled. {link}"),
    ),
    Kind.SEATS_HANDED_ON: Words(
        N_("Handed on: {service}, {when}"),
        N_(
            "{branch}: seats of your booking {code} for {service}, {when}, were handed on to somebody else. "
            "The codes you had for them let nobody in any more. {link}"
        ),
    ),
    Kind.SEATS_OFFERED: Words(
        N_("Seats are free: {service}, {when}"),
        N_("{branch}: seats for {service}, {when}, are kept for you until {until}: {link}"),
    ),
    Kind.SEATS_STANDBY: Words(
        N_("{branch}: you are on the waiting list"),
        N_("{branch}: you are on the waiting list for {service}. We write when seats are free. {link}"),
    ),
    Kind.FIRST_IN_LINE: Words(N_("{branch}: somebody waits"), N_("{branch}: {code} waits for {queue}.")),
    Kind.DEVICE_FAULT: Words(
        N_("{branch}: a device needs somebody"),
        N_("{branch}: a device reports a fault. Look at the devices in the back office."),
    ),
    Kind.FAILURES: Words(
        N_("{branch}: messages fail"),
        N_(
            "{branch}: messages to guests can't be delivered. Look at the failed messages in the back office."
        ),
    ),
}


def template_from(value: object, pointer: str, most: int = MOST_LETTERS) -> str:
    """Return a template, or "" for none; raise Invalid for a brace that holds no known name."""
    text = clean_text(value, pointer, most, required=False)
    rest = _BRACES.sub("", text)
    unknown = [name for name in _BRACES.findall(text) if name not in VARIABLES]
    if unknown or "{" in rest or "}" in rest:
        message = N_("Between { and } stands one of: %(names)s.")
        raise invalid_field(pointer, "unknown_variable", message, names=", ".join(VARIABLES))
    return text


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its names replaced, once: what a value brings along means nothing."""
    filled = _BRACES.sub(lambda found: values.get(found[1], found[0]), template)
    return " ".join(filled.split())


def one_line(text: str) -> str:
    """Return a text without any break or control: what may stand in a header."""
    return _LINE_BREAKS.sub(" ", text).strip()
