"""An example of every JSON object about seats, as the OpenAPI document shows it."""

from __future__ import annotations

from typing import Any

_BRANCH = "b2d4f6h8j1k3m5p7r9t2v4x6z8"
_MAP = "m7d2m5r8t1v4w6x9z3b5n8k2c4"
_PERFORMANCE = "p9b2d4f6h8j1k3m5p7r9t2v4x6"
_KEY = "3uF0cZpQ1mXr8sYd5wLk2A"
_AT = "2026-11-24T09:00:00.000000Z"
_FIELDS = [
    *("guid", "name", "section", "row", "number", "category"),
    *("x", "y", "area", "accessible", "companion_of"),
]

_map = {
    "id": _MAP,
    "branch_id": _BRANCH,
    "name": "Great hall",
    "seat_count": 240,
    "edited": 1,
    "archived_at": None,
}
_stub = {
    "guid": "A-1",
    "seat": "Stalls, A, 1",
    "state": "valid",
    "holder": None,
    "came_at": None,
    "code": "NS1.k3J0aQ1x.p9b2d4f6h8.3uF0cZpQ1mXr8sYd5wLk2A.1.c2ln…",
}

SEAT_EXAMPLES: dict[str, Any] = {
    "SeatMapShape": _map,
    "DrawnMapShape": _map | {"plan": {"name": "Great hall", "categories": [], "zones": []}},
    "StubShape": _stub,
    "BookingShape": {
        "id": _KEY,
        "key": _KEY,
        "code": "K7M4QD",
        "state": "confirmed",
        "branch_id": _BRANCH,
        "performance_id": _PERFORMANCE,
        "name": "Ana Ruiz",
        "email": "ana@example.org",
        "phone": None,
        "language": "es",
        "payment": {"by": "at_door", "state": "open", "reference": ""},
        "sequence": 0,
        "created_at": _AT,
        "cancelled_at": None,
        "stubs": [_stub],
    },
    "SeatStandbyShape": {
        "id": _KEY,
        "key": _KEY,
        "state": "waiting",
        "performance_id": _PERFORMANCE,
        "size": 2,
        "category": None,
        "ahead": 3,
        "offer_until": None,
        "offered": [],
    },
    "SeatingShape": {
        "edition": "1795424400000000",
        "fields": _FIELDS,
        "seats": [["A-1", "Stalls, A, 1", "Stalls", "A", "1", "Adult", 30.0, 30.0, None, False, None]],
        "categories": ["Adult"],
        "prices": {"Adult": {"text": "12 EUR", "amount_minor": 1200, "currency": "EUR"}},
        "per_person": 6,
        "scenery": [
            {
                "shape": "rectangle",
                "x": 0,
                "y": -80,
                "rotation": 0,
                "width": 200,
                "height": 50,
                "text": "Stage",
            }
        ],
        "colours": {"Adult": "#3366cc"},
    },
    "TakenShape": {"edition": "1795424400000000", "version": 42, "taken": "gA==", "free": 0},
    "LookedShape": {
        "answer": "already_in",
        "words": "Somebody came in by this code already",
        "seat": "Stalls, A, 1",
        "holder": None,
        "came_at": _AT,
    },
    "DoorStubShape": {
        "serial": _KEY,
        "version": 1,
        "seat": "Stalls, A, 1",
        "state": "valid",
        "came_at": None,
    },
    "Friend": {"name": "Bo Lind", "email": "bo@example.org", "guids": ["A-1"]},
    "NewSeatStandby": {"size": 2, "name": "Ana Ruiz", "email": "ana@example.org"},
    "TakenSeats": {"name": "Ana Ruiz"},
}
