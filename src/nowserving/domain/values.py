"""Strict readers of single values: what arrives from outside is exactly of its kind or is refused.

Nothing is converted. True is not 1, "3" is not 3, 3.0 is not 3, and only the digits 0 to 9 are
digits. A reader takes the value and the JSON pointer of its field, and raises Invalid naming it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from nowserving.errors import N_, FieldError, Invalid, invalid_field

Reader = Callable[[object, str], Any]
E = TypeVar("E", bound=StrEnum)

_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")
_MINUTES_OF_A_DAY = 24 * 60
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


def whole(value: object, pointer: str, low: int, high: int) -> int:
    """Return `value` if it is a whole number from `low` to `high`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid_field(pointer, "not_whole", N_("This must be a whole number."))
    if not low <= value <= high:
        message = N_("This must be a whole number from %(low)s to %(high)s.")
        raise invalid_field(pointer, "out_of_range", message, low=low, high=high)
    return value


def whole_from_text(value: str, pointer: str, low: int, high: int) -> int:
    """Return the whole number that a query string spells: only 0 to 9, no blank, no "+", no leading zero."""
    if not _WHOLE.fullmatch(value):
        raise invalid_field(pointer, "not_whole", N_("This must be a whole number."))
    return whole(int(value), pointer, low, high)


def flag(value: object, pointer: str) -> bool:
    """Return `value` if it is true or false."""
    if not isinstance(value, bool):
        raise invalid_field(pointer, "not_flag", N_("This must be true or false."))
    return value


def choice(value: object, pointer: str, kind: type[E]) -> E:
    """Return the member of `kind` that `value` spells exactly."""
    if isinstance(value, str) and value in kind._value2member_map_:
        return kind(value)
    message = N_("This must be one of: %(choices)s.")
    raise invalid_field(pointer, "not_a_choice", message, choices=", ".join(kind))


def time_of_day(value: object, pointer: str, *, midnight_ends: bool = False) -> int:
    """Return "HH:MM" as minutes since midnight; "24:00" only where it may end a day."""
    last = _MINUTES_OF_A_DAY if midnight_ends else _MINUTES_OF_A_DAY - 1
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else _MINUTES_OF_A_DAY + 1
    if minutes > last:
        message = N_("This must be a time of day like 09:30, from 00:00 to %(last)s.")
        raise invalid_field(pointer, "not_a_time", message, last=time_text(last))
    return minutes


def time_text(minutes: int) -> str:
    """Return minutes since midnight as "HH:MM"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def calendar_date(value: object, pointer: str) -> str:
    """Return `value` if it is a real date written "2026-11-22", in the years 2000 to 2199."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            if _FIRST_YEAR <= date.fromisoformat(value).year <= _LAST_YEAR:
                return value
        except ValueError:
            pass  # 30 February has the shape of a date and is none: refused below.
    message = N_("This must be a date like 2026-11-22, from the year %(first)s to %(last)s.")
    raise invalid_field(pointer, "not_a_date", message, first=_FIRST_YEAR, last=_LAST_YEAR)


def listed(value: object, pointer: str, most: int) -> list[object]:
    """Return `value` if it is a list of at most `most` values."""
    if not isinstance(value, list | tuple):
        raise invalid_field(pointer, "not_a_list", N_("This must be a list."))
    if len(value) > most:
        message = N_("This list may have %(most)s values at most.")
        raise invalid_field(pointer, "too_many_values", message, most=most)
    return list(value)


def optional(reader: Reader) -> Reader:
    """Return a reader that lets None through and hands everything else to `reader`."""
    return lambda value, pointer: None if value is None else reader(value, pointer)


def whole_between(low: int, high: int) -> Reader:
    """Return a reader of whole numbers from `low` to `high`."""
    return lambda value, pointer: whole(value, pointer, low, high)


def one_of(kind: type[StrEnum]) -> Reader:
    """Return a reader of the members of `kind`."""
    return lambda value, pointer: choice(value, pointer, kind)


def read_fields(
    value: object,
    pointer: str,
    readers: Mapping[str, Reader],
    *,
    required: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Read an object field by field; refuse all that is wrong with it in one Invalid."""
    if not isinstance(value, Mapping):
        raise invalid_field(pointer, "not_an_object", N_("This must be an object with named fields."))
    read: dict[str, Any] = {}
    wrong: list[FieldError] = []
    for name, given in value.items():
        place = f"{pointer}/{pointer_part(name)}"
        try:
            read[name] = readers.get(name, _unknown)(given, place)
        except Invalid as refusal:
            wrong.extend(refusal.fields)
    for name in sorted(required - value.keys()):
        message = N_("This field is missing.")
        wrong.append(FieldError(f"{pointer}/{name}", "required", message))
    if wrong:
        raise Invalid("invalid", N_("Some values are not acceptable."), fields=tuple(wrong))
    return read


def pointer_part(name: object) -> str:
    """Return a field's name as one part of a JSON pointer, safe to print whatever the caller sent."""
    # A lone surrogate in a name could not be encoded in the answer: "?" stands for it.
    printable = str(name)[:64].encode("utf-8", "replace").decode("utf-8")
    return printable.replace("~", "~0").replace("/", "~1")


def _unknown(_value: object, pointer: str) -> object:
    raise invalid_field(pointer, "unknown_field", N_("There is no field of this name."))
