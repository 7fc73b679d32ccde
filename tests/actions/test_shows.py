"""Shows: their life, their lobbies, the draw, and the end of all that with people in line."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import product
from typing import Any

import pytest

from nowserving.actions.shows.lobbying import pause_lobby, resume_lobby, set_rate, tell_lobby
from nowserving.actions.shows.organising import (
    archive_performance,
    archive_show,
    create_performance,
    create_show,
    edit_performance,
    edit_show,
)
from nowserving.actions.shows.passing import come_in
from nowserving.actions.shows.selling import change_due_shows, change_show, gate_of
from nowserving.actions.tickets.joining import join
from nowserving.domain.shows.draw import lot, place_id, seed_hash
from nowserving.domain.shows.show import SHOW_TRANSITIONS, Effect, ShowState, ShowVerb
from nowserving.domain.tickets.ticket import State
from nowserving.errors import Conflict, Invalid, Stale
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.layout import queue
from nowserving.store.shows.passes import pass_by_id
from nowserving.store.store import Store
from tests.actions.playhouse import SECOND, STARTS, Playhouse, make_playhouse
from tests.builders import Builder
from tests.conftest import Clock


@pytest.fixture
def house(store: Store, clock: Clock, build: Builder) -> Iterator[Playhouse]:
    """A playhouse with a draft; its books are audited at the end."""
    opened = make_playhouse(store, clock, build)
    yield opened
    opened.audit()


def test_a_show_begins_as_a_draft_whose_lobby_takes_nobody(house: Playhouse) -> None:
    assert house.show().state is ShowState.DRAFT
    assert gate_of(house.show(), house.performance()) == "closed"
    assert house.refuses(change_show, show_id=house.show_id, to=ShowVerb.OPEN).code == "wrong_show_state"
    lobby = house.performance().queue_id
    with pytest.raises(Conflict, match="not been announced"):
        house.comes("ana")
    with pytest.raises(Conflict, match="pause"):
        house.do(join, actor="guest", queue_id=lobby, joined_from="ana", through_show=True)


@pytest.mark.parametrize(("state", "verb"), list(product(ShowState, ShowVerb)))
def test_what_the_table_does_not_allow_is_refused_naming_the_real_state(
    house: Playhouse, state: ShowState, verb: ShowVerb
) -> None:
    house.build.change(schema.shows, house.show_id, state=state.value)
    if (state, verb) in SHOW_TRANSITIONS:
        assert house.change(verb).show.state is SHOW_TRANSITIONS[state, verb][0]
    else:
        refusal = house.refuses(change_show, show_id=house.show_id, to=verb)
        assert (refusal.code, refusal.data["state"]) == ("wrong_show_state", state.value)


def test_early_places_are_called_by_nobody_and_drawn_at_the_opening(house: Playhouse) -> None:
    house.change("announce")
    phones = [f"phone-{one}" for one in range(8)]
    for one in phones:
        house.comes(one)
    assert (house.line(), gate_of(house.show(), house.performance())) == (phones, "early")

    opened = house.change("open")

    (lobby,) = opened.lobbies
    assert (lobby.effect, lobby.drawn, lobby.admitted) == (Effect.START, 8, 2)
    drawn = house.called_in_order() + house.line()
    keys = {place_id(house.place(one).key): one for one in phones}
    seed = house.performance().seed
    # Anybody can draw again, with nothing but the published seed and the anonymous places.
    again = sorted(keys, key=lambda place: sha256(f"{seed}|{place}".encode()).hexdigest())
    assert drawn == [keys[place] for place in again]
    assert [keys[place] for place in sorted(keys, key=lambda place: lot(seed, place))] == drawn


def test_the_seed_is_the_one_whose_hash_was_shown_from_the_first_day(house: Playhouse) -> None:
    shown = house.performance().seed_hash
    house.change("announce", "open")
    assert (house.performance().seed_hash, seed_hash(house.performance().seed)) == (shown, shown)
    assert not any(house.performance().seed in str(event.data) for event in house.events())


def test_who_comes_after_the_opening_stands_behind_every_lot_in_order(house: Playhouse) -> None:
    house.change("announce")
    early = {house.comes(f"early-{one}").ticket.key for one in range(5)}
    house.change("open")
    late = ["late-1", "late-2", "late-3"]
    for one in late:
        house.comes(one)
    assert house.line()[-3:] == late
    assert len(early) == 5


def test_closed_and_announced_again_it_has_a_new_lobby_and_a_new_seed(house: Playhouse) -> None:
    house.change("announce")
    house.comes("ana")
    first = house.change("open", "postpone").show
    before = house.performance()
    house.change("announce")
    after = house.performance()
    assert first.state is ShowState.POSTPONED
    assert (after.drawn_at, after.ended_at) == (None, None)
    assert after.queue_id != before.queue_id
    assert after.seed != before.seed
    assert house.comes("ana").ticket.number == 1


def test_a_sale_that_was_closed_opens_again_with_an_empty_lobby(house: Playhouse) -> None:
    house.change("announce", "open")
    house.comes("ana")
    house.change("close", "open")
    assert house.line() == []
    assert house.comes("ben").ticket.state is State.CALLED


@pytest.mark.parametrize("verb", ["close", "cancel", "postpone"])
def test_an_end_tells_everybody_and_leaves_nothing_behind(house: Playhouse, verb: str) -> None:
    house.change("announce", "open")
    for one in ("ana", "ben", "cho", "dia"):
        house.comes(one)
    given = house.comes_in("ana")

    (lobby,) = house.change(verb, message="We are so sorry.").lobbies

    assert (lobby.effect, lobby.told) == (Effect.END, 4)
    assert house.states("ana", "ben", "cho", "dia") == [State.DONE, *[State.CANCELLED] * 3]
    ends = [one for one in house.events() if one.verb == "ticket.cancelled"]
    assert {one.data["why"] for one in ends} == {str(house.show().state)}
    told = [one.data["text"] for one in house.events() if one.verb == "queue.told"]
    assert told == ["We are so sorry."]
    assert house.refuses(come_in, key=house.place("ana").key, device_hash="ana").code == "wrong_show_state"
    assert not house.store.read_now(lambda reader: _live_passes(reader, given.id))
    assert gate_of(house.show(), house.performance()) == "ended"
    # Again changes nothing more.
    if verb == "close":
        assert house.change("cancel").lobbies[0].told == 0


def _live_passes(reader: Reader, pass_id: str) -> bool:
    found = pass_by_id(reader, pass_id)
    return found is not None and found.ended_at is None


def test_played_it_goes_on_selling(house: Playhouse) -> None:
    house.change("announce", "open")
    (lobby,) = house.change("begin").lobbies
    assert lobby.effect is Effect.KEEP
    assert house.comes("ana").ticket.state is State.CALLED


def test_a_pause_keeps_every_place_and_takes_new_ones(house: Playhouse) -> None:
    house.change("announce", "open")
    house.do(pause_lobby, performance_id=house.performance_id)
    house.do(pause_lobby, performance_id=house.performance_id)
    for one in ("ana", "ben", "cho"):
        house.comes(one)
    assert house.line() == ["ana", "ben", "cho"]
    assert gate_of(house.show(), house.performance()) == "paused"
    house.do(resume_lobby, performance_id=house.performance_id)
    house.do(resume_lobby, performance_id=house.performance_id)
    assert (house.called_in_order(), house.line()) == (["ana", "ben"], ["cho"])


def test_what_is_not_on_sale_can_not_pause(house: Playhouse) -> None:
    for verb in (pause_lobby, resume_lobby):
        assert house.refuses(verb, performance_id=house.performance_id).code == "wrong_show_state"


def test_sales_open_and_close_by_themselves(house: Playhouse) -> None:
    opens = house.clock.now + 100 * SECOND
    house.do(edit_show, show_id=house.show_id, changes={"opens_at": opens, "closes_at": opens + 60 * SECOND})
    house.change("announce")
    sweep = {"branch_id": house.branch_id, "actor": "rule"}
    assert house.do(change_due_shows, **sweep) == 0
    house.clock.advance(100)
    assert [house.do(change_due_shows, **sweep) for _ in range(2)] == [1, 0]
    assert house.show().state is ShowState.OPEN
    house.comes("ana")
    house.clock.advance(60)
    assert [house.do(change_due_shows, **sweep) for _ in range(2)] == [1, 0]
    assert (house.show().state, house.states("ana")) == (ShowState.CLOSED, [State.CANCELLED])


def test_what_was_opened_by_hand_closes_when_planned(house: Playhouse) -> None:
    opens = house.clock.now + 1000 * SECOND
    house.do(edit_show, show_id=house.show_id, changes={"opens_at": opens, "closes_at": opens + SECOND})
    house.change("announce", "open")
    assert house.show().opens_at is None
    house.clock.advance(2000)
    assert house.do(change_due_shows, branch_id=house.branch_id) == 1
    assert house.show().state is ShowState.CLOSED


def test_more_and_fewer_are_let_in_by_one_word_of_the_organiser(house: Playhouse) -> None:
    house.change("announce", "open")
    for one in ("ana", "ben", "cho", "dia"):
        house.comes(one)
    rate: dict[str, Any] = {"performance_id": house.performance_id, "admit_per_minute": None}
    house.do(set_rate, choosing=3, **rate)
    assert house.line() == ["dia"]
    house.do(set_rate, choosing=3, **rate)
    house.do(set_rate, choosing=1, **rate)
    assert house.line() == ["dia"]
    assert house.refuses(set_rate, choosing=0, **rate).code == "invalid"


def test_a_device_has_one_place_and_gets_it_back(house: Playhouse) -> None:
    house.change("announce")
    first = house.comes("ana")
    assert house.comes("ana").again
    assert house.comes("ana").ticket.key == first.ticket.key


def test_by_rule_an_address_has_one_place(house: Playhouse) -> None:
    house.do(edit_show, show_id=house.show_id, changes={"rules": {"one_per_contact": True}})
    house.change("announce")
    mail = {"email": "ana@example.org"}
    house.comes("ana", contact=mail)
    house.comes("ana", contact=mail)
    with pytest.raises(Conflict) as twice:
        house.comes("bens-phone", contact=mail)
    with pytest.raises(Invalid):
        house.comes("cho")
    assert twice.value.code == "one_per_contact"


def test_nobody_takes_a_place_where_nobody_gathers(house: Playhouse) -> None:
    with pytest.raises(Conflict) as refused:
        house.comes("ana")
    assert refused.value.code == "wrong_show_state"


def test_the_line_is_told_what_the_organiser_says(house: Playhouse) -> None:
    house.change("announce")
    house.do(tell_lobby, performance_id=house.performance_id, text="Ten more minutes")
    found = house.store.read_now(queue, house.performance().queue_id)
    assert found is not None
    assert found.told == "Ten more minutes"


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 121}, "/name"),
        ({"opens_at": -1}, "/opens_at"),
        ({"opens_at": STARTS, "closes_at": STARTS}, "/closes_at"),
        ({"rules": {"choosing": 0}}, "/rules/choosing"),
        ({"rules": {"warn_s": 600}}, "/rules/warn_s"),
        ({"rules": {"guarded_url": "http://shop.example"}}, "/rules/guarded_url"),
        ({"rules": {"guarded_url": "https://shop.example/#a"}}, "/rules/guarded_url"),
        ({"rules": {"payment": ""}}, "/rules/payment"),
        ({"rules": {"unknown": 1}}, "/rules/unknown"),
    ],
)
def test_a_show_that_contradicts_itself_is_refused_naming_the_field(
    house: Playhouse, given: dict[str, object], pointer: str
) -> None:
    refusal = house.refuses(create_show, branch_id=house.branch_id, **{"name": "Hamlet", **given})
    assert isinstance(refusal, Invalid)
    assert [one.pointer for one in refusal.fields] == [pointer]
    refusal = house.refuses(edit_show, show_id=house.show_id, changes=given)
    assert isinstance(refusal, Invalid)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"starts_at": "soon"}, "/starts_at"),
        ({"doors_at": STARTS + 1}, "/doors_at"),
        ({"prices": 3}, "/prices"),
        ({"prices": {str(one): {} for one in range(201)}}, "/prices"),
        ({"prices": {"Stalls": {"amount_minor": 100}}}, "/prices/Stalls/currency"),
        ({"prices": {"Stalls": {"amount_minor": 100, "currency": "euro"}}}, "/prices/Stalls/currency"),
    ],
)
def test_a_date_that_contradicts_itself_is_refused_naming_the_field(
    house: Playhouse, given: dict[str, object], pointer: str
) -> None:
    refusal = house.refuses(create_performance, show_id=house.show_id, **{"starts_at": STARTS, **given})
    assert isinstance(refusal, Invalid)
    assert [one.pointer for one in refusal.fields] == [pointer]
    refusal = house.refuses(edit_performance, performance_id=house.performance_id, changes=given)
    assert isinstance(refusal, Invalid)


def test_edits_are_on_record_and_nobody_overwrites_what_they_have_not_seen(house: Playhouse) -> None:
    price = {"Stalls": {"text": "12 €", "amount_minor": 1200, "currency": "EUR"}}
    changes = {"prices": price, "doors_at": STARTS - SECOND}
    after = house.do(edit_performance, performance_id=house.performance_id, changes=changes, expected=1)
    assert (after.prices, after.doors_at, after.edited) == (price, STARTS - SECOND, 2)
    assert house.do(edit_performance, performance_id=house.performance_id, changes={}) == after
    edit = {"performance_id": house.performance_id, "changes": changes, "expected": 1}
    assert isinstance(house.refuses(edit_performance, **edit), Stale)
    renamed = house.do(edit_show, show_id=house.show_id, changes={"name": "Hamlet"})
    assert house.do(edit_show, show_id=house.show_id, changes={"name": "Hamlet"}) == renamed
    latest = house.events()[-1]
    assert (latest.verb, latest.data["after"]) == ("show.edited", {"name": "Hamlet"})


def test_a_new_rule_holds_in_the_lobbies_at_once(house: Playhouse) -> None:
    house.change("announce", "open")
    house.do(edit_show, show_id=house.show_id, changes={"rules": {"choosing": 1, "come_in_s": 30}})
    house.comes("ana")
    house.comes("ben")
    assert house.line() == ["ben"]
    called = house.place("ana")
    assert called.deadline_at == (called.called_at or 0) + 30 * SECOND


def test_a_date_added_to_an_open_sale_is_open(house: Playhouse) -> None:
    house.change("announce", "open")
    added = house.do(create_performance, show_id=house.show_id, starts_at=STARTS + SECOND)
    house.performance_id = added.id
    assert house.comes("ana").ticket.state is State.CALLED


def test_what_people_gather_for_can_not_be_archived(house: Playhouse) -> None:
    house.change("announce")
    refused = (
        house.refuses(archive_show, show_id=house.show_id),
        house.refuses(archive_performance, performance_id=house.performance_id),
    )
    assert [one.code for one in refused] == ["show_going_on"] * 2
    house.change("cancel")
    house.do(archive_performance, performance_id=house.performance_id)
    house.do(archive_show, show_id=house.show_id)
    again = (
        house.refuses(edit_show, show_id=house.show_id, changes={}),
        house.refuses(edit_performance, performance_id=house.performance_id, changes={}),
    )
    assert [one.code for one in again] == ["archived"] * 2
