"""What a desk can still undo, and what was done to it by somebody else, as its screen is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from nowserving.actions.tickets.calling import call_chosen, call_next, recall
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import cancel, leave, no_show, park, requeue
from nowserving.actions.tickets.undoing import undo
from nowserving.domain.tickets.rank import Where
from nowserving.live.acts import RECENT
from nowserving.live.hub import Hub
from nowserving.live.relay import Relay
from nowserving.live.screens import desk_view
from nowserving.store.store import Store
from tests.builders import TownHall

pytestmark = pytest.mark.anyio


class Branch:
    """The town hall, followed in memory."""

    def __init__(self, store: Store, relay: Relay, hall: TownHall) -> None:
        self.store, self.relay, self.hall = store, relay, hall

    async def do(self, verb: Any, **arguments: Any) -> Any:
        return await self.store.write(verb, actor="staff:maria-lopez", **arguments)

    async def join(self) -> str:
        made = await self.do(join, queue_id=self.hall.passports)
        key: str = made.ticket.key
        return key

    def act(self, desk_id: str = "") -> dict[str, Any]:
        view = desk_view(self.relay.branches[self.hall.branch_id], desk_id or self.hall.desk_1)
        found: dict[str, Any] = view.get("act", {})
        return found


@pytest.fixture
async def branch(store: Store, town_hall: TownHall) -> AsyncIterator[Branch]:
    store.attach(asyncio.get_running_loop())
    relay = Relay(store, Hub())
    await relay.start()
    yield Branch(store, relay, town_hall)
    await relay.stop()


async def test_a_call_can_be_undone_and_says_which(branch: Branch) -> None:
    await branch.join()
    await branch.do(call_next, desk_id=branch.hall.desk_1)

    assert (branch.act()["verb"], branch.act()["code"], branch.act()["undo"]) == ("called", "A-001", True)
    assert branch.act(branch.hall.desk_2) == {}


async def test_a_call_that_finished_a_visit_is_one_act(branch: Branch) -> None:
    await branch.join()
    await branch.join()
    await branch.do(call_next, desk_id=branch.hall.desk_1)
    await branch.do(call_next, desk_id=branch.hall.desk_1)

    assert (branch.act()["verb"], branch.act()["code"], branch.act()["undo"]) == ("called", "A-002", True)


async def test_a_recall_and_an_undo_can_not_be_undone(branch: Branch) -> None:
    key = await branch.join()
    await branch.do(call_next, desk_id=branch.hall.desk_1)
    await branch.do(recall, key=key)
    assert (branch.act()["verb"], branch.act()["undo"]) == ("recalled", False)
    await branch.do(no_show, key=key)
    await branch.do(undo, desk_id=branch.hall.desk_1)
    assert (branch.act()["verb"], branch.act()["undo"]) == ("undone", False)


async def test_what_is_done_from_a_list_belongs_to_the_desk_that_did_it(branch: Branch) -> None:
    key = await branch.join()
    await branch.do(park, key=key, desk_id=branch.hall.desk_1)
    assert (branch.act()["verb"], branch.act()["undo"]) == ("parked", True)
    await branch.do(requeue, key=key, where=Where.END, desk_id=branch.hall.desk_2)
    assert branch.act()["undo"] is False
    assert branch.act(branch.hall.desk_2)["verb"] == "requeued"


async def test_whoever_moves_the_ticket_later_closes_the_way_back(branch: Branch) -> None:
    key = await branch.join()
    await branch.do(call_next, desk_id=branch.hall.desk_1)
    await branch.do(no_show, key=key)
    await branch.do(requeue, key=key, where=Where.FRONT)

    assert branch.act()["undo"] is False


async def test_a_desk_whose_ticket_was_taken_is_told_where_it_went(branch: Branch) -> None:
    key = await branch.join()
    await branch.do(call_next, desk_id=branch.hall.desk_1)
    await branch.do(call_chosen, desk_id=branch.hall.desk_2, key=key, anyway=True)

    assert (branch.act()["taken_to"], branch.act()["undo"]) == ("Desk 2", False)
    assert branch.act(branch.hall.desk_2)["undo"] is True
    assert "taken_to" not in branch.act(branch.hall.desk_2)


async def test_a_guest_who_leaves_after_the_call_is_told_to_the_desk(branch: Branch) -> None:
    key = await branch.join()
    await branch.do(call_next, desk_id=branch.hall.desk_1)
    await branch.do(leave, key=key)

    assert (branch.act()["verb"], branch.act()["undo"]) == ("left", False)


async def test_what_the_screen_says_can_be_undone_can_be_undone(branch: Branch) -> None:
    """The promise and the action agree, in every order of a busy minute."""
    keys = [await branch.join() for _ in range(6)]
    desks = branch.hall.desk_1, branch.hall.desk_2
    acts: list[tuple[Any, dict[str, Any]]] = [
        (call_next, {"desk_id": desks[0]}),
        (call_next, {"desk_id": desks[1]}),
        (cancel, {"key": keys[5], "desk_id": desks[0]}),
        (call_next, {"desk_id": desks[0]}),
        (call_chosen, {"desk_id": desks[1], "key": keys[2], "anyway": True}),
        (park, {"key": keys[4], "desk_id": desks[1]}),
    ]
    for verb, arguments in acts:
        await branch.do(verb, **arguments)
        for desk_id in desks:
            if branch.act(desk_id).get("undo"):
                before = branch.act(desk_id)
                await branch.do(undo, desk_id=desk_id)
                assert branch.act(desk_id)["verb"] == "undone"
                assert branch.act(desk_id)["n"] > before["n"]
        await branch.do(verb, **arguments)


async def test_an_old_act_is_forgotten(branch: Branch) -> None:
    key = await branch.join()
    await branch.do(call_next, desk_id=branch.hall.desk_1)
    await branch.do(no_show, key=key)
    for _ in range(RECENT):
        await branch.join()

    assert branch.act() == {}
