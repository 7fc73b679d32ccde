"""A whole house, wanted by everybody at once: each seat is sold once, none stuck, nobody refused in vain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from nowserving.domain.event import Event
from nowserving.domain.seats.plan import read_plan
from nowserving.domain.seats.seat import seats_of
from nowserving.store.store import Store
from tests.actions.audit import all_events
from tests.domain.seats.plans import house
from tests.processes import several
from tests.races.evidence import Evidence
from tests.races.sale import replay
from tests.races.sale.buyers import Told, buy_out
from tests.races.sale.house import put_on_sale
from tests.races.verdict import Verdict
from tests.races.work import opened

PROCESSES = {"sqlite": 1, "postgresql": 4}
TITLES = {"sqlite": "SQLite, 1 process", "postgresql": "PostgreSQL, 4 processes"}
WITHIN_S = 60


class Sale:
    """A house that was sold out, and everything that was told and written while it was."""

    def __init__(
        self,
        url: str,
        rows: int,
        seats: int,
        buyers: int,
        without: Sequence[str] = (),
        seed: int = 1,
        hold_s: int = 2,
    ) -> None:
        self.kind = url.partition(":")[0].partition("+")[0]
        with opened(url, ()) as store:
            performance_id = put_on_sale(store, url, rows, seats, hold_s=hold_s)
        self.places = {one.guid: one.place for one in seats_of(read_plan(house(rows, seats)))}
        self.told = self._sell(url, without, performance_id, buyers, seed)
        reading = Store(url)
        reading.open_for_reading()
        self.events: list[Event] = reading.read_now(all_events)
        reading.close()
        self.spans = replay.spans_of(self.events)
        self.seconds = replay.seconds_of(self.events)
        self.verdict = Verdict(url)

    def _sell(
        self, url: str, without: Sequence[str], performance_id: str, buyers: int, seed: int
    ) -> list[Told]:
        many = PROCESSES[self.kind]
        of = (url, without, performance_id, list(self.places), buyers // many, seed)
        with several(many, buy_out, *of) as crowds:
            for crowd in crowds:
                assert crowd.pipe.recv() == "ready"
            for crowd in crowds:
                crowd.pipe.send("go")
            return [one for crowd in crowds for said in crowd.said() for one in said]

    @property
    def offences(self) -> list[str]:
        """Everything that is wrong with it."""
        booked = [one for one in self.events if one.verb == "booking.made"]
        sold = Counter(place for one in booked for place in one.data["taken"])
        told = sum(one.many for one in self.told if one.kind == "booked")
        return [
            *(f"seat {place} was sold {times} times" for place, times in sold.items() if times > 1),
            *([f"{len(sold)} of {len(self.places)} sold"] if len(sold) != len(self.places) else []),
            *([f"{told} told that they have a seat"] if told != len(self.places) else []),
            *replay.twice_taken(self.spans),
            *replay.refused_in_vain(self.spans, self.places, self.told),
            *self.verdict.violations,
        ]

    @property
    def summary(self) -> str:
        """How it went, in words."""
        many = Counter(one.kind for one in self.told)
        lapsed = sum(one.verb == "hold.lapsed" for one in self.events)
        refused = {code: times for code, times in many.items() if code not in ("held", "booked", "released")}
        return (
            f"{many['held']:,} holds, {many['booked']:,} bookings, {many['released']:,} given up, "
            f"{lapsed:,} forgotten; refused: {refused or 'nobody'}"
        )


def test_a_house_is_sold_out_every_seat_once(database_url: str, evidence: Evidence) -> None:
    sale = Sale(database_url, 10, 20, buyers=40)
    assert sale.offences == []
    evidence.row("sell-out", TITLES[sale.kind], f"200 seats, 40 bookers; {sale.summary}")


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_ten_thousand_seats_are_sold_to_a_thousand_at_once(database_url: str, evidence: Evidence) -> None:
    sale = Sale(database_url, 100, 100, buyers=1_000, hold_s=10)
    assert sale.offences == []
    took = f"sold out in {sale.seconds:.1f} s (within {WITHIN_S} s)"
    if sale.seconds > WITHIN_S:
        took = f"sold out in {sale.seconds:.1f} s, LATE: {WITHIN_S} s are asked for"
    evidence.row("sell-out", TITLES[sale.kind], f"10,000 seats, 1,000 bookers: {took}; {sale.summary}")
