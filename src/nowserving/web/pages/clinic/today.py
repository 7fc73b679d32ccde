"""A branch at a glance: who waits how long and for what, and how today goes, by queue and by desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nowserving.domain.clinic.figures import Figures, figures, over
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.branch import DeskState
from nowserving.live.branch import BranchLive
from nowserving.store.clinic.day import StayToday
from nowserving.web.pages.clinic.sheet import At


@dataclass(frozen=True, slots=True)
class Waiter:
    """One who waits: a code, and nothing that names anybody. `late` is past what they were told."""

    code: str
    queue: str
    priority: str
    waited_s: int
    late: bool


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue now and today; figures are None before the first."""

    id: str
    name: str
    waiting: int
    longest_s: int
    target_s: int | None
    waits: Figures | None
    services: Figures | None
    over_quote: int
    over_target: int


@dataclass(frozen=True, slots=True)
class DeskNow:
    """A desk now and today. `over` tells that the present visit is past its target."""

    id: str
    name: str
    state: str
    agent_id: str
    code: str
    serving_s: int | None
    over: bool
    waiting: int
    services: Figures | None


def waiters(branch: BranchLive, now: int, queue_ids: Iterable[str] | None = None) -> list[Waiter]:
    """Return everybody who waits, in the order of their lines, the longest wait first of all."""
    wanted = list(branch.queues) if queue_ids is None else list(queue_ids)
    places = [place for queue_id in wanted for place in branch.lines.line(queue_id).first(500)]
    found = []
    for place in places:
        waited_s = max(now - place.joined_at, 0) // SECOND_US
        late = over(waited_s, place.quoted[1] if place.quoted else None)
        queue = branch.queues.get(place.queue_id)
        found.append(Waiter(place.code, queue.name if queue else "", place.priority, waited_s, late))
    return sorted(found, key=lambda one: -one.waited_s)


def queues_now(branch: BranchLive, stays: Sequence[StayToday], now: int) -> list[QueueNow]:
    """Return each queue with its line and what today's stays tell of it."""
    return [_queue(branch, queue_id, stays, now) for queue_id in branch.queues]


def desks_now(branch: BranchLive, stays: Sequence[StayToday], now: int) -> list[DeskNow]:
    """Return each desk with who is there and what today's services tell of it."""
    return [_desk(branch, desk_id, stays, now) for desk_id in branch.desks]


def _queue(branch: BranchLive, queue_id: str, stays: Sequence[StayToday], now: int) -> QueueNow:
    queue = branch.queues[queue_id]
    own = [one for one in stays if one.queue_id == queue_id]
    line = branch.lines.line(queue_id)
    longest = min((place.joined_at for place in line.first(500)), default=now)
    target_s = queue.rules.expected_service_s
    waits = [one for one in own if one.state == "waiting"]
    return QueueNow(
        queue_id,
        queue.name,
        len(line),
        max(now - longest, 0) // SECOND_US,
        target_s,
        _figures(own, "waiting"),
        _figures(own, "serving"),
        sum(over(_lasted_s(one), one.quoted_high_s) for one in waits),
        sum(one.state == "serving" and over(_lasted_s(one), target_s) for one in own),
    )


def _desk(branch: BranchLive, desk_id: str, stays: Sequence[StayToday], now: int) -> DeskNow:
    desk, place = branch.desks[desk_id], branch.lines.at_desk.get(desk_id)
    queue = branch.queues.get(place.queue_id) if place else None
    serving_s = max(now - place.since_at, 0) // SECOND_US if place and place.state == "serving" else None
    target_s = queue.rules.expected_service_s if queue else None
    return DeskNow(
        desk_id,
        desk.name,
        desk.state.value,
        desk.agent_id or "" if desk.state is not DeskState.CLOSED else "",
        place.code if place else "",
        serving_s,
        serving_s is not None and over(serving_s, target_s),
        sum(len(branch.lines.line(one)) for one in desk.queue_ids),
        _figures([one for one in stays if one.desk_id == desk_id], "serving"),
    )


def _figures(stays: Iterable[StayToday], state: str) -> Figures | None:
    return figures(_lasted_s(one) for one in stays if one.state == state)


def _lasted_s(stay: StayToday) -> float:
    return (stay.to_at - stay.from_at) / SECOND_US


# What a table of the page is called, its columns, and how a row becomes cells.
Cells = Callable[[Any], Sequence[object]]


def figure_cells(found: Figures | None) -> tuple[object, ...]:
    """Return figures as cells of a table; what is unknown stays empty, and its count is 0."""
    if found is None:
        return (0, "", "")
    return (found.count, round(found.mean_s), round(found.p90_s))


TABLES: dict[str, tuple[tuple[str, ...], Cells]] = {
    "waiting": (
        ("code", "queue", "priority", "waited_s", "past_quote"),
        lambda one: (one.code, one.queue, one.priority, one.waited_s, int(one.late)),
    ),
    "queues": (
        (
            *("queue", "waiting", "longest_s", "target_s", "waits", "mean_wait_s", "p90_wait_s", "services"),
            *("mean_service_s", "p90_service_s", "waits_past_quote", "services_past_target"),
        ),
        lambda one: (
            *(one.name, one.waiting, one.longest_s, one.target_s),
            *(*figure_cells(one.waits), *figure_cells(one.services), one.over_quote, one.over_target),
        ),
    ),
    "desks": (
        (
            *("desk", "agent", "state", "code", "serving_s", "past_target", "waiting"),
            *("services", "mean_service_s", "p90_service_s"),
        ),
        lambda one: (
            *(one.name, one.agent_id, one.state, one.code, one.serving_s, int(one.over), one.waiting),
            *figure_cells(one.services),
        ),
    ),
    "reservations": (
        ("code", "start", "service", "state"),
        lambda one: (one.code, At(one.start_at), one.service, one.state),
    ),
    "messages": (
        ("code", "kind", "written"),
        lambda one: (one.code, one.kind, At(one.created_at)),
    ),
}
