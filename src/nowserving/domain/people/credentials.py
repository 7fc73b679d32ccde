"""What lets somebody in: sign-ins of browsers, keys of programs, credentials of devices, pairings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from nowserving.domain.people.roles import Role
from nowserving.errors import N_, invalid_field

KEY_MARK = "nsk_"
DEVICE_MARK = "nsd_"
# Digits and capitals that can't be mistaken for one another on a screen across the room.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
_CODE = re.compile(f"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")


class DeviceKind(StrEnum):
    """What a paired device is."""

    KIOSK = "kiosk"
    DISPLAY = "display"

    @property
    def role(self) -> Role:
        """The role that its credential carries."""
        return Role(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A paired kiosk or display. `fault` is what it reported last, or empty."""

    id: str
    branch_id: str
    kind: DeviceKind
    name: str
    settings: Mapping[str, object]
    edited: int
    paired_at: int
    seen_at: int
    fault: str
    revoked_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A device that shows its code; once an admin has typed it, `device_id` says what it became."""

    code_hash: str
    claim_hash: str
    kind: DeviceKind
    created_at: int
    expires_at: int
    device_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A program's key. The key itself is shown once; `hint` is its last characters."""

    id: str
    name: str
    hint: str
    role: Role
    branch_id: str | None
    unlimited: bool
    created_at: int
    revoked_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A browser that is signed in. `token_hash` is all that is kept of its cookie."""

    token_hash: str
    staff_id: str
    credential_version: int
    browser: str
    created_at: int
    seen_at: int
    expires_at: int


def secret_hash(secret: str) -> str:
    """Return what is kept of a secret. It has 256 random bits, so no salt and no slow hash are needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def clean_code(value: object, pointer: str = "/code") -> str:
    """Return a typed pairing code in its one form: capitals, without blanks and hyphens."""
    text = value.upper() if isinstance(value, str) and value.isascii() else ""
    code = text.replace(" ", "").replace("-", "")
    if not _CODE.fullmatch(code):
        message = N_("Type the eight letters and digits that the device shows.")
        raise invalid_field(pointer, "bad_code", message)
    return code


def shown_code(code: str) -> str:
    """Return a pairing code as a device shows it: two groups of four."""
    return f"{code[:4]}-{code[4:]}"
