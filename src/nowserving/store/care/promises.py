"""No slot was ever sold above its capacity: the log of reservations is played again and counted.

Each time that somebody takes room (a hold, an offer, a move) what is taken is compared with the capacity
that the service had at that moment. So an edit that lowered it later accuses nobody, and nothing that
was sold too often stays unseen because somebody cancelled since.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, or_, select

from nowserving.domain.instants import DAY_US
from nowserving.domain.reservations.reservation import ENDED, RUNS_OUT
from nowserving.domain.reservations.room import Load, Taken
from nowserving.store.engine.reader import Reader
from nowserving.store.schema import events, reservations, services, tickets

_TAKES = ("reservation.held", "reservation.offered", "reservation.moved")
Place = tuple[str, str | None]


def promises(reader: Reader) -> tuple[int, list[str]]:
    """Return how often room was taken, and a sentence for each time that there was none.

    Also for each reservation that says its guest arrived while its ticket is none of its branch.
    """
    taking, found = 0, list(_dangling(reader))
    capacity: dict[str, int] = {}
    known = _Known()
    for at, verb, data in _told(reader):
        if verb.startswith("service."):
            rules = data.get("after", {}).get("rules")
            if rules is not None:
                capacity[data["service_id"]] = rules["capacity"]
            continue
        one = known.follow(data)
        if verb in _TAKES:
            taking += 1
            most = capacity.get(one["service_id"]) or _capacity_now(reader, one["service_id"])
            if _over(known, data["reservation_id"], one, most, at):
                found.append(f"reservation {one['code']} took room that was not there")
    return taking + int(reader.execute(select(func.count()).select_from(reservations)).scalar_one()), found


def _told(reader: Reader) -> Iterator[tuple[int, str, dict[str, Any]]]:
    query = (
        select(events.c.at, events.c.verb, events.c.data)
        .where(
            or_(events.c.verb.like("reservation.%"), events.c.verb.in_(("service.created", "service.edited")))
        )
        .order_by(events.c.scope_id, events.c.version)
    )
    for row in reader.execute(query):
        yield row.at, row.verb, json.loads(row.data)


class _Known:
    """The promises of the log up to an instant, found by whose time they take and on which days."""

    def __init__(self) -> None:
        self._all: dict[int, dict[str, Any]] = {}
        self._days: defaultdict[tuple[Place, int], dict[int, dict[str, Any]]] = defaultdict(dict)

    def follow(self, data: dict[str, Any]) -> dict[str, Any]:
        """Take an event in, and return its reservation as it is now."""
        own_id = data["reservation_id"]
        before = self._all.get(own_id)
        for day in _days(before) if before else ():
            self._days[day].pop(own_id, None)
        one = {"service_id": data["service_id"], **(before or {}), **data["after"], "code": data["code"]}
        self._all[own_id] = one
        # Who has not come takes no room, and may be let in after all.
        for day in () if one["state"] in ENDED else _days(one):
            self._days[day][own_id] = one
        return one

    def beside(self, own_id: int, own: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Return the others that take time of the same desk or service on the same days."""
        found = {number: other for day in _days(own) for number, other in self._days[day].items()}
        found.pop(own_id, None)
        return found.values()


def _days(one: dict[str, Any]) -> Iterator[tuple[Place, int]]:
    """Yield the days (UTC) that a promise touches, each with whose time it is."""
    place = _place(one)
    for day in range(one["busy_from_at"] // DAY_US, one["busy_to_at"] // DAY_US + 1):
        yield place, day


def _over(known: _Known, own_id: int, own: dict[str, Any], most: int, at: int) -> bool:
    """Tell whether this one and all that overlap it are more than fit, at an instant of the log."""
    beside = (_taken(other) for other in known.beside(own_id, own) if _stands(other, at))
    load = Load(own["service_id"], beside)
    return bool(load.room(most, own["busy_from_at"], own["busy_to_at"]) < own["size"])


def _stands(one: dict[str, Any], at: int) -> bool:
    runs_out = one["state"] in RUNS_OUT and one["deadline_at"] is not None
    return not (runs_out and one["deadline_at"] <= at)


def _place(one: dict[str, Any]) -> Place:
    """Return whose time it is: a desk's, or the service's own."""
    return ("", one["desk_id"]) if one["desk_id"] else (one["service_id"], None)


def _taken(one: dict[str, Any]) -> Taken:
    names = ("service_id", "desk_id", "start_at", "end_at", "busy_from_at", "busy_to_at", "size")
    return Taken(*(one[name] for name in names))


def _capacity_now(reader: Reader, service_id: str) -> int:
    rules = reader.execute(select(services.c.rules).where(services.c.id == service_id)).scalar_one()
    return int(json.loads(rules).get("capacity", 1))


def _dangling(reader: Reader) -> Iterator[str]:
    query = (
        select(reservations.c.code)
        .outerjoin(tickets, tickets.c.id == reservations.c.ticket_id)
        .where(
            reservations.c.state == "arrived",
            or_(tickets.c.id.is_(None), tickets.c.branch_id != reservations.c.branch_id),
        )
    )
    for row in reader.execute(query):
        yield f"reservation {row.code} says that its guest arrived, and there is no such ticket"
