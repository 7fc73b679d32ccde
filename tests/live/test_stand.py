"""The host's stand: what it says of an evening, and the law that it keeps like every screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.layout.telling import tell_line
from nowserving.actions.tickets.arriving import coming, rejoin
from nowserving.actions.tickets.hosting import call_now, correct, extend, resize, run_late, seat
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import (
    cancel,
    check_in,
    finish,
    leave,
    no_show,
    postpone,
    requeue,
    start,
)
from nowserving.actions.tickets.undoing import undo_at_stand
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import Admission, Counts, Fit, Overstay, QueueRules
from nowserving.errors import AppError
from nowserving.live.hub import Hub, Stream
from nowserving.live.patch import difference
from nowserving.live.places import place_of
from nowserving.live.relay import Relay, built
from nowserving.live.screens import line_view
from nowserving.live.stand import stand_view
from nowserving.store.memory import snapshot
from nowserving.store.store import Store
from tests.builders import Builder
from tests.conftest import Clock
from tests.live.client import Screen
from tests.live.test_law import settled

pytestmark = pytest.mark.anyio

_WINDOW_S = 300
_RULES = QueueRules(
    admission=Admission.AUTOMATIC,
    capacity=10,
    counts=Counts.COVERS,
    check_in_window_s=_WINDOW_S,
    service_limit_s=1800,
    overstay=Overstay.SHOW,
    rejoin_grace_s=600,
    fit=Fit.FILL,
    fit_passes=2,
    ask_name=True,
    ask_party=True,
)


class Restaurant:
    """A branch with one waitlist, and memory of it."""

    def __init__(self, store: Store, relay: Relay, clock: Clock, branch_id: str, queue_id: str) -> None:
        self.store, self.relay, self.clock = store, relay, clock
        self.branch_id, self.queue_id = branch_id, queue_id

    async def do(self, verb: Any, actor: str = "staff:host", **arguments: Any) -> Any:
        return await self.store.write(verb, actor=actor, **arguments)

    async def party(self, size: int, name: str | None = None, **more: Any) -> str:
        """Let a party join, and return its key."""
        asked = {"queue_id": self.queue_id, "party_size": size, "name": name, **more}
        key: str = (await self.do(join, actor="guest", **asked)).ticket.key
        return key

    def view(self) -> dict[str, Any]:
        return stand_view(self.relay.branches[self.branch_id], self.queue_id)

    async def fresh(self) -> dict[str, Any]:
        """What a memory that is read from the database now would show."""
        await settled(self.relay, self.store, self.branch_id)
        found = self.store.read_now(snapshot, self.branch_id, place_of)
        assert found is not None
        return stand_view(built(found, {}), self.queue_id)


@pytest.fixture
async def restaurant(store: Store, build: Builder, clock: Clock) -> AsyncIterator[Restaurant]:
    branch_id = build.branch("Trattoria")
    queue_id = build.queue("Tables", branch_id, prefix="T", rules=_RULES)
    store.attach(asyncio.get_running_loop())
    relay = Relay(store, Hub())
    await relay.start()
    yield Restaurant(store, relay, clock, branch_id, queue_id)
    await relay.stop()


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return [row["key"] for row in rows]


async def test_seats_are_counted_in_covers_of_everybody_called_and_seated(restaurant: Restaurant) -> None:
    four = await restaurant.party(4)
    await restaurant.party(5)
    await restaurant.do(check_in, key=four)
    stand = await restaurant.fresh()
    assert (stand["capacity"], stand["used"], stand["free"], stand["over"]) == (10, 9, 1, 0)
    assert keys(stand["seated"]) == [four]
    assert len(stand["called"]) == 1


async def test_a_capacity_below_what_is_inside_is_shown_as_over(restaurant: Restaurant) -> None:
    await restaurant.party(8)
    await restaurant.do(edit_queue, queue_id=restaurant.queue_id, changes={"rules": {"capacity": 5}})
    stand = await restaurant.fresh()
    assert (stand["used"], stand["free"], stand["over"]) == (8, 0, 3)


async def test_whoever_runs_out_of_time_first_stands_first(restaurant: Restaurant) -> None:
    one = await restaurant.party(2)
    restaurant.clock.advance(10)
    two = await restaurant.party(2)
    await restaurant.do(check_in, key=two)
    restaurant.clock.advance(10)
    await restaurant.do(check_in, key=one)
    assert keys((await restaurant.fresh())["seated"]) == [two, one]


async def test_a_waiting_party_says_what_it_was_told_and_how_often_it_was_passed(
    restaurant: Restaurant,
) -> None:
    await restaurant.party(8)
    five = await restaurant.party(5, "Rossi", quoted=(600, 1200))
    await restaurant.party(2, "Amara")
    [row] = (await restaurant.fresh())["waiting"]
    assert (row["key"], row["name"], row["party_size"], row["passed"], row["position"]) == (
        five,
        "Rossi",
        5,
        1,
        1,
    )
    assert (row["quoted_low_s"], row["quoted_high_s"]) == (600, 1200)


async def test_free_seats_say_for_whom_they_are_kept(restaurant: Restaurant) -> None:
    await restaurant.party(8)
    six = await restaurant.party(6, "Rossi")
    assert (await restaurant.fresh())["holding"] == {"free": 2}, "nobody who waits fits"

    couples = [await restaurant.party(2) for _ in range(2)]
    assert "holding" not in await restaurant.fresh(), "no seat is free"
    for couple in couples:
        await restaurant.do(check_in, key=couple)
        await restaurant.do(finish, key=couple)

    # The second couple was called as the first one left: six have been passed twice.
    stand = await restaurant.fresh()
    kept = stand["holding"]
    assert (kept["free"], kept["name"], kept["party_size"], kept["passed"]) == (2, "Rossi", 6, 2)
    await restaurant.party(2)
    assert (await restaurant.fresh())["holding"] == kept, "a third couple waits with them"
    await restaurant.do(cancel, key=six)
    assert "holding" not in await restaurant.fresh()


async def test_a_strict_line_keeps_seats_for_the_first(restaurant: Restaurant) -> None:
    strict = {"rules": {"fit": "strict"}}
    await restaurant.do(edit_queue, queue_id=restaurant.queue_id, changes=strict)
    await restaurant.party(8)
    await restaurant.party(6, "Rossi")
    await restaurant.party(2)
    kept = (await restaurant.fresh())["holding"]
    assert (kept["name"], kept.get("passed")) == ("Rossi", None)


async def test_on_my_way_and_five_more_minutes_are_told_apart(restaurant: Restaurant) -> None:
    await restaurant.party(10)
    now, later = await restaurant.party(2), await restaurant.party(3)
    await restaurant.do(coming, actor="guest", key=now)
    await restaurant.do(coming, actor="guest", key=later, minutes=5)

    on_the_way, promised = (await restaurant.fresh())["waiting"]

    said_at = on_the_way["coming_at"]
    assert "promised" not in on_the_way
    assert abs(said_at - restaurant.clock()) < 60_000_000
    assert promised["promised"] is True
    assert promised["coming_at"] % 60_000_000 == 0
    assert 300_000_000 <= promised["coming_at"] - restaurant.clock() <= 360_000_000


async def test_a_party_larger_than_the_house_has_no_estimate_and_says_so(restaurant: Restaurant) -> None:
    key = (await restaurant.do(join, queue_id=restaurant.queue_id, party_size=11)).ticket.key
    await restaurant.party(4)
    [row] = (await restaurant.fresh())["waiting"]
    assert (row["key"], row["too_large"], row.get("wait")) == (key, True, None)
    quotes = (await restaurant.fresh())["quotes"]
    assert (quotes[9] != {}, quotes[10]) == (True, {})


async def test_a_host_corrects_name_and_note_and_the_log_has_neither(restaurant: Restaurant) -> None:
    await restaurant.party(10)
    key = await restaurant.party(2, "Rosi")
    await restaurant.do(correct, key=key, name="Rossi", note="By the window")
    await settled(restaurant.relay, restaurant.store, restaurant.branch_id)
    for stand in (restaurant.view(), await restaurant.fresh()):
        [row] = stand["waiting"]
        assert (row["name"], row["note"]) == ("Rossi", "By the window")
    await restaurant.do(correct, key=key, name=" ", note="")
    await settled(restaurant.relay, restaurant.store, restaurant.branch_id)
    [row] = restaurant.view()["waiting"]
    assert not {"name", "note"} & row.keys()


async def test_who_did_not_come_can_be_brought_back_for_an_hour(restaurant: Restaurant) -> None:
    key = await restaurant.party(2, "Novak")
    restaurant.clock.advance(_WINDOW_S + 1)
    await restaurant.do(lapse_overdue, actor="rule", branch_id=restaurant.branch_id)
    [row] = (await restaurant.fresh())["missed"]
    assert (row["key"], row["name"]) == (key, "Novak")

    restaurant.clock.advance(3601)
    await restaurant.party(1)
    assert (await restaurant.fresh())["missed"] == []
    await settled(restaurant.relay, restaurant.store, restaurant.branch_id)
    assert restaurant.view()["missed"] == []


async def test_who_was_brought_back_is_missed_no_more(restaurant: Restaurant) -> None:
    key = await restaurant.party(2)
    await restaurant.do(no_show, key=key)
    assert keys((await restaurant.fresh())["missed"]) == [key]
    await restaurant.do(requeue, key=key, where=Where.FRONT)
    stand = await restaurant.fresh()
    assert stand["missed"] == []
    assert keys(stand["called"]) == [key]


async def test_an_act_of_the_stand_is_what_staff_did_and_guests_do_not_hide_it(
    restaurant: Restaurant,
) -> None:
    one, two = await restaurant.party(2), await restaurant.party(2)
    await restaurant.do(start, key=one)
    await restaurant.do(check_in, actor="guest", key=two)
    act = (await restaurant.fresh())["act"]
    assert (act["verb"], act["undo"]) == ("started", True)
    # The party itself has moved on since: now there is nothing to take back.
    await restaurant.do(finish, actor="guest", key=one)
    assert (await restaurant.fresh())["act"]["undo"] is False


async def test_what_a_line_was_told_stands_on_its_public_document(restaurant: Restaurant) -> None:
    await restaurant.do(tell_line, queue_id=restaurant.queue_id, text=" The kitchen is behind. ")
    await settled(restaurant.relay, restaurant.store, restaurant.branch_id)
    branch = restaurant.relay.branches[restaurant.branch_id]
    told = line_view(branch, restaurant.queue_id)["told"]
    assert told["text"] == "The kitchen is behind."
    assert told["until_at"] - told["at"] == 3600 * 1_000_000
    await restaurant.do(tell_line, queue_id=restaurant.queue_id, text="")
    await settled(restaurant.relay, restaurant.store, restaurant.branch_id)
    assert "told" not in line_view(branch, restaurant.queue_id)


def _choice(restaurant: Restaurant, random: Random, known: list[str]) -> tuple[Any, dict[str, Any]]:
    queue = {"queue_id": restaurant.queue_id}
    if not known or random.random() < 0.35:
        quoted = (300, 900) if random.random() < 0.5 else None
        return join, {**queue, "party_size": random.choice((1, 2, 3, 5)), "name": "Zoë", "quoted": quoted}
    key = {"key": random.choice(known[-14:])}
    minutes = {"minutes": random.choice((5, 15))}
    acts: list[tuple[Any, dict[str, Any]]] = [
        (call_now, key),
        (seat, key),
        (extend, {**key, **minutes}),
        (resize, {**key, "party_size": random.choice((1, 3, 6))}),
        (coming, {**key, **minutes}),
        (coming, key),
        (correct, {**key, "name": random.choice(("Ana", None)), "note": random.choice(("Window", None))}),
        (rejoin, key),
        (run_late, {**queue, **minutes}),
        (undo_at_stand, queue),
        (undo_at_stand, queue),
        (check_in, key),
        (check_in, key),
        (start, key),
        (finish, key),
        (no_show, key),
        (requeue, {**key, "where": random.choice(list(Where))}),
        (cancel, key),
        (leave, key),
        (postpone, {**key, "places": random.choice((1, 2))}),
        (lapse_overdue, {"branch_id": restaurant.branch_id}),
        (tell_line, {**queue, "text": random.choice(("", "Soon.", "A little later."))}),
        (edit_queue, {**queue, "changes": {"rules": {"capacity": random.choice((6, 10, 14))}}}),
    ]
    return random.choice(acts)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_a_stand_that_followed_the_events_shows_what_a_fresh_one_would(
    restaurant: Restaurant, seed: int
) -> None:
    random, known = Random(seed), list[str]()
    screen, topic = Screen(Stream()), f"stand:{restaurant.queue_id}"
    branch = restaurant.relay.branches[restaurant.branch_id]
    restaurant.relay.teller.subscribe(screen.stream, branch, [topic], None)
    for _ in range(6):
        for _ in range(15):
            restaurant.clock.advance(random.uniform(0.001, 60))
            verb, arguments = _choice(restaurant, random, known)
            actor = random.choice(("guest", "staff:host", "rule"))
            try:
                value = await restaurant.do(verb, actor=actor, **arguments)
            except AppError:
                continue
            if verb is join:
                known.append(value.ticket.key)
            await screen.read()
        fresh = await restaurant.fresh()
        await screen.read()
        assert difference(screen.states[topic], fresh) == {}
    assert screen.gaps == []


async def test_a_website_through_which_a_guest_joins_leaves_the_undo_on_the_stand(
    restaurant: Restaurant,
) -> None:
    key = await restaurant.party(4)
    await restaurant.do(seat, key=key)
    await restaurant.do(join, actor="key:website", queue_id=restaurant.queue_id)

    act = (await restaurant.fresh())["act"]
    assert (act["verb"], act["undo"]) == ("started", True)
    assert restaurant.view()["act"] == act


async def test_whose_time_is_over_hears_it_at_once_until_there_is_more(restaurant: Restaurant) -> None:
    rules = {"overstay": "remind", "service_limit_s": 60}
    await restaurant.do(edit_queue, queue_id=restaurant.queue_id, changes={"rules": rules})
    key = await restaurant.party(2)
    screen, topic = Screen(Stream()), f"ticket:{key}"
    branch = restaurant.relay.branches[restaurant.branch_id]
    restaurant.relay.teller.subscribe(screen.stream, branch, [topic], None)
    await restaurant.do(check_in, key=key)
    await screen.read()
    over_at = screen.states[topic]["deadline_at"]

    restaurant.clock.advance(61)
    await restaurant.do(lapse_overdue, branch_id=restaurant.branch_id)
    await screen.read()
    assert screen.states[topic]["reminded_at"] == over_at

    await restaurant.do(extend, key=key, minutes=5)
    await screen.read()
    assert "reminded_at" not in screen.states[topic]
