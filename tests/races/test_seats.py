"""A whole house, wanted by everybody at once: each seat is sold once, none stuck, none refused while free.

And the last instant of a hold: whoever books and whoever takes the seat next have one winner, always.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, text, update

from nowserving.actions.seats.booking import book_seats, cancel_booking
from nowserving.actions.seats.freeing import lapse_overdue_holds
from nowserving.actions.seats.holding import hold_seats, release_hold
from nowserving.actions.tickets.hosting import seat
from nowserving.actions.tickets.joining import join
from nowserving.domain.seats.sale import Hold
from nowserving.errors import AppError
from nowserving.store import schema
from nowserving.store.care.checks import run_checks
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.engine.statement import Statement, one_of
from nowserving.store.seats import seating
from nowserving.store.store import Store, wall_clock
from tests.actions.theatre import DAY, Theatre, make_theatre
from tests.builders import Builder
from tests.conftest import Clock
from tests.domain.seats.plans import house
from tests.races.evidence import Evidence, length
from tests.races.work import opened, outcome

Told = tuple[str, int, int]
REFUSED = "not_enough_seats"


def theatre_of(store: Store, url: str, rows: int, seats: int, **rules: Any) -> Theatre:
    """Sell a house of so many rows for tomorrow, by the wall clock."""
    build = Builder(url, created_at=wall_clock())
    made = make_theatre(store, Clock(wall_clock()), build, house(rows, seats))
    build.change(schema.performances, made.performance_id, starts_at=wall_clock() + DAY)
    build.change(schema.queues, made.queue_id, rules=LOBBY)
    made.rule(**{"per_person": 8, "choose_s": 2, "no_single_seat": True, **rules})
    return made


LOBBY = '{"admission": "automatic", "capacity": 100000, "service_limit_s": 7200, "remote_join": true}'


def passes_of(store: Store, url: str, theatre: Theatre, many: int) -> list[dict[str, str]]:
    """Let so many into the house; returns the claims of their passes."""

    def enter(_: int) -> int:
        ticket = store.write_now(join, queue_id=theatre.queue_id).ticket
        return int(store.write_now(seat, key=ticket.key).id)

    with ThreadPoolExecutor(64) as pool:
        inside = list(pool.map(enter, range(many)))
    now = wall_clock()
    of = {"branch_id": theatre.branch_id, "performance_id": theatre.performance_id, "device_hash": "phone"}
    when = {"issued_at": now, "expires_at": now + DAY}
    rows = [{"id": f"race-{one}", "ticket_id": one, **of, **when} for one in inside]
    engine = writer_engine(parse_url(url))
    with engine.begin() as connection:
        connection.execute(insert(schema.passes), rows)
    engine.dispose()
    return [{"jti": str(row["id"]), "dev": "phone"} for row in rows]


def buy(store: Store, claims: dict[str, str], chance: Random, names: Sequence[str]) -> Told:
    """Choose some seats under one pass, and book them, give them up, or forget them."""
    many = chance.randint(1, 4)
    wish: dict[str, Any] = {"many": many}
    if chance.random() < 0.3:
        first = chance.randrange(len(names) - many)
        wish = {"guids": list(names[first : first + many])}
    held: Hold | None = None
    for _ in range(6):
        try:
            held = store.write_now(hold_seats, performance_id="tuesday", claims=claims, **wish)
            break
        except AppError as refusal:
            alternative = refusal.data.get("alternative")
            left = int(str(refusal.data.get("left", 0)))
            if isinstance(alternative, list) and alternative:
                wish = {"guids": alternative}
            elif refusal.code == REFUSED:
                if not left or left >= many:
                    return refusal.code, many, left
                wish = {"many": left}
            else:
                wish = {"many": 1}
    if held is None:
        return "gave_up", many, 0
    mood = chance.random()
    if mood < 0.1:
        return outcome(store.write_now, release_hold, hold_key=held.key, claims=claims)[0] + "!", 0, 0
    if mood < 0.15:
        return "forgot", 0, 0
    email = f"{claims['jti']}@example.org"
    code, _ = outcome(store.write_now, book_seats, hold_key=held.key, claims=claims, name="Ana", email=email)
    return code, held.seats, 0


def rush(
    store: Store, passes: Sequence[dict[str, str]], names: Sequence[str], seed: int, at_once: int = 64
) -> list[Told]:
    """Let everybody with a pass buy, so many at once; returns what they were told."""
    chances = [Random(seed * 1_000_003 + n) for n in range(len(passes))]
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda n: buy(store, passes[n], chances[n], names), range(len(passes))))


def sold_in(store: Store) -> list[tuple[str, int]]:
    """Return guid and booking of every stub that lets somebody in: what guests have in their hands."""
    query = select(schema.seats.c.guid, schema.stubs.c.booking_id).join(
        schema.seats, schema.seats.c.id == schema.stubs.c.seat_id
    )
    return store.read_now(lambda reader: [(row[0], row[1]) for row in map(tuple, reader.execute(query))])


def offences(store: Store, told: Sequence[Told], seats: int) -> list[str]:
    """Return everything that is wrong with a house that was sold."""
    stubs = sold_in(store)
    doubles = [guid for guid, times in Counter(guid for guid, _ in stubs).items() if times > 1]
    booked = sum(many for code, many, _ in told if code == "ok")
    return [
        *(f"{guid} was sold twice" for guid in doubles),
        *(
            f"refused {many} with {left} left"
            for code, many, left in told
            if code == REFUSED and left >= many
        ),
        *([f"{len(stubs)} stubs for {booked} seats that were booked"] if len(stubs) < booked else []),
        *([f"{len(stubs)} of {seats} sold"] if len(stubs) != seats else []),
        *(said for check in store.read_now(run_checks, 0) for said in check.violations),
    ]


@pytest.mark.control
def test_control_without_asking_whether_a_seat_is_free_it_is_sold_twice(
    altered_url: str, monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    """Taken out: the look before the hold, the condition of the hold, and the last word of the database."""
    engine = writer_engine(parse_url(altered_url))
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_stubs_seat_id"))
    engine.dispose()
    blind = Statement(
        one_of(
            schema.seats.c.guid,
            lambda chosen: (
                update(schema.seats)
                .where(schema.seats.c.performance_id == bindparam("of"), chosen)
                .values(hold_id=bindparam("holder"), held_until=bindparam("until"), booking_id=None)
            ),
        )
    )
    monkeypatch.setattr(seating, "_TAKE", blind)
    monkeypatch.setattr(seating, "taken_of", lambda _source, sale, _now: bytearray(len(sale.house.seats)))
    with opened(altered_url, ()) as store:
        theatre = theatre_of(store, altered_url, 2, 6)
        names = [f"A-{n}" for n in range(1, 6)]
        # One after the other: at once, the count of what a hold still has would save them.
        told = rush(store, passes_of(store, altered_url, theatre, 30), names, 3, at_once=1)
        found = offences(store, told, 12)
        theatre.build.close()
    assert [one for one in found if "sold twice" in one]
    evidence.control("seats", altered_url.partition(":")[0], "whether a seat is free", found[0])


def last_instants(
    store: Store, clock: Clock, build: Builder, races: int, *, in_turn: bool = False
) -> Counter[tuple[str, str, int]]:
    """Let the owner of a hold book, another take its seat and the sweep come, around its last microsecond."""
    theatre = make_theatre(store, clock, build, house(1, 2))
    build.change(schema.queues, theatre.queue_id, rules=LOBBY)
    told: Counter[tuple[str, str, int]] = Counter()
    with ThreadPoolExecutor(3) as pool:
        for race in range(races):
            late_by = race % 3 - 1
            owner, other = theatre.comes_in(), theatre.comes_in()
            held = theatre.hold(owner, guids=["A-1"])
            clock.now = held.expires_at + late_by
            said = {"name": "Ana", "email": f"ana{race}@example.org"}
            book = pool.submit(outcome, store.write_now, book_seats, hold_key=held.key, claims=owner, **said)
            if in_turn:
                book.result()
            wish = {"performance_id": "tuesday", "claims": other, "guids": ["A-1"]}
            take = pool.submit(outcome, store.write_now, hold_seats, **wish)
            swept = pool.submit(outcome, store.write_now, lapse_overdue_holds, branch_id=theatre.branch_id)
            (booked, booking), (taken, second) = book.result(), take.result()
            assert swept.result()[0] == "ok"
            told[booked, taken, late_by] += 1
            if booking is not None:
                theatre.do(cancel_booking, booking_key=booking.key, by_staff=True)
            if second is not None:
                theatre.do(release_hold, hold_key=second.key, claims=other)
    return told


def two_winners(told: Counter[tuple[str, str, int]]) -> list[str]:
    """Return what no race may end with: both have the seat, nobody has it, or a late one has."""
    fair = {("ok", "seats_taken"), ("hold_lapsed", "ok")}
    return [
        f"{many} times {booked} and {taken}, {late_by} microseconds late"
        for (booked, taken, late_by), many in told.items()
        if (booked, taken) not in fair or (late_by >= 0 and booked == "ok")
    ]


def test_the_last_instant_of_a_hold_has_one_winner(
    store: Store, clock: Clock, build: Builder, evidence: Evidence
) -> None:
    told = last_instants(store, clock, build, 30)
    assert two_winners(told) == []
    assert told.total() == 30
    evidence.row("expiry against confirm", str(store.url).partition(":")[0], "30 races")


@pytest.mark.prove
def test_the_last_instant_of_many_holds_has_one_winner(
    store: Store, clock: Clock, build: Builder, evidence: Evidence
) -> None:
    races = length("PROVE_OPERATIONS")
    assert two_winners(last_instants(store, clock, build, races)) == []
    evidence.row("expiry against confirm", str(store.url).partition(":")[0], f"{races:,} races")


@pytest.mark.control
def test_control_without_asking_the_clock_a_late_one_books(
    store: Store, clock: Clock, build: Builder, monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    monkeypatch.setattr(Hold, "live", lambda self, _now: self.state.value == "held")
    monkeypatch.setattr(
        seating,
        "_SELL",
        Statement(
            update(schema.seats)
            .where(schema.seats.c.hold_id == bindparam("holder"), bindparam("now") == bindparam("now"))
            .values(hold_id=None, held_until=None, booking_id=bindparam("buyer"))
            .returning(schema.seats.c.id, schema.seats.c.place)
        ),
    )
    found = two_winners(last_instants(store, clock, build, 30, in_turn=True))
    assert found
    evidence.control("expiry against confirm", str(store.url).partition(":")[0], "the clock", found[0])
