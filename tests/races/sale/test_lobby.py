"""A lobby under many servers: let in at the rate, exactly, and in the order of its places; drawn in the open.

Everything is judged from the event log: it is one order for the whole branch, whichever process wrote it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from multiprocessing.connection import Connection
from random import Random
from secrets import token_urlsafe
from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.shows.lobbying import take_place
from nowserving.actions.shows.selling import change_show
from nowserving.actions.tickets.admitting import admit_due
from nowserving.actions.tickets.serving import finish
from nowserving.domain.event import Event
from nowserving.domain.shows.draw import drawn, place_id
from nowserving.domain.shows.show import ShowVerb
from nowserving.store import schema
from nowserving.store.engine.scopes import branch_of
from nowserving.store.shows.shows import performance
from nowserving.store.store import Store
from tests.actions.audit import all_events
from tests.processes import several
from tests.races.evidence import Evidence
from tests.races.sale.house import put_on_sale
from tests.races.sale.test_sell_out import PROCESSES, TITLES
from tests.races.verdict import Verdict
from tests.races.work import opened, outcome

RATE, CAP = 40, 25
MINUTE = 60_000_000
EARLY = 60


def come_and_go(
    pipe: Connection,
    url: str,
    without: Sequence[str],
    performance_id: str,
    seconds: float,
    early: Sequence[Sequence[str]],
    n: int,
) -> None:
    """Take places, leave the house when called, and sweep, for so long; say how many places were taken."""
    chance, keys, came = Random(n), [*early[n]], 0
    with opened(url, without) as store:
        branch_id = store.read_now(branch_of, "performance_id", performance_id)
        pipe.send("ready")
        pipe.recv()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if chance.random() < 0.4:
                phone = f"phone-{n}-{came}"
                code, joined = outcome(
                    store.write_now, take_place, performance_id=performance_id, joined_from=phone
                )
                assert code == "ok", code
                keys.append(joined.ticket.key)
                came += 1
            # Whoever came first is likely to be inside by now; the last one would be, without the order.
            leaving = chance.choice([*keys[:20], keys[-1]])
            if outcome(store.write_now, finish, key=leaving)[0] == "ok":
                keys.remove(leaving)
            store.write_now(admit_due, branch_id=branch_id)
        pipe.send(came)


def evening(url: str, seconds: float, without: Sequence[str] = ()) -> tuple[list[Event], int]:
    """Let processes come and go at a lobby that has a rate; return its history, and how many came."""
    kind = url.partition(":")[0].partition("+")[0]
    with opened(url, ()) as store:
        rules = {"choosing": CAP, "admit_per_minute": RATE}
        performance_id = put_on_sale(store, url, 2, 10, verbs=("announce",), **rules)
        of_lobby: dict[str, Any] = {"performance_id": performance_id}
        phones = [f"early-{nth}" for nth in range(EARLY)]
        keys = [store.write_now(take_place, joined_from=one, **of_lobby).ticket.key for one in phones]
        of = store.read_now(performance, performance_id)
        assert of is not None
        store.write_now(change_show, show_id=of.show_id, to=ShowVerb.OPEN)
    many = PROCESSES[kind]
    early = [keys[n::many] for n in range(many)]
    with several(many, come_and_go, url, without, performance_id, seconds, early) as servers:
        for server in servers:
            assert server.pipe.recv() == "ready"
        for server in servers:
            server.pipe.send("go")
        came = sum(sum(server.said()) for server in servers)
    reading = Store(url)
    reading.open_for_reading()
    events = reading.read_now(all_events)
    reading.close()
    return events, came + EARLY


def offences(events: Sequence[Event]) -> list[str]:
    """Return every minute that saw too many calls, and everybody who was overtaken."""
    calls = [one for one in events if one.verb == "ticket.called"]
    instants = [one.at for one in calls]
    ranks = {one.ticket_id: one.data["after"]["rank"] for one in events if one.verb == "ticket.joined"}
    ranks |= {one.ticket_id: one.data["after"]["rank"] for one in events if one.verb == "ticket.drawn"}
    inside, most = 0, 0
    for one in events:
        inside += one.verb == "ticket.called"
        inside -= one.verb in ("ticket.finished", "ticket.lapsed", "ticket.no_show")
        most = max(most, inside)
    return [
        *(
            f"{many} calls in the minute before {end}"
            for end in instants
            if (many := sum(end - MINUTE < one <= end for one in instants)) > RATE
        ),
        *(
            f"{after.ticket_id} was called after {before.ticket_id}, who came later"
            for before, after in pairwise(calls)
            if ranks[before.ticket_id] > ranks[after.ticket_id]
        ),
        *([f"{most} inside, {CAP} may be"] if most > CAP else []),
    ]


def test_many_servers_let_in_at_the_rate_and_in_the_order_of_places(
    database_url: str, evidence: Evidence
) -> None:
    events, came = evening(database_url, 4)
    called = sum(one.verb == "ticket.called" for one in events)
    assert offences(events) == []
    assert CAP < called <= RATE
    assert Verdict(database_url).violations == []
    where = TITLES[database_url.partition(":")[0].partition("+")[0]]
    evidence.row("lobby", where, f"{came} places, {called} called in the first minute at a rate of {RATE}")


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_many_servers_let_in_at_the_rate_for_minutes(database_url: str, evidence: Evidence) -> None:
    events, came = evening(database_url, 150)
    called = sum(one.verb == "ticket.called" for one in events)
    assert offences(events) == []
    assert called > 2 * RATE
    where = TITLES[database_url.partition(":")[0].partition("+")[0]]
    evidence.row("lobby", where, f"{came} places, {called} called in 150 s at a rate of {RATE} a minute")


@pytest.mark.control
@pytest.mark.parametrize("guard", ["no_rate", "last_come_first"])
def test_control_without_the_rate_or_the_order_it_is_found_out(
    database_url: str, guard: str, evidence: Evidence
) -> None:
    events, _ = evening(database_url, 4, [guard])
    found = offences(events)
    assert found
    words = {"no_rate": "the calls of the last minute are counted", "last_come_first": "the order of places"}
    where = TITLES[database_url.partition(":")[0].partition("+")[0]]
    evidence.control("lobby", where, words[guard], f"{len(found)} violations; {found[0]}")


def chi_square(counts: Sequence[int]) -> float:
    """Return how far counts are from equal ones, over all."""
    expected = sum(counts) / len(counts)
    return sum((one - expected) ** 2 / expected for one in counts)


# With 99 degrees of freedom so much is exceeded by chance once in a hundred times; and once in a hundred
# thousand times.
ONE_PERCENT, FIVE_ZEROS = 134.6, 169.6
CELLS = 100


def where_they_stand(lots: int, order: object = drawn) -> list[int]:
    """Draw a thousand places again and again; return how often place 7 (early) came into each hundredth."""
    counts = Counter[int]()
    rounds = lots // 1000
    for _ in range(rounds):
        seed = token_urlsafe(32)
        places = [place_id(token_urlsafe(16)) for _ in range(1000)]
        line = order(seed, places)  # type: ignore[operator]
        at = {place: nth for nth, place in enumerate(line)}
        # Each of the first ten to come: a draw that favours those who came first would show here.
        counts.update(at[place] * CELLS // 1000 for place in places[:10])
    return [counts[cell] for cell in range(CELLS)]


@pytest.mark.prove
def test_a_million_lots_are_uniform(evidence: Evidence) -> None:
    """Random seeds, so once in a hundred thousand runs chance alone fails it."""
    counts = where_they_stand(1_000_000)
    found = chi_square(counts)
    assert found < FIVE_ZEROS
    evidence.row(
        "draw",
        "1,000,000 lots in 1,000 draws",
        f"where the first ten to come stand: chi-square {found:.1f} over {CELLS} cells (1 % of fair draws"
        f" exceed {ONE_PERCENT})",
    )


@pytest.mark.control
def test_control_a_draw_that_favours_the_first_is_found_out(evidence: Evidence) -> None:
    def kind_to_the_first(seed: str, places: list[str]) -> list[str]:
        """Draw twice, and let the first ten keep the better lot."""
        one, other = drawn(seed, places), drawn(seed + "|", places)
        better = {place: min(one.index(place), other.index(place)) for place in places[:10]}
        rank = {place: nth for nth, place in enumerate(one)} | better
        return sorted(places, key=lambda place: rank[place])

    found = chi_square(where_they_stand(100_000, kind_to_the_first))
    assert found > FIVE_ZEROS
    evidence.control("draw", "100,000 lots", "one lot for each", f"chi-square {found:.0f} over {CELLS} cells")


@pytest.mark.parametrize("many", [300])
def test_the_line_after_the_opening_is_the_published_seeds(
    database_url: str, many: int, evidence: Evidence
) -> None:
    with opened(database_url, ()) as store:
        performance_id = put_on_sale(store, database_url, 1, 4, verbs=("announce",), choosing=1)
        for one in range(many):
            store.write_now(take_place, performance_id=performance_id, joined_from=f"phone-{one}")
        of = store.read_now(performance, performance_id)
        assert of is not None
        store.write_now(change_show, show_id=of.show_id, to=ShowVerb.OPEN)
        tickets = schema.tickets
        query = select(tickets.c.key).where(tickets.c.queue_id == of.queue_id).order_by(tickets.c.rank)
        line = store.read_now(lambda reader: list(reader.execute(query).scalars()))
        joined = select(tickets.c.key).where(tickets.c.queue_id == of.queue_id).order_by(tickets.c.id)
        came = store.read_now(lambda reader: list(reader.execute(joined).scalars()))
    assert [place_id(key) for key in line] == drawn(of.seed, [place_id(key) for key in came])
    assert line != came
    evidence.row("draw", database_url.partition(":")[0], f"{many} places stand as anybody recomputes them")
