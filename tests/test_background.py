"""What happens by itself happens everywhere: one branch's fault is no other branch's delay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nowserving.actions.layout.branches import archive_branch
from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.moving import move
from nowserving.actions.tickets.serving import leave
from nowserving.background import deadlines, housekeeping
from nowserving.domain.tickets.rules import QueueRules
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import ticket_by_key
from tests.builders import Builder
from tests.conftest import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
def two_branches(build: Builder) -> list[tuple[str, str]]:
    """Queue and desk of two branches whose guests have a minute to come."""
    return list(_places(build))


def _places(build: Builder) -> Iterator[tuple[str, str]]:
    for name in ("Library", "Town Hall"):
        branch_id = build.branch(name)
        queue_id = build.queue("Passports", branch_id, rules=QueueRules(check_in_window_s=60))
        yield queue_id, build.desk("Desk", branch_id, serves=[queue_id])


async def test_a_branch_that_can_not_be_swept_holds_up_no_other(
    store: Store, clock: Clock, two_branches: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = []
    for queue_id, desk_id in two_branches:
        keys.append((await store.write(join, queue_id=queue_id)).ticket.key)
        await store.write(call_next, desk_id=desk_id)
    clock.advance(61)

    def stumble(tx: Any, ticket: Any, *rest: Any, **more: Any) -> Any:
        if ticket.key == keys[0]:
            raise KeyError("a fault of ours")
        return move(tx, ticket, *rest, **more)

    monkeypatch.setattr("nowserving.actions.tickets.lapsing.move", stumble)
    await deadlines.sweep(store)
    states = [(await store.read(ticket_by_key, key)) for key in keys]
    assert [ticket.state.value for ticket in states if ticket] == ["called", "no_show"]


async def test_names_are_erased_in_branches_that_were_closed_for_good_too(
    store: Store, build: Builder, clock: Clock
) -> None:
    branch_id = build.branch("Pop-up")
    queue_id = build.queue("Repairs", branch_id, rules=QueueRules(ask_name=True))
    key = (await store.write(join, queue_id=queue_id, name="Zoë")).ticket.key
    await store.write(leave, key=key)
    await store.write(archive_branch, branch_id=branch_id)

    clock.advance(25 * 3600)
    await housekeeping.keep_house(store)

    ticket = await store.read(ticket_by_key, key)
    assert ticket is not None
    assert ticket.name is None
