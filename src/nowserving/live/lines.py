"""The lines in memory: every open ticket of a branch, and where each stands.

A position is answered from a sorted list in O(log n) without SQL. Memory follows the events one
by one; what it shows at version v is exactly what the database says at version v, because the
same before/after pairs that wrote the rows are applied here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sortedcontainers import SortedList

from nowserving.domain.event import Event
from nowserving.domain.tickets.ticket import FINAL, State, Ticket


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


def _quoted(low_s: int | None, high_s: int | None) -> tuple[int, int] | None:
    return None if low_s is None or high_s is None else (low_s, high_s)


@dataclass(slots=True)
class Line:
    """One queue's waiting tickets, by rank."""

    ranks: SortedList[int] = field(default_factory=SortedList)
    by_rank: dict[int, Place] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ranks)

    def add(self, place: Place) -> None:
        """Put a ticket where its rank says."""
        self.ranks.add(place.rank)
        self.by_rank[place.rank] = place

    def remove(self, place: Place) -> None:
        """Take a ticket out."""
        self.ranks.remove(place.rank)
        del self.by_rank[place.rank]

    def ahead_of(self, rank: int) -> int:
        """Return how many wait with a smaller rank."""
        return int(self.ranks.bisect_left(rank))

    def first(self, most: int) -> Iterator[Place]:
        """Yield up to `most` tickets in the order in which they will be called."""
        return (self.by_rank[rank] for rank in islice(self.ranks, most))

    def since(self, rank: int) -> Iterator[Place]:
        """Yield the tickets from a rank on, in the order in which they will be called."""
        return (self.by_rank[one] for one in self.ranks.irange(minimum=rank))


@dataclass(slots=True)
class LineChange:
    """What happened to one queue's line in one tick."""

    left: list[int] = field(default_factory=list)
    came: list[int] = field(default_factory=list)


class Lines:
    """All open tickets of one branch at one version."""

    def __init__(self, by_key: dict[str, Place]) -> None:
        """Start empty. `by_key` is shared by all branches: a guest comes with a key and nothing else."""
        self.by_key = by_key
        self.by_id: dict[int, Place] = {}
        self.at_desk: dict[str, Place] = {}
        self.parked: dict[int, Place] = {}
        # Who is called or served, by queue, at a desk or at none.
        self.inside: defaultdict[str, dict[int, Place]] = defaultdict(dict)
        self._lines: dict[str, Line] = {}
        self._changes: dict[str, LineChange] = {}

    def line(self, queue_id: str) -> Line:
        """Return the line of a queue; an unknown queue has an empty one."""
        found = self._lines.get(queue_id)
        if found is None:
            found = self._lines[queue_id] = Line()
        return found

    def ahead(self, place: Place) -> int:
        """Return how many are ahead of a waiting ticket."""
        return self.line(place.queue_id).ahead_of(place.rank)

    def load(self, places: Iterable[Place]) -> None:
        """Fill an empty memory from the open tickets of the database."""
        ranks: dict[str, list[int]] = {}
        for place in places:
            if place.state is State.WAITING:
                self.by_key[place.key] = self.by_id[place.id] = place
                self.line(place.queue_id).by_rank[place.rank] = place
                ranks.setdefault(place.queue_id, []).append(place.rank)
            else:
                self._enter(place)
        # All at once: to put a million into their places one by one takes three times as long.
        for queue_id, found in ranks.items():
            self.line(queue_id).ranks.update(found)
        self._changes.clear()

    def apply(self, event: Event) -> Place | None:
        """Follow one ticket event and return the ticket as it is now, ended ones too."""
        if event.ticket_id is None:
            return None
        place = self.by_id.get(event.ticket_id)
        after = event.data["after"]
        if place is None:
            place = _restored(event, after)
        else:
            self._exit(place)
            _update(place, after)
        if place.state not in FINAL:
            self._enter(place)
        return place

    def forget(self) -> None:
        """Take this branch's keys out of the shared index, before the branch is read afresh."""
        for place in self.by_id.values():
            self.by_key.pop(place.key, None)

    def changes(self) -> Mapping[str, LineChange]:
        """Return what changed in each line since the last call, and forget it."""
        changes, self._changes = self._changes, {}
        return changes

    def _enter(self, place: Place) -> None:
        self.by_key[place.key] = place
        self.by_id[place.id] = place
        if place.state is State.WAITING:
            self.line(place.queue_id).add(place)
            self._change(place.queue_id).came.append(place.rank)
        elif place.state is State.PARKED:
            self.parked[place.id] = place
        else:
            self.inside[place.queue_id][place.id] = place
            if place.desk_id is not None:
                self.at_desk[place.desk_id] = place

    def _exit(self, place: Place) -> None:
        del self.by_key[place.key]
        del self.by_id[place.id]
        if place.state is State.WAITING:
            self.line(place.queue_id).remove(place)
            self._change(place.queue_id).left.append(place.rank)
        elif place.state is State.PARKED:
            del self.parked[place.id]
        else:
            del self.inside[place.queue_id][place.id]
            if place.desk_id is not None and self.at_desk.get(place.desk_id) is place:
                del self.at_desk[place.desk_id]

    def _change(self, queue_id: str) -> LineChange:
        return self._changes.setdefault(queue_id, LineChange())


def _restored(event: Event, after: Mapping[str, Any]) -> Place:
    """Return the place of a ticket that memory did not hold: a new one, or one that undo brought back."""
    data = event.data
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


_FOLLOWED = frozenset(
    "queue_id rank party_size since_at called_at calls passed desk_id agent_id deadline_at coming_at "
    "overstayed_at rejoin_until_at priority".split()
)


def _update(place: Place, after: Mapping[str, Any]) -> None:
    for name in _FOLLOWED & after.keys():
        setattr(place, name, after[name])
    if "state" in after:
        place.state = State(after["state"])
