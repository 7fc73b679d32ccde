"""Every text that anybody may send, and how to send it and read it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2

from tests.web.bad_input.siege import DEVICE, Siege

_NUMBERS = count(1)
HOURS = {"weekly": {"mon": [["09:00", "17:00"]]}, "day_starts_at": "00:00"}


@dataclass(frozen=True)
class TextField:
    """One field of one route: `send` sends a value, and what is stored is in the answer at `at`."""

    name: str
    send: Callable[[Siege, object], httpx2.Response]
    pointer: str
    at: tuple[str, ...]
    most: int = 100
    required: bool = True
    creates: bool = False
    """Each good value makes something new; the bulk pass leaves these to their edits."""

    def stored(self, answer: httpx2.Response) -> str:
        """Return the text as it is now stored."""
        found = answer.json()["data"]
        for part in self.at:
            found = found[part]
        return str(found)


def _patch(path: str, *at: str) -> Callable[[Siege, object], httpx2.Response]:
    def send(siege: Siege, value: object) -> httpx2.Response:
        given: object = value
        for part in reversed(at):
            given = {part: given}
        return siege.call("PATCH", path.format(hall=siege.hall, device=siege.device), given)

    return send


def _post(path: str, field: str, **rest: Any) -> Callable[[Siege, object], httpx2.Response]:
    def send(siege: Siege, value: object) -> httpx2.Response:
        given = {**rest, field: value}
        if "login" in rest:
            given["login"] = f"person{next(_NUMBERS)}"
        if "prefix" in rest:
            given["prefix"] = f"Z{next(_NUMBERS):02X}"
        return siege.call("POST", path.format(hall=siege.hall), given)

    return send


def _join(siege: Siege, value: object) -> httpx2.Response:
    """Let a guest join by name, and answer with the ticket as staff see it."""
    joined = siege.call("POST", f"/queues/{siege.queue}/tickets", {"name": value}, as_="kiosk")
    if joined.status_code != 201:
        return joined
    return siege.call("POST", f"/tickets/{joined.json()['data']['key']}/cancel", as_="agent")


def _report(siege: Siege, value: object) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {DEVICE}"}
    return siege.call("POST", f"/devices/{siege.device}/report", {"fault": value}, as_=None, headers=headers)


def _me(siege: Siege, value: object) -> httpx2.Response:
    return siege.call("PATCH", "/me", {"name": value}, as_=None, headers=siege.as_maria())


_CLOSED = {"starts_on": "2199-12-24", "ends_on": "2199-12-24"}
_PERSON = {"login": "", "role": "agent", "password": "seven geese crossing", "branch_ids": []}

FIELDS = [
    TextField("organisation name", _patch("/organisation", "name"), "/name", ("name",)),
    TextField("branch name", _patch("/branches/{hall.branch_id}", "name"), "/name", ("name",)),
    TextField(
        "branch label",
        _patch("/branches/{hall.branch_id}", "label"),
        "/label",
        ("label",),
        most=40,
        required=False,
    ),
    TextField(
        "ticker",
        _patch("/branches/{hall.branch_id}", "screens", "ticker"),
        "/screens/ticker",
        ("screens", "ticker"),
        most=200,
        required=False,
    ),
    TextField(
        "welcome",
        _patch("/branches/{hall.branch_id}", "screens", "welcome"),
        "/screens/welcome",
        ("screens", "welcome"),
        most=200,
        required=False,
    ),
    TextField("department name", _patch("/departments/{hall.department_id}", "name"), "/name", ("name",)),
    TextField("queue name", _patch("/queues/{hall.passports}", "name"), "/name", ("name",)),
    TextField(
        "public name of a queue",
        _patch("/queues/{hall.licences}", "rules", "public_name"),
        "/rules/public_name",
        ("rules", "public_name"),
        most=60,
        required=False,
    ),
    TextField("desk name", _patch("/desks/{hall.desk_3}", "name"), "/name", ("name",)),
    TextField("staff name", _patch("/staff/{hall.amir}", "name"), "/name", ("name",)),
    TextField("own name", _me, "/name", ("name",)),
    TextField("device name", _patch("/devices/{device}", "name"), "/name", ("name",)),
    TextField("device fault", _report, "/fault", ("fault",), most=200, required=False),
    TextField("guest name", _join, "/name", ("name",), most=120),
    TextField(
        "new closure",
        _post("/branches/{hall.branch_id}/closures", "reason", **_CLOSED),
        "/reason",
        ("reason",),
        most=200,
        required=False,
        creates=True,
    ),
    TextField(
        "new branch",
        _post("/branches", "name", time_zone="Europe/Madrid", hours=HOURS),
        "/name",
        ("name",),
        creates=True,
    ),
    TextField(
        "new department",
        _post("/branches/{hall.branch_id}/departments", "name"),
        "/name",
        ("name",),
        creates=True,
    ),
    TextField(
        "new queue",
        _post("/branches/{hall.branch_id}/queues", "name", prefix="Z"),
        "/name",
        ("name",),
        creates=True,
    ),
    TextField(
        "new desk", _post("/branches/{hall.branch_id}/desks", "name"), "/name", ("name",), creates=True
    ),
    TextField("new person", _post("/staff", "name", **_PERSON), "/name", ("name",), creates=True),
    TextField("new key", _post("/api-keys", "name", role="display"), "/name", ("name",), creates=True),
]
EDITED = [field for field in FIELDS if not field.creates]
