"""Corners of shows: what is archived, what belongs to other houses, and passes at the edge of their time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nowserving.actions.shows import organising
from nowserving.actions.shows.lobbying import come_back
from nowserving.actions.shows.organising import (
    archive_show,
    create_performance,
    edit_performance,
    edit_show,
    live_performance,
    live_show,
)
from nowserving.actions.shows.passing import come_in, extend_if_may
from nowserving.actions.tickets.serving import check_in
from nowserving.domain.shows.rules import rules_from
from nowserving.domain.tickets.ticket import State
from nowserving.errors import Conflict, Gone, Invalid, NotFound
from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.store import Store
from tests.actions.playhouse import STARTS, Playhouse, make_playhouse
from tests.builders import Builder
from tests.conftest import Clock


@pytest.fixture
def house(store: Store, clock: Clock, build: Builder) -> Iterator[Playhouse]:
    opened = make_playhouse(store, clock, build)
    yield opened
    opened.audit()


@action(scope="branch_id")
def ask(tx: Tx, *, branch_id: str, find: Callable[[Tx, Any], Any], of: Any) -> Any:
    """Ask for something inside the lock of a branch."""
    assert branch_id
    return find(tx, of)


@pytest.mark.parametrize("find", [live_show, live_performance])
def test_what_stands_in_another_branch_is_not_there(house: Playhouse, find: Any) -> None:
    library = house.build.branch("Library")
    of = house.show_id if find is live_show else house.performance_id
    with pytest.raises(NotFound):
        house.do(ask, branch_id=library, find=find, of=of)


def test_an_archived_show_takes_its_dates_along_and_changes_no_more(house: Playhouse) -> None:
    house.do(archive_show, show_id=house.show_id)
    assert house.performance().archived_at is not None
    for verb, given in (
        (edit_show, {"show_id": house.show_id}),
        (edit_performance, {"performance_id": house.performance_id}),
    ):
        with pytest.raises(Conflict) as refused:
            house.do(verb, changes={}, **given)
        assert refused.value.code == "archived"


def test_a_lobby_that_was_put_away_by_hand_stays_so(house: Playhouse) -> None:
    house.build.change(schema.queues, house.performance().queue_id, archived_at=1)
    house.do(archive_show, show_id=house.show_id)
    assert [one.verb for one in house.events()].count("queue.archived") == 0


def test_dates_of_a_show_and_prefixes_of_a_branch_have_an_end(
    house: Playhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organising, "_LETTERS", "")
    with pytest.raises(Conflict) as refused:
        house.do(create_performance, show_id=house.show_id, starts_at=STARTS)
    assert refused.value.code == "no_prefix_left"
    monkeypatch.setattr(organising, "_MOST_PERFORMANCES", 1)
    with pytest.raises(Conflict) as refused:
        house.do(create_performance, show_id=house.show_id, starts_at=STARTS)
    assert refused.value.code == "too_many_performances"


def test_a_guarded_address_has_no_part_that_no_server_sees() -> None:
    with pytest.raises(Invalid) as refused:
        rules_from({"guarded_url": "https://shop.example.org/#buy"})
    assert [one.code for one in refused.value.fields] == ["has_fragment"]
    assert rules_from({"guarded_url": "https://shop.example.org/buy"}).guarded_url is not None


def test_who_was_never_away_does_not_come_back(house: Playhouse) -> None:
    house.change("announce")
    key = house.comes("phone").ticket.key
    assert house.do(come_back, actor="guest", key=key).state is State.WAITING


def test_who_checked_in_and_came_too_late_for_the_pass_gets_none(house: Playhouse) -> None:
    house.change("announce", "open")
    key = house.comes("phone").ticket.key
    house.do(check_in, actor="guest", key=key)
    house.clock.advance(601)
    with pytest.raises(Gone):
        house.do(come_in, actor="guest", key=key, device_hash="phone")


def test_without_a_pass_there_is_nothing_to_extend(house: Playhouse) -> None:
    house.change("announce", "open")
    key = house.comes("phone").ticket.key
    house.do(check_in, actor="guest", key=key)
    with pytest.raises(Gone):
        house.do(ask, branch_id=house.branch_id, find=extend_if_may, of=house.ticket(key))
