"""A house that goes on sale by the wall clock, for buyers in processes of their own."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, select

from nowserving.actions.seats.mapping import create_seat_map, set_seat_map
from nowserving.actions.shows.organising import create_performance, create_show
from nowserving.actions.shows.selling import change_show
from nowserving.domain.seats.plan import read_plan
from nowserving.domain.shows import rules
from nowserving.domain.shows.show import ShowVerb
from nowserving.domain.values import whole_between
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.store import Store, wall_clock
from tests.builders import Builder
from tests.domain.seats.plans import house

DAY = 86_400_000_000


def believe_short_holds() -> None:
    """Let this process read the rules of a show whose holds last seconds."""
    rules.__dict__["_READERS"]["choose_s"] = whole_between(1, 7200)


def put_on_sale(
    store: Store,
    url: str,
    rows: int,
    seats: int,
    verbs: tuple[str, ...] = ("announce", "open"),
    **wanted: Any,
) -> str:
    """Sell a house of so many rows for tomorrow; returns the id of the performance."""
    build = Builder(url, created_at=wall_clock())
    branch_id = build.branch("Playhouse", time_zone="UTC")
    told = {"choosing": 4_000, "per_person": 8, "no_single_seat": True, "absence_limit_s": 3600, **wanted}
    hold_s = told.pop("hold_s", None)
    show = store.write_now(create_show, branch_id=branch_id, name="The Tempest", rules=told)
    dated = store.write_now(create_performance, show_id=show.id, starts_at=wall_clock() + DAY)
    made = store.write_now(
        create_seat_map, branch_id=branch_id, name="House", plan=read_plan(house(rows, seats))
    )
    store.write_now(set_seat_map, performance_id=dated.id, seat_map_id=made.id)
    for verb in verbs:
        store.write_now(change_show, show_id=show.id, to=ShowVerb(verb))
    if hold_s is not None:
        # Shorter than anybody can set it, so that holds run out while the house is sold.
        build.change(
            schema.shows, show.id, rules=json.dumps({**told, "choose_s": hold_s, "warn_s": hold_s - 1})
        )
    build.close()
    return dated.id


def sold(reader: Reader, performance_id: str) -> int:
    """Return how many seats of a performance are sold."""
    seats = schema.seats
    query = select(func.count()).where(
        seats.c.performance_id == performance_id, seats.c.booking_id.is_not(None)
    )
    return int(reader.execute(query).scalar_one())
