"""The open seating-plan JSON as it is written: what was read goes out equal, without what is ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nowserving.domain.seats.plan import Plan

_OURS_OF_SEATS = frozenset({"accessible", "companion_of", "blocked"})
_OURS_OF_AREAS = frozenset({"name", "capacity", "category"})


def to_pretix(plan: Plan) -> dict[str, Any]:
    """Return a plan in the format of pretix: what came from such a file comes back as it was."""
    return {**plan.form, "zones": [_zone(zone) for zone in plan.form["zones"]]}


def _zone(zone: Mapping[str, Any]) -> dict[str, Any]:
    written = {**zone, "rows": [_row(row) for row in zone["rows"]]}
    if "areas" in zone:
        written["areas"] = [_without(area, _OURS_OF_AREAS) for area in zone["areas"]]
    return written


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "seats": [_without(seat, _OURS_OF_SEATS) for seat in row["seats"]]}


def _without(part: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in names}
