"""What the hot doors (web/doors.py) serve, as the OpenAPI document tells it.

The doors stand in front of the router and answer these paths themselves; no function here is ever
reached. A test compares this module with the doors' own table.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Path, Query, Response
from pydantic import Field

from nowserving.web.api.tickets.ticket_models import Called, Ticket
from nowserving.web.wire.resource import ONCE, Envelope, Form, Number, Object, Shape, Text, resource

router = resource("tickets")

QueueId = Annotated[str, Path(description="The queue.")]
Topics = Annotated[
    list[str],
    Query(
        min_length=1,
        max_length=12,
        description="What to hear of: `line:<queue>`, `ticket:<key>`, `display:<branch>`, `kiosk:<branch>`, "
        "`desk:<desk>`, `overview:<branch>`; all of one branch.",
    ),
]
Seen = Annotated[
    str | None,
    Header(alias="If-None-Match", description="The ETag that the caller has; 304 if it still holds."),
]


class EventStream(Response):
    """A stream of server-sent events."""

    media_type = "text/event-stream"


class NewTicket(Form):
    """What a guest brings along; every field may be left out, and so may the body."""

    party_size: Number = 1
    priority: Text = ""
    name: Text = ""
    language: Text = ""
    contact: Object = None
    note: Text = Field("", description="What staff note about the guest; staff only, seen by staff only.")
    quoted_s: Number = Field(None, description="The wait that staff have told the guest; staff only.")


class Snapshot(Shape):
    """The state of one topic at a version of its branch; `at` is the server's clock in microseconds."""

    topic: str
    version: int
    at: int
    state: dict[str, Any]


class Snapshots(Shape):
    """The state of every topic that was asked for, and when to ask again."""

    data: list[Snapshot]
    poll_after_s: int


_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing has changed."}}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events `snapshot`, `patch`, `line` and `bye`; docs/api.md tells what is in them.",
    }
}


@router.post(
    "/queues/{queue_id}/tickets",
    operation_id="joinQueue",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[Ticket],
    responses={
        200: {"description": "The open place that this device has in the queue.", "model": Envelope[Ticket]}
    },
)
async def join(queue_id: QueueId, form: NewTicket | None = None) -> Any:
    """Take a place in a queue. Guests may, where the queue lets them join from afar.

    A phone that has an open place here gets that one again, with 200. 409 with the reason when the queue
    is closed, paused, full, or past its last ticket of the day.
    """
    raise NotImplementedError


@router.get("/tickets/{key}", operation_id="getTicket", response_model=Envelope[Ticket], responses=_UNCHANGED)
async def place(key: str, seen: Seen = None) -> Any:
    """Return a ticket as its guest sees it, from memory. `poll_after_s` says when to ask again."""
    raise NotImplementedError


@router.post(
    "/desks/{desk_id}/call-next",
    operation_id="callNext",
    dependencies=ONCE,
    response_model=Envelope[Called],
    tags=["desks"],
)
async def call_next(desk_id: str) -> Any:
    """Call whoever is next in the queues of a desk, in their serving order. 409 `queue_empty` if nobody is.

    A visit that is still open at the desk is finished first, on record.
    """
    raise NotImplementedError


@router.get(
    "/streams", operation_id="openStream", response_class=EventStream, responses=_STREAM, tags=["live"]
)
async def stream(
    topic: Topics,
    last_event_id: Annotated[
        str | None, Header(description="The last id that was seen: what came since is told, if it is kept.")
    ] = None,
) -> Any:
    """Open a stream of server-sent events. Each topic begins with a snapshot."""
    raise NotImplementedError


@router.get(
    "/snapshots",
    operation_id="getSnapshots",
    response_model=Snapshots,
    responses=_UNCHANGED,
    tags=["live"],
)
async def snapshots(topic: Topics, seen: Seen = None) -> Any:
    """Return what a stream would begin with, for those who poll."""
    raise NotImplementedError
