"""What the servers show once nothing happens any more: one truth on every screen, and the right places."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.races.rush.clients import KEY
from tests.races.rush.ledger import Row
from tests.races.rush.town import Layout
from tests.servers import RunningServer

# A process hears of another's last commit by a notice, or at the latest when it compares versions.
PATIENCE_S = 10.0
SAMPLE = 120


def disagreements(running: list[RunningServer], layout: Layout, patience_s: float = PATIENCE_S) -> list[str]:
    """Return the screens that two processes show differently, once they have had time to hear."""
    topics = [f"{kind}:{layout.branch_id}" for kind in ("kiosk", "display", "overview")]
    topics += [f"desk:{desk_id}" for desk_id in layout.desk_ids]
    topics += [f"line:{queue_id}" for queue_id in layout.queue_ids]
    until = time.monotonic() + patience_s
    while True:
        wrong = list(_differences(running, topics))
        if not wrong or time.monotonic() > until:
            return wrong
        time.sleep(0.1)


def _differences(running: list[RunningServer], topics: list[str]) -> Iterator[str]:
    for first in range(0, len(topics), 10):
        some = topics[first : first + 10]
        shown = [_snapshots(server, some) for server in running]
        for topic, *views in zip(some, *shown, strict=True):
            if any(view != views[0] for view in views):
                yield f"{topic} is shown in different ways"


def _snapshots(server: RunningServer, topics: list[str]) -> list[Any]:
    path = "/api/v1/snapshots?" + "&".join(f"topic={topic}" for topic in topics)
    code, answer = server.call("GET", path, None, KEY)
    assert code == 200, answer
    return [_lasting(one["state"]) for one in answer["data"]]


# What goes with the time of the question, and with how long this process has been watching.
_PASSING = {"estimate", "now", "pace", "wait", "low_s", "high_s", "at"}


def _lasting(state: Any) -> Any:
    if isinstance(state, dict):
        return {name: _lasting(value) for name, value in state.items() if name not in _PASSING}
    return [_lasting(one) for one in state] if isinstance(state, list) else state


def wrong_places(running: list[RunningServer], tickets: list[Row]) -> list[str]:
    """Return who is told another place than a recount of the database gives them."""
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(tickets, key=lambda row: row.number):
        if row.state == "waiting":
            lines[row.queue_id].append(row)
    wrong = []
    for line in lines.values():
        for place, row in list(enumerate(line, 1))[:: max(1, len(line) // SAMPLE)]:
            for server in running:
                told = server.call("GET", f"/api/v1/tickets/{row.key}")[1]["data"]["position"]
                if told != place:
                    wrong.append(f"{row.key} is told {told} and is {place}")
    return wrong
