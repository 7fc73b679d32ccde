import dataclasses
from itertools import product

import pytest

from nowserving.domain.tickets.ticket import (
    FINAL,
    OPEN,
    TRANSITIONS,
    State,
    Ticket,
    Verb,
    next_state,
    wrong_state,
)
from nowserving.errors import Conflict
from nowserving.store import schema

PRESENT = sorted(TRANSITIONS)
ABSENT = sorted(set(product(State, Verb)) - set(TRANSITIONS))


@pytest.mark.parametrize(("state", "verb"), PRESENT)
def test_a_row_of_the_table_is_followed(state: State, verb: Verb) -> None:
    assert next_state(state, verb) is TRANSITIONS[state, verb]


@pytest.mark.parametrize(("state", "verb"), ABSENT)
def test_a_pair_that_is_not_in_the_table_is_refused_with_the_real_state(state: State, verb: Verb) -> None:
    with pytest.raises(Conflict) as refusal:
        next_state(state, verb)
    assert refusal.value.code == "wrong_state"
    assert refusal.value.data == {"state": state.value}


def test_every_state_is_refused_in_a_sentence_of_its_own() -> None:
    assert len({wrong_state(state).message for state in State}) == len(State)


def test_every_verb_is_in_the_table() -> None:
    assert {verb for _, verb in TRANSITIONS} == set(Verb)


def test_every_state_is_either_open_or_final() -> None:
    assert set(State) == OPEN | FINAL
    assert not OPEN & FINAL


def test_only_who_missed_a_call_comes_back_from_an_end() -> None:
    from_final = {pair for pair in TRANSITIONS if pair[0] in FINAL}
    assert from_final == {(State.NO_SHOW, Verb.REQUEUE), (State.NO_SHOW, Verb.REJOIN)}


def test_every_open_state_has_a_way_to_an_end() -> None:
    ending = set(FINAL)
    for _ in State:
        ending |= {state for (state, _), target in TRANSITIONS.items() if target in ending}
    assert ending == set(State)


def test_the_table_can_not_be_changed() -> None:
    with pytest.raises(TypeError):
        TRANSITIONS[State.DONE, Verb.CALL] = State.CALLED  # type: ignore[index]


def test_a_ticket_has_exactly_the_columns_of_its_table() -> None:
    assert [field.name for field in dataclasses.fields(Ticket)] == [
        one.name for one in schema.tickets.columns
    ]


def test_a_field_may_be_none_where_its_column_may_be_null() -> None:
    optional = {field.name for field in dataclasses.fields(Ticket) if "None" in str(field.type)}
    assert optional == {column.name for column in schema.tickets.columns if column.nullable}
