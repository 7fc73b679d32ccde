"""The plan of a house, read from the open seating-plan JSON of pretix and from our own editor.

The inner form is that format with a few members more, so that nothing is lost on the way: a seat may be
`accessible`, be the companion's seat beside one (`companion_of`) or be `blocked` with a reason; an area may
have a `capacity` of places without numbers. Members that only older files have are kept as they were.
Everything else that is unknown is refused, and every refusal says where: a JSON pointer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any

from nowserving.domain.text import clean_text
from nowserving.domain.values import choice, flag, listed, read_fields, whole
from nowserving.errors import N_, FieldError, Invalid, invalid_field

MOST_SEATS = 100_000
"""Seats and places of one house: the largest stadiums have so many."""
MOST_NAMED = 20
"""How many faults one refusal names."""
_MOST_PARTS = 5_000
_FARTHEST = 1_000_000
_PLAIN = re.compile(r"[!-~]+")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{3,8}|[A-Za-z]{3,24}")

Reader = Callable[[object, str], Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that was read and found good. `form` is the inner form, as JSON values."""

    form: Mapping[str, Any]
    seat_count: int


class Shape(StrEnum):
    """What an area looks like."""

    POLYGON = "polygon"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    CIRCLE = "circle"
    TEXT = "text"


def read_plan(value: object) -> Plan:
    """Return what a plan says; raises Invalid naming each wrong place (20 at most) by its JSON pointer."""
    try:
        form = _PLAN(value, "")
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.message, fields=refusal.fields[:MOST_NAMED]) from None
    wrong = list(_faults_between(form))
    if wrong:
        raise Invalid("invalid", N_("Some values are not acceptable."), fields=tuple(wrong[:MOST_NAMED]))
    return Plan(form, _count(form))


def zones_of(form: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each zone with its JSON pointer."""
    for place, zone in enumerate(form["zones"]):
        yield f"/zones/{place}", zone


def _text(most: int, *, required: bool = True) -> Reader:
    def read(value: object, pointer: str) -> str:
        # Nearly every text of a plan is a short plain word, and there may be a hundred thousand of them.
        if isinstance(value, str) and len(value) <= most and _PLAIN.fullmatch(value):
            return value
        return clean_text(value, pointer, most, required=required)

    return read


def _or_null(reader: Reader) -> Reader:
    return lambda value, pointer: None if value is None else reader(value, pointer)


def _number(value: object, pointer: str) -> int | float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise invalid_field(pointer, "not_a_number", N_("This must be a number."))
    if abs(value) > _FARTHEST:
        message = N_("This must be a number from %(low)s to %(high)s.")
        raise invalid_field(pointer, "out_of_range", message, low=-_FARTHEST, high=_FARTHEST)
    return value


def _whole(low: int, high: int) -> Reader:
    return lambda value, pointer: whole(value, pointer, low, high)


def _colour(value: object, pointer: str) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise invalid_field(pointer, "not_a_colour", N_("This must be a colour like #3366cc, or its name."))
    return value


def _side(value: object, pointer: str) -> str:
    if value not in ("start", "end", "both"):
        message = N_("This must be one of: %(choices)s.")
        raise invalid_field(pointer, "not_a_choice", message, choices="start, end, both")
    return str(value)


def _old_text(value: object, pointer: str) -> Any:
    """Read an area's text: an object; in older files a mere text."""
    if isinstance(value, str):
        return clean_text(value, pointer, 200, required=False)
    return _TEXT(value, pointer)


def _object(readers: Mapping[str, Reader], *required: str) -> Reader:
    needed = frozenset(required)
    return lambda value, pointer: read_fields(value, pointer, readers, required=needed)


def _all(reader: Reader, most: int) -> Reader:
    """Return a reader of lists that gathers what is wrong with their members, up to what a refusal names."""

    def read(value: object, pointer: str) -> list[Any]:
        found: list[Any] = []
        wrong: list[FieldError] = []
        for place, one in enumerate(listed(value, pointer, most)):
            try:
                found.append(reader(one, f"{pointer}/{place}"))
            except Invalid as refusal:
                wrong.extend(refusal.fields)
                if len(wrong) >= MOST_NAMED:
                    break
        if wrong:
            raise Invalid("invalid", N_("Some values are not acceptable."), fields=tuple(wrong))
        return found

    return read


_POSITION = _object({"x": _number, "y": _number}, "x", "y")
_UUID = _text(64)
_TEXT = _object(
    {"text": _text(200, required=False), "color": _colour, "size": _whole(1, 1_000), "position": _POSITION},
    "text",
)
_SIDE = _whole(0, _FARTHEST)
_AREA = _object(
    {
        "uuid": _UUID,
        "shape": lambda value, pointer: choice(value, pointer, Shape).value,
        "color": _colour,
        "border_color": _colour,
        "rotation": _number,
        "position": _POSITION,
        "rectangle": _object({"width": _number, "height": _number}, "width", "height"),
        "ellipse": _object({"radius": _POSITION}, "radius"),
        "circle": _object({"radius": _number}, "radius"),
        "polygon": _object({"points": _all(_POSITION, _MOST_PARTS)}, "points"),
        "text": _old_text,
        # Of older files.
        "width": _SIDE,
        "height": _SIDE,
        # Ours.
        "name": _text(120),
        "capacity": _whole(1, MOST_SEATS),
        "category": _text(120),
    }
)
_SEAT = _object(
    {
        "seat_guid": _text(200),
        "seat_number": _text(40, required=False),
        "uuid": _UUID,
        "position": _POSITION,
        "category": _text(120, required=False),
        "radius": _number,
        "start_direction": _or_null(_text(4, required=False)),
        # Ours.
        "accessible": flag,
        "companion_of": _text(200),
        "blocked": _text(200),
    },
    "seat_guid",
    "seat_number",
    "position",
    "category",
)
_ROW = _object(
    {
        "row_number": _text(40, required=False),
        "row_label": _or_null(_text(120, required=False)),
        "seat_label": _or_null(_text(120, required=False)),
        "row_number_position": _or_null(_side),
        "uuid": _UUID,
        "position": _POSITION,
        "seats": _all(_SEAT, MOST_SEATS),
        # Of older files.
        "number_of_seats": _whole(0, MOST_SEATS),
        "seats_spacing": _whole(0, _FARTHEST),
    },
    "row_number",
    "seats",
)
_ZONE = _object(
    {
        "name": _text(120, required=False),
        "zone_id": _text(120, required=False),
        "uuid": _UUID,
        "position": _POSITION,
        "rows": _all(_ROW, _MOST_PARTS),
        "areas": _all(_AREA, _MOST_PARTS),
        # Of older files.
        "displayed": flag,
    },
    "position",
    "rows",
)
_PLAN = _object(
    {
        "name": _text(200, required=False),
        "size": _object({"width": _SIDE, "height": _SIDE}, "width", "height"),
        "categories": _all(_object({"name": _text(120, required=False), "color": _colour}, "name"), 100),
        "zones": _all(_ZONE, 1_000),
    },
    "name",
    "categories",
    "zones",
)


def _faults_between(form: Mapping[str, Any]) -> Iterator[FieldError]:
    """Yield what no part can know of itself: too many seats, names that stand twice or name nothing."""
    count = 0
    for pointer, many in _counted(form):
        count += many
        if count > MOST_SEATS:
            message = N_("A house may have %(most)s seats at most.")
            yield FieldError(pointer, "too_many_seats", message, (("most", MOST_SEATS),))
            return
    if count == 0:
        yield FieldError("/zones", "no_seats", N_("There is not one seat in this plan."))
    yield from _doubles(form)
    yield from _unknown_categories(form)
    yield from _companions(form)


def area_key(area: Mapping[str, Any]) -> str:
    """Return what the places of an area are named by."""
    return str(area.get("uuid") or area.get("name"))


def _doubles(form: Mapping[str, Any]) -> Iterator[FieldError]:
    guids: dict[str, str] = {}
    uuids: dict[str, str] = {}
    names: dict[str, str] = {}
    for place, category in enumerate(form["categories"]):
        yield from _once(names, category["name"], f"/categories/{place}/name")
    for pointer, part in _parts(form):
        if "uuid" in part:
            yield from _once(uuids, part["uuid"], f"{pointer}/uuid")
        if "seat_guid" in part:
            yield from _once(guids, part["seat_guid"], f"{pointer}/seat_guid")
        elif "capacity" in part:
            yield from _of_area(part, pointer)
            for number in range(1, part["capacity"] + 1):
                yield from _once(guids, f"{area_key(part)}#{number}", f"{pointer}/name")


def _of_area(area: Mapping[str, Any], pointer: str) -> Iterator[FieldError]:
    for needed in ("name", "category"):
        if needed not in area:
            yield FieldError(f"{pointer}/{needed}", "required", N_("This field is missing."))


def _once(seen: dict[str, str], name: str, pointer: str) -> Iterator[FieldError]:
    first = seen.setdefault(name, pointer)
    if first != pointer:
        message = N_("This stands twice; the first time at %(first)s.")
        yield FieldError(pointer, "twice", message, (("first", first),))


def _unknown_categories(form: Mapping[str, Any]) -> Iterator[FieldError]:
    known = {category["name"] for category in form["categories"]}
    for pointer, part in _parts(form):
        if "category" in part and part["category"] not in known:
            message = N_("There is no category of this name in the plan.")
            yield FieldError(f"{pointer}/category", "unknown_category", message)


def _companions(form: Mapping[str, Any]) -> Iterator[FieldError]:
    """A companion's seat belongs to an accessible seat, and never to one that is a companion's itself."""
    seats = {part["seat_guid"]: part for _, part in _parts(form) if "seat_guid" in part}
    for pointer, part in _parts(form):
        if "companion_of" not in part:
            continue
        beside = seats.get(part["companion_of"])
        if beside is None:
            yield FieldError(f"{pointer}/companion_of", "unknown_seat", N_("There is no seat of this name."))
        elif "companion_of" in beside:
            message = N_("A companion's seat can't be the companion of another companion's seat.")
            yield FieldError(f"{pointer}/companion_of", "cycle", message)
        elif not beside.get("accessible"):
            message = N_("A companion's seat belongs to an accessible seat.")
            yield FieldError(f"{pointer}/companion_of", "not_accessible", message)


def _parts(form: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield zones, rows, seats and areas with their pointers."""
    for pointer, zone in zones_of(form):
        yield pointer, zone
        for number, row in enumerate(zone["rows"]):
            yield f"{pointer}/rows/{number}", row
            for place, seat in enumerate(row["seats"]):
                yield f"{pointer}/rows/{number}/seats/{place}", seat
        for number, area in enumerate(zone.get("areas", ())):
            yield f"{pointer}/areas/{number}", area


def _counted(form: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for pointer, part in _parts(form):
        if "seat_guid" in part:
            yield pointer, 1
        elif "capacity" in part:
            yield f"{pointer}/capacity", part["capacity"]


def _count(form: Mapping[str, Any]) -> int:
    return sum(many for _, many in _counted(form))
