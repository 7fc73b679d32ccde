"""Seating plans for tests, in the shape that the open format describes: old, new, and of any size."""

from __future__ import annotations

from typing import Any

# As older tools wrote it: no uuid, no zone id, no size, and members that are not written any more.
OLD: dict[str, Any] = {
    "name": "Great Hall",
    "categories": [{"name": "Stalls", "color": "red"}, {"name": "Circle"}],
    "zones": [
        {
            "name": "Main",
            "displayed": True,
            "position": {"x": 10, "y": 0},
            "rows": [
                {
                    "row_number": "0",
                    "number_of_seats": 2,
                    "seats_spacing": 33,
                    "seats": [
                        {
                            "seat_guid": "0-0",
                            "seat_number": "0-0",
                            "position": {"x": 0, "y": 0},
                            "category": "Stalls",
                        },
                        {
                            "seat_guid": "0-1",
                            "seat_number": "0-1",
                            "position": {"x": 33, "y": 0},
                            "category": "Circle",
                        },
                    ],
                }
            ],
            "areas": [{"width": 200, "height": 50, "position": {"x": 0, "y": -80}, "text": "Stage"}],
        }
    ],
}

# As newer tools write it: every member that the format has.
NEW: dict[str, Any] = {
    "name": "Opera",
    "size": {"width": 600, "height": 400},
    "categories": [{"name": "Parkett", "color": "#33ffff"}],
    "zones": [
        {
            "name": "Parkett",
            "zone_id": "p",
            "uuid": "5ad9e4a4-8a4c-4a6f-b5a7-000000000001",
            "position": {"x": 20.5, "y": 40},
            "rows": [
                {
                    "row_number": "A",
                    "row_label": "Reihe A",
                    "seat_label": "Platz %s",
                    "row_number_position": "both",
                    "uuid": "5ad9e4a4-8a4c-4a6f-b5a7-000000000002",
                    "position": {"x": 5, "y": 5},
                    "seats": [
                        {
                            "seat_guid": "p-A-1",
                            "seat_number": "1",
                            "uuid": "5ad9e4a4-8a4c-4a6f-b5a7-000000000003",
                            "position": {"x": 0, "y": 0},
                            "category": "Parkett",
                            "radius": 12,
                            "start_direction": "<>",
                        },
                        {
                            "seat_guid": "p-A-2",
                            "seat_number": "2",
                            "uuid": "5ad9e4a4-8a4c-4a6f-b5a7-000000000004",
                            "position": {"x": 25.25, "y": 1.5},
                            "category": "Parkett",
                            "start_direction": None,
                        },
                    ],
                },
                {
                    "row_number": "B",
                    "row_label": None,
                    "seat_label": None,
                    "row_number_position": None,
                    "seats": [],
                },
            ],
            "areas": [
                {"shape": "circle", "circle": {"radius": 20}, "position": {"x": 1, "y": 2}, "color": "#eee"},
                {
                    "shape": "ellipse",
                    "ellipse": {"radius": {"x": 4, "y": 5}},
                    "rotation": 12.5,
                    "position": {"x": 0, "y": 0},
                },
                {
                    "shape": "polygon",
                    "polygon": {"points": [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 0, "y": 9}]},
                    "border_color": "#000000",
                },
                {
                    "shape": "text",
                    "text": {"text": "Bühne", "color": "#111", "size": 20, "position": {"x": 0, "y": 0}},
                },
                {"shape": "rectangle", "rectangle": {"width": 10, "height": 20}, "uuid": "stage"},
            ],
        }
    ],
}


def house(rows: int = 3, seats: int = 10, *, category: str = "Seats", standing: int = 0) -> dict[str, Any]:
    """Return a plan of straight rows "A", "B" … with seats 1, 2 …, and an area where people stand."""
    made: list[dict[str, Any]] = [
        {
            "row_number": _letter(row),
            "position": {"x": 0, "y": 30 * row},
            "seats": [
                {
                    "seat_guid": f"{_letter(row)}-{seat + 1}",
                    "seat_number": str(seat + 1),
                    "position": {"x": 30 * seat, "y": 0},
                    "category": category,
                }
                for seat in range(seats)
            ],
        }
        for row in range(rows)
    ]
    areas = [{"name": "Floor", "capacity": standing, "category": category, "position": {"x": 0, "y": 999}}]
    return {
        "name": "House",
        "size": {"width": 30 * seats, "height": 30 * rows},
        "categories": [{"name": category, "color": "#3366cc"}],
        "zones": [
            {"name": "Stalls", "position": {"x": 0, "y": 0}, "rows": made}
            | ({"areas": areas} if standing else {})
        ],
    }


def _letter(row: int) -> str:
    return chr(65 + row) if row < 26 else f"R{row + 1}"
