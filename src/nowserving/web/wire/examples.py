"""An example of every JSON object of the API, as the OpenAPI document shows it."""

from __future__ import annotations

from typing import Any

_BRANCH = "b2d4f6h8j1k3m5p7r9t2v4x6z8"
_QUEUE = "q7d2m5r8t1v4w6x9z3b5n8k2c4"
_OTHER_QUEUE = "q3f5h7j9l1n3p5r7t9v1x3z5b7"
_DESK = "d4f6h8j2k5m7p9r1t3v5x7z2b4"
_DEPARTMENT = "p1c3e5g7i9k2m4o6q8s1u3w5y7"
_PERSON = "s1d3f5h7j9k2m4p6r8t1v3x5z7"
_DEVICE = "v2b4d6f8h1j3l5n7p9r2t4v6x8"
_KEY = "k9m7p5r3t1v8x6z4b2d9f7h5j3"
_CLOSURE = "c5e7g9i2k4m6o8q1s3u5w7y9a2"
_NINE = "2026-11-23T09:00:00.000000Z"
_HOURS = {"weekly": {"mon": [["09:00", "13:00"], ["14:00", "17:00"]]}, "day_starts_at": "00:00"}

_branch = {
    "id": _BRANCH,
    "name": "Town Hall",
    "label": "",
    "time_zone": "Europe/Madrid",
    "hours": _HOURS,
    "screens": {"ticker": "Closed on Friday", "paper_mm": 80},
    "version": 1042,
    "edited": 3,
    "archived_at": None,
}
_department = {
    "id": _DEPARTMENT,
    "branch_id": _BRANCH,
    "name": "Citizens",
    "place": 0,
    "edited": 1,
    "archived_at": None,
}
_queue = {
    "id": _QUEUE,
    "branch_id": _BRANCH,
    "department_id": _DEPARTMENT,
    "name": "Passports",
    "prefix": "A",
    "icon": "id-card",
    "place": 0,
    "rules": {"admission": "by_agent", "max_waiting": 60, "remote_join": True},
    "waiting": 4,
    "late_s": 0,
    "paused_at": None,
    "edited": 2,
    "archived_at": None,
}
_desk = {
    "id": _DESK,
    "branch_id": _BRANCH,
    "department_id": _DEPARTMENT,
    "name": "Desk 3",
    "place": 2,
    "state": "open",
    "agent_id": f"staff:{_PERSON}",
    "since_at": _NINE,
    "queue_ids": [_QUEUE, _OTHER_QUEUE],
    "edited": 1,
    "archived_at": None,
}
_closure = {
    "id": _CLOSURE,
    "branch_id": _BRANCH,
    "starts_on": "2026-12-24",
    "ends_on": "2026-12-26",
    "reason": "Christmas",
}
_staff = {
    "id": _PERSON,
    "name": "Maria Lopez",
    "login": "maria",
    "role": "agent",
    "branch_ids": [_BRANCH],
    "keyboard": True,
    "edited": 1,
    "created_at": _NINE,
    "disabled_at": None,
}
_api_key = {
    "id": _KEY,
    "name": "Website",
    "hint": "x3Qk",
    "role": "kiosk",
    "branch_id": _BRANCH,
    "unlimited": False,
    "created_at": _NINE,
    "revoked_at": None,
}
_device = {
    "id": _DEVICE,
    "branch_id": _BRANCH,
    "kind": "kiosk",
    "name": "Kiosk at the door",
    "settings": {"volume": 60, "language": "es"},
    "fault": "",
    "paired_at": _NINE,
    "seen_at": _NINE,
    "edited": 1,
    "revoked_at": None,
}

_TICKET = "nWvR2cT0Qm6aXk3JpLzYhw"
_ticket = {
    "key": _TICKET,
    "code": "A-017",
    "number": 17,
    "queue": {"id": _QUEUE, "name": "Passports"},
    "state": "waiting",
    "position": 4,
    "ahead": 3,
    "estimate": {"low_s": 540, "high_s": 900},
    "desk": None,
    "party_size": 1,
    "joined_at": _NINE,
    "called_at": None,
    "calls": 0,
    "deadline_at": None,
    "coming_at": None,
    "overstayed_at": None,
    "rejoin_until_at": None,
    "poll_after_s": 5,
    "links": {
        "self": f"/api/v1/tickets/{_TICKET}",
        "page": f"/t/{_TICKET}",
        "stream": f"/api/v1/streams?topic=ticket:{_TICKET}&topic=line:{_QUEUE}",
    },
}
_called = {
    **_ticket,
    "state": "called",
    "position": None,
    "ahead": None,
    "estimate": None,
    "desk": {"id": _DESK, "name": "Desk 3"},
    "called_at": "2026-11-23T09:12:30.000000Z",
    "calls": 1,
    "name": "Asha Rao",
    "note": None,
    "priority": "",
}

_party = {
    "key": _TICKET,
    "code": "T-017",
    "name": "Rossi",
    "note": "High chair",
    "state": "waiting",
    "party_size": 5,
    "position": 2,
    "joined_at": _NINE,
    "since_at": _NINE,
    "deadline_at": None,
    "overstayed_at": None,
    "over": False,
    "passed": 1,
    "quoted": {"low_s": 900, "high_s": 1500},
    "wait": {"low_s": 300, "high_s": 900},
    "coming_at": None,
}
_told = {"text": "The kitchen is a little behind. Thank you for waiting.", "told_at": _NINE}

EXAMPLES: dict[str, Any] = {
    # What is given out.
    "Ticket": _ticket,
    "StaffTicket": _called,
    "Called": {"ticket": _called, "desk": {"id": _DESK, "name": "Desk 3"}},
    "DeskWork": {
        "id": _DESK,
        "name": "Desk 3",
        "branch_id": _BRANCH,
        "department_id": None,
        "state": "open",
        "agent": f"staff:{_PERSON}",
        "since_at": "2026-11-23T08:58:00.000000Z",
        "queues": [{"id": _QUEUE, "name": "Passports", "prefix": "A", "waiting": 4}],
        "current": None,
    },
    "Stand": {
        "queue": {"id": _QUEUE, "name": "Tables"},
        "capacity": 40,
        "used": 38,
        "free": 2,
        "over": 0,
        "late_s": 0,
        "waiting_count": 1,
        "message": _told,
        "called": [],
        "seated": [],
        "waiting": [_party],
        "missed": [],
    },
    "StandParty": _party,
    "Told": _told,
    "OrganisationShape": {
        "id": "organisation",
        "name": "Springfield",
        "accent": "",
        "languages": ["en", "es"],
    },
    "BranchShape": _branch,
    "DepartmentShape": _department,
    "QueueShape": _queue,
    "DeskShape": _desk,
    "ClosureShape": _closure,
    "LayoutShape": {
        "branch": _branch,
        "departments": [_department],
        "queues": [_queue],
        "desks": [_desk],
        "closures": [_closure],
    },
    "StaffShape": _staff,
    "ApiKeyShape": _api_key,
    "SecretShape": {**_api_key, "secret": "nsk_9cZr0Wm1uVtYb4K7sQ2pXfLhD8aGjE5iN6oRqT3x3Qk"},
    "DeviceShape": _device,
    "PairingShape": {
        "code": "K7M4-QD2X",
        "claim": "V3mQ8sYp2LrT6wZk9BxN4cHd7GfJ1aEu5RoM0iWqXyA",
        "expires_at": "2026-11-23T09:05:00.000000Z",
        "poll_after_s": 2,
    },
    "ClaimShape": {"state": "waiting", "poll_after_s": 2, "device": None, "credential": None},
    "SignInShape": {
        "id": "5f2c1a9e7b3d4f60",
        "browser": "Firefox on Linux",
        "created_at": _NINE,
        "seen_at": _NINE,
        "expires_at": "2026-11-30T09:00:00.000000Z",
        "current": True,
    },
    "EventShape": {
        "version": 1042,
        "at": _NINE,
        "verb": "ticket.called",
        "sentence": "Desk 3 called A-004",
        "actor": f"staff:{_PERSON}",
        "who": "Maria Lopez",
        "ticket_id": 4711,
        "queue_id": _QUEUE,
        "desk_id": _DESK,
        "data": {"code": "A-004", "before": {"state": "waiting"}, "after": {"state": "called"}},
    },
    "MeShape": {
        "kind": "staff",
        "id": _PERSON,
        "name": "Maria Lopez",
        "role": "agent",
        "branch_ids": [_BRANCH],
    },
    "TokensShape": {
        "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJzMSJ9.c2lnbmF0dXJl",
        "token_type": "Bearer",
        "expires_in": 900,
        "refresh_token": "p8Xw2LrT6wZk9BxN4cHd7GfJ1aEu5RoM0iWqXyAV3mQ",
        "refresh_expires_at": "2026-12-23T09:00:00.000000Z",
    },
    "Ended": {"ended": 2},
    "ChecksShape": {
        "at": _NINE,
        "violations": 0,
        "checks": [{"name": "one ticket, one desk", "checked": 1042, "violations": []}],
    },
    "CheckShape": {"name": "one ticket, one desk", "checked": 1042, "violations": []},
    "Snapshot": {
        "topic": f"line:{_QUEUE}",
        "version": 1042,
        "at": 1795424400000000,
        "state": {"waiting": 4},
    },
    "Snapshots": {
        "data": [
            {
                "topic": f"line:{_QUEUE}",
                "version": 1042,
                "at": 1795424400000000,
                "state": {"waiting": 4},
            }
        ],
        "poll_after_s": 5,
    },
    "DeskQueue": {"id": _QUEUE, "name": "Passports", "prefix": "A", "waiting": 4},
    "FieldProblem": {"pointer": "/name", "code": "empty", "detail": "This must not be empty."},
    "Links": _ticket["links"],
    "Problem": {
        "type": "urn:nowserving:problem:invalid",
        "title": "Unprocessable Content",
        "status": 422,
        "code": "invalid",
        "detail": "Some values are not acceptable.",
        "errors": [{"pointer": "/name", "code": "empty", "detail": "This must not be empty."}],
    },
    # What is sent.
    "OrganisationEdit": {"name": "Springfield", "accent": "#0b5c63", "languages": ["en", "es"]},
    "NewBranch": {"name": "Town Hall", "time_zone": "Europe/Madrid", "hours": _HOURS},
    "BranchEdit": {"name": "Town Hall", "screens": {"ticker": "Closed on Friday"}},
    "NewClosure": {"starts_on": "2026-12-24", "ends_on": "2026-12-26", "reason": "Christmas"},
    "NewDepartment": {"name": "Citizens"},
    "DepartmentEdit": {"name": "Citizens"},
    "DepartmentOrder": {"department_ids": [_DEPARTMENT]},
    "NewQueue": {"name": "Passports", "prefix": "A", "rules": {"max_waiting": 60}},
    "QueueEdit": {"name": "Passports", "rules": {"check_in_window_s": 300}},
    "QueueOrder": {"queue_ids": [_OTHER_QUEUE, _QUEUE]},
    "NewDesk": {"name": "Desk 3", "queue_ids": [_QUEUE, _OTHER_QUEUE]},
    "DeskEdit": {"name": "Desk 3", "queue_ids": [_OTHER_QUEUE]},
    "DeskOrder": {"desk_ids": [_DESK]},
    "NewStaff": {
        "name": "Maria Lopez",
        "login": "maria",
        "role": "agent",
        "password": "seven geese crossing",
        "branch_ids": [_BRANCH],
    },
    "StaffEdit": {"role": "admin"},
    "NewPassword": {"password": "seven geese crossing"},
    "AccountEdit": {"name": "Maria Lopez", "keyboard": False},
    "PasswordChange": {"password": "seven geese crossing", "new_password": "eight geese resting"},
    "NewApiKey": {"name": "Website", "role": "kiosk", "branch_id": _BRANCH},
    "NewTicket": {"party_size": 2, "language": "es"},
    "NewPairing": {"kind": "kiosk"},
    "Claim": {"claim": "V3mQ8sYp2LrT6wZk9BxN4cHd7GfJ1aEu5RoM0iWqXyA"},
    "NewDevice": {"code": "K7M4-QD2X", "name": "Kiosk at the door"},
    "DeviceEdit": {"name": "Kiosk at the door", "settings": {"volume": 60}},
    "Report": {"fault": "The paper is out"},
    "Credentials": {"login": "maria", "password": "seven geese crossing"},
    "RefreshToken": {"refresh_token": "p8Xw2LrT6wZk9BxN4cHd7GfJ1aEu5RoM0iWqXyAV3mQ"},
}
