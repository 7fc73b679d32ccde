"""What the kiosks and displays of a branch do, and what a single device does otherwise.

Both are small JSON objects: a field that is left out has the default that `SCREENS` or `DEVICE` names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nowserving.domain.text import typed
from nowserving.domain.values import Reader, flag, listed, read_fields, time_of_day, time_text, whole_between
from nowserving.errors import N_, invalid_field

LANGUAGES = ("en", "hi", "es", "ar")
PAPER_MM = (58, 80)
_MOST_QUEUES = 200

SCREENS: Mapping[str, Any] = {
    "welcome": "",
    "ticker": "",
    "chime": True,
    "voice": True,
    "voice_languages": [],
    "voice_twice": False,
    "show_waiting": True,
    "print_tickets": True,
    "paper_mm": 80,
    "reset_after_s": 12,
    "idle_after_s": 45,
}
DEVICE: Mapping[str, Any] = {
    "queue_ids": [],
    "volume": 80,
    "mute_from": None,
    "mute_until": None,
    "language": "",
    "theme": "auto",
    "layout": "auto",
    "paper": "branch",
}
# What a device may choose. "auto" and "branch" leave it to the hour, to the number of desks, to the branch.
THEMES = ("auto", "light", "dark")
LAYOUTS = ("auto", "calls", "desks")
PAPERS = ("branch", "none", "58", "80")


def languages_of(value: object, pointer: str) -> tuple[str, ...]:
    """Return a list of language codes that the product speaks, each once, in the order given."""
    found = listed(value, pointer, len(LANGUAGES))
    for place, code in enumerate(found):
        if code not in LANGUAGES or code in found[:place]:
            message = N_("This must be one of: %(choices)s.")
            raise invalid_field(f"{pointer}/{place}", "not_a_choice", message, choices=", ".join(LANGUAGES))
    return tuple(str(code) for code in found)


def _paper(value: object, pointer: str) -> int:
    if isinstance(value, int) and value in PAPER_MM:
        return value
    message = N_("This must be one of: %(choices)s.")
    raise invalid_field(pointer, "not_a_choice", message, choices="58, 80")


def _one_of(*choices: str) -> Reader:
    def read(value: object, pointer: str) -> str:
        if isinstance(value, str) and value in choices:
            return value
        message = N_("This must be one of: %(choices)s.")
        raise invalid_field(pointer, "not_a_choice", message, choices=", ".join(filter(None, choices)))

    return read


def _hour(value: object, pointer: str) -> str | None:
    return None if value is None else time_text(time_of_day(value, pointer))


def ids_of(value: object, pointer: str) -> tuple[str, ...]:
    """Return a list of ids, each once, in the order given. Whether they exist is the action's business."""
    found = listed(value, pointer, _MOST_QUEUES)
    for place, one in enumerate(found):
        if not isinstance(one, str):
            raise invalid_field(f"{pointer}/{place}", "not_text", N_("This must be text."))
        if one in found[:place]:
            raise invalid_field(f"{pointer}/{place}", "twice", N_("This is in the list already."))
    return tuple(str(one) for one in found)


_SCREENS: Mapping[str, Reader] = {
    "welcome": typed(200, required=False),
    "ticker": typed(200, required=False),
    "chime": flag,
    "voice": flag,
    "voice_languages": languages_of,
    "voice_twice": flag,
    "show_waiting": flag,
    "print_tickets": flag,
    "paper_mm": _paper,
    "reset_after_s": whole_between(5, 120),
    "idle_after_s": whole_between(15, 600),
}
_DEVICE: Mapping[str, Reader] = {
    "queue_ids": ids_of,
    "volume": whole_between(0, 100),
    "mute_from": _hour,
    "mute_until": _hour,
    "language": _one_of("", *LANGUAGES),
    "theme": _one_of(*THEMES),
    "layout": _one_of(*LAYOUTS),
    "paper": _one_of(*PAPERS),
}


def screens_from(value: object, pointer: str = "/screens") -> dict[str, Any]:
    """Return the settings of a branch's screens, every one filled in; raise Invalid naming what is wrong."""
    return {**SCREENS, **_as_json(read_fields(value, pointer, _SCREENS))}


def device_settings_from(value: object, pointer: str = "/settings") -> dict[str, Any]:
    """Return the settings of one device, every one filled in; raise Invalid naming what is wrong."""
    found = {**DEVICE, **_as_json(read_fields(value, pointer, _DEVICE))}
    if (found["mute_from"] is None) != (found["mute_until"] is None):
        message = N_("Quiet hours need a beginning and an end.")
        raise invalid_field(f"{pointer}/mute_until", "required", message)
    return found


def _as_json(read: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in read.items()}
