"""Capacity: no rule has ever let in more than fit, and nobody waits now who could go in."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from nowserving.domain.tickets.admission import admit, free_units
from nowserving.domain.tickets.rules import Admission, QueueRules, rules_from
from nowserving.domain.tickets.ticket import FINAL, Ticket
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.schema import events, queues
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.places import parsed_rules

_CHUNK = 2_000
_LOOK = 50
_INSIDE = frozenset({"called", "serving"})
# What they do may never be too much: staff decide for themselves.
_NOBODY_OF_STAFF = ("rule", "guest")
_QUEUES = select(
    *(queues.c[name] for name in "branch_id id rules paused_at archived_at admit_at".split()),
)
_EDITS = (
    select(events.c.queue_id, events.c.version, events.c.data)
    .where(events.c.verb == "queue.edited")
    .order_by(events.c.scope_id, events.c.version)
)
_MOVES = Statement(
    select(events.c.version, events.c.actor, events.c.ticket_id, events.c.data)
    .where(
        events.c.scope_id == bindparam("scope_id"),
        events.c.version > bindparam("after_version"),
        events.c.ticket_id.is_not(None),
    )
    .order_by(events.c.version)
    .limit(_CHUNK)
)


@dataclass(slots=True)
class _Story:
    """What the rules of a queue have been: each from a version of its branch on."""

    since: list[int] = field(default_factory=lambda: [0])
    rules: list[QueueRules] = field(default_factory=list)

    def at(self, version: int) -> QueueRules:
        return self.rules[bisect_right(self.since, version) - 1]


def covers(reader: Reader) -> tuple[int, list[str]]:
    """Follow every event of every queue that calls by itself; return how many came in, and faults.

    People may let in more than fit, and a capacity may be lowered: that is shown as over and is no
    fault. A rule, or a guest by the own hand, must not.
    """
    stories = _stories(reader)
    checked = 0
    wrong: list[str] = []
    by_branch: dict[str, dict[str, _Story]] = defaultdict(dict)
    for row in reader.execute(_QUEUES).all():
        story = stories[row.id]
        # Before the first edit today's rules counted, where there was none.
        story.rules = story.rules or [parsed_rules(row.rules)]
        if any(one.admission is Admission.AUTOMATIC for one in story.rules):
            by_branch[row.branch_id][row.id] = story
        # Where the rate of admission keeps people out, there rightly is room; when it ends is a deadline.
        if (row.paused_at, row.archived_at, row.admit_at) == (None, None, None):
            wrong += _waits(reader, row.id, parsed_rules(row.rules))
    for branch_id, of_branch in by_branch.items():
        rooms = _Rooms(of_branch)
        wrong += _followed(reader, branch_id, rooms)
        checked += rooms.came
    return checked, wrong


def _stories(reader: Reader) -> dict[str, _Story]:
    stories: dict[str, _Story] = defaultdict(_Story)
    for row in reader.execute(_EDITS).all():
        told = json.loads(row.data)
        if "rules" in told["after"]:
            story = stories[row.queue_id]
            story.rules = story.rules or [rules_from(told["before"]["rules"])]
            story.since.append(row.version)
            story.rules.append(rules_from(told["after"]["rules"]))
    return stories


def _followed(reader: Reader, branch_id: str, rooms: _Rooms) -> Iterator[str]:
    after = 0
    while found := reader.run(_MOVES, scope_id=branch_id, after_version=after):
        for version, actor, ticket_id, data in found:
            after = version
            told = json.loads(data)
            queue_id = rooms.follow(ticket_id, told)
            over = rooms.over(queue_id, version) if queue_id and actor in _NOBODY_OF_STAFF else 0
            if over:
                yield f"queue {queue_id}, version {version}: {told['code']} came in, {over} too many"


class _Rooms:
    """Who is inside each queue of a branch that ever called by itself."""

    def __init__(self, stories: Mapping[str, _Story]) -> None:
        self.came = 0
        self._stories = stories
        self._tickets: dict[int, dict[str, Any]] = {}
        self._inside: dict[str, dict[int, int]] = {queue_id: {} for queue_id in stories}

    def follow(self, ticket_id: int, told: Mapping[str, Any]) -> str | None:
        """Let one event happen; return the queue that somebody came into, or grew in, by it."""
        ticket = self._tickets.setdefault(ticket_id, {})
        before = self._inside.get(ticket.get("queue_id", ""), {}).pop(ticket_id, 0)
        queue_before = ticket.get("queue_id")
        ticket.update(told.get("after", {}))
        if ticket.get("state") in FINAL:
            # One that comes back from its end is told whole.
            del self._tickets[ticket_id]
        room = self._inside.get(ticket.get("queue_id", ""))
        if room is None or ticket.get("state") not in _INSIDE:
            return None
        room[ticket_id] = ticket.get("party_size", 1)
        came = not before or queue_before != ticket["queue_id"]
        self.came += came
        return str(ticket["queue_id"]) if came or room[ticket_id] > before else None

    def over(self, queue_id: str, version: int) -> int:
        """Return how many units too many are inside, by the rules that counted at a version."""
        rules = self._stories[queue_id].at(version)
        free = free_units(rules, self._inside[queue_id].values())
        return max(0, -free) if free is not None and rules.admission is Admission.AUTOMATIC else 0


def _waits(reader: Reader, queue_id: str, rules: QueueRules) -> Iterator[str]:
    if rules.admission is not Admission.AUTOMATIC or rules.gate_closed:
        return
    free = free_units(rules, rows.party_sizes_inside(reader, queue_id))
    for ticket in admit(free, _line(reader, queue_id), rules).called:
        yield f"queue {queue_id}: {ticket.code} waits, and there is room"


def _line(reader: Reader, queue_id: str) -> Iterator[Ticket]:
    chunk = rows.waiting_after(reader, queue_id, rows.BEFORE_ALL, _LOOK)
    while chunk:
        yield from chunk
        chunk = rows.waiting_after(reader, queue_id, chunk[-1].rank, _LOOK)
