"""The fields an admin may write, each with its strict reader. An action reads what it is given with these."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nowserving.domain.calendar.day import zone_of
from nowserving.domain.calendar.hours import hours_from
from nowserving.domain.layout.colour import clean_accent
from nowserving.domain.layout.location import location_from
from nowserving.domain.layout.screens import device_settings_from, ids_of, languages_of, screens_from
from nowserving.domain.people.credentials import DeviceKind
from nowserving.domain.people.roles import Role
from nowserving.domain.people.staff import clean_login, clean_person, staff_role
from nowserving.domain.text import typed
from nowserving.domain.tickets.code import clean_prefix
from nowserving.domain.tickets.rules import rules_from
from nowserving.domain.values import Reader, calendar_date, flag, one_of, optional
from nowserving.errors import N_, invalid_field

_ICON = re.compile(r"[a-z0-9-]{0,40}")
_NAME = typed(100)
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def _zone(value: object, pointer: str) -> str:
    return zone_of(value, pointer).key


def _icon(value: object, pointer: str) -> str:
    if isinstance(value, str) and _ICON.fullmatch(value):
        return value
    raise invalid_field(pointer, "bad_icon", N_("This must be the name of an icon."))


def _id(value: object, pointer: str) -> str:
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise invalid_field(pointer, "not_an_id", N_("This is not an id."))


def _languages(value: object, pointer: str) -> tuple[str, ...]:
    found = languages_of(value, pointer)
    if not found:
        raise invalid_field(pointer, "empty", N_("Choose one language at least."))
    return found


ORGANISATION: Mapping[str, Reader] = {"name": _NAME, "accent": clean_accent, "languages": _languages}
BRANCH: Mapping[str, Reader] = {
    "name": _NAME,
    "label": typed(40, required=False),
    "time_zone": _zone,
    "hours": hours_from,
    "screens": screens_from,
    "location": optional(location_from),
}
CLOSURE: Mapping[str, Reader] = {
    "starts_on": calendar_date,
    "ends_on": calendar_date,
    "reason": typed(200, required=False),
}
DEPARTMENT: Mapping[str, Reader] = {"name": _NAME}
QUEUE: Mapping[str, Reader] = {
    "name": _NAME,
    "prefix": clean_prefix,
    "department_id": optional(_id),
    "icon": _icon,
    "rules": rules_from,
}
DESK: Mapping[str, Reader] = {"name": _NAME, "department_id": optional(_id), "queue_ids": ids_of}
STAFF: Mapping[str, Reader] = {
    "name": clean_person,
    "login": clean_login,
    "role": staff_role,
    "branch_ids": ids_of,
    "clinical": flag,
}
ACCOUNT: Mapping[str, Reader] = {"name": clean_person, "keyboard": flag}
API_KEY: Mapping[str, Reader] = {
    "name": _NAME,
    "role": one_of(Role),
    "branch_id": optional(_id),
    "unlimited": flag,
}
PAIRING: Mapping[str, Reader] = {"kind": one_of(DeviceKind)}
DEVICE: Mapping[str, Reader] = {"name": _NAME, "settings": device_settings_from}
