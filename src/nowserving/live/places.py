"""Places: the open tickets in memory, each as small as it can be.

Nearly all who wait have only come and waited. Of such a one everything but six values follows from
these, so a million of them take a third of the room. Whatever else happens to it makes it whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from nowserving.domain.event import Event
from nowserving.domain.tickets.code import ticket_code
from nowserving.domain.tickets.ticket import State, Ticket

_NUMBER_BITS: Final = 24
_MOST_NUMBER: Final = (1 << _NUMBER_BITS) - 1


@dataclass(slots=True, eq=False)
class Place:
    """An open ticket as memory knows it."""

    id: int
    branch_id: str
    key: str
    code: str
    number: int
    queue_id: str
    state: State
    rank: int
    party_size: int
    priority: str
    joined_at: int
    since_at: int
    called_at: int | None
    calls: int
    desk_id: str | None
    agent_id: str | None
    deadline_at: int | None
    passed: int = 0
    quoted: tuple[int, int] | None = None
    coming_at: int | None = None
    overstayed_at: int | None = None
    name: str | None = None
    note: str | None = None
    rejoin_until_at: int | None = None


class Origin(NamedTuple):
    """What all who draw a number in a queue have in common."""

    branch_id: str
    queue_id: str
    prefix: str


class _Plain:
    """A place of somebody who came, at the instant that is the rank, and has waited since.

    It answers whatever a `Place` answers. Nothing of it ever changes: see `whole`.
    `numbers` are the ticket's id and number in one: a number of Python's takes 32 bytes by itself.
    """

    __slots__ = ("key", "numbers", "origin", "party_size", "quoted", "rank")

    state = State.WAITING
    priority = ""
    calls = passed = 0
    called_at = desk_id = agent_id = deadline_at = coming_at = overstayed_at = rejoin_until_at = None
    name = note = None

    key: str
    party_size: int
    quoted: tuple[int, int] | None
    rank: int
    numbers: int
    origin: Origin

    @property
    def id(self) -> int:
        return self.numbers >> _NUMBER_BITS

    @property
    def number(self) -> int:
        return self.numbers & _MOST_NUMBER

    @property
    def code(self) -> str:
        return ticket_code(self.origin.prefix, self.numbers & _MOST_NUMBER)

    @property
    def branch_id(self) -> str:
        return self.origin.branch_id

    @property
    def queue_id(self) -> str:
        return self.origin.queue_id

    @property
    def joined_at(self) -> int:
        return self.rank

    @property
    def since_at(self) -> int:
        return self.rank


@lru_cache(maxsize=4096)
def _origin(branch_id: str, queue_id: str, prefix: str) -> Origin:
    return Origin(branch_id, queue_id, prefix)


# Ranges are whole half minutes, so a hall is told a few hundred different ones.
@lru_cache(maxsize=4096)
def _quoted(low_s: int | None, high_s: int | None) -> tuple[int, int] | None:
    return None if low_s is None or high_s is None else (low_s, high_s)


def whole(place: Place) -> Place:
    """Return a place that can change; the very same one if it can already."""
    plain = cast(object, place)
    if not isinstance(plain, _Plain):
        return place
    return Place(
        plain.id,
        plain.branch_id,
        plain.key,
        plain.code,
        plain.number,
        plain.queue_id,
        plain.state,
        plain.rank,
        plain.party_size,
        plain.priority,
        plain.rank,
        plain.rank,
        None,
        0,
        None,
        None,
        None,
        quoted=plain.quoted,
    )


def plain_from(row: tuple[Any, ...]) -> Place:
    """Return the place of a ticket that joined at the instant of its rank and has only waited since.

    The row is one of `plain_waiting`.
    """
    ticket_id, branch_id, queue_id, key, code, number, rank, party_size, low_s, high_s = row
    prefix, _, written = code.rpartition("-")
    plain = _Plain()
    plain.key = key
    plain.origin = _origin(branch_id, queue_id, prefix)
    plain.numbers = ticket_id << _NUMBER_BITS | number
    plain.rank = rank
    plain.party_size = party_size
    plain.quoted = _quoted(low_s, high_s)
    place = cast(Place, plain)
    if number > _MOST_NUMBER or written != f"{number:03d}":
        # No code or number of ours; but what the database says, it says.
        plain.numbers = ticket_id << _NUMBER_BITS
        place = whole(place)
        place.code, place.number = code, number
    return place


def place_of(ticket: Ticket) -> Place:
    """Return what memory holds of a stored ticket that is open."""
    joined_at = ticket.joined_at
    return Place(
        ticket.id,
        ticket.branch_id,
        ticket.key,
        ticket.code,
        ticket.number,
        ticket.queue_id,
        ticket.state,
        # Who just waits has one instant for all three, and needs it once in memory.
        joined_at if ticket.rank == joined_at else ticket.rank,
        ticket.party_size,
        ticket.priority,
        joined_at,
        joined_at if ticket.since_at == joined_at else ticket.since_at,
        ticket.called_at,
        ticket.calls,
        ticket.desk_id,
        ticket.agent_id,
        ticket.deadline_at,
        ticket.passed,
        _quoted(ticket.quoted_low_s, ticket.quoted_high_s),
        ticket.coming_at,
        ticket.overstayed_at,
        ticket.name,
        ticket.note,
        ticket.rejoin_until_at,
    )


def restored(event: Event, after: Mapping[str, Any]) -> Place:
    """Return the place of a ticket that memory did not hold: a new one, or one that undo brought back."""
    data = event.data
    if event.verb == "ticket.joined" and _is_plain(data, after):
        return plain_from(
            (
                event.ticket_id,
                event.scope_id,
                after["queue_id"],
                data["key"],
                data["code"],
                data["number"],
                after["rank"],
                after["party_size"],
                *data.get("quoted", (None, None)),
            )
        )
    return Place(
        event.ticket_id or 0,
        event.scope_id,
        data["key"],
        data["code"],
        data["number"],
        after["queue_id"],
        State(after["state"]),
        after["rank"],
        after["party_size"],
        data.get("priority", ""),
        data["joined_at"],
        after["since_at"],
        after["called_at"],
        after["calls"],
        after["desk_id"],
        after["agent_id"],
        after["deadline_at"],
        after["passed"],
        _quoted(*data.get("quoted", (None, None))),
        after.get("coming_at"),
        after.get("overstayed_at"),
        rejoin_until_at=after.get("rejoin_until_at"),
    )


def _is_plain(data: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return not data["named"] and not data["priority"] and after["rank"] == data["joined_at"]


_FOLLOWED = frozenset(
    "queue_id rank party_size since_at called_at calls passed desk_id agent_id deadline_at coming_at "
    "overstayed_at rejoin_until_at priority".split()
)


def update(place: Place, after: Mapping[str, Any]) -> None:
    """Take over what an event says of a whole place."""
    for name in _FOLLOWED & after.keys():
        setattr(place, name, after[name])
    if "state" in after:
        place.state = State(after["state"])


class Presence:
    """Which places of lobbies were heard of lately, until the next beat writes that down for all at once."""

    def __init__(self) -> None:
        self._heard: dict[str, dict[int, int]] = {}

    def saw(self, place: Place, now: int) -> None:
        """Note that somebody asks for a place."""
        self._heard.setdefault(place.queue_id, {})[place.id] = now

    def take(self) -> dict[str, dict[int, int]]:
        """Return what was heard since the last time, {queue: {ticket id: µs}}, and forget it."""
        heard, self._heard = self._heard, {}
        return heard
