"""What the desk's templates are given besides the live document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nowserving.actions.tickets.undoing import UNDO_WINDOW_S
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.branch import Desk
from nowserving.domain.people.roles import Principal
from nowserving.live.branch import BranchLive


def people_at(names: Mapping[str, str]) -> dict[str, str]:
    """Return everybody's name by actor, as desks and events name them."""
    return {f"staff:{staff_id}": name for staff_id, name in names.items()}


def desk_cards(branch: BranchLive, people: Mapping[str, str], me: Principal) -> list[dict[str, Any]]:
    """Return the desks of a branch by department, each with its state and who is there."""
    groups: dict[str | None, list[dict[str, Any]]] = {}
    for desk in branch.desks.values():
        groups.setdefault(desk.department_id, []).append(_card(branch, desk, people, me))
    named = [(one.id, one.name) for one in branch.layout.departments]
    known = {department_id for department_id, _ in named}
    rest = [card for department_id, cards in groups.items() if department_id not in known for card in cards]
    found = [{"name": name, "desks": groups[key]} for key, name in named if key in groups]
    return [*found, {"name": "", "desks": rest}] if rest else found


def _card(branch: BranchLive, desk: Desk, people: Mapping[str, str], me: Principal) -> dict[str, Any]:
    current = branch.lines.at_desk.get(desk.id)
    mine = desk.agent_id == me.actor
    waiting = sum(len(branch.lines.line(queue_id)) for queue_id in desk.queue_ids)
    return {
        "id": desk.id,
        "name": desk.name,
        "state": desk.state.value,
        "agent": people.get(desk.agent_id or "", "") if desk.state != "closed" else "",
        "mine": mine and desk.state != "closed",
        "occupied": desk.state == "open" and desk.agent_id is not None and not mine,
        "code": current.code if current else "",
        "waiting": waiting,
        "queues": [branch.queues[one].name for one in desk.queue_ids if one in branch.queues],
    }


def undo_open(state: Mapping[str, Any], now: int) -> bool:
    """Say whether the last act at a desk can be undone just now."""
    act = state.get("act")
    return bool(act and act["undo"] and now < act["at"] + UNDO_WINDOW_S * SECOND_US)


def blank_ticket() -> dict[str, Any]:
    """Return a ticket of nothing, for the markup that scripts fill."""
    return {
        "key": "",
        "code": "",
        "name": "",
        "state": "waiting",
        "queue_id": "",
        "queue": "",
        "party_size": 1,
        "priority": "",
        "joined_at": 0,
        "since_at": 0,
        "called_at": 0,
        "calls": 0,
        "desk": "",
    }


def blank_queue() -> dict[str, Any]:
    """Return a queue of nothing, for the markup that scripts fill."""
    return {"name": "", "prefix": "", "waiting": 0, "paused": False, "longest_since": 0}


def filled(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with every optional field there: templates are strict, documents have no null."""
    row, queue = blank_ticket(), blank_queue()
    full = dict(state)
    for name in ("next", "waiting", "aside"):
        full[name] = [{**row, **one} for one in state.get(name, ())]
    full["queues"] = {queue_id: {**queue, **one} for queue_id, one in state["queues"].items()}
    full["current"] = {**row, **state["current"]} if "current" in state else None
    return {"act": None, **full}
