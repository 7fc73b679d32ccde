"""People who work here: who they are, where they work, how they sign in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from nowserving.domain.people.roles import Role
from nowserving.domain.text import clean_text
from nowserving.errors import N_, invalid_field

LEAST_PASSWORD = 8
MOST_PASSWORD = 256
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody with an account. An admin sees every branch, an agent those in `branch_ids`."""

    id: str
    name: str
    login: str
    role: Role
    branch_ids: frozenset[str]
    credential_version: int
    keyboard: bool
    edited: int
    created_at: int
    disabled_at: int | None
    clinical: bool = False
    """Whether this person may read what clinicians write, whatever the role."""

    @property
    def sees(self) -> frozenset[str] | None:
        """The branches this person sees; None means all of them."""
        return None if self.role is Role.ADMIN else self.branch_ids


def clean_login(value: object, pointer: str = "/login") -> str:
    """Return what is typed at sign-in, in its stored form: lower-case ASCII, a short name or an e-mail."""
    if not isinstance(value, str):
        raise invalid_field(pointer, "not_text", N_("This must be text."))
    # Only ASCII is folded: other alphabets have letters that look like these and are not.
    login = value.strip().lower() if value.isascii() else value
    if not _LOGIN.fullmatch(login):
        message = N_("Use 2 to 64 of the letters a to z, digits and . _ @ + -, as in an e-mail address.")
        raise invalid_field(pointer, "bad_login", message)
    return login


def clean_person(value: object, pointer: str = "/name") -> str:
    """Return a staff member's name. One word in two alphabets is refused: "аdmin" with a Cyrillic а."""
    name = clean_text(value, pointer, 100)
    for word in _WORDS.findall(name):
        if len({_alphabet(letter) for letter in word} & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            message = N_("One word of this name mixes letters of different alphabets that look alike.")
            raise invalid_field(pointer, "mixed_alphabets", message)
    return name


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def staff_role(value: object, pointer: str = "/role") -> Role:
    """Return the role of a person: admin or agent. Kiosk and display are for devices and keys."""
    if value in (Role.ADMIN.value, Role.AGENT.value):
        return Role(value)
    raise invalid_field(
        pointer, "not_a_choice", N_("This must be one of: %(choices)s."), choices="admin, agent"
    )


def check_password(value: object, pointer: str = "/password") -> str:
    """Return a new password if its form is acceptable. Nothing is trimmed, cut or demanded beyond length."""
    if not isinstance(value, str):
        raise invalid_field(pointer, "not_text", N_("This must be text."))
    if len(value) < LEAST_PASSWORD:
        message = N_("A password has %(least)s characters or more. A short sentence is a good one.")
        raise invalid_field(pointer, "too_short", message, least=LEAST_PASSWORD)
    if not fits_password(value):
        message = N_("A password has %(most)s characters at most, none of them invisible controls.")
        raise invalid_field(pointer, "bad_password", message, most=MOST_PASSWORD)
    return value


def fits_password(value: str) -> bool:
    """Tell whether this can be anybody's password at all, before any work is spent on it."""
    return len(value) <= MOST_PASSWORD and not any(
        unicodedata.category(letter) in ("Cc", "Cs") for letter in value
    )
