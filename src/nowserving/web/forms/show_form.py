"""Shows and their dates as forms: minutes for seconds, the wall's time, prices as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from nowserving.domain.calendar.day import instant, zone_of
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.branch import Branch
from nowserving.domain.shows.rules import ShowRules
from nowserving.domain.shows.show import Performance, Show
from nowserving.web.forms.form_state import as_number, number

_MINUTES = ("come_in_s", "choose_s", "extend_s", "warn_s")
_NUMBERS = ("choosing", "admit_per_minute", "per_person")
_BOXES = ("one_per_contact", "no_single_seat")
_WALL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::[0-9]{2})?")
_AMOUNT = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,2})?")
# Where a currency has no cents, or three digits of them, an organiser says the price in words.
_DIGITS = 2


def show_fields(show: Show | None, branch: Branch) -> dict[str, str]:
    """Return what stands in the form of a show, or of a new one."""
    rules = show.rules if show else ShowRules()
    fields = {
        "name": show.name if show else "",
        "description": show.description if show else "",
        "opens_at": wall_of(show.opens_at if show else None, branch),
        "closes_at": wall_of(show.closes_at if show else None, branch),
        "rules-cancel_until_s": "" if rules.cancel_until_s is None else str(rules.cancel_until_s // 3600),
        "rules-guarded_url": rules.guarded_url or "",
        "edited": str(show.edited) if show else "",
    }
    fields |= {f"rules-{name}": str(getattr(rules, name) // 60) for name in _MINUTES}
    fields |= {f"rules-{name}": as_number(getattr(rules, name)) for name in _NUMBERS}
    return fields | {f"rules-{name}": "on" for name in _BOXES if getattr(rules, name)}


def show_changes(form: Mapping[str, str], branch: Branch) -> dict[str, Any]:
    """Return what a form of a show says, as its verbs want it: they refuse what is no number."""
    rules: dict[str, Any] = {name: _times(number(form.get(f"rules-{name}")), 60) for name in _MINUTES}
    rules |= {name: number(form.get(f"rules-{name}")) for name in _NUMBERS}
    rules |= {name: f"rules-{name}" in form for name in _BOXES}
    rules["cancel_until_s"] = _times(number(form.get("rules-cancel_until_s")), 3600)
    rules["guarded_url"] = form.get("rules-guarded_url", "").strip() or None
    return {
        "name": form.get("name", ""),
        "description": form.get("description", ""),
        "opens_at": at_wall(form.get("opens_at", ""), branch),
        "closes_at": at_wall(form.get("closes_at", ""), branch),
        "rules": rules,
    }


def date_fields(one: Performance | None, branch: Branch, categories: Iterable[str] = ()) -> dict[str, str]:
    """Return what stands in the form of a date, or of a new one."""
    if one is None:
        return {"starts_at": "", "doors_at": "", "currency": "", "seat_map_id": ""}
    fields = {
        "starts_at": wall_of(one.starts_at, branch),
        "doors_at": wall_of(one.doors_at, branch),
        "currency": next((str(each["currency"]) for each in one.prices.values() if each.get("currency")), ""),
        "edited": str(one.edited),
        "seat_map_id": "",
    }
    return fields | {
        f"price-{nth}": _price_words(one.prices.get(name, {})) for nth, name in enumerate(categories)
    }


def date_changes(form: Mapping[str, str], branch: Branch, categories: Iterable[str]) -> dict[str, Any]:
    """Return what a form of a date says, as its verbs want it."""
    currency = form.get("currency", "").strip().upper()
    named = {name: form.get(f"price-{nth}", "").strip() for nth, name in enumerate(categories)}
    return {
        "starts_at": at_wall(form.get("starts_at", ""), branch),
        "doors_at": at_wall(form.get("doors_at", ""), branch),
        "prices": {name: _price(words, currency) for name, words in named.items() if words},
    }


def at_wall(text: str, branch: Branch) -> Any:
    """Return the instant (µs) at which a branch's wall shows a field; "" is None, other text stays."""
    found = _WALL.fullmatch(text.strip())
    if not found:
        return text.strip() or None
    try:
        day = datetime.fromisoformat(found[1]).date()
    except ValueError:
        return text
    return instant(day, int(found[2]) * 60 + int(found[3]), zone_of(branch.time_zone))


def wall_of(at_us: int | None, branch: Branch) -> str:
    """Return an instant (µs) as the field of a form shows it, by the branch's clock."""
    if at_us is None:
        return ""
    return f"{datetime.fromtimestamp(at_us // SECOND_US, ZoneInfo(branch.time_zone)):%Y-%m-%dT%H:%M}"


def _price(words: str, currency: str) -> dict[str, Any]:
    if currency and _AMOUNT.fullmatch(words):
        minor = int(Decimal(words.replace(",", ".")).scaleb(_DIGITS))
        return {"amount_minor": minor, "currency": currency}
    return {"text": words}


def _price_words(price: Mapping[str, Any]) -> str:
    if price.get("amount_minor") is None:
        return str(price.get("text", ""))
    return str(Decimal(price["amount_minor"]).scaleb(-_DIGITS))


def _times(value: Any, seconds: int) -> Any:
    return value * seconds if isinstance(value, int) else value
