"""Tables for spreadsheets, in which nothing that people typed is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from starlette.responses import Response

from nowserving.domain.instants import SECOND_US

# Without it the most common spreadsheet takes every accent for something else.
_IS_UTF8 = "\ufeff"
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class At(NamedTuple):
    """An instant (µs UTC) in a table."""

    us: int


def sheet(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], zone: str) -> Response:
    """Return rows as a CSV file of this name, with a line of columns.

    Instants stand there as date and time by the clock of `zone`, as spreadsheets know them.
    """
    out = io.StringIO(_IS_UTF8)
    out.seek(0, io.SEEK_END)
    table = csv.writer(out)
    table.writerow(columns)
    clock = ZoneInfo(zone)
    table.writerows([[_cell(value, clock) for value in row] for row in rows])
    named = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


def _cell(value: object, clock: ZoneInfo) -> object:
    if isinstance(value, At):
        return f"{datetime.fromtimestamp(value.us // SECOND_US, clock):%Y-%m-%d %H:%M:%S}"
    return harmless(value)


def harmless(value: object) -> object:
    """Return a value as a cell may hold it: text that a spreadsheet would run gets a mark in front."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_FORMULA) else value
