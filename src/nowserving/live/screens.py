"""What each screen shows, as one JSON document without null, made from memory alone.

A public document (display, kiosk, line) has codes, desks and counts, and nothing that names a
person. The document is small whatever the length of the line: a desk sees the next thirty.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import merge
from typing import Any
from zoneinfo import ZoneInfo

from nowserving.domain.calendar.hours import closed_for, is_open, joinable, next_opening
from nowserving.domain.layout.branch import TOLD_FOR_US, Desk, Queue
from nowserving.domain.layout.screens import SCREENS
from nowserving.domain.messages.channels import Channel
from nowserving.domain.tickets.rules import Admission, AskContact, Overstay
from nowserving.domain.tickets.ticket import State
from nowserving.live.acts import Act
from nowserving.live.branch import BranchLive, Call, pace_view
from nowserving.live.places import Place

NEXT_SHOWN = 30
# What a branch has settled for its screens, and which of them need to know it.
ON_WALLS = ("ticker", "chime", "voice", "voice_languages", "voice_twice", "show_waiting")
ON_KIOSKS = ("welcome", "print_tickets", "paper_mm", "reset_after_s", "idle_after_s")
WAITING_SHOWN = 200
EARLY_AGAIN_S = 30


def poll_after_s(position: int | None, queue: Queue | None = None) -> int:
    """Return when a page that polls should ask again: the nearer its turn, the sooner.

    The line of a show may be twenty thousand long: who stands far back there asks once a minute.
    """
    in_lobby = queue is not None and queue.is_lobby
    if in_lobby and queue is not None and queue.rules.undrawn:
        return EARLY_AGAIN_S
    if position is None or position <= 3:
        return 3
    return 5 if position <= 10 else min(60 if in_lobby else 30, 5 + position // 10)


def without_null(**values: Any) -> dict[str, Any]:
    """Return the values that are there; in a merge patch null would mean "gone"."""
    return {name: value for name, value in values.items() if value is not None}


def queue_name(queue: Queue) -> str:
    """Return what screens in public call a queue."""
    return queue.rules.public_name or queue.name


def ticket_view(branch: BranchLive, place: Place) -> dict[str, Any]:
    """Return what a guest sees of the own ticket; a waiting one has its rank, to follow the line with."""
    queue = branch.queues.get(place.queue_id)
    # Before the draw nobody has a place: the order of coming means nothing.
    waiting = place.state is State.WAITING and not (queue and queue.rules.undrawn)
    ahead = branch.lines.ahead(place) if waiting else None
    desk = branch.desks.get(place.desk_id or "")
    return without_null(
        as_of=branch.version,
        key=place.key,
        code=place.code,
        number=place.number,
        state=place.state.value,
        queue={"id": place.queue_id, "name": queue_name(queue) if queue else ""},
        rank=place.rank if waiting else None,
        position=None if ahead is None else ahead + 1,
        ahead=ahead,
        party_size=place.party_size,
        joined_at=place.joined_at,
        since_at=place.since_at,
        called_at=place.called_at,
        calls=place.calls,
        deadline_at=place.deadline_at,
        desk={"id": desk.id, "name": desk.name} if desk else None,
        nearly_at=queue.rules.announce_nearly_at if queue else None,
        # Where nobody presses "call next", the guest says "I am here" on the phone.
        by_itself=True if queue and queue.rules.admission is Admission.AUTOMATIC else None,
        coming_at=place.coming_at,
        rejoin_until_at=place.rejoin_until_at,
        reminded_at=place.overstayed_at if queue and queue.rules.overstay is Overstay.REMIND else None,
    )


def line_view(branch: BranchLive, queue_id: str) -> dict[str, Any]:
    """Return what everybody in a line sees of it."""
    queue = branch.queues.get(queue_id)
    return without_null(
        waiting=len(branch.lines.line(queue_id)),
        pace=pace_view(branch, queue_id),
        told=told_view(queue) if queue else None,
        late_s=(queue.late_s or None) if queue else None,
    )


def told_view(queue: Queue) -> dict[str, Any] | None:
    """Return what staff have told the whole line, and until when it is shown; None without a word."""
    if queue.told_at is None:
        return None
    return {"text": queue.told, "at": queue.told_at, "until_at": queue.told_at + TOLD_FOR_US}


def display_view(branch: BranchLive, now: int) -> dict[str, Any]:
    """Return what hangs on the wall: every desk with its code, the latest calls, how many wait."""
    return {
        **_house(branch, now),
        "screens": _settled(branch, ON_WALLS),
        "desks": {desk.id: _desk_on_wall(branch, desk) for desk in branch.desks.values()},
        "calls": [_call(branch, call) for call in branch.calls],
        "queues": {
            queue.id: {
                "name": queue_name(queue),
                "prefix": queue.prefix,
                "waiting": len(branch.lines.line(queue.id)),
                "place": place,
            }
            for place, queue in enumerate(branch.layout.counters)
        },
    }


def kiosk_view(branch: BranchLive, now: int) -> dict[str, Any]:
    """Return what a kiosk offers: the queues, whether each can be joined, and how long it takes."""
    return {
        **_house(branch, now),
        "screens": _settled(branch, ON_KIOSKS),
        "departments": {
            department.id: {"name": department.name, "place": place}
            for place, department in enumerate(branch.layout.departments)
        },
        "queues": {
            queue.id: _queue_on_kiosk(branch, queue, place, now)
            for place, queue in enumerate(branch.layout.counters)
        },
    }


def desk_view(branch: BranchLive, desk_id: str) -> dict[str, Any]:
    """Return what an agent sees: the open ticket, the own queues, who is next, what is parked.

    `act` is the latest thing that happened at the desk: what can be undone, or what somebody else did.
    `elsewhere` are the other queues, to transfer to.
    """
    desk = branch.desks[desk_id]
    lines = branch.lines
    current = lines.at_desk.get(desk_id)
    upcoming = _upcoming(branch, desk.queue_ids)
    return without_null(
        desk=_desk_for_staff(branch, desk),
        current=ticket_row(branch, current) if current else None,
        queues={
            queue_id: _queue_for_staff(branch, queue_id, place)
            for place, queue_id in enumerate(desk.queue_ids)
            if queue_id in branch.queues
        },
        elsewhere={
            queue.id: {"name": queue.name, "prefix": queue.prefix, "place": place}
            for place, queue in enumerate(branch.layout.counters)
            if queue.id not in desk.queue_ids
        },
        next=[ticket_row(branch, place) for place in upcoming],
        aside=[ticket_row(branch, place) for place in _aside(branch, desk.queue_ids)],
        act=act_view(branch, branch.acts.at(desk_id, branch.version)),
    )


def overview_view(branch: BranchLive, now: int) -> dict[str, Any]:
    """Return the whole branch for staff: all desks, all queues, everybody waiting."""
    queue_ids = tuple(queue.id for queue in branch.layout.counters)
    return {
        **_house(branch, now),
        "departments": {
            department.id: {"name": department.name, "place": place}
            for place, department in enumerate(branch.layout.departments)
        },
        "desks": {desk.id: _desk_for_staff(branch, desk) for desk in branch.desks.values()},
        "seats": _seats(branch),
        "queues": {
            queue_id: _queue_for_staff(branch, queue_id, place) for place, queue_id in enumerate(queue_ids)
        },
        "waiting": [ticket_row(branch, place) for place in _by_rank(branch, queue_ids, WAITING_SHOWN)],
        "aside": [ticket_row(branch, place) for place in _aside(branch, queue_ids)],
    }


def _seats(branch: BranchLive) -> dict[str, int]:
    """Return how full the queues are that call by themselves, all together; nothing where desks call."""
    by_rule = [queue for queue in branch.layout.counters if queue.rules.admission is Admission.AUTOMATIC]
    inside = [(queue, place) for queue in by_rule for place in branch.lines.inside[queue.id].values()]
    return {
        "used": sum(queue.rules.units(place.party_size) for queue, place in inside),
        "capacity": sum(queue.rules.capacity or 0 for queue in by_rule),
    }


def ticket_row(branch: BranchLive, place: Place) -> dict[str, Any]:
    """Return a ticket as staff see it in a list."""
    queue = branch.queues.get(place.queue_id)
    desk = branch.desks.get(place.desk_id or "")
    return without_null(
        key=place.key,
        code=place.code,
        name=place.name,
        state=place.state.value,
        queue_id=place.queue_id,
        queue=queue.name if queue else "",
        party_size=place.party_size,
        priority=_priority(queue, place) if place.priority else None,
        joined_at=place.joined_at,
        since_at=place.since_at,
        called_at=place.called_at,
        calls=place.calls,
        deadline_at=place.deadline_at,
        desk_id=place.desk_id,
        desk=desk.name if desk else None,
    )


def _house(branch: BranchLive, now: int) -> dict[str, Any]:
    layout = branch.layout
    zone = ZoneInfo(layout.branch.time_zone)
    open_now = is_open(now, layout.branch.hours, zone, layout.calendar)
    opens_at = None if open_now else next_opening(now, layout.branch.hours, zone, layout.calendar)
    return without_null(
        branch={"id": layout.branch.id, "name": layout.branch.name, "time_zone": layout.branch.time_zone},
        open=open_now,
        opens_at=opens_at,
        closed_for=None if open_now else closed_for(now, zone, layout.calendar),
    )


def _settled(branch: BranchLive, names: Iterable[str]) -> dict[str, Any]:
    settled = {**SCREENS, **branch.layout.branch.screens}
    return {name: settled[name] for name in names}


def _desk_on_wall(branch: BranchLive, desk: Desk) -> dict[str, Any]:
    current = branch.lines.at_desk.get(desk.id)
    return without_null(
        name=desk.name,
        place=desk.place,
        state=desk.state.value,
        department_id=desk.department_id,
        queue_ids=list(desk.queue_ids),
        code=current.code if current else None,
        ticket_state=current.state.value if current else None,
        called_at=current.called_at if current else None,
    )


def _desk_for_staff(branch: BranchLive, desk: Desk) -> dict[str, Any]:
    current = branch.lines.at_desk.get(desk.id)
    return without_null(
        id=desk.id,
        name=desk.name,
        place=desk.place,
        state=desk.state.value,
        agent_id=desk.agent_id,
        since_at=desk.since_at,
        department_id=desk.department_id,
        queue_ids=list(desk.queue_ids),
        current=ticket_row(branch, current) if current else None,
    )


def _priority(queue: Queue | None, place: Place) -> str:
    """Return what people call a priority class; a ticket that came from another queue keeps its code."""
    known = queue.rules.priorities if queue else ()
    return next((one.name for one in known if one.code == place.priority), place.priority)


def act_view(branch: BranchLive, act: Act | None) -> dict[str, Any] | None:
    """Return the latest act of a desk or stand as its screen is told of it."""
    if act is None:
        return None
    desk = branch.desks.get(act.taken_to or "")
    return without_null(
        n=act.version,
        verb=act.verb,
        code=act.code,
        at=act.at,
        undo=act.undoable,
        taken_to=desk.name if desk else None,
    )


def _call(branch: BranchLive, call: Call) -> dict[str, Any]:
    desk = branch.desks.get(call.desk_id or "")
    place = branch.lines.by_key.get(call.key)
    # A call to no desk can't be looked up at one: it says itself whether the guest is still expected.
    expected = call.desk_id is None and place is not None and place.state is State.CALLED
    return without_null(
        open=True if expected else None,
        n=call.version,
        code=call.code,
        desk_id=call.desk_id,
        desk=desk.name if desk else None,
        department_id=desk.department_id if desk else None,
        queue_id=call.queue_id,
        at=call.at,
    )


def _queue_on_kiosk(branch: BranchLive, queue: Queue, place: int, now: int) -> dict[str, Any]:
    waiting = len(branch.lines.line(queue.id))
    wait = branch.wait(queue.id, waiting, now=now)
    return without_null(
        # Who stands here chooses for themselves: a neutral name is for walls and slips.
        name=queue.name,
        prefix=queue.prefix,
        icon=queue.icon,
        place=place,
        department_id=queue.department_id,
        waiting=waiting,
        can_join=join_state(branch, queue, now),
        wait={"low_s": wait.low_s, "high_s": wait.high_s} if wait else None,
        ask_name=queue.rules.ask_name,
        ask_party=queue.rules.ask_party,
        max_party=queue.rules.largest_party,
        priorities=[{"code": one.code, "name": one.name} for one in queue.rules.priorities],
        roads=_roads(queue),
    )


def _roads(queue: Queue) -> list[str] | None:
    """Return by what a guest without a phone at hand can be told; None where the queue doesn't ask."""
    if queue.rules.ask_contact is AskContact.NONE:
        return None
    return [road.value for road in queue.rules.channels if road is not Channel.PUSH]


def join_state(branch: BranchLive, queue: Queue, now: int) -> str:
    """Return whether a walk-in can join now: open, paused, closed, full or reserved."""
    layout = branch.layout
    if queue.paused_at is not None:
        return "paused"
    if not queue.rules.walk_ins:
        return "reserved"
    if not joinable(
        now, queue.rules, layout.branch.hours, ZoneInfo(layout.branch.time_zone), layout.calendar
    ):
        return "closed"
    most = queue.rules.max_waiting
    return "full" if most is not None and len(branch.lines.line(queue.id)) >= most else "open"


def _queue_for_staff(branch: BranchLive, queue_id: str, place: int) -> dict[str, Any]:
    queue = branch.queues[queue_id]
    line = branch.lines.line(queue_id)
    first = next(line.first(1), None)
    wait = branch.wait(queue_id, len(line), now=branch.latest(queue_id))
    return without_null(
        name=queue.name,
        prefix=queue.prefix,
        icon=queue.icon,
        place=place,
        department_id=queue.department_id,
        waiting=len(line),
        paused=queue.paused_at is not None,
        expected_s=_expected_s(branch, queue),
        ask_name=queue.rules.ask_name,
        ask_party=queue.rules.ask_party,
        max_party=queue.rules.max_party,
        priorities=[{"code": one.code, "name": one.name} for one in queue.rules.priorities],
        longest_since=min((one.joined_at for one in line.first(NEXT_SHOWN)), default=None),
        first_code=first.code if first else None,
        wait={"low_s": wait.low_s, "high_s": wait.high_s} if wait else None,
    )


def _expected_s(branch: BranchLive, queue: Queue) -> int | None:
    """Return how long a visit is meant to take: what the admin said, or what is usual."""
    pace = branch.pace(queue.id)
    return queue.rules.expected_service_s or (round(pace.median_s) if pace and pace.median_s else None)


def _upcoming(branch: BranchLive, queue_ids: Iterable[str]) -> list[Place]:
    """Return who would be called next, in that order: queue by queue, as the desk serves them."""
    upcoming: list[Place] = []
    for queue_id in queue_ids:
        upcoming += branch.lines.line(queue_id).first(NEXT_SHOWN - len(upcoming))
    return upcoming


def _by_rank(branch: BranchLive, queue_ids: Iterable[str], most: int) -> list[Place]:
    lines = [branch.lines.line(queue_id).first(most) for queue_id in queue_ids]
    return list(merge(*lines, key=lambda place: place.rank))[:most]


def _aside(branch: BranchLive, queue_ids: Iterable[str]) -> list[Place]:
    """Return parked tickets of these queues, longest first."""
    wanted = set(queue_ids)
    parked = (place for place in branch.lines.parked.values() if place.queue_id in wanted)
    return sorted(parked, key=lambda place: place.since_at)[:NEXT_SHOWN]
