"""A world as one branch sees it: the same memory as in a server follows the same events.

Whenever a guest joins, the branch is asked for its quote, and later it is seen how long the wait was.
Nothing is told before it has happened.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nowserving.domain.calendar.hours import hours_from
from nowserving.domain.event import Event
from nowserving.domain.layout.branch import Branch, Desk, DeskState, Queue
from nowserving.domain.tickets.estimate import Pace, Range, estimate
from nowserving.domain.tickets.pace import RECENT
from nowserving.domain.tickets.rules import QueueRules
from nowserving.live.branch import BranchLive
from nowserving.store.layout import Layout
from tests.worlds.houses import Guest
from tests.worlds.worlds import Happened

BRANCH, QUEUE = "branch", "queue"
_ALWAYS = hours_from({"weekly": {}, "day_starts_at": "00:00"})
_BEGIN = 1_750_000_000_000_000
Asked = Callable[[int, Pace | None], Range | None]


@dataclass(frozen=True, slots=True)
class Quote:
    """What one guest was told, what a simple formula would have said, and how long it was, in seconds."""

    told: Range | None
    simple_s: float | None
    waited_s: float
    at_once: bool

    @property
    def middle_s(self) -> float:
        """Return the middle of the range that was told."""
        return (self.told.low_s + self.told.high_s) / 2 if self.told else 0.0

    @property
    def holds(self) -> bool:
        """Say whether the wait lay in the range."""
        return self.told is not None and self.told.low_s <= self.waited_s <= self.told.high_s


def quotes(happened: Happened, ask: Asked = estimate) -> list[Quote]:
    """Play a world to a branch and return the quote of every guest who was called in the end."""
    return list(_Replay(happened, ask).play())


class _Replay:
    def __init__(self, happened: Happened, ask: Asked) -> None:
        self._happened, self._ask = happened, ask
        self._branch = BranchLive(_layout(happened), 0, {})
        # For the simple formula: as many recent service times as the estimate has.
        self._visits: deque[float] = deque(maxlen=RECENT)

    def play(self) -> Iterator[Quote]:
        for at, _, verb, subject, more in _acts(self._happened):
            if verb == "joined" and subject.called is not None:
                yield self._quote(subject)
            elif verb == "finished":
                self._visits.append(subject.freed - subject.called)
            self._branch.apply(self._event(at, verb, subject, more))

    def _quote(self, guest: Guest) -> Quote:
        pace = self._branch.pace_for(QUEUE, guest.size, _instant(guest.joined))
        ahead = len(self._branch.lines.line(QUEUE))
        waited_s = (guest.called or 0.0) - guest.joined
        simple_s = None
        if self._visits and pace is not None and pace.desks:
            simple_s = (ahead + 1) * sum(self._visits) / len(self._visits) / pace.desks
        return Quote(self._ask(ahead, pace), simple_s, waited_s, waited_s < 0.001)

    def _event(self, at: float, verb: str, subject: Any, more: Mapping[str, Any]) -> Event:
        version, instant = self._branch.version + 1, _instant(at)
        if verb in ("opened", "closed"):
            duty = {"agent_id": "agent" if verb == "opened" else None}
            return Event(BRANCH, version, instant, f"desk.{verb}", "", None, None, _desk(subject), duty)
        key = f"guest-{subject.number}"
        data: dict[str, Any] = {"key": key, "code": key, "number": subject.number, "named": False}
        data["priority"] = ""
        data |= {"joined_at": _instant(subject.joined), "before": {}}
        after = {"state": more["state"], "since_at": instant, "desk_id": more.get("desk_id")}
        after |= {name: more[name] for name in ("called_at", "deadline_at", "passed") if name in more}
        if verb == "joined":
            after |= {"queue_id": QUEUE, "rank": instant * 1000 + version, "party_size": subject.size}
            after |= {"called_at": None, "calls": 0, "passed": 0, "agent_id": None, "deadline_at": None}
        data["after"] = after
        desk_id = _desk(subject.desk) if subject.desk and verb not in ("joined", "left") else None
        return Event(BRANCH, version, instant, f"ticket.{verb}", "", subject.number, QUEUE, desk_id, data)


def _acts(happened: Happened) -> list[tuple[float, int, str, Any, dict[str, Any]]]:
    """Return everything that happened, in order. What frees a desk comes before what takes it."""
    by_number = {guest.number: guest for guest in happened.guests}
    acts: list[tuple[float, int, str, Any, dict[str, Any]]] = [
        (at, 2 if opens else 1, "opened" if opens else "closed", desk, {})
        for at, desk, opens in happened.duty
    ]
    for at, number, times in happened.passes:
        if number in by_number:
            acts.append((at, 5, "passed", by_number[number], {"state": "waiting", "passed": times}))
    for guest in happened.guests:
        acts.append((guest.joined, 4, "joined", guest, {"state": "waiting"}))
        if guest.called is None:
            acts.append((guest.freed, 3, "left", guest, {"state": "left"}))
            continue
        acts += _visit(guest, happened.rules)
    return sorted(acts, key=lambda act: act[:2])


def _visit(guest: Guest, rules: QueueRules) -> Iterator[tuple[float, int, str, Any, dict[str, Any]]]:
    called = guest.called or 0.0
    desk_id = _desk(guest.desk) if guest.desk else None
    yield called, 6, "called", guest, {"state": "called", "called_at": _instant(called), "desk_id": desk_id}
    if not guest.absent:
        limit_s = rules.service_limit(guest.size)
        deadline_at = None if limit_s is None else _instant(called + limit_s)
        yield (
            called,
            7,
            "started",
            guest,
            {"state": "serving", "deadline_at": deadline_at, "desk_id": desk_id},
        )
    yield (
        guest.freed,
        0,
        "no_show" if guest.absent else "finished",
        guest,
        {"state": "no_show" if guest.absent else "done"},
    )


def _layout(happened: Happened) -> Layout:
    numbers = sorted({number for _, number, _ in happened.duty})
    edited: dict[str, Any] = {"edited": 1, "archived_at": None}
    branch = Branch(
        id=BRANCH, name="", label="", time_zone="UTC", hours=_ALWAYS, screens={}, version=0, **edited
    )
    place: dict[str, Any] = {"branch_id": BRANCH, "department_id": None, "name": "", "place": 0, **edited}
    queue = Queue(
        id=QUEUE, prefix="A", icon="", rules=happened.rules, paused_at=None, waiting=0, late_s=0, **place
    )
    closed: dict[str, Any] = {"state": DeskState.CLOSED, "agent_id": None, "since_at": 0}
    desks = tuple(Desk(id=_desk(number), queue_ids=(QUEUE,), **closed, **place) for number in numbers)
    return Layout(branch=branch, departments=(), queues=(queue,), desks=desks, closures=())


def _instant(seconds: float) -> int:
    return _BEGIN + round(seconds * 1_000_000)


def _desk(number: int) -> str:
    return f"desk-{number}"
