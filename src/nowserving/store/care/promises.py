"""No slot was ever sold above its capacity: the log of reservations is played again and counted.

Each time that somebody takes room (a hold, an offer, a move) what is taken is compared with the capacity
that the service had at that moment. So an edit that lowered it later accuses nobody, and nothing that
was sold too often stays unseen because somebody cancelled since.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select

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
    known: dict[int, dict[str, Any]] = {}
    for at, verb, data in _told(reader):
        if verb.startswith("service."):
            rules = data.get("after", {}).get("rules")
            if rules is not None:
                capacity[data["service_id"]] = rules["capacity"]
            continue
        one = known.setdefault(data["reservation_id"], {"service_id": data["service_id"]})
        one |= data["after"] | {"code": data["code"]}
        if one["state"] in ENDED:
            del known[data["reservation_id"]]
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


def _over(known: dict[int, dict[str, Any]], own_id: int, own: dict[str, Any], most: int, at: int) -> bool:
    """Tell whether this one and all that overlap it are more than fit, at an instant of the log."""
    place = _place(own)
    beside: defaultdict[Place, list[Taken]] = defaultdict(list)
    for other_id, other in known.items():
        runs_out = other["state"] in RUNS_OUT and other["deadline_at"] is not None
        if other_id != own_id and not (runs_out and other["deadline_at"] <= at):
            beside[_place(other)].append(_taken(other))
    load = Load(own["service_id"], beside[place])
    return bool(load.room(most, own["busy_from_at"], own["busy_to_at"]) < own["size"])


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
