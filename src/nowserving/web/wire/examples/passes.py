"""An example of every JSON object about passes and holds, as the OpenAPI document shows it."""

from __future__ import annotations

from typing import Any

_PERFORMANCE = "p9b2d4f6h8j1k3m5p7r9t2v4x6"
_KEY = "7h2kQ0dVbX9mPz4tRw6yNA"
_SIGNED = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwNzgwIiwidHlwIjoicGFzcyJ9.eyJpc3MiOi4uLn0.c2lnbmF0dXJl"
_AT = "2026-11-24T09:00:00.000000Z"
_seat = {"guid": "A-1", "name": "Stalls, A, 1", "category": "Adult"}

PASS_EXAMPLES: dict[str, Any] = {
    "PassShape": {
        "token": _SIGNED,
        "performance_id": _PERFORMANCE,
        "expires_at": _AT,
        "warn_s": 120,
        "may_extend": True,
        "website": None,
    },
    "SpentPassShape": {
        "performance_id": _PERFORMANCE,
        "place": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "expires_at": _AT,
    },
    "EndedPassShape": {"performance_id": _PERFORMANCE, "ended": True},
    "HeldSeatShape": _seat,
    "HoldShape": {
        "id": _KEY,
        "key": _KEY,
        "state": "held",
        "performance_id": _PERFORMANCE,
        "seats": [_seat],
        "expires_at": _AT,
        "extended": False,
    },
    "SeatsHold": {"many": 2, "category": "Adult"},
    "NewBooking": {"hold_key": _KEY, "name": "Ana Ruiz", "email": "ana@example.org", "language": "es"},
}
