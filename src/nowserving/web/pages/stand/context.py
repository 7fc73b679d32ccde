"""What the stand's templates are given besides the live document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nowserving.live.branch import BranchLive
from nowserving.live.stand import is_stand
from nowserving.web.pages.desk.context import blank_ticket

_FIVE_MIN_S = 300
# A quote is suggested for a couple until somebody says how many they are.
_USUAL_SIZE = 2
_LISTS = ("called", "seated", "waiting", "missed")


def stands_of(branches: Iterable[BranchLive]) -> list[dict[str, Any]]:
    """Return the stands of some branches in their order, each with how full it is."""
    return [
        {
            "id": queue.id,
            "name": queue.name,
            "branch": branch.layout.branch.name,
            "waiting": len(branch.lines.line(queue.id)),
            "used": sum(queue.rules.units(one.party_size) for one in branch.lines.inside[queue.id].values()),
            "capacity": queue.rules.capacity or 0,
        }
        for branch in branches
        for queue in branch.layout.queues
        if is_stand(queue)
    ]


def blank_party() -> dict[str, Any]:
    """Return a party of nothing, for the markup that scripts fill."""
    return {
        **blank_ticket(),
        "note": "",
        "passed": 0,
        "quoted_low_s": 0,
        "quoted_high_s": 0,
        "coming_at": 0,
        "promised": False,
        "too_large": False,
        "deadline_at": 0,
        "overstayed_at": 0,
        "wait": None,
    }


def filled(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stand's document with every optional field there, as the templates want it."""
    blank = blank_party()
    return {"holding": None, **state, **{name: [{**blank, **row} for row in state[name]] for name in _LISTS}}


def told_now(state: Mapping[str, Any], now: int) -> Mapping[str, Any] | None:
    """Return what the line reads just now, or None."""
    told: Mapping[str, Any] | None = state.get("told")
    return told if told is not None and now < told["until_at"] else None


def suggested(state: Mapping[str, Any]) -> str:
    """Return the minutes to quote to a couple, rounded up to five; empty where nothing is known."""
    quotes = state["quotes"]
    quote = quotes[min(_USUAL_SIZE, len(quotes)) - 1] if quotes else {}
    return str(-(-quote["high_s"] // _FIVE_MIN_S) * 5) if quote else ""
