"""Near by the clock: how far the line is short enough by its own estimate."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from nowserving.actions.tickets.joining import join
from nowserving.background.nearness import tell_who_is_near
from nowserving.domain.tickets.rules import AskContact, QueueRules
from nowserving.live.branch import near_by_wait
from nowserving.live.hub import Hub
from nowserving.live.relay import Relay
from nowserving.store import schema
from nowserving.store.store import Store
from tests.builders import Builder

pytestmark = pytest.mark.anyio


async def test_a_guest_is_told_when_the_estimate_is_short_enough(store: Store, build: Builder) -> None:
    branch = build.branch("Town Hall")
    rules = QueueRules(
        ask_contact=AskContact.OPTIONAL,
        announce_nearly_at=0,
        announce_nearly_minutes=12,
        expected_service_s=300,
    )
    queue = build.queue("Passports", branch, rules=rules)
    build.desk("Desk", branch, serves=[queue], agent_id="staff:maria")
    relay = Relay(store, Hub())
    await relay.start()
    try:
        for _ in range(2):
            await store.write(join, queue_id=queue)
        told = await store.write(join, queue_id=queue, contact={"phone": "+34600000001"})
        for number in range(3, 9):
            await store.write(join, queue_id=queue, contact={"phone": f"+3460000000{number}"})
        await relay.settled()
        near = near_by_wait(tuple(relay.branches.values()), store.clock())
        for _ in range(2):
            await tell_who_is_near(store, near)
    finally:
        await relay.stop()

    assert 2 < near[queue] < 8
    table = schema.messages
    wanted = select(table.c.ticket_id).where(table.c.kind == "nearly").order_by(table.c.ticket_id)
    found = store.read_now(lambda reader: list(reader.execute(wanted).scalars()))
    assert found[0] == told.ticket.id
    assert len(found) == near[queue] - 2
