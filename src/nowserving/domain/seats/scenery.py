"""What stands in a house besides its rows: stages, tables, words, and areas where places have no numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nowserving.domain.seats.plan import Shape


def scenery_of(form: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every area of a plan as it is drawn: a shape around its own point, in the plan's units.

    An area with places says which of the plan's numbers they have: from `first`, so `many`. One of which
    nothing is known but its places, as from a table, has no shape.
    """
    return list(_scenery(form))


def _scenery(form: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    count = 0
    for zone in form["zones"]:
        count += sum(len(row["seats"]) for row in zone["rows"])
        for area in zone.get("areas", ()):
            yield _drawn(zone, area) | _held(count, area)
            count += area.get("capacity", 0)


def _drawn(zone: Mapping[str, Any], area: Mapping[str, Any]) -> dict[str, Any]:
    at, within = area.get("position", {"x": 0, "y": 0}), zone["position"]
    known = {
        "x": at["x"] + within["x"],
        "y": at["y"] + within["y"],
        "rotation": area.get("rotation", 0),
        **_shape(area),
        **_words(area),
    }
    return {name: value for name, value in known.items() if value not in (None, "")}


def _shape(area: Mapping[str, Any]) -> dict[str, Any]:
    if "polygon" in area:
        return {"shape": "polygon", "points": [[one["x"], one["y"]] for one in area["polygon"]["points"]]}
    if "rectangle" in area:
        return {"shape": "rectangle", **area["rectangle"]}
    if "ellipse" in area:
        radius = area["ellipse"]["radius"]
        return {"shape": "ellipse", "radius": [radius["x"], radius["y"]]}
    if "circle" in area:
        return {"shape": "ellipse", "radius": [area["circle"]["radius"]] * 2}
    if "width" in area and "height" in area:
        return {"shape": "rectangle", "width": area["width"], "height": area["height"]}
    return {"shape": Shape.TEXT.value}


def _words(area: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is written on an area: as its own words stand, else its name in the middle."""
    text = area.get("text")
    if isinstance(text, Mapping) and text["text"]:
        at = text.get("position", {"x": 0, "y": 0})
        return {"text": text["text"], "text_at": [at["x"], at["y"]], "text_size": text.get("size", 16)}
    return {"text": text if isinstance(text, str) and text else area.get("name")}


def _held(first: int, area: Mapping[str, Any]) -> dict[str, Any]:
    if "capacity" not in area:
        return {}
    return {"name": area["name"], "category": area["category"], "first": first, "many": area["capacity"]}
