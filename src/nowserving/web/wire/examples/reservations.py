"""An example of every JSON object about reservations, as the OpenAPI document shows it."""

from __future__ import annotations

from typing import Any

_BRANCH = "b2d4f6h8j1k3m5p7r9t2v4x6z8"
_QUEUE = "q7d2m5r8t1v4w6x9z3b5n8k2c4"
_DESK = "d4f6h8j2k5m7p9r1t3v5x7z2b4"
_PERSON = "s1d3f5h7j9k2m4p6r8t1v3x5z7"
_SERVICE = "s9b2d4f6h8j1k3m5p7r9t2v4x6"
_KEY = "3uF0cZpQ1mXr8sYd5wLk2A"
_NINE = "2026-11-24T09:00:00.000000Z"
_HALF_PAST = "2026-11-24T09:30:00.000000Z"
_HOURS = {"weekly": {"mon": [["09:00", "13:00"]], "tue": [["09:00", "13:00"]]}, "day_starts_at": "00:00"}
_QUESTIONS = [{"code": "why", "label": "Why do you come?", "kind": "text", "required": False, "choices": []}]

_service = {
    "id": _SERVICE,
    "branch_id": _BRANCH,
    "queue_id": _QUEUE,
    "name": "Check-up",
    "description": "Please bring your insurance card.",
    "price": "free",
    "place": 0,
    "duration_s": 1800,
    "hours": _HOURS,
    "questions": _QUESTIONS,
    "rules": {"capacity": 1, "buffer_after_s": 300, "notice_s": 3600, "window_days": 60},
    "desk_ids": [_DESK],
    "edited": 1,
    "archived_at": None,
}
_reservation = {
    "id": _KEY,
    "key": _KEY,
    "code": "K7M4QD",
    "state": "confirmed",
    "branch_id": _BRANCH,
    "service_id": _SERVICE,
    "desk_id": _DESK,
    "start_at": _NINE,
    "end_at": _HALF_PAST,
    "size": 1,
    "deadline_at": "2026-11-24T10:00:00.000000Z",
    "name": "Ana Ruiz",
    "birth_date": None,
    "phone": None,
    "email": "ana@example.org",
    "note": None,
    "answers": {"why": "My left knee"},
    "language": "es",
    "verified": False,
    "sequence": 0,
    "created_at": "2026-11-23T09:00:00.000000Z",
    "ended_at": None,
    "ended_by": "",
}
_special_day = {"on_date": "2026-12-24", "intervals": [["09:00", "12:00"]], "reason": "Christmas Eve"}
_away = {"from_at": "2026-12-01T08:00:00.000000Z", "to_at": "2026-12-05T18:00:00.000000Z"}
_found_away = {**_away, "first_day": None, "last_day": None, "words": "Training", "is_new": True}
_left_out = {"words": "Birthday", "why": "free"}

_guest = {"id": _PERSON, "email": "ana@example.org", "name": "Ana Ruiz", "phone": None}
RESERVATION_EXAMPLES: dict[str, Any] = {
    "GuestShape": _guest,
    "GuestTokenShape": {"token": "m1p…", "expires_at": _NINE, "account": _guest},
    "NewAccount": {"email": "ana@example.org", "name": "Ana Ruiz"},
    "ServiceShape": _service,
    "SlotShape": {"start_at": _NINE, "end_at": _HALF_PAST, "desk_id": None, "free": 1},
    "ReservationShape": _reservation,
    "StandbyShape": {
        "id": _KEY,
        "key": _KEY,
        "state": "waiting",
        "service_id": _SERVICE,
        "desk_id": None,
        "from_at": _NINE,
        "to_at": "2026-11-24T12:00:00.000000Z",
        "size": 1,
        "ahead": 2,
        "offer": None,
    },
    "RosterShape": {
        "desk_id": _DESK,
        "branch_id": _BRANCH,
        "owner_id": _PERSON,
        "public_name": "Dr Lopez",
        "hours": _HOURS,
        "edited": 1,
    },
    "SpecialDayShape": {
        "id": _SERVICE,
        "branch_id": _BRANCH,
        "service_id": None,
        "walk_ins_only": False,
        **_special_day,
    },
    "FeedShape": {"url": "https://tickets.example.org/calendar/7f3k9qUcVx0m2sYt4bZ1aR8e.ics"},
    "AbsenceShape": {
        "id": _SERVICE,
        "branch_id": _BRANCH,
        "desk_id": _DESK,
        "reason": "",
        "replacement_id": None,
        **_away,
    },
    "FoundAway": _found_away,
    "LeftOutShape": _left_out,
    "ImportShape": {"found": [_found_away], "left_out": [_left_out], "applied": 1},
    # What is sent.
    "NewService": {"name": "Check-up", "queue_id": _QUEUE, "duration_s": 1800, "desk_ids": [_DESK]},
    "ServiceEdit": {"rules": {"capacity": 2}},
    "ServiceOrder": {"service_ids": [_SERVICE]},
    "Advance": {"desk_id": _DESK, "skipped": False},
    "RosterEdit": {"public_name": "Dr Lopez", "owner_id": _PERSON},
    "NewSpecialDay": _special_day,
    "NewAbsence": _away,
    "CalendarImport": {"calendar": "BEGIN:VCALENDAR\r\n…\r\nEND:VCALENDAR\r\n", "apply": True},
    "NewReservation": {"service_id": _SERVICE, "start_at": _NINE, "name": "Ana Ruiz"},
    "NewHold": {"start_at": _NINE},
    "Booking": {"name": "Ana Ruiz", "email": "ana@example.org"},
    "ReservationEdit": {"start_at": _HALF_PAST},
    "NewStandby": {"from_at": _NINE, "to_at": "2026-11-24T12:00:00.000000Z", "name": "Wim"},
    "TakenOffer": {"name": "Wim"},
}
