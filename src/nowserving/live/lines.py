"""The lines in memory: every open ticket of a branch, and where each stands.

A position is answered from a sorted list in O(log n) without SQL. Memory follows the events one
by one; what it shows at version v is exactly what the database says at version v, because the
same before/after pairs that wrote the rows are applied here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from typing import Any

from sortedcontainers import SortedKeyList

from nowserving.domain.event import Event
from nowserving.domain.tickets.ticket import FINAL, State
from nowserving.live.places import Place, restored, update, whole

_rank_of: Callable[[Place], int] = attrgetter("rank")


@dataclass(slots=True)
class Line:
    """One queue's waiting tickets, by rank."""

    places: SortedKeyList[Place, int] = field(default_factory=lambda: SortedKeyList(key=_rank_of))

    def __len__(self) -> int:
        return len(self.places)

    def add(self, place: Place) -> None:
        """Put a ticket where its rank says."""
        self.places.add(place)

    def remove(self, place: Place) -> None:
        """Take a ticket out."""
        self.places.remove(place)

    def ahead_of(self, rank: int) -> int:
        """Return how many wait with a smaller rank."""
        return int(self.places.bisect_key_left(rank))

    def first(self, most: int) -> Iterator[Place]:
        """Yield up to `most` tickets in the order in which they will be called."""
        return islice(self.places, most)

    def since(self, rank: int) -> Iterator[Place]:
        """Yield the tickets from a rank on, in the order in which they will be called."""
        return iter(self.places.irange_key(min_key=rank))


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
        # Those of whom memory knows a name or a note, by the ids of their tickets.
        self._personal: dict[int, Place] = {}
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
        waiting: defaultdict[str, list[Place]] = defaultdict(list)
        for place in places:
            if place.state is State.WAITING:
                self._know(place)
                waiting[place.queue_id].append(place)
            else:
                self._enter(place)
        # All at once: to put a million into their places one by one takes three times as long.
        for queue_id, found in waiting.items():
            self.line(queue_id).places.update(found)
        self._changes.clear()

    def apply(self, event: Event) -> Place | None:
        """Follow one ticket event and return the ticket as it is now, ended ones too."""
        if event.ticket_id is None:
            return None
        place = self.by_key.get(event.data["key"])
        after = event.data["after"]
        if place is None:
            place = restored(event, after)
        else:
            self._exit(place)
            place = whole(place)
            update(place, after)
        if place.state not in FINAL:
            self._enter(place)
        return place

    def forget(self) -> None:
        """Take this branch's keys out of the shared index, before the branch is read afresh."""
        for place in self.everybody():
            self.by_key.pop(place.key, None)

    def everybody(self) -> Iterator[Place]:
        """Yield all open tickets: who is inside, who is set aside, and the lines."""
        for inside in self.inside.values():
            yield from inside.values()
        yield from self.parked.values()
        for line in self._lines.values():
            yield from line.places

    def learn(self, key: str, name: str | None, note: str | None) -> Place | None:
        """Learn what is personal about the guest of an open ticket; return its place as it is now."""
        place = self.by_key.get(key)
        if place is None:
            return None
        if place.state is State.WAITING:
            self.line(place.queue_id).remove(place)
            place = whole(place)
            self.line(place.queue_id).add(place)
        place.name, place.note = name, note
        self._know(place)
        return place

    def personal(self, ticket_id: int) -> Place | None:
        """Return the open ticket with this id if memory knows anything personal about its guest."""
        return self._personal.get(ticket_id)

    def changes(self) -> Mapping[str, LineChange]:
        """Return what changed in each line since the last call, and forget it."""
        changes, self._changes = self._changes, {}
        return changes

    def _know(self, place: Place) -> None:
        self.by_key[place.key] = place
        if place.name is not None or place.note is not None:
            self._personal[place.id] = place
        elif self._personal:
            self._personal.pop(place.id, None)

    def _enter(self, place: Place) -> None:
        self._know(place)
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
        if self._personal:
            self._personal.pop(place.id, None)
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


@dataclass(slots=True)
class SeatChange:
    """What one tick changed in a performance: True for a seat that is taken now, False for a free one."""

    taken: dict[int, bool] = field(default_factory=dict)
    # Its seats were made anew: the numbers mean others now.
    anew: bool = False

    def told(self) -> dict[str, Any]:
        """Return the change as everybody is told of it."""
        taken = [place for place, gone in self.taken.items() if gone]
        freed = [place for place, gone in self.taken.items() if not gone]
        return {"taken": taken, "freed": freed} | ({"anew": True} if self.anew else {})


class SeatChanges:
    """The seats of a branch that changed hands since they were last told of. Memory keeps no seats.

    A map reads which are taken once, with the version at which that was so, and then follows by the numbers
    of the seats in the plan. Whoever holds a seat, and whoever bought it, looks the same to everybody else.
    """

    def __init__(self) -> None:
        self._by_performance: dict[str, SeatChange] = {}

    def apply(self, event: Event) -> None:
        """Follow an event. The last word about a seat counts."""
        told = event.data
        if event.verb == "seats.set":
            self._of(told["performance_id"]).anew = True
        elif "performance_id" in told and ("taken" in told or "freed" in told):
            change = dict.fromkeys(told.get("freed", ()), False) | dict.fromkeys(told.get("taken", ()), True)
            if change:
                self._of(told["performance_id"]).taken |= change

    def take(self) -> dict[str, SeatChange]:
        """Return what changed by performance, and forget it."""
        changes, self._by_performance = self._by_performance, {}
        return changes

    def _of(self, performance_id: str) -> SeatChange:
        return self._by_performance.setdefault(performance_id, SeatChange())
