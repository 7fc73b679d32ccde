"""The table of settings as rows, for `nowserving settings` and for the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import SecretStr

from nowserving.settings import PREFIX, Settings, secret_names


class Row(NamedTuple):
    """One setting, in words."""

    variable: str
    flag: str
    kind: str
    default: str
    meaning: str


def settings_table() -> list[Row]:
    """Return one row for each setting, in the order of the documentation."""
    return [
        Row(
            variable=f"{PREFIX}{name.upper()}",
            flag=f"--{name.replace('_', '-')}",
            kind=_kind(field.annotation),
            default=_default(field.default),
            meaning=field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def values_in_force(settings: Settings) -> dict[str, str]:
    """Return every setting's value by variable, secrets struck out."""
    secrets = secret_names()
    return {
        f"{PREFIX}{name.upper()}": "********" if name in secrets and _default(value) else _default(value)
        for name, value in settings
    }


def _kind(annotation: Any) -> str:
    if annotation is SecretStr:
        return "secret"
    if get_origin(annotation) is tuple:
        return "list"
    choices = get_args(annotation)
    if choices:
        return " | ".join(choices)
    return {int: "number", Path: "folder"}.get(annotation, "text")


def _default(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ", ".join(value) if isinstance(value, tuple) else str(value)
