"""A ticket as programs and phones get it: the same shape from join and from GET."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets.ticket import FINAL, State
from nowserving.live.branch import BranchLive
from nowserving.live.screens import poll_after_s, queue_name


class TicketLike(Protocol):
    """What a stored ticket and a place in memory have in common."""

    # The names are the ticket's own, and explained there: hence no docstrings.
    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def queue_id(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> State: ...  # noqa: D102
    @property
    def rank(self) -> int: ...  # noqa: D102
    @property
    def party_size(self) -> int: ...  # noqa: D102
    @property
    def joined_at(self) -> int: ...  # noqa: D102
    @property
    def called_at(self) -> int | None: ...  # noqa: D102
    @property
    def calls(self) -> int: ...  # noqa: D102
    @property
    def desk_id(self) -> str | None: ...  # noqa: D102
    @property
    def deadline_at(self) -> int | None: ...  # noqa: D102
    @property
    def coming_at(self) -> int | None: ...  # noqa: D102
    @property
    def overstayed_at(self) -> int | None: ...  # noqa: D102
    @property
    def quoted(self) -> tuple[int, int] | None: ...  # noqa: D102
    @property
    def rejoin_until_at(self) -> int | None: ...  # noqa: D102


def instant(at_us: int | None) -> str | None:
    """Return µs since the epoch as RFC 3339 in UTC with microseconds, or None."""
    if at_us is None:
        return None
    seconds, micros = divmod(at_us, SECOND_US)
    return f"{_second(seconds)}.{micros:06d}Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    """Return a second in words: in a rush, hundreds of answers tell the same one."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"


def ticket_json(
    branch: BranchLive | None, ticket: TicketLike, position: int | None, now: int, base_url: str = ""
) -> dict[str, Any]:
    """Return a ticket for its guest; `position` is its 1-based place, None when it doesn't wait.

    `now` is the time, in µs: the estimate counts who is still to come.
    """
    queue = branch.queues.get(ticket.queue_id) if branch else None
    in_lobby = queue is not None and queue.is_lobby
    if queue is not None and queue.rules.undrawn:
        # Before the draw nobody has a place: the order of coming means nothing.
        position = None
    ahead = None if position is None else position - 1
    # While nobody is called, nobody knows how long it takes.
    stands = queue is not None and queue.rules.gate_closed
    wait = None
    if branch is not None and ahead is not None and not stands:
        wait = branch.wait(ticket.queue_id, ahead, ticket.rank, now)
    return {
        "key": ticket.key,
        "code": ticket.code,
        "number": ticket.number,
        "queue": {"id": ticket.queue_id, "name": queue_name(queue) if queue else ""},
        "state": ticket.state.value,
        "position": position,
        "ahead": ahead,
        "estimate": {"low_s": wait.low_s, "high_s": wait.high_s} if wait else None,
        "quoted": {"low_s": ticket.quoted[0], "high_s": ticket.quoted[1]} if ticket.quoted else None,
        "desk": desk_json(branch, ticket.desk_id),
        "party_size": ticket.party_size,
        "joined_at": instant(ticket.joined_at),
        "called_at": instant(ticket.called_at),
        "calls": ticket.calls,
        "deadline_at": instant(ticket.deadline_at),
        "coming_at": instant(ticket.coming_at),
        "overstayed_at": instant(ticket.overstayed_at),
        "rejoin_until_at": instant(ticket.rejoin_until_at),
        "poll_after_s": None if ticket.state in FINAL else poll_after_s(position, queue),
        "links": {
            "self": f"/api/v1/tickets/{ticket.key}",
            "page": f"{base_url}/{'on-sale/place' if in_lobby else 't'}/{ticket.key}",
            "stream": f"/api/v1/streams?topic=ticket:{ticket.key}&topic=line:{ticket.queue_id}",
        },
    }


def desk_json(branch: BranchLive | None, desk_id: str | None) -> dict[str, str] | None:
    """Return a desk's id and name, or None."""
    desk = branch.desks.get(desk_id or "") if branch else None
    return {"id": desk.id, "name": desk.name} if desk else None
