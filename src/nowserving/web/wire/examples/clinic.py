"""An example of every JSON object about the clinic, as the OpenAPI document shows it."""

from __future__ import annotations

from typing import Any

_BRANCH = "b2d4f6h8j1k3m5p7r9t2v4x6z8"
_RECORD = "r5t7v9x2z4b6d8f1h3k5m7p9q2"
_CONSULTATION = "c3f5h7k9m2p4r6t8v1x3z5b7d9"
_DOCTOR = {"id": "q7d2m5r8t1v4w6x9z3b5n8k2c4", "name": "Dr Lopez"}
_ROOM = {"id": "d4f6h8j2k5m7p9r1t3v5x7z2b4", "name": "Room 2"}
_CAME, _BEGAN, _ENDED = (f"2026-11-24T09:{minute}:00.000000Z" for minute in ("00", "10", "25"))

_person = {
    "name": "Ana Ruiz",
    "birth_date": "1954-03-01",
    "phone": "+34600123456",
    "email": None,
    "number": "P-10442",
}
_made = {"id": _RECORD, "branch_id": _BRANCH, "edited": 1, "created_at": _CAME}
_station = {"queue": _DOCTOR, "desk": _ROOM, "state": "serving", "from_at": _BEGAN, "to_at": _ENDED}
_visit = {"joined_at": _CAME, "code": "C-003", "queue": "Dr Lopez", "reason": "Cough since Monday"}
_written = {"from_at": _BEGAN, "to_at": _ENDED, "outcome": "recovered", "note": "Rest, tea."}
_read = {"at": _BEGAN, "what": "opened", "who": "staff:s1d3f5h7j9k2m4p6r8t1v3x5z7"}

CLINIC_EXAMPLES: dict[str, Any] = {
    "RecordMade": _made,
    "RecordShape": {**_made, **_person},
    "StationShape": _station,
    "VisitShape": {
        "key": "nWvR2cT0Qm6aXk3JpLzYhw",
        "code": "C-003",
        "record_id": _RECORD,
        "name": "Ana Ruiz",
        "reason": "Cough since Monday",
        "back_to_queue": None,
        "back_to_desk": None,
        "stations": [_station],
    },
    "ConsultationShape": {
        "id": _CONSULTATION,
        "record_id": _RECORD,
        "queue": _DOCTOR,
        "desk": _ROOM,
        "agent": "staff:s1d3f5h7j9k2m4p6r8t1v3x5z7",
        "edited": 1,
        **_written,
    },
    "PersonShape": _person,
    "ExportedVisit": _visit,
    "ExportedConsultation": {"queue": "Dr Lopez", **_written},
    "ExportedRead": _read,
    "ExportShape": {
        "branch": "Riverside Clinic",
        "made_at": _ENDED,
        "person": _person,
        "visits": [_visit],
        "consultations": [{"queue": "Dr Lopez", **_written}],
        "reads": [_read],
    },
    "ReadShape": {
        "branch_id": _BRANCH,
        "record_id": _RECORD,
        "found": 1,
        "why": "",
        "address": "192.0.2.7",
        **_read,
    },
    # What is sent.
    "RecordSearch": {"find": "ruiz 1954-03-01"},
    "RecordOpening": {"why": "Asked by her daughter, who brought a letter"},
    "NewRecord": {"name": "Ana Ruiz", "birth_date": "1954-03-01", "phone": "+34600123456"},
    "RecordEdit": {"phone": "+34600123457"},
}
