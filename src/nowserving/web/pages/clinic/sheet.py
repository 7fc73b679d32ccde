"""Tables for spreadsheets, in which nothing that people typed is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return rows as a CSV file of this name, with a line of columns."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(columns)
    table.writerows([[harmless(value) for value in row] for row in rows])
    named = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


def harmless(value: object) -> object:
    """Return a value as a cell may hold it: text that a spreadsheet would run gets a mark in front."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_FORMULA) else value
