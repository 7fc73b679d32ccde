"""A playhouse on the web: one show with one performance, a small house, and phones that come to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nowserving.actions.seats.mapping import create_seat_map, set_seat_map
from nowserving.actions.shows.organising import create_performance, create_show
from nowserving.actions.shows.selling import change_show
from nowserving.domain.seats.plan import read_plan
from nowserving.domain.shows.show import ShowVerb
from nowserving.store.seats.seating import forget_houses
from nowserving.web.house import House
from tests.builders import MONDAY_MORNING_US, Builder
from tests.conftest import Clock
from tests.domain.seats.plans import house as rows_of
from tests.web.conftest import Client
from tests.web.forms import send, text_of

SECOND = 1_000_000
STARTS = MONDAY_MORNING_US + 34 * 3600 * SECOND


@dataclass
class Playhouse:
    """The playhouse, and the server that serves it."""

    house: House
    client: Client
    clock: Clock
    branch_id: str
    show_id: str
    performance_id: str

    @property
    def path(self) -> str:
        return f"/on-sale/{self.performance_id}"

    async def change(self, *verbs: str, message: str = "") -> None:
        """Move the show by verbs, one after the other."""
        for verb in verbs:
            await self.house.store.write(
                change_show, actor="staff:olga", show_id=self.show_id, to=ShowVerb(verb), message=message
            )

    async def joins(self, **form: str) -> str:
        """Take a place as the browser does it; return the address of the place."""
        await text_of(self.client, self.path)
        answer = await send(self.client, self.path, **form)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def comes_in(self) -> str:
        """Take a place, be called, and come in; return the address of the place."""
        here = await self.joins()
        answer = await send(self.client, f"{here}/enter")
        assert answer.headers["location"] == f"{here}/seats", answer.text
        return here


async def make_web_playhouse(
    house: House, client: Client, clock: Clock, build: Builder, **rules: Any
) -> Playhouse:
    """Open the playhouse; its show is announced and not on sale yet."""
    forget_houses()
    branch_id = build.branch("Playhouse", time_zone="Europe/Madrid")
    await house.relay.start()
    write = house.store.write
    show = await write(
        create_show,
        branch_id=branch_id,
        name="The Storm",
        description="A play",
        rules={"choosing": 1, **rules},
    )
    prices = {"Seats": {"amount_minor": 1250, "currency": "EUR"}}
    one = await write(create_performance, show_id=show.id, starts_at=STARTS, prices=prices)
    made = await write(create_seat_map, branch_id=branch_id, name="House", plan=read_plan(rows_of(3, 6)))
    await write(set_seat_map, performance_id=one.id, seat_map_id=made.id)
    playhouse = Playhouse(house, client, clock, branch_id, show.id, one.id)
    await playhouse.change("announce")
    return playhouse
