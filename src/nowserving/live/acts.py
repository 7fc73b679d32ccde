"""The latest act at each desk and stand: what may still be undone, and what somebody else did.

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
# Who works at a stand: people, and programs with a key.
STAFF = ("staff:", "key:")


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
    """The latest act of each desk and stand of one branch. It changes only by `apply`."""

    def __init__(self) -> None:
        self._by_desk: dict[str, Act] = {}
        self._by_stand: dict[str, Act] = {}

    def load(self, events: Iterable[Event]) -> None:
        """Follow events of the past, oldest first."""
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        """Follow the next event."""
        if event.ticket_id is None:
            return
        group = event.data.get("act", event.version)
        if event.verb != "ticket.joined":
            # Nothing was ever done with a ticket that has just come.
            self._overtake(event.ticket_id, group)
        if event.verb == "ticket.taken":
            self._take_away(event, group)
        if event.desk_id is not None:
            self._by_desk[event.desk_id] = _grown(self._by_desk.get(event.desk_id), event, group)
        elif event.queue_id is not None:
            self._follow_stand(event, event.queue_id, group)

    def at(self, desk_id: str, version: int) -> Act | None:
        """Return the latest act at a desk, if it is recent when the branch is at `version`."""
        act = self._by_desk.get(desk_id)
        return act if act is not None and version - act.version < RECENT else None

    def of_stand(self, queue_id: str, version: int) -> Act | None:
        """Return what staff did last at a queue's stand, if it is recent when the branch is at `version`."""
        act = self._by_stand.get(queue_id)
        return act if act is not None and version - act.version < RECENT else None

    def _follow_stand(self, event: Event, queue_id: str, group: int) -> None:
        """What guests and rules do is no act of the stand, unless it is part of what staff began."""
        act = self._by_stand.get(queue_id)
        of_the_act = act is not None and act.group == group
        if act is not None and of_the_act and event.actor == "rule":
            # What the rule did because of it is undone with it where that is still possible.
            self._by_stand[queue_id] = replace(act, version=event.version)
        elif act is not None and of_the_act:
            # The act is called what staff did first.
            grown = _grown(act, event, group)
            self._by_stand[queue_id] = replace(grown, verb=act.verb, code=act.code)
        elif event.actor.startswith(STAFF) and not _is_from_website(event):
            self._by_stand[queue_id] = _grown(None, event, group)

    def _overtake(self, ticket_id: int, group: int) -> None:
        """Who moves a ticket later takes away the chance to undo what was done with it before."""
        for acts in (self._by_desk, self._by_stand):
            for place_id, act in acts.items():
                if act.undoable and act.group != group and ticket_id in act.ticket_ids:
                    acts[place_id] = replace(act, undoable=False)

    def _take_away(self, event: Event, group: int) -> None:
        loser = event.data["before"].get("desk_id")
        if loser is not None:
            self._by_desk[loser] = replace(_grown(None, event, group), undoable=False, taken_to=event.desk_id)


def _is_from_website(event: Event) -> bool:
    """Tell whether a program let a guest join: that is the guest's act, and none of the stand."""
    return event.verb == "ticket.joined" and event.actor.startswith("key:")


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
