"""Who may resume, who must begin anew, and that nobody is left holding an old screen."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from nowserving.actions.tickets.desk_duty import open_desk
from nowserving.actions.tickets.joining import join
from nowserving.domain.calendar.hours import hours_from
from nowserving.live.hub import MOST_PENDING, Hub, Stream
from nowserving.live.relay import Relay
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
async def relay(store: Store) -> Relay:
    store.attach(asyncio.get_running_loop())
    return Relay(store, Hub())


def listen(relay: Relay, branch_id: str, names: list[str], last_event_id: str = "") -> Stream:
    stream = Stream()
    seen = relay.hub.seen_by(last_event_id)
    relay.teller.subscribe(stream, relay.branches[branch_id], names, seen)
    return stream


async def heard(stream: Stream) -> tuple[list[dict[str, Any]], str]:
    """Return what a stream holds just now: its messages, and the latest id."""
    messages, last_id = [], ""
    for block in b"".join(stream.taken()).decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and line[0] != ":")
        last_id = fields.get("id", last_id)
        if "data" in fields:
            messages.append({"event": fields["event"], **json.loads(fields["data"])})
    return messages, last_id


async def test_who_comes_back_with_the_id_of_another_process_begins_anew(
    store: Store, town_hall: TownHall, relay: Relay
) -> None:
    """Its document may be another one: of a process that was behind, or of before a restored backup."""
    await relay.start()
    other = Relay(store, Hub())
    await other.start()
    topics = [f"line:{town_hall.passports}"]
    stream = listen(relay, town_hall.branch_id, topics)
    listen(other, town_hall.branch_id, topics)
    for one in (relay, other):
        store.on_commit = one.take
        await store.write(join, queue_id=town_hall.passports)
    await other.sweep()
    await other.settled()
    _, last_id = await heard(stream)

    here, _ = await heard(listen(relay, town_hall.branch_id, topics, last_id))
    there, _ = await heard(listen(other, town_hall.branch_id, topics, last_id))

    assert [message["event"] for message in here] == []
    assert [message["event"] for message in there] == ["snapshot"]
    for strange in ("", "7", "-1", "99999999999999999999-" + relay.hub.origin, "²-" + relay.hub.origin):
        assert relay.hub.seen_by(strange) is None


async def test_who_was_away_while_time_alone_opened_the_doors_begins_anew(
    store: Store, build: Builder, clock: Clock, relay: Relay
) -> None:
    """Such a change has no version: an id from before it says nothing about it."""
    branch_id = build.branch(hours=hours_from({"weekly": {"mon": [["12:00", "18:00"]]}}), time_zone="UTC")
    queue_id = build.queue("Passports", branch_id)
    desk_id = build.desk("Desk 1", branch_id, serves=[queue_id])
    await relay.start()
    topic = f"kiosk:{branch_id}"
    listen(relay, branch_id, [topic])
    # The kiosk shows no desks, so this version says nothing on its topic.
    await store.write(open_desk, desk_id=desk_id)
    away = listen(relay, branch_id, [topic])
    messages, last_id = await heard(away)
    assert messages[0]["state"]["open"] is False
    relay.hub.part(away)

    clock.advance(3 * 3600)
    relay.teller.refresh(relay.branches[branch_id])
    await store.write(join, queue_id=queue_id)

    back, _ = await heard(listen(relay, branch_id, [topic], last_id))
    assert [(message["event"], message["state"]["open"]) for message in back] == [("snapshot", True)]


async def test_who_was_away_while_nobody_watched_begins_anew(
    store: Store, build: Builder, clock: Clock, relay: Relay
) -> None:
    branch_id = build.branch(hours=hours_from({"weekly": {"mon": [["12:00", "18:00"]]}}), time_zone="UTC")
    await relay.start()
    topic = f"kiosk:{branch_id}"
    away = listen(relay, branch_id, [topic])
    _, last_id = await heard(away)
    relay.hub.part(away)

    clock.advance(3 * 3600)
    listen(relay, branch_id, [topic])

    back, _ = await heard(listen(relay, branch_id, [topic], last_id))
    assert [message["event"] for message in back] == ["snapshot"]


async def test_who_missed_much_on_many_topics_is_not_cut_off_for_it(
    store: Store, town_hall: TownHall, relay: Relay
) -> None:
    """It would come back with the same id, be cut off again, and never hear a word."""
    await relay.start()
    topics = [f"line:{queue_id}" for queue_id in town_hall.queue_ids]
    topics += [f"{kind}:{town_hall.branch_id}" for kind in ("kiosk", "display", "overview")]
    listen(relay, town_hall.branch_id, topics)
    await store.write(join, queue_id=town_hall.passports)
    _, last_id = await heard(listen(relay, town_hall.branch_id, topics))
    for _ in range(MOST_PENDING // 4 + 2):
        await store.write(join, queue_id=town_hall.passports)

    back = listen(relay, town_hall.branch_id, topics, last_id)

    assert not back.overrun
    assert len((await heard(back))[0]) > MOST_PENDING


async def test_who_comes_in_while_the_server_goes_is_sent_away_at_once(
    town_hall: TownHall, relay: Relay
) -> None:
    await relay.start()
    relay.hub.close(1500)

    late = listen(relay, town_hall.branch_id, [f"line:{town_hall.passports}"])

    assert late.closing
    assert [message["event"] for message in (await heard(late))[0]] == ["snapshot", "bye"]


async def test_a_tick_looks_only_at_the_tickets_that_it_moved(
    store: Store, town_hall: TownHall, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    await relay.start()
    joined = [await store.write(join, queue_id=town_hall.passports) for _ in range(30)]
    for one in joined:
        listen(relay, town_hall.branch_id, [f"ticket:{one.ticket.key}"])
    asked: list[str] = []
    watched = Hub.watched

    def ask(hub: Hub, name: str) -> Any:
        asked.append(name)
        return watched(hub, name)

    monkeypatch.setattr(Hub, "watched", ask)
    await store.write(join, queue_id=town_hall.passports)

    assert len(asked) < 5
