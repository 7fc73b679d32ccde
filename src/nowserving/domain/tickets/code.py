"""The short label that people see and hear: a queue's prefix and a number, "C-003".

A prefix is one to three characters, capital Latin letters and digits, and begins with a letter:
it can be read on a wall, spoken in any language and typed on any keyboard. I and O are allowed,
because the number always stands behind a hyphen and can't be mistaken for them.
"""

from __future__ import annotations

import re

from nowserving.errors import N_, invalid_field

_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,2}")


def ticket_code(prefix: str, number: int) -> str:
    """Return the code of a number: three digits at least, more when the day is long."""
    return f"{prefix}-{number:03d}"


def clean_prefix(value: object, pointer: str = "/prefix") -> str:
    """Return `value` as a prefix in capitals, or refuse it."""
    if not isinstance(value, str):
        raise invalid_field(pointer, "not_text", N_("This must be text."))
    # Only ASCII is raised to capitals: str.upper() would turn one "ß" into two letters.
    prefix = value.upper() if value.isascii() else value
    if not _PREFIX.fullmatch(prefix):
        message = N_("A prefix is one to three letters A to Z or digits, and begins with a letter.")
        raise invalid_field(pointer, "bad_prefix", message)
    return prefix
