"""Telling the story again: what the events say must be what the tables hold, and in the right order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sortedcontainers import SortedList
from sqlalchemy import bindparam, select

from nowserving.domain.tickets.ticket import FINAL
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.schema import events, tickets
from nowserving.store.tickets.moves import MOVED, SELDOM, TRIAGED

_CHUNK = 2_000

_TICKETS = Statement(
    select(tickets.c.id, *(tickets.c[name] for name in MOVED))
    .where(tickets.c.id > bindparam("after_id"))
    .order_by(tickets.c.id)
    .limit(_CHUNK)
)
_EVENTS_OF = Statement(
    select(events.c.ticket_id, events.c.verb, events.c.at, events.c.data)
    .where(
        events.c.ticket_id.is_not(None),
        events.c.ticket_id >= bindparam("first_id"),
        events.c.ticket_id <= bindparam("last_id"),
    )
    .order_by(events.c.ticket_id, events.c.version)
)
_SCOPES = select(events.c.scope_id).distinct().order_by(events.c.scope_id)
_EVENTS_IN = Statement(
    select(events.c.version, events.c.verb, events.c.actor, events.c.ticket_id, events.c.data)
    .where(events.c.scope_id == bindparam("scope_id"), events.c.version > bindparam("after_version"))
    .order_by(events.c.version)
    .limit(_CHUNK)
)
# What a deadline makes of a ticket by itself.
_FIRED = ("ticket.lapsed", "ticket.expired", "ticket.overstayed")


def rebuild(reader: Reader) -> tuple[int, list[str]]:
    """Make each ticket from its events alone and compare; a deadline fires once, and not before its time."""
    checked = 0
    wrong: list[str] = []
    for rows in _chunks(reader):
        told = _stories(reader, rows[0][0], rows[-1][0])
        checked += len(rows)
        for ticket_id, *values in rows:
            stored = dict(zip(MOVED, values, strict=True))
            wrong += _differences(ticket_id, stored, told.get(ticket_id, []))
    return checked, wrong


def _chunks(reader: Reader) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    while rows := reader.run(_TICKETS, after_id=last):
        yield rows
        last = rows[-1][0]


def _stories(reader: Reader, first_id: int, last_id: int) -> dict[int, list[tuple[str, int, Any]]]:
    stories: dict[int, list[tuple[str, int, Any]]] = defaultdict(list)
    for ticket_id, verb, at, data in reader.run(_EVENTS_OF, first_id=first_id, last_id=last_id):
        stories[ticket_id].append((verb, at, json.loads(data)))
    return stories


def _differences(
    ticket_id: int, stored: Mapping[str, Any], story: list[tuple[str, int, Any]]
) -> Iterator[str]:
    now: dict[str, Any] = {}
    for verb, at, data in story:
        if verb in _FIRED:
            deadline_at = now.get("deadline_at")
            if deadline_at is None or at < deadline_at:
                yield f"ticket {ticket_id}: {verb} at {at}, its deadline was {deadline_at}"
        for name, value in data.get("before", {}).items():
            if name in now and now[name] != value:
                yield f"ticket {ticket_id}: {verb} found {name} {value}, the events before say {now[name]}"
        # What only triage changes is told beside the rest where a ticket appears.
        now.update({name: data[name] for name in TRIAGED if name in data})
        now.update(data.get("after", {}))
    for name, value in stored.items():
        unheard = name not in now and (value is not None or name not in SELDOM)
        if unheard or now.get(name) != value:
            yield f"ticket {ticket_id}: {name} is {value}, its events say {now.get(name, 'nothing')}"


def replay_order(reader: Reader) -> tuple[int, list[str]]:
    """Follow every line from the first event on: whoever was called stood first, unless it is on record."""
    calls = 0
    wrong: list[str] = []
    for (scope_id,) in reader.execute(_SCOPES).all():
        lines = _Lines()
        after = 0
        while rows := reader.run(_EVENTS_IN, scope_id=scope_id, after_version=after):
            for version, verb, actor, ticket_id, data in rows:
                after = version
                if ticket_id is None:
                    continue
                told = json.loads(data)
                if verb == "ticket.called":
                    calls += 1
                    overtaken = lines.overtaken(ticket_id, told, by_rule=actor == "rule")
                    wrong += [
                        f"branch {scope_id}, version {version}: {told['code']} overtook {n}"
                        for n in overtaken
                    ]
                lines.follow(ticket_id, verb, version, told)
    return calls, wrong


@dataclass(slots=True)
class _Place:
    """An open ticket: what its events have said so far, and the act in which it was last passed."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    passed_in: int | None = None

    @property
    def waits_in(self) -> str | None:
        """The queue in which it waits, or None (also where events are missing, which `rebuild` tells)."""
        waits = self.values.get("state") == "waiting" and "queue_id" in self.values and "rank" in self.values
        return str(self.values["queue_id"]) if waits else None


class _Lines:
    """The open tickets of a branch, and each queue's waiting ones by rank."""

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}
        self._lines: dict[str, SortedList[tuple[int, int]]] = defaultdict(SortedList)

    def follow(self, ticket_id: int, verb: str, version: int, told: Mapping[str, Any]) -> None:
        """Let one event happen."""
        place = self._places.setdefault(ticket_id, _Place(told["code"]))
        if place.waits_in is not None:
            self._lines[place.waits_in].discard((place.values["rank"], ticket_id))
        place.values.update(told.get("after", {}))
        if place.waits_in is not None:
            self._lines[place.waits_in].add((place.values["rank"], ticket_id))
        if verb == "ticket.passed":
            place.passed_in = _act(version, told)
        if place.values.get("state") in FINAL:
            # One that comes back from its end is told whole.
            del self._places[ticket_id]

    def overtaken(self, ticket_id: int, told: Mapping[str, Any], *, by_rule: bool) -> Iterator[str]:
        """Yield the codes of those who stood before this ticket and were passed with nothing on record."""
        place = self._places.get(ticket_id)
        if place is None or place.waits_in is None or told.get("chosen"):
            return
        line = self._lines[place.waits_in]
        for _, other_id in line[: line.bisect_left((place.values["rank"], ticket_id))]:
            other = self._places[other_id]
            if not (by_rule and _may_pass(place, other, _act(0, told))):
                yield other.code


def _may_pass(smaller: _Place, larger: _Place, act: int) -> bool:
    """Tell whether a rule may let one party go ahead: the larger was passed on record, or fits nowhere."""
    is_larger: bool = larger.values.get("party_size", 1) > smaller.values.get("party_size", 1)
    return larger.passed_in == act or is_larger


def _act(version: int, told: Mapping[str, Any]) -> int:
    """Return the version that names the act an event belongs to."""
    act: int = told.get("act", version)
    return act
