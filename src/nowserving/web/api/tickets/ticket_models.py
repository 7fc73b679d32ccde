"""The exact shapes of tickets and desks in answers. The values are made by web/wire/ticket_json.py."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nowserving.web.wire.resource import Shape

State = Literal["waiting", "called", "serving", "parked", "done", "no_show", "left", "cancelled"]
DeskState = Literal["closed", "open", "paused"]


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

    key: str
    code: str
    number: int
    queue: Named
    state: State
    position: int | None
    ahead: int | None
    estimate: Estimate | None
    quoted: Estimate | None
    desk: Named | None
    party_size: int
    joined_at: str
    called_at: str | None
    calls: int
    deadline_at: str | None
    coming_at: str | None
    overstayed_at: str | None
    rejoin_until_at: str | None
    poll_after_s: int | None
    links: Links


class StaffTicket(Ticket):
    """A ticket as staff see it: with the guest's name, if one was asked for, and what staff have noted."""

    name: str | None
    note: str | None
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

    id: str
    name: str
    branch_id: str
    department_id: str | None
    state: DeskState
    agent: str | None
    since_at: str
    queues: list[DeskQueue]
    current: StaffTicket | None


class StandParty(Shape):
    """A party as its host sees it. `over`: seated, and its time is over."""

    key: str
    code: str
    name: str | None
    note: str | None
    state: State
    party_size: int
    position: int | None
    joined_at: str
    since_at: str
    deadline_at: str | None
    overstayed_at: str | None
    over: bool
    passed: int
    quoted: Estimate | None
    wait: Estimate | None
    coming_at: str | None


class Told(Shape):
    """What was told to everybody in a line; an empty text and no instant if that was taken back."""

    text: str
    told_at: str | None


class Stand(Shape):
    """The stand of a queue that calls by itself. Seats are counted as the queue counts its capacity."""

    queue: Named
    capacity: int
    used: int
    free: int
    over: int
    late_s: int
    waiting_count: int
    message: Told | None
    called: list[StandParty]
    seated: list[StandParty]
    waiting: list[StandParty]
    missed: list[StandParty]
