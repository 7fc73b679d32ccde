"""Lists of a branch's open tickets, page by page, from memory."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response

from nowserving.domain.base64url import url_safe
from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import N_, Malformed, not_found
from nowserving.live.branch import BranchLive
from nowserving.live.places import Place
from nowserving.web.api.tickets.ticket_answers import staff_place
from nowserving.web.api.tickets.ticket_models import StaffTicket
from nowserving.web.gate.auth import check_branch, require
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Listing, limit_of, resource

router = resource("tickets")
QueueReader = Annotated[Principal, Depends(require(Permission.SEE_QUEUE))]
# A place in a list: what it is sorted by, and the ticket's id where two are equal.
Cursor = tuple[int, int]
FIRST_PLACE: Cursor = (-(1 << 62), 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets a caller asks for."""

    state: Annotated[
        Literal["waiting", "open"],
        Query(
            description="Who waits, in the order of their ranks; or all that have not ended, oldest first."
        ),
    ] = "waiting"
    queue_id: Annotated[str | None, Query(max_length=64)] = None
    find: Annotated[str | None, Query(max_length=120, description="Part of a code or a name.")] = None
    cursor: Annotated[str | None, Query(max_length=64, description="`next` of the page before.")] = None
    limit: Annotated[str | None, Query(description="From 1 to 200; 50 unless told.")] = None


@dataclass(frozen=True, slots=True)
class PlacePage:
    """Some open tickets, and the cursor of those after them (None: no more)."""

    places: list[Place]
    next: str | None


@router.get(
    "/branches/{branch_id}/tickets",
    operation_id="listTickets",
    response_model=Listing[StaffTicket],
)
async def list_tickets(
    request: Request,
    response: Response,
    branch_id: str,
    principal: QueueReader,
    wanted: Annotated[Wanted, Depends()],
) -> Any:
    """Return the open tickets of a branch, with what belongs to each guest."""
    house = house_of(request)
    branch = house.relay.branches.get(check_branch(principal, branch_id))
    if branch is None or (wanted.queue_id is not None and wanted.queue_id not in branch.queues):
        raise not_found()
    found = place_page(branch, wanted, limit_of(wanted.limit))
    if found.next:
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=found.next)}>; rel="next"'
    return {"data": [staff_place(house, branch, place) for place in found.places], "next": found.next}


def place_page(branch: BranchLive, wanted: Wanted, most: int) -> PlacePage:
    """Return up to `most` of the tickets asked for. Raises Malformed for a cursor that is not ours."""
    since = FIRST_PLACE if wanted.cursor is None else place_at(wanted.cursor)
    places = (_waiting if wanted.state == "waiting" else _open)(branch, wanted.queue_id, since)
    words = (wanted.find or "").strip().casefold()
    matching = (place for place in places if not words or _says(place, words))
    found = list(islice(matching, most + 1))
    more = cursor_at(*_sorted_by(found[most - 1], wanted.state)) if len(found) > most else None
    return PlacePage(found[:most], more)


def _says(place: Place, words: str) -> bool:
    return words in place.code.casefold() or words in (place.name or "").casefold()


def _waiting(branch: BranchLive, queue_id: str | None, since: Cursor) -> Iterator[Place]:
    queue_ids = [queue_id] if queue_id else list(branch.queues)
    lines = [branch.lines.line(one).since(since[0]) for one in queue_ids]
    merged = merge(*lines, key=lambda place: (place.rank, place.id))
    return (place for place in merged if (place.rank, place.id) > since)


def _open(branch: BranchLive, queue_id: str | None, since: Cursor) -> Iterator[Place]:
    wanted = [place for place in branch.lines.everybody() if queue_id in (None, place.queue_id)]
    wanted.sort(key=lambda place: (place.joined_at, place.id))
    return (place for place in wanted if (place.joined_at, place.id) > since)


def _sorted_by(place: Place, state: str) -> Cursor:
    return (place.rank if state == "waiting" else place.joined_at, place.id)


def cursor_at(sorted_by: int, number: int) -> str:
    """Return a place in a list as an opaque cursor."""
    return url_safe(f"{sorted_by}.{number}".encode())


def place_at(cursor: str) -> Cursor:
    """Return the place that a cursor of ours names; raises Malformed for one that is not ours."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
        first, _, second = text.partition(".")
        if len(first) > 20 or len(second) > 20:
            raise ValueError("longer than any number of ours")
        return int(first), int(second)
    except (ValueError, binascii.Error):
        raise Malformed("bad_cursor", N_("This cursor is none of ours.")) from None
