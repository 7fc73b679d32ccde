"""Idempotency-Keys: the same request again has one effect and gets the same bytes."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from nowserving.actions.tickets.joining import Joined, join
from nowserving.errors import Conflict, Invalid
from nowserving.store import schema
from nowserving.store.engine.job import Once, Reply
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.store import verbs
from tests.store.verbs import departments


def rendered(joined: Joined) -> tuple[int, str]:
    return 201, json.dumps({"code": joined.ticket.code, "key": joined.ticket.key})


def once(key: str = "k1", *, caller: str = "key:1", route: str = "join", body_hash: str = "b1") -> Once:
    return Once(caller, route, key, body_hash, rendered)


def ask(store: Store, town_hall: TownHall, wanted: Once) -> Reply:
    reply: Any = store.write_now(join, queue_id=town_hall.passports, once=wanted)
    assert isinstance(reply, Reply)
    return reply


def test_the_same_request_again_gets_the_same_bytes(store: Store, town_hall: TownHall, clock: Clock) -> None:
    first = ask(store, town_hall, once())
    clock.advance(3600)
    again = ask(store, town_hall, once())

    assert (first.status, first.repeated) == (201, False)
    assert (again.status, again.repeated) == (201, True)
    assert again.body == first.body
    assert json.loads(first.body)["code"] == "A-001"


@pytest.mark.parametrize(
    "other", [once("k2"), once(caller="key:2"), once(route="call")], ids=["key", "caller", "route"]
)
def test_another_key_caller_or_route_is_another_request(
    store: Store, town_hall: TownHall, other: Once
) -> None:
    ask(store, town_hall, once())

    assert json.loads(ask(store, town_hall, other).body)["code"] == "A-002"


def test_the_same_key_for_another_body_is_refused(store: Store, town_hall: TownHall) -> None:
    ask(store, town_hall, once())

    with pytest.raises(Invalid) as refusal:
        ask(store, town_hall, once(body_hash="b2"))

    assert refusal.value.code == "idempotency_key_reused"
    assert json.loads(ask(store, town_hall, once("k2")).body)["code"] == "A-002"


def test_a_refusal_is_not_stored_so_a_retry_may_succeed(
    store: Store, build: Builder, town_hall: TownHall
) -> None:
    build.change(schema.queues, town_hall.passports, paused_at=1)
    with pytest.raises(Conflict):
        ask(store, town_hall, once())
    build.change(schema.queues, town_hall.passports, paused_at=None)

    assert json.loads(ask(store, town_hall, once()).body)["code"] == "A-001"


def test_a_hundred_at_once_have_one_effect(store: Store, town_hall: TownHall) -> None:
    answers: list[Reply] = []
    crowd = [
        threading.Thread(target=lambda: answers.append(ask(store, town_hall, once()))) for _ in range(100)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    assert len(answers) == 100
    assert len({answer.body for answer in answers}) == 1
    assert sum(not answer.repeated for answer in answers) == 1


def test_a_key_that_meets_itself_in_two_branches_is_refused_the_second_time(
    store: Store, build: Builder, town_hall: TownHall
) -> None:
    """Two writers may both find no reply; the second insert fails, runs again, and then sees it."""
    unseen = iter([True])

    def race(value: Any) -> tuple[int, str]:
        if next(unseen, False):
            row = {"caller": "key:1", "route": "join", "key": "k1", "body_hash": "b1", "status": 201}
            build.insert(schema.replies, **row, body="the other's", created_at=0)
        return 201, "ours"

    if store.is_sqlite:
        pytest.skip("one writer for all branches")
    wanted = Once("key:1", "join", "k1", "b1", race)
    reply: Any = store.write_now(
        verbs.add_department, branch_id=town_hall.branch_id, id="parking", once=wanted
    )

    assert reply == Reply(201, "the other's", repeated=True)
    assert store.read_now(departments) == 1


def test_old_replies_are_forgotten(store: Store, town_hall: TownHall, clock: Clock) -> None:
    ask(store, town_hall, once("old"))
    clock.advance(10)
    ask(store, town_hall, once("new"))

    assert store.write_now(verbs.forget_replies, before=clock()) == 1

    assert ask(store, town_hall, once("new")).repeated
    assert not ask(store, town_hall, once("old")).repeated
