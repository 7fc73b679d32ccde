"""A queue's rules as fields that people understand: minutes, boxes, choices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.rules import QueueRules
from nowserving.web.forms.form_state import as_minutes, as_number, minutes, number

_CLASS_ROWS = 6
_PARTY_ROWS = 5
_MOST_ROWS = 20
_BOXES = ("walk_ins", "remote_join", "one_per_device", "ignore_hours", "ask_name", "ask_party", "clinical")
_NUMBERS = ("capacity", "max_waiting", "max_recalls")
_COUNTS = ("fit_passes", "max_party", "announce_nearly_at")
_MINUTES = ("check_in_window_s", "rejoin_grace_s", "service_limit_s", "expected_service_s")
_CHOICES = ("admission", "counts", "fit", "overstay")
_ROADS = 3


def fields_of(queue: Queue | None) -> dict[str, str]:
    """Return what stands in the fields of a queue, or of a new one. A box that is not ticked has no field."""
    rules = queue.rules if queue else QueueRules()
    fields = {
        "name": queue.name if queue else "",
        "prefix": queue.prefix if queue else "",
        "department_id": (queue.department_id if queue else None) or "",
        "icon": queue.icon if queue else "",
        "rules-public_name": rules.public_name,
        "rules-outcomes": "\n".join(rules.outcomes),
    }
    fields |= {f"rules-{name}": str(getattr(rules, name).value) for name in _CHOICES}
    fields |= {f"rules-{name}": as_number(getattr(rules, name)) for name in (*_NUMBERS, *_COUNTS)}
    fields |= {f"rules-{name}": as_minutes(getattr(rules, name)) for name in _MINUTES}
    fields |= {f"rules-{name}": "on" for name in _BOXES if getattr(rules, name)}
    fields |= _message_fields(rules)
    return fields | _last_ticket_fields(rules) | _class_fields(rules) | _party_fields(rules)


def changes_from(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form says as the fields of a queue. What is wrong with it is for the domain to say."""
    rules: dict[str, Any] = {name: form.get(f"rules-{name}", "") for name in _CHOICES}
    rules |= {name: number(form.get(f"rules-{name}")) for name in (*_NUMBERS, *_COUNTS)}
    rules |= {name: minutes(form.get(f"rules-{name}")) for name in _MINUTES}
    rules |= {name: f"rules-{name}" in form for name in _BOXES}
    rules["public_name"] = form.get("rules-public_name", "")
    rules["outcomes"] = [line.strip() for line in form.get("rules-outcomes", "").splitlines() if line.strip()]
    rules |= _message_rules(form)
    rules["last_ticket"] = _last_ticket(form)
    rules["priorities"] = [_class(form, place) for place in _used(form, "priorities", "name")]
    rules["service_limit_by_party"] = [
        [
            number(form.get(f"rules-service_limit_by_party-{place}-0")),
            minutes(form.get(f"rules-service_limit_by_party-{place}-1")),
        ]
        for place in _used(form, "service_limit_by_party", "0")
    ]
    return {
        "name": form.get("name", ""),
        "prefix": form.get("prefix", "").strip(),
        "department_id": form.get("department_id") or None,
        "icon": form.get("icon", ""),
        "rules": rules,
    }


def _message_fields(rules: QueueRules) -> dict[str, str]:
    roads = [*rules.channels, *[""] * _ROADS]
    fields = {f"rules-channels-{place}": str(roads[place]) for place in range(_ROADS)}
    fields["rules-ask_contact"] = rules.ask_contact.value
    fields["rules-announce_nearly_minutes"] = as_number(rules.announce_nearly_minutes)
    return fields | ({"rules-alert_first": "on"} if rules.alert_first else {})


def _message_rules(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the rules of messages; a form that does not ask for them leaves them as they are."""
    if "rules-ask_contact" not in form:
        return {}
    roads = (form.get(f"rules-channels-{place}", "") for place in range(_ROADS))
    return {
        "ask_contact": form["rules-ask_contact"],
        "channels": [road for road in roads if road],
        "announce_nearly_minutes": number(form.get("rules-announce_nearly_minutes")),
        "alert_first": "rules-alert_first" in form,
    }


def field_of(form: Mapping[str, str], name: str) -> str:
    """Return the field of the page that a refusal is about: rows that were left empty are not counted."""
    found = re.fullmatch(r"rules-(priorities|service_limit_by_party)-([0-9]+)(-.+)?", name)
    if found is None:
        return "last_ticket" if name == "rules-last_ticket" else name
    part, place, rest = found[1], int(found[2]), found[3]
    first = "name" if part == "priorities" else "0"
    used = _used(form, part, first)
    shown = f"-{first}" if rest is None or rest == "-code" else rest
    return f"rules-{part}-{used[place]}{shown}" if place < len(used) else name


def _last_ticket_fields(rules: QueueRules) -> dict[str, str]:
    last = rules.last_ticket
    if last is None:
        return {"last_ticket": "closing", "last_ticket_minutes": "", "last_ticket_time": ""}
    if isinstance(last, str):
        return {"last_ticket": "at", "last_ticket_minutes": "", "last_ticket_time": last}
    return {"last_ticket": "before", "last_ticket_minutes": str(last), "last_ticket_time": ""}


def _last_ticket(form: Mapping[str, str]) -> Any:
    kind = form.get("last_ticket", "closing")
    if kind == "before":
        return number(form.get("last_ticket_minutes"))
    return form.get("last_ticket_time", "") if kind == "at" else None


def _class_fields(rules: QueueRules) -> dict[str, str]:
    fields = {}
    for place, one in enumerate(rules.priorities):
        fields[f"rules-priorities-{place}-code"] = one.code
        fields[f"rules-priorities-{place}-name"] = one.name
        fields[f"rules-priorities-{place}-head_start_s"] = as_minutes(one.head_start_s)
    return fields


def _class(form: Mapping[str, str], place: int) -> dict[str, Any]:
    name = form.get(f"rules-priorities-{place}-name", "")
    code = form.get(f"rules-priorities-{place}-code") or code_of(name) or f"class_{place + 1}"
    return {
        "code": code,
        "name": name,
        "head_start_s": minutes(form.get(f"rules-priorities-{place}-head_start_s")),
    }


def code_of(name: str) -> str:
    """Return a name as a code of letters a to z: "Élderly, 65+" is "elderly_65"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:32]


def _party_fields(rules: QueueRules) -> dict[str, str]:
    fields = {}
    for place, one in enumerate(rules.service_limit_by_party):
        fields[f"rules-service_limit_by_party-{place}-0"] = str(one.size)
        fields[f"rules-service_limit_by_party-{place}-1"] = as_minutes(one.limit_s)
    return fields


def rows_shown(fields: Mapping[str, str]) -> dict[str, int]:
    """Return how many rows the form has for classes and for sizes: all that are used, and one to spare.

    A program may have set more than the form has room for at first. None of them may be lost by saving it.
    """
    classes, sizes = _used(fields, "priorities", "name"), _used(fields, "service_limit_by_party", "0")
    return {
        "class_rows": min(max([_CLASS_ROWS, *(place + 2 for place in classes)]), _MOST_ROWS),
        "party_rows": min(max([_PARTY_ROWS, *(place + 2 for place in sizes)]), _MOST_ROWS),
    }


def _used(form: Mapping[str, str], part: str, first: str) -> list[int]:
    return [place for place in range(_MOST_ROWS) if form.get(f"rules-{part}-{place}-{first}", "").strip()]
