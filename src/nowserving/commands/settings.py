"""`nowserving settings`."""

from __future__ import annotations

from nowserving.settings import Settings
from nowserving.settings_table import settings_table, values_in_force


def print_settings(settings: Settings) -> None:
    """Print every setting with its value in force, its flag and its meaning."""
    values = values_in_force(settings)
    for row in settings_table():
        print(f"{row.variable} = {values[row.variable]}")
        print(f"    {row.flag} ({row.kind}): {row.meaning}")
