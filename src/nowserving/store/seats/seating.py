"""The seats of a performance: which there are (kept in memory, they never change), and which are taken."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import fields
from threading import Lock
from typing import Any

from sqlalchemy import Text, and_, bindparam, cast, delete, func, insert, or_, select, update

from nowserving.domain.seats.best import House
from nowserving.domain.seats.plan import Plan
from nowserving.domain.seats.sale import Hold, Sale
from nowserving.domain.seats.seat import Seat, seats_of
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement, listed, one_of
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import insert_rows
from nowserving.store.schema import performances, seatings, seats, shows
from nowserving.store.seats.taken import Taken

Source = Reader | Tx

_MOST_HOUSES = 32
# As the index says it, so that only what is not free is looked at.
_MARKED = or_(seats.c.booking_id.is_not(None), seats.c.hold_id.is_not(None), seats.c.blocked.is_not(None))
# A seat that is sold or blocked is not held, so one column tells.
_FIXED = and_(seats.c.performance_id == bindparam("performance_id"), _MARKED, seats.c.held_until.is_(None))
_FREE = and_(
    seats.c.booking_id.is_(None),
    seats.c.blocked.is_(None),
    or_(seats.c.held_until.is_(None), seats.c.held_until <= bindparam("now")),
)
_PLACES = Statement(
    {
        "sqlite": select(func.group_concat(seats.c.place)).where(_FIXED),
        "postgresql": select(func.string_agg(cast(seats.c.place, Text), ",")).where(_FIXED),
    }
)
_HOLDS = Statement(
    select(seats.c.place, seats.c.held_until).where(
        seats.c.performance_id == bindparam("performance_id"), _MARKED, seats.c.held_until.is_not(None)
    )
)
_SALE = Statement(
    select(
        performances.c.branch_id,
        performances.c.show_id,
        shows.c.name,
        performances.c.starts_at,
        performances.c.doors_at,
        performances.c.prices,
        shows.c.rules,
        shows.c.state,
        seatings.c.edition,
    )
    .select_from(
        performances.join(shows, shows.c.id == performances.c.show_id).outerjoin(
            seatings, seatings.c.performance_id == performances.c.id
        )
    )
    .where(performances.c.id == bindparam("performance_id"))
)
_PLAN = Statement(
    select(seatings.c.plan, seatings.c.seat_count).where(
        seatings.c.performance_id == bindparam("performance_id")
    )
)
_TAKE = Statement(
    one_of(
        seats.c.guid,
        lambda chosen: (
            update(seats)
            .where(seats.c.performance_id == bindparam("of"), chosen, _FREE)
            .values(hold_id=bindparam("holder"), held_until=bindparam("until"))
        ),
    )
)
_KEEP_ON = Statement(
    update(seats).where(seats.c.hold_id == bindparam("holder")).values(held_until=bindparam("until"))
)
_LET_GO = Statement(
    update(seats)
    .where(seats.c.hold_id == bindparam("holder"))
    .values(hold_id=None, held_until=None)
    .returning(seats.c.place)
)
_SELL = Statement(
    update(seats)
    .where(seats.c.hold_id == bindparam("holder"), seats.c.held_until > bindparam("now"))
    .values(hold_id=None, held_until=None, booking_id=bindparam("buyer"))
    .returning(seats.c.id, seats.c.place)
)
_UNSELL = Statement(
    update(seats)
    .where(seats.c.booking_id == bindparam("buyer"))
    .values(booking_id=None)
    .returning(seats.c.place)
)
_HELD = Statement(
    select(seats.c.guid, seats.c.name, seats.c.category, seats.c.place)
    .where(seats.c.hold_id == bindparam("hold_id"))
    .order_by(seats.c.place)
)
_BLOCK = Statement(
    one_of(
        seats.c.guid,
        lambda chosen: (
            update(seats)
            .where(seats.c.performance_id == bindparam("of"), chosen, seats.c.booking_id.is_(None))
            .values(blocked=bindparam("why"), hold_id=None, held_until=None)
        ),
    )
)
_BLOCKED = Statement(
    select(seats.c.place).where(
        seats.c.performance_id == bindparam("performance_id"), _MARKED, seats.c.blocked.is_not(None)
    )
)
_RULES: dict[str, Any] = {
    "per_person": 6,
    "choose_s": 600,
    "extend_s": 300,
    "no_single_seat": False,
    "cancel_until_s": None,
    "payment": "at_door",
}
_OF_SEAT = tuple(field.name for field in fields(Seat))
_OVER = ("closed", "cancelled", "postponed")

_houses: OrderedDict[tuple[str, int], House] = OrderedDict()
_keeping = Lock()


def sale_of(source: Source, performance_id: str) -> Sale | None:
    """Return a performance with its house, or None for one that is not there or has no seats."""
    rows = source.run(_SALE, performance_id=performance_id)
    if not rows or rows[0][8] is None:
        return None
    branch_id, show_id, name, starts_at, doors_at, prices, said, state, edition = rows[0]
    rules = _RULES | json.loads(said or "{}")
    return Sale(
        performance_id=performance_id,
        branch_id=branch_id,
        show_id=show_id,
        show_name=name,
        starts_at=starts_at,
        doors_at=doors_at,
        prices=json.loads(prices or "{}"),
        per_person=rules["per_person"],
        choose_s=rules["choose_s"],
        extend_s=rules["extend_s"],
        no_single_seat=rules["no_single_seat"],
        cancel_until_s=rules["cancel_until_s"],
        payment=rules["payment"],
        over=state in _OVER,
        edition=edition,
        house=_house(source, performance_id, edition),
    )


def forget_houses() -> None:
    """Forget what is kept of houses: for a process that turns to another database, as tests do."""
    with _keeping:
        _houses.clear()


def branch_of_performance(source: Source, performance_id: str) -> str | None:
    """Return the branch of a performance, whether it has seats yet or not; None for one that is not there."""
    rows = source.run(_SALE, performance_id=performance_id)
    return str(rows[0][0]) if rows else None


def taken_of(source: Source, sale: Sale, now: int) -> bytearray:
    """Return a byte for each seat, 1 where nobody can have it at an instant (µs)."""
    kept = source.houses if isinstance(source, Tx) else {}
    if sale.performance_id not in kept:
        kept[sale.performance_id] = _read_taken(source, sale)
    return kept[sale.performance_id].at(now)


def _read_taken(source: Source, sale: Sale) -> Taken:
    of = {"performance_id": sale.performance_id}
    # Holds first: a seat that is sold between the two is seen twice, and not overlooked.
    held = dict(source.run(_HOLDS, **of))
    fixed = source.run(_PLACES, **of)[0][0]
    return Taken(len(sale.house.seats), map(int, fixed.split(",") if fixed else ()), held)


def blocked_of(source: Source, performance_id: str) -> set[int]:
    """Return the places of the seats that nobody gets."""
    return {place for (place,) in source.run(_BLOCKED, performance_id=performance_id)}


def take(tx: Tx, sale: Sale, guids: Sequence[str], hold_id: int, until: int) -> int:
    """Let a hold have these seats where they are free (or their hold has run out); returns how many."""
    of, chosen = sale.performance_id, listed(guids)
    many = tx.change(_TAKE, of=of, holder=hold_id, until=until, now=tx.now, **chosen)
    if known := tx.houses.get(of):
        known.hold((sale.house.by_guid[guid] for guid in guids), until)
    if many != len(guids):
        tx.houses.clear()
    return many


def keep_on(tx: Tx, hold_id: int, until: int) -> None:
    """Keep the seats of a hold until later."""
    tx.houses.clear()
    tx.change(_KEEP_ON, holder=hold_id, until=until)


def let_go(tx: Tx, hold: Hold) -> list[int]:
    """Free the seats that a hold still has; returns their places."""
    freed = [place for (place,) in tx.run(_LET_GO, holder=hold.id)]
    if known := tx.houses.get(hold.performance_id):
        known.free(freed)
    return freed


def sell(tx: Tx, hold: Hold, booking_id: int) -> list[tuple[int, int]]:
    """Turn the seats of a hold that has not run out into sold ones; returns their ids and places."""
    sold = [(row[0], row[1]) for row in tx.run(_SELL, holder=hold.id, buyer=booking_id, now=tx.now)]
    if known := tx.houses.get(hold.performance_id):
        known.sell(place for _, place in sold)
    return sold


def unsell(tx: Tx, booking_id: int) -> list[int]:
    """Free the seats of a booking; returns their places."""
    tx.houses.clear()
    return [place for (place,) in tx.run(_UNSELL, buyer=booking_id)]


def held_by(source: Source, hold_id: int) -> list[dict[str, Any]]:
    """Return the seats that a hold has: guid, name and category."""
    names = ("guid", "name", "category", "place")
    return [dict(zip(names, row, strict=True)) for row in source.run(_HELD, hold_id=hold_id)]


def block(tx: Tx, sale: Sale, guids: Sequence[str], why: str | None) -> int:
    """Block seats that are not sold, or open them again (`why` None); returns how many."""
    tx.houses.clear()
    return tx.change(_BLOCK, of=sale.performance_id, why=why, **listed(guids))


def replace_seats(tx: Tx, performance_id: str, branch_id: str, seat_map_id: str, plan: Plan) -> int:
    """Make the seats of a performance anew from a plan; returns how many there are."""
    tx.houses.clear()
    tx.execute(delete(seats).where(seats.c.performance_id == performance_id))
    tx.execute(delete(seatings).where(seatings.c.performance_id == performance_id))
    of = {"performance_id": performance_id, "branch_id": branch_id}
    # By name: `asdict` copies every value as deep as it goes, which takes seconds for a large house.
    rows = [
        {**of, **{name: getattr(seat, name) for name in _OF_SEAT}, "accessible": int(seat.accessible)}
        for seat in seats_of(plan)
    ]
    insert_rows(tx, seats, rows)
    tx.execute(
        insert(seatings).values(
            **of,
            seat_map_id=seat_map_id,
            plan=json.dumps(plan.form, ensure_ascii=False, separators=(",", ":")),
            seat_count=plan.seat_count,
            edition=tx.now,
            made_at=tx.now,
        )
    )
    return len(rows)


def _house(source: Source, performance_id: str, edition: int) -> House:
    key = (performance_id, edition)
    with _keeping:
        found = _houses.get(key)
        if found is not None:
            _houses.move_to_end(key)
            return found
    plan, count = source.run(_PLAN, performance_id=performance_id)[0]
    found = House(seats_of(Plan(json.loads(plan), count)))
    with _keeping:
        _houses[key] = found
        while len(_houses) > _MOST_HOUSES:
            _houses.popitem(last=False)
    return found
