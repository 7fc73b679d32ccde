"""The fields of shows and performances that an organiser may write, each with its strict reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nowserving.domain.shows.rules import rules_from
from nowserving.domain.text import typed
from nowserving.domain.values import Reader, optional, read_fields, whole_between
from nowserving.errors import N_, invalid_field

# 2000-01-01 to 2200-01-01, UTC, in µs: the years of every date here.
_FIRST_US, _LAST_US = 946_684_800_000_000, 7_258_118_400_000_000
_MOST_CATEGORIES = 200
_MOST_MINOR = 10_000_000_00

_instant = whole_between(_FIRST_US, _LAST_US)


def _currency(value: object, pointer: str) -> str:
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper():
        return value
    message = N_("This must be the three capital letters of a currency, like EUR (ISO 4217).")
    raise invalid_field(pointer, "not_a_currency", message)


_PRICE: Mapping[str, Reader] = {
    "text": typed(60, required=False),
    "amount_minor": optional(whole_between(0, _MOST_MINOR)),
    "currency": optional(_currency),
}


def prices_from(given: object, pointer: str = "/prices") -> dict[str, dict[str, Any]]:
    """Return the prices of categories; raises Invalid naming every field that is wrong."""
    if not isinstance(given, Mapping):
        raise invalid_field(pointer, "not_an_object", N_("This must be an object with named fields."))
    if len(given) > _MOST_CATEGORIES:
        message = N_("This list may have %(most)s values at most.")
        raise invalid_field(pointer, "too_many_values", message, most=_MOST_CATEGORIES)
    found: dict[str, dict[str, Any]] = {}
    for name, price in given.items():
        category = typed(60)(name, pointer)
        read = {
            "text": "",
            "amount_minor": None,
            "currency": None,
            **read_fields(price, f"{pointer}/{category}", _PRICE),
        }
        if (read["amount_minor"] is None) != (read["currency"] is None):
            message = N_("An amount and its currency belong together.")
            raise invalid_field(f"{pointer}/{category}/currency", "half_a_price", message)
        found[category] = read
    return found


SHOW: Mapping[str, Reader] = {
    "name": typed(120),
    "description": typed(2_000, required=False),
    "opens_at": optional(_instant),
    "closes_at": optional(_instant),
    "rules": rules_from,
}
PERFORMANCE: Mapping[str, Reader] = {
    "starts_at": _instant,
    "doors_at": optional(_instant),
    "prices": prices_from,
}
