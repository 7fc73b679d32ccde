"""A form as its page shows it: what was typed, what was refused, each refusal beside its field.

Field names are JSON pointers with "-" for "/": what a verb refuses at "/rules/max_waiting" belongs
to the field "rules-max_waiting". So a page needs no table from refusals to fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection

from nowserving.errors import AppError, FieldError
from nowserving.web.looks.i18n import Localiser, language_of, localiser

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")
_MINUTES = re.compile(r"[0-9]{1,5}([.,][0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class FormState:
    """Values by field name, refusals by field name, and a refusal of the whole (`notice`)."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""

    def value(self, name: str, default: object = "") -> str:
        """Return what stands in a field: what was typed, or else what is stored."""
        if self.values:
            return self.values.get(name, "")
        return "" if default is None else str(default)

    def checked(self, name: str, default: object = False) -> bool:  # noqa: FBT002 a template's call
        """Tell whether a box is ticked. A browser sends nothing for one that is not."""
        return name in self.values if self.values else bool(default)

    def error(self, name: str) -> str:
        """Return what is wrong with a field, or ""."""
        return self.errors.get(name, "")

    @property
    def code(self) -> int:
        """The HTTP code to show the form with."""
        return 422 if self.errors else 409 if self.notice else 200


def refused(
    connection: HTTPConnection,
    values: Mapping[str, str],
    error: AppError,
    renamed: Callable[[str], str] = str,
) -> FormState:
    """Return the form to show again: with all that was typed, and why it was refused.

    `renamed` says which field stands for a pointer where their names differ.
    """
    speaking = localiser(language_of(connection))
    errors = {renamed(_name(one)): _words(speaking, one) for one in error.fields}
    known = {name: words for name, words in errors.items() if name in values or _parent(name) in values}
    lost = [words for name, words in errors.items() if name not in known]
    notice = "" if error.fields else speaking.gettext(error.message, **error.data)
    return FormState(dict(values) or {"": ""}, errors, " ".join([notice, *lost]).strip())


def _name(one: FieldError) -> str:
    return one.pointer.removeprefix("/").replace("/", "-")


def _parent(name: str) -> str:
    return name.rpartition("-")[0]


def _words(speaking: Localiser, one: FieldError) -> str:
    return speaking.gettext(one.message, **dict(one.data))


def number(text: str | None) -> Any:
    """Return the whole number that a field spells; "" is None; other text stays, to be refused by name."""
    if not text or not text.strip():
        return None
    return int(text.strip()) if _WHOLE.fullmatch(text.strip()) else text


def as_number(value: int | None) -> str:
    """Return a number as a field shows it; none is an empty field."""
    return "" if value is None else str(value)


def minutes(text: str | None) -> Any:
    """Return minutes, which people type, as seconds, which are stored. Like `number` for what is none."""
    if not text or not text.strip():
        return None
    found = text.strip()
    return round(float(found.replace(",", ".")) * 60) if _MINUTES.fullmatch(found) else text


def as_minutes(seconds: int | None) -> str:
    """Return seconds as the minutes that a field shows."""
    if seconds is None:
        return ""
    return f"{seconds / 60:.2f}".rstrip("0").rstrip(".")
