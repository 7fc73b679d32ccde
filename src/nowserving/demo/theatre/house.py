"""The plan of the demo's theatre: curved stalls, a balcony, and room to stand at the back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FRONT, STALLS, BALCONY, STANDING = "Front stalls", "Stalls", "Balcony", "Standing room"
_COLOURS = {FRONT: "#c2410c", STALLS: "#1d4ed8", BALCONY: "#0f766e", STANDING: "#7e22ce"}
_BETWEEN, _ROWS_APART = 26.0, 30.0
_MIDDLE = 300.0
# How much a row bends: so many units back for a seat that stands one unit off the middle, squared.
_BEND = 0.00055
_LETTERS = "ABCDEFGHJKLM"
_PLACES_TO_STAND = 40


def playhouse() -> dict[str, Any]:
    """Return the plan in the open seating-plan format: 258 seats and 40 places to stand."""
    return {
        "name": "Riverside Playhouse",
        "size": {"width": 600, "height": 560},
        "categories": [{"name": name, "color": colour} for name, colour in _COLOURS.items()],
        "zones": [
            {"name": "Stalls", "position": {"x": 0, "y": 80}, "rows": list(_stalls()), "areas": [_stage()]},
            {
                "name": "Balcony",
                "position": {"x": 0, "y": 400},
                "rows": [_row("Balcony", letter, nth, 20, BALCONY) for nth, letter in enumerate("ABC")],
                "areas": [_standing()],
            },
        ],
    }


def _stalls() -> Iterator[dict[str, Any]]:
    """Nine rows, each a little wider. At the ends of the last are wheelchairs, beside them companions."""
    for nth, letter in enumerate(_LETTERS[:9]):
        row = _row("Stalls", letter, nth, 18 + 2 * (nth // 2), FRONT if nth < 3 else STALLS)
        if nth == 8:
            seats = row["seats"]
            for wheelchair, companion in ((seats[0], seats[1]), (seats[-1], seats[-2])):
                wheelchair["accessible"] = True
                companion["companion_of"] = wheelchair["seat_guid"]
        yield row


def _row(section: str, letter: str, nth: int, seats: int, category: str) -> dict[str, Any]:
    return {
        "row_number": letter,
        "position": {"x": _MIDDLE, "y": _ROWS_APART * nth},
        "seats": [_seat(section, letter, place, seats, category) for place in range(seats)],
    }


def _seat(section: str, letter: str, place: int, of: int, category: str) -> dict[str, Any]:
    off = round((place - (of - 1) / 2) * _BETWEEN, 1)
    return {
        "seat_guid": f"{section}-{letter}-{place + 1}",
        "seat_number": str(place + 1),
        "position": {"x": off, "y": round(-_BEND * off * off, 1)},
        "category": category,
    }


def _stage() -> dict[str, Any]:
    words = {"text": "Stage", "color": "#ffffff", "size": 20, "position": {"x": 150, "y": 20}}
    return {
        "shape": "rectangle",
        "rectangle": {"width": 300, "height": 40},
        "position": {"x": 150, "y": -110},
        "color": "#57534e",
        "text": words,
    }


def _standing() -> dict[str, Any]:
    return {
        "name": "Standing room",
        "shape": "rectangle",
        "rectangle": {"width": 360, "height": 36},
        "position": {"x": 120, "y": 100},
        "capacity": _PLACES_TO_STAND,
        "category": STANDING,
        "color": "#f3e8ff",
    }
