"""Seat maps: made, edited, put away, and set for a performance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.layout.editing import archived, check_fresh
from nowserving.domain.seats.plan import MOST_SEATS, Plan
from nowserving.domain.seats.sale import Sale, SeatMap
from nowserving.domain.text import clean_text
from nowserving.domain.values import listed
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.seats import maps, seating
from nowserving.store.seats.holds import is_in_use


@action(scope="branch_id")
def create_seat_map(tx: Tx, *, branch_id: str, name: str, plan: Plan) -> SeatMap:
    """Add the plan of a house to a branch. Raises NotFound, Invalid for a name that is none."""
    live_branch(tx, branch_id)
    made = SeatMap(
        id=tx.new_id(),
        branch_id=branch_id,
        name=clean_text(name, "/name", 120),
        plan=_written(plan),
        seat_count=plan.seat_count,
        edited=1,
        created_at=tx.now,
    )
    maps.insert_map(tx, made)
    tx.emit("seat_map.created", seat_map_id=made.id, name=made.name, seats=made.seat_count)
    return made


@action(scope="seat_map_id")
def edit_seat_map(
    tx: Tx,
    *,
    seat_map_id: str,
    name: str | None = None,
    plan: Plan | None = None,
    expected: int | None = None,
) -> SeatMap:
    """Rename a map or draw it anew. Performances that are sold from it keep the plan they have.

    Raises NotFound, Stale, Conflict `archived`, Invalid.
    """
    before = _live_map(tx, seat_map_id)
    check_fresh(before.edited, expected)
    changes: dict[str, object] = {}
    if name is not None and clean_text(name, "/name", 120) != before.name:
        changes["name"] = clean_text(name, "/name", 120)
    if plan is not None and _written(plan) != before.plan:
        changes |= {"plan": _written(plan), "seat_count": plan.seat_count}
    if not changes:
        return before
    after = maps.edit_map(tx, before, **changes)
    tx.emit("seat_map.edited", seat_map_id=after.id, name=after.name, seats=after.seat_count)
    return after


@action(scope="seat_map_id")
def archive_seat_map(tx: Tx, *, seat_map_id: str) -> SeatMap:
    """Put a map away. What is sold from it goes on. Raises NotFound, Conflict `archived`."""
    before = _live_map(tx, seat_map_id)
    after = maps.edit_map(tx, before, archived_at=tx.now)
    tx.emit("seat_map.archived", seat_map_id=after.id, name=after.name)
    return after


@action(scope="performance_id")
def set_seat_map(tx: Tx, *, performance_id: str, seat_map_id: str) -> Sale:
    """Make the seats of a performance from a map, as it is now.

    Raises NotFound, Conflict `archived`, or `seats_in_use` once a seat is held or was ever sold.
    """
    found = _live_map(tx, seat_map_id)
    if is_in_use(tx, performance_id, tx.now):
        message = N_("Seats of this performance are held or were sold: its map can't be changed any more.")
        raise Conflict("seats_in_use", message)
    plan = Plan(json.loads(found.plan), found.seat_count)
    seating.replace_seats(tx, performance_id, found.branch_id, found.id, plan)
    tx.emit("seats.set", performance_id=performance_id, seat_map_id=found.id, seats=found.seat_count)
    return selling(tx, performance_id)


@action(scope="performance_id")
def block_seats(tx: Tx, *, performance_id: str, guids: Sequence[str], reason: str | None) -> Sale:
    """Keep seats from everybody with a reason, or open them again (reason null).

    Raises NotFound, Invalid for seats that are not there, Conflict `seats_taken` for held or sold ones.
    """
    sale = selling(tx, performance_id)
    places = places_of(sale, guids)
    why = None if reason is None else clean_text(reason, "/reason", 200)
    now_taken = seating.taken_of(tx, sale, tx.now)
    blocked = seating.blocked_of(tx, performance_id)
    in_use = [place for place in places if now_taken[place] and place not in blocked]
    if in_use:
        message = N_("Some of these seats are held or sold.")
        raise Conflict("seats_taken", message, taken=[sale.house.seats[place].guid for place in in_use])
    seating.block(tx, sale, [sale.house.seats[place].guid for place in places], why)
    told: dict[str, Any] = {"freed" if why is None else "taken": sorted(places)}
    tx.emit("seats.opened" if why is None else "seats.blocked", performance_id=performance_id, **told)
    return sale


def selling(tx: Tx, performance_id: str) -> Sale:
    """Return a performance of the branch that is locked, with its house; raises NotFound."""
    found = tx.kept(seating.sale_of, performance_id)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    return found


def places_of(sale: Sale, guids: object, pointer: str = "/guids") -> list[int]:
    """Return the places of seats by their guids; raises Invalid naming what is not a seat, or named twice."""
    places: list[int] = []
    for nth, guid in enumerate(listed(guids, pointer, MOST_SEATS)):
        place = sale.house.by_guid.get(guid) if isinstance(guid, str) else None
        if place is None:
            raise invalid_field(f"{pointer}/{nth}", "unknown_seat", N_("There is no seat of this name."))
        if place in places:
            raise invalid_field(f"{pointer}/{nth}", "twice", N_("This seat is named twice."))
        places.append(place)
    if not places:
        raise invalid_field(pointer, "empty", N_("This must not be empty."))
    return places


def _live_map(tx: Tx, seat_map_id: str) -> SeatMap:
    found = maps.seat_map(tx, seat_map_id)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    if found.archived_at is not None:
        raise archived()
    return found


def _written(plan: Plan) -> str:
    return json.dumps(plan.form, ensure_ascii=False, separators=(",", ":"))
