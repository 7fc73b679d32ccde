"""A seat map as a table: one line a seat, or an area with its capacity. For spreadsheets, in and out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from nowserving.domain.seats.plan import MOST_NAMED, MOST_SEATS, Plan, read_plan
from nowserving.errors import N_, FieldError, Invalid, invalid_field

COLUMNS = (
    "section",
    "row",
    "number",
    "guid",
    "category",
    "color",
    "x",
    "y",
    "accessible",
    "companion_of",
    "blocked",
    "area",
    "capacity",
)
_NEEDED = ("section", "row", "number", "category")
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "'", "\t")
_STEP = 30
_COLOURS = ("#3366cc", "#cc6633", "#339966", "#9933cc", "#b8860b", "#cc3366")


def to_csv(plan: Plan) -> str:
    """Return a plan as CSV (RFC 4180), a heading first. What would be a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    colours = {one["name"]: one.get("color", "") for one in plan.form["categories"]}
    for line in _lines(plan):
        line["color"] = colours.get(line["category"], "")
        writer.writerow([_cell(line.get(name, "")) for name in COLUMNS])
    return out.getvalue()


def plan_from_csv(text: str, name: str) -> Plan:
    """Return the plan that a table describes; raises Invalid that names line and column ("/lines/3/x").

    Lines are counted from 1 without the heading. Where x and y are missing, seats stand in straight rows.
    """
    lines = list(_read(text))
    wrong: list[FieldError] = []
    zones: dict[str, dict[str, Any]] = {}
    categories: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        try:
            _place(zones, categories, line, f"/lines/{number}")
        except Invalid as refusal:
            wrong.extend(refusal.fields)
    if wrong:
        raise Invalid("invalid", N_("Some values are not acceptable."), fields=tuple(wrong[:MOST_NAMED]))
    made = [{"name": one, "color": colour} for one, colour in categories.items()]
    form = {"name": name, "categories": made, "zones": list(zones.values()), "size": _size(zones)}
    return read_plan(form)


def _lines(plan: Plan) -> Iterator[dict[str, Any]]:
    for zone in plan.form["zones"]:
        for row in zone["rows"]:
            for seat in row["seats"]:
                yield _of_seat(zone, row, seat)
        for area in zone.get("areas", ()):
            if "capacity" in area:
                x, y = _sum(zone, area)
                at = {"x": x, "y": y, "category": area["category"], "section": zone.get("name", "")}
                yield {**at, "area": area["name"], "capacity": area["capacity"]}


def _of_seat(zone: Mapping[str, Any], row: Mapping[str, Any], seat: Mapping[str, Any]) -> dict[str, Any]:
    x, y = _sum(zone, row, seat)
    return {
        "section": zone.get("name", ""),
        "row": row["row_number"],
        "number": seat["seat_number"],
        "guid": seat["seat_guid"],
        "category": seat["category"],
        "x": x,
        "y": y,
        "accessible": "yes" if seat.get("accessible") else "",
        "companion_of": seat.get("companion_of", ""),
        "blocked": seat.get("blocked", ""),
    }


def _sum(*parts: Mapping[str, Any]) -> tuple[Any, Any]:
    positions = [part["position"] for part in parts if "position" in part]
    return sum(one["x"] for one in positions), sum(one["y"] for one in positions)


def _cell(value: object) -> str:
    text = str(value)
    if isinstance(value, str) and text.startswith(_FORMULA):
        return "'" + text
    return text


def _read(text: str) -> Iterator[dict[str, str]]:
    if "\x00" in text:
        raise invalid_field("/csv", "bad_character", N_("There is a character here that text can't have."))
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        heading = [one.strip().lower() for one in next(rows, [])]
        _check_heading(heading)
        for number, cells in enumerate((row for row in rows if any(row)), 1):
            if number > MOST_SEATS:
                message = N_("A house may have %(most)s seats at most.")
                raise invalid_field(f"/lines/{number}", "too_many_seats", message, most=MOST_SEATS)
            if len(cells) > len(heading):
                message = N_("This line has more cells than the heading.")
                raise invalid_field(f"/lines/{number}", "too_many_cells", message)
            yield dict(zip(heading, map(_plain, cells), strict=False))
    except csv.Error:
        raise invalid_field("/csv", "not_csv", N_("This is no table that we can read (CSV).")) from None


def _check_heading(heading: list[str]) -> None:
    for name in _NEEDED:
        if name not in heading:
            message = N_("A column of this name is missing.")
            raise invalid_field(f"/heading/{name}", "required", message)
    for name in heading:
        if name not in COLUMNS:
            raise invalid_field("/heading", "unknown_field", N_("There is no field of this name."))
        if heading.count(name) > 1:
            raise invalid_field(f"/heading/{name}", "twice", N_("This column may be there once."))


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _place(
    zones: dict[str, dict[str, Any]], categories: dict[str, str], line: Mapping[str, str], pointer: str
) -> None:
    section, category = line.get("section", ""), line.get("category", "")
    colour = line.get("color") or _COLOURS[len(categories) % len(_COLOURS)]
    categories.setdefault(category, colour)
    zone = zones.setdefault(section, {"name": section, "position": {"x": 0, "y": 0}, "rows": [], "areas": []})
    if line.get("area"):
        at = {"x": _number(line, "x", pointer, 0), "y": _number(line, "y", pointer, 0)}
        capacity = int(_number(line, "capacity", pointer, None))
        area = {"name": line["area"], "capacity": capacity, "category": category}
        zone["areas"].append({**area, "shape": "rectangle", "position": at, **_RECTANGLE})
        return
    rows = zone["rows"]
    name = line.get("row", "")
    row = next((one for one in reversed(rows) if one["row_number"] == name), None)
    if row is None:
        row = {"row_number": name, "position": {"x": 0, "y": 0}, "seats": []}
        rows.append(row)
    row["seats"].append(_seat(line, pointer, len(row["seats"]), len(rows)))


_RECTANGLE = {"rectangle": {"width": 200, "height": 100}}


def _seat(line: Mapping[str, str], pointer: str, nth: int, row: int) -> dict[str, Any]:
    number = line.get("number", "")
    guid = line.get("guid") or "-".join((line.get("section", ""), line.get("row", ""), number))
    at = {"x": _number(line, "x", pointer, _STEP * (nth + 1)), "y": _number(line, "y", pointer, _STEP * row)}
    seat: dict[str, Any] = {
        "seat_guid": guid,
        "seat_number": number,
        "position": at,
        "category": line.get("category", ""),
    }
    said = line.get("accessible", "").strip().lower()
    if said not in ("", "yes", "no", "true", "false", "1", "0"):
        raise invalid_field(f"{pointer}/accessible", "not_flag", N_("Write yes, no or nothing here."))
    if said in ("yes", "true", "1"):
        seat["accessible"] = True
    for ours in ("companion_of", "blocked"):
        if line.get(ours):
            seat[ours] = line[ours]
    return seat


def _number(line: Mapping[str, str], name: str, pointer: str, missing: float | None) -> int | float:
    said = line.get(name, "").strip()
    if not said and missing is not None:
        return missing
    if not said.isascii() or not said.replace(".", "", 1).lstrip("-").isdigit() or len(said) > 12:
        raise invalid_field(f"{pointer}/{name}", "not_a_number", N_("This must be a number."))
    return float(said) if "." in said else int(said)


def _size(zones: Mapping[str, dict[str, Any]]) -> dict[str, int]:
    seats = [seat["position"] for zone in zones.values() for row in zone["rows"] for seat in row["seats"]]
    areas = [area["position"] for zone in zones.values() for area in zone["areas"]]
    width = max([one["x"] for one in seats] + [one["x"] + 200 for one in areas], default=0)
    height = max([one["y"] for one in seats] + [one["y"] + 100 for one in areas], default=0)
    return {"width": max(0, int(width)) + _STEP, "height": max(0, int(height)) + _STEP}
