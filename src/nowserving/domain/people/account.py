"""Guests who come back and have an account: an e-mail address, a password, and all that they booked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nowserving.domain.messages.contact import email_from
from nowserving.errors import N_, invalid_field


class Purpose(StrEnum):
    """What a proof that was sent by e-mail is good for."""

    VERIFY = "verify"
    RESET = "reset"


PROOF_S = {Purpose.VERIFY: 24 * 3600, Purpose.RESET: 30 * 60}
"""How long a proof is good, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestAccount:
    """A guest's account without its password. Instants are microseconds since the epoch, UTC."""

    id: str
    email: str
    name: str
    phone: str | None
    language: str
    credential_version: int
    verified_at: int | None
    created_at: int
    edited: int


def account_email(value: object, pointer: str = "/email") -> str:
    """Return the address of an account in its stored form; raises Invalid for none and for a bad one."""
    email = email_from(value, pointer)
    if email is None:
        raise invalid_field(pointer, "empty", N_("This must not be empty."))
    return email
