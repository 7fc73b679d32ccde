"""How a guest can be told: a phone number, an e-mail address, a browser that takes pushes.

What is stored is one form only: E.164 for numbers, the domain in lower case for addresses. A wrong
value is refused naming the field; nothing here asks the world whether a number exists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from nowserving.domain.base64url import raw_of
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.endpoint import endpoint_from
from nowserving.domain.values import Reader, optional, read_fields
from nowserving.errors import N_, Invalid, invalid_field

# 15 digits at most by E.164; the shortest that anybody can be reached at have seven.
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_COUNTRY = re.compile(r"\+[1-9][0-9]{0,3}")
_SPACING = re.compile(r"[ \u00a0().\-/]")
_OTHER_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९０１２３４５６７８９", "0123456789" * 4)
# What costs whoever sends to it: premium rate, shared cost, satellites, international networks.
_COSTLY = re.compile(r"\+(1900|1976|870|878|88[123]|979|808|99[129])")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_LONGEST_ADDRESS = 254
_KEY_BYTES = {"p256dh": 65, "auth": 16}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the guest of one ticket can be told. `push` is endpoint, p256dh and auth of a browser."""

    phone: str | None = None
    email: str | None = None
    push: Mapping[str, str] | None = None
    language: str = ""
    stopped_at: int | None = None
    allowed_at: int | None = None
    """When a stop was taken back, if it ever was: that is possible once."""

    @property
    def empty(self) -> bool:
        """Whether there is no way to tell this guest anything."""
        return not (self.phone or self.email or self.push)

    def without_push(self) -> Contact:
        """Return this contact without the browser."""
        return replace(self, push=None)


def address_on(contact: Contact, channel: str) -> object:
    """Return what a channel needs of a contact, or None if it has nothing for it."""
    return {Channel.PUSH: contact.push, Channel.EMAIL: contact.email, Channel.SMS: contact.phone}.get(
        Channel(channel)
    )


def phone_from(value: object, pointer: str, country_code: str = "") -> str | None:
    """Return a phone number in E.164, or None for an empty one.

    A number without its country gets `country_code` ("+91") in front, its leading zero dropped; where
    a branch has none, such a number is refused.
    """
    if not isinstance(value, str) or len(value) > 40:
        raise _bad_phone(pointer)
    digits = _SPACING.sub("", value.strip().replace("(0)", "").translate(_OTHER_DIGITS))
    if not digits:
        return None
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif not digits.startswith("+") and country_code:
        digits = country_code + digits.removeprefix("0")
    if not _E164.fullmatch(digits):
        raise _bad_phone(pointer)
    if _COSTLY.match(digits):
        raise invalid_field(pointer, "phone_not_allowed", N_("No messages go to numbers of this kind."))
    return digits


def country_code_from(value: object, pointer: str) -> str:
    """Return a country's calling code like "+91", or "" for none."""
    if value == "" or (isinstance(value, str) and _COUNTRY.fullmatch(value)):
        return str(value)
    message = N_("This must be a country's calling code like +91.")
    raise invalid_field(pointer, "bad_country_code", message)


def email_from(value: object, pointer: str) -> str | None:
    """Return an e-mail address in lower case, its domain in ASCII, or None for an empty one.

    RFC 5321 lets the part before the @ depend on case; no provider does, and phones write its first letter
    large: one guest must be one guest, in limits and at signing in.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_ADDRESS:
        raise _bad_email(pointer)
    local, at, domain = value.strip().rpartition("@")
    if not at and not domain:
        return None
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _bad_email(pointer) from None
    labels = domain.split(".")
    if not (_LOCAL_PART.fullmatch(local) and len(local) <= 64 and len(labels) > 1):
        raise _bad_email(pointer)
    if not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise _bad_email(pointer)
    return f"{local.lower()}@{domain}"


def push_from(value: object, pointer: str, *, anywhere: bool = False) -> Mapping[str, str]:
    """Return what a browser's push service gave it: where to send, and what to seal it with."""
    read: dict[str, Any] = read_fields(
        value,
        pointer,
        {"endpoint": partial(endpoint_from, anywhere=anywhere), "p256dh": _key, "auth": _key},
        required=frozenset({"endpoint", "p256dh", "auth"}),
    )
    return read


def _key(value: object, pointer: str) -> str:
    wanted = _KEY_BYTES[pointer.rpartition("/")[2]]
    if isinstance(value, str) and len(value) <= 128 and value.isascii():
        try:
            if len(raw_of(value)) == wanted:
                return value
        except ValueError:
            pass  # Refused below, as any other text that is no key.
    raise invalid_field(pointer, "bad_key", N_("This is not the key of a push subscription."))


def contact_from(
    given: object, country_code: str = "", *, pointer: str = "/contact", anywhere: bool = False
) -> Contact:
    """Return the contact that an object spells: `phone`, `email`, `push`, all may be left out.

    Raises Invalid naming every field that is wrong. `anywhere` also takes pushes within the house.
    """
    readers: dict[str, Reader] = {
        "phone": optional(lambda value, place: phone_from(value, place, country_code)),
        "email": optional(email_from),
        "push": optional(partial(push_from, anywhere=anywhere)),
    }
    return Contact(**read_fields(given, pointer, readers))


def _bad_phone(pointer: str) -> Invalid:
    message = N_("This must be a phone number with its country, like +34 600 123 456.")
    return invalid_field(pointer, "bad_phone", message)


def _bad_email(pointer: str) -> Invalid:
    return invalid_field(pointer, "bad_email", N_("This must be an e-mail address."))
