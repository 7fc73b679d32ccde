"""What clients asked, when, and what they were told: the only witness of a rush besides the database.

All times are of one monotonic clock, in nanoseconds. What was never answered has not ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

NEVER = 1 << 62


@dataclass(slots=True)
class Act:
    """One wish of one client, with all its tries.

    `outcome` is "ok", "refused" or "unknown" (it may have happened or not). `start` is when it was
    asked for the first time, `asked` the last time. `ticket` is the ticket's key, `queue` and `desk`
    are ids, `position` is 1-based. `bodies` are the answers to every successful try.
    """

    client: str
    op: str
    start: int
    asked: int = 0
    end: int = NEVER
    outcome: str = "unknown"
    code: str = ""
    queue: str = ""
    desk: str = ""
    ticket: str = ""
    number: int = 0
    position: int | None = None
    once: str = ""
    cut: int = 0
    bodies: list[bytes] = field(default_factory=list)

    def take(self, data: dict[str, Any]) -> None:
        """Keep what an answer says of a ticket."""
        self.ticket, self.number = data["key"], data["number"]
        self.queue, self.position = data["queue"]["id"], data["position"]


@dataclass(slots=True)
class Stay:
    """A ticket's time in line as clients saw it: it came and went within these instants."""

    queue: str
    number: int
    came: tuple[int, int]
    gone: tuple[int, int] = (NEVER, NEVER)


@dataclass(slots=True)
class History:
    """All acts of a rush."""

    acts: list[Act] = field(default_factory=list)

    def of(self, op: str, *outcomes: str) -> Iterator[Act]:
        """Yield the acts of one kind with one of these outcomes ("ok" if none is named)."""
        wanted = outcomes or ("ok",)
        return (act for act in self.acts if act.op == op and act.outcome in wanted)

    def stays(self) -> dict[str, Stay]:
        """Return each ticket's time in line. It goes when it is called, or leaves before."""
        found = {act.ticket: Stay(act.queue, act.number, (act.start, act.end)) for act in self.of("join")}
        for op in ("call", "leave"):
            for act in self.of(op):
                stay = found.get(act.ticket)
                # Who leaves after the call has left the line by the call.
                if stay is not None and (op == "call" or stay.gone[0] == NEVER):
                    stay.gone = (act.start, act.end)
        return found
