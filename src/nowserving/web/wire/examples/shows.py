"""An example of every JSON object about shows, as the OpenAPI document shows it."""

from __future__ import annotations

from typing import Any

_BRANCH = "b2d4f6h8j1k3m5p7r9t2v4x6z8"
_SHOW = "h8k3m5p7r9t2v4x6z8b2d4f6h1"
_PERFORMANCE = "p9b2d4f6h8j1k3m5p7r9t2v4x6"
_QUEUE = "q7d2m5r8t1v4w6x9z3b5n8k2c4"
_AT = "2026-11-23T09:00:00.000000Z"
_OPENS = "2026-11-24T09:00:00.000000Z"
_STARTS = "2026-12-05T19:30:00.000000Z"
_DOORS = "2026-12-05T19:00:00.000000Z"
_HASH = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
_PRICES = {"Stalls": {"text": "", "amount_minor": 4200, "currency": "EUR"}}

_show = {
    "id": _SHOW,
    "branch_id": _BRANCH,
    "name": "The Tempest",
    "description": "A play by William Shakespeare.",
    "state": "upcoming",
    "opens_at": _OPENS,
    "closes_at": None,
    "rules": {"choosing": 50, "admit_per_minute": None, "choose_s": 600, "per_person": 6},
    "edited": 2,
    "created_at": _AT,
    "archived_at": None,
}
_change = {
    "performance_id": _PERFORMANCE,
    "starts_at": _STARTS,
    "effect": "start",
    "drawn": 412,
    "called": 50,
    "told": 0,
    "freed": 0,
}
_wait = {"low_s": 1200, "high_s": 1800}
_section = {"name": "Stalls", "seats": 240, "sold": 96, "held": 14, "blocked": 2, "free": 128}

_here = f"/api/v1/performances/{_PERFORMANCE}"
_links = {
    "self": f"{_here}/lobby",
    "places": f"{_here}/places",
    "draw": f"{_here}/draw",
    "page": f"https://queue.example.org/on-sale/{_PERFORMANCE}",
    "stream": f"/api/v1/streams?topic=line:{_QUEUE}",
}

SHOW_EXAMPLES: dict[str, Any] = {
    "ShowShape": _show,
    "PerformanceShape": {
        "id": _PERFORMANCE,
        "branch_id": _BRANCH,
        "show_id": _SHOW,
        "queue_id": _QUEUE,
        "starts_at": _STARTS,
        "doors_at": _DOORS,
        "prices": _PRICES,
        "gate": "early",
        "seed_hash": _HASH,
        "drawn_at": None,
        "opened_at": None,
        "paused_at": None,
        "ended_at": None,
        "edited": 1,
        "created_at": _AT,
        "archived_at": None,
    },
    "LobbyChangeShape": _change,
    "ShowChangeShape": {"show": _show | {"state": "open", "opens_at": None}, "performances": [_change]},
    "LobbyRowShape": {
        "performance_id": _PERFORMANCE,
        "queue_id": _QUEUE,
        "starts_at": _STARTS,
        "gate": "open",
        "waiting": 362,
        "called": 4,
        "choosing": 46,
        "average_service_s": 214,
        "estimated_wait": _wait,
    },
    "SectionShape": _section,
    "LiveNumbersShape": {
        "performance_id": _PERFORMANCE,
        "show_id": _SHOW,
        "at": _OPENS,
        "state": "open",
        "gate": "open",
        "starts_at": _STARTS,
        "waiting": 362,
        "called": 4,
        "choosing": 46,
        "absent": 9,
        "visits": 61,
        "admitted_per_minute": 14,
        "choosing_limit": 50,
        "admit_per_minute": 20,
        "average_service_s": 214,
        "average_coming_s": 22,
        "estimated_wait": _wait,
        "house": _section | {"name": ""},
        "sections": [_section],
        "expected_end_at": "2026-11-24T09:31:00.000000Z",
        "poll_after_s": 2,
    },
    "LobbyLinks": _links,
    "PublicLobbyShape": {
        "performance_id": _PERFORMANCE,
        "queue_id": _QUEUE,
        "show": {"id": _SHOW, "name": "The Tempest"},
        "state": "upcoming",
        "gate": "early",
        "takes_places": True,
        "starts_at": _STARTS,
        "doors_at": _DOORS,
        "opens_at": _OPENS,
        "closes_at": None,
        "seed_hash": _HASH,
        "drawn_at": None,
        "waiting": 412,
        "estimated_wait": None,
        "message": {"text": "The stalls are nearly sold out.", "told_at": _AT},
        "poll_after_s": 60,
        "links": _links,
    },
    "DrawShape": {
        "performance_id": _PERFORMANCE,
        "seed_hash": _HASH,
        "seed": "6l3Kf0cZpQ1mXr8sYd5wLk2A",
        "drawn_at": _OPENS,
        "places": ["0b0fd7a2b8f5c1f2b1f9a1d0e6f2c3a4", "9c1e5a7740fb1d34c7a1e2f3b4c5d6e7"],
    },
    "NewShow": {"name": "The Tempest", "opens_at": _OPENS, "rules": {"choosing": 50, "per_person": 6}},
    "ShowEdit": {"rules": {"admit_per_minute": 20}},
    "NewPerformance": {"starts_at": _STARTS, "doors_at": _DOORS, "prices": _PRICES},
    "PerformanceEdit": {"doors_at": "2026-12-05T18:45:00Z"},
    "Rate": {"choosing": 30, "admit_per_minute": 20},
}
