"""The exact shapes of tickets and desks in answers. The values are made by web/ticket_json.py."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from nowserving.web.resource import Shape

State = Literal["waiting", "called", "serving", "parked", "done", "no_show", "left", "cancelled"]
DeskState = Literal["closed", "open", "paused"]

EXAMPLE: dict[str, Any] = {
    "key": "nWvR2cT0Qm6aXk3JpLzYhw",
    "code": "A-017",
    "number": 17,
    "queue": {"id": "q7d2m5r8t1v4w6x9z3b5n8k2c4", "name": "Passports"},
    "state": "waiting",
    "position": 4,
    "ahead": 3,
    "estimate": {"low_s": 540, "high_s": 900},
    "desk": None,
    "party_size": 1,
    "joined_at": "2026-11-23T09:00:00.000000Z",
    "called_at": None,
    "calls": 0,
    "deadline_at": None,
    "poll_after_s": 5,
    "links": {
        "self": "/api/v1/tickets/nWvR2cT0Qm6aXk3JpLzYhw",
        "page": "/t/nWvR2cT0Qm6aXk3JpLzYhw",
        "stream": "/api/v1/streams?topic=ticket:nWvR2cT0Qm6aXk3JpLzYhw&topic=line:q7d2m5r8t1v4w6x9z3b5n8k2c4",
    },
}
_CALLED = EXAMPLE | {
    "state": "called",
    "position": None,
    "ahead": None,
    "estimate": None,
    "desk": {"id": "d4f6h8j2k5m7p9r1t3v5x7z2b4", "name": "Desk 3"},
    "called_at": "2026-11-23T09:12:30.000000Z",
    "calls": 1,
}


class Named(Shape):
    """Something by its id and the name that people read."""

    id: str
    name: str


class Estimate(Shape):
    """From so many to so many seconds until the call."""

    low_s: int
    high_s: int


class Links(Shape):
    """Where else to find the ticket."""

    self_: str = Field(alias="self")
    page: str
    stream: str


class Ticket(Shape):
    """A ticket as its guest sees it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    key: str
    code: str
    number: int
    queue: Named
    state: State
    position: int | None
    ahead: int | None
    estimate: Estimate | None
    desk: Named | None
    party_size: int
    joined_at: str
    called_at: str | None
    calls: int
    deadline_at: str | None
    poll_after_s: int | None
    links: Links


class StaffTicket(Ticket):
    """A ticket as staff see it: with the guest's name, if one was asked for."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": _CALLED | {"name": "Asha Rao", "priority": ""}}
    )

    name: str | None
    priority: str


class Tickets(Shape):
    """The tickets that an undo has put back."""

    tickets: list[StaffTicket]


class Called(Shape):
    """A ticket that was called, and the desk it is called to."""

    ticket: StaffTicket
    desk: Named


class DeskQueue(Shape):
    """A queue that a desk serves."""

    id: str
    name: str
    prefix: str
    waiting: int


class DeskWork(Shape):
    """A desk at work, as it is now. `queues` are in serving order."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "id": "d4f6h8j2k5m7p9r1t3v5x7z2b4",
                "name": "Desk 3",
                "branch_id": "b2d4f6h8j1k3m5p7r9t2v4x6z8",
                "department_id": None,
                "state": "open",
                "agent": "staff:s1d3f5h7j9k2m4p6r8t1v3x5z7",
                "since_at": "2026-11-23T08:58:00.000000Z",
                "queues": [
                    {"id": "q7d2m5r8t1v4w6x9z3b5n8k2c4", "name": "Passports", "prefix": "A", "waiting": 4}
                ],
                "current": None,
            }
        },
    )

    id: str
    name: str
    branch_id: str
    department_id: str | None
    state: DeskState
    agent: str | None
    since_at: str
    queues: list[DeskQueue]
    current: StaffTicket | None
