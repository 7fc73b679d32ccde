"""The latest act at each desk: what its agent may still undo, and what somebody else did to it.

An act is everything that one action did: a call and the visit that it finished are one act.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nowserving.actions.tickets.undoing import UNDOABLE
from nowserving.domain.event import Event

# An act this many versions back is nobody's business any more. The law "old state + events = fresh
# state" needs a bound that does not depend on when memory was built.
RECENT = 300


@dataclass(frozen=True, slots=True)
class Act:
    """What happened last at a desk; `group` is the version of its first event, `version` of its last."""

    group: int
    version: int
    verb: str
    code: str
    at: int
    ticket_ids: frozenset[int]
    undoable: bool
    taken_to: str | None = None
    """The desk that took this one's ticket over."""


class Acts:
    """The latest act of each desk of one branch. It changes only by `apply`."""

    def __init__(self) -> None:
        self._by_desk: dict[str, Act] = {}

    def load(self, events: Iterable[Event]) -> None:
        """Follow events of the past, oldest first."""
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        """Follow the next event."""
        if event.ticket_id is None:
            return
        group = event.data.get("act", event.version)
        self._overtake(event.ticket_id, group)
        if event.verb == "ticket.taken":
            self._take_away(event, group)
        if event.desk_id is not None:
            self._by_desk[event.desk_id] = _grown(self._by_desk.get(event.desk_id), event, group)

    def at(self, desk_id: str, version: int) -> Act | None:
        """Return the latest act at a desk, if it is recent when the branch is at `version`."""
        act = self._by_desk.get(desk_id)
        return act if act is not None and version - act.version < RECENT else None

    def _overtake(self, ticket_id: int, group: int) -> None:
        """Who moves a ticket later takes away the chance to undo what was done with it before."""
        for desk_id, act in self._by_desk.items():
            if act.undoable and act.group != group and ticket_id in act.ticket_ids:
                self._by_desk[desk_id] = replace(act, undoable=False)

    def _take_away(self, event: Event, group: int) -> None:
        loser = event.data["before"].get("desk_id")
        if loser is not None:
            self._by_desk[loser] = replace(_grown(None, event, group), undoable=False, taken_to=event.desk_id)


def _grown(act: Act | None, event: Event, group: int) -> Act:
    same = act is not None and act.group == group
    ids = act.ticket_ids if act is not None and same else frozenset[int]()
    undoable = event.verb in UNDOABLE and (act.undoable if act is not None and same else True)
    return Act(
        group,
        event.version,
        event.verb.removeprefix("ticket."),
        event.data["code"],
        event.at,
        ids | {event.ticket_id or 0},
        undoable,
    )
