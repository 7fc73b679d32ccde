"""One seat of a house: what it is called, where it stands, and for whom it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nowserving.domain.seats.plan import Plan, area_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A seat, or a place in an area without numbers. `place` is its number in the plan's order, from 0."""

    place: int
    guid: str
    section: str
    row: str
    number: str
    name: str
    category: str
    x: float
    y: float
    area: str | None = None
    accessible: bool = False
    companion_of: str | None = None
    blocked: str | None = None


def seats_of(plan: Plan) -> list[Seat]:
    """Return every seat and place of a plan, numbered in its order."""
    found: list[Seat] = []
    for zone in plan.form["zones"]:
        for row in zone["rows"]:
            found += [_seat(len(found) + nth, zone, row, seat) for nth, seat in enumerate(row["seats"])]
        for area in zone.get("areas", ()):
            found += list(_places(len(found), zone, area))
    return found


def _seat(place: int, zone: Mapping[str, Any], row: Mapping[str, Any], seat: Mapping[str, Any]) -> Seat:
    section, number = zone.get("name", ""), seat["seat_number"]
    called = (row.get("seat_label") or "%s").replace("%s", number)
    if number and number not in called:
        called = f"{called} {number}"
    parts = (section, row.get("row_label") or row["row_number"], called)
    x, y = _position(zone, row, seat)
    return Seat(
        place=place,
        guid=seat["seat_guid"],
        section=section,
        row=row["row_number"],
        number=number,
        name=", ".join(filter(None, parts)) or seat["seat_guid"],
        category=seat["category"],
        x=x,
        y=y,
        accessible=seat.get("accessible", False),
        companion_of=seat.get("companion_of"),
        blocked=seat.get("blocked"),
    )


def _places(first: int, zone: Mapping[str, Any], area: Mapping[str, Any]) -> Iterator[Seat]:
    x, y = _position(zone, area)
    section = zone.get("name", "")
    for nth in range(area.get("capacity", 0)):
        yield Seat(
            place=first + nth,
            guid=f"{area_key(area)}#{nth + 1}",
            section=section,
            row="",
            number="",
            name=", ".join(filter(None, (section, area["name"]))),
            category=area["category"],
            x=x,
            y=y,
            area=area["name"],
        )


def _position(*parts: Mapping[str, Any]) -> tuple[float, float]:
    """Return where something stands in the whole: positions nest."""
    positions = [part["position"] for part in parts if "position" in part]
    return sum(one["x"] for one in positions), sum(one["y"] for one in positions)
