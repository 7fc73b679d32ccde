"""docs/reservations.md is what people read; its drawing has to say what the table in the code says."""

import re
from pathlib import Path

import pytest

from nowserving.domain.reservations.reservation import (
    ENDED,
    TAKES_ROOM,
    TRANSITIONS,
    ReservationState,
    ReservationVerb,
    next_state,
)
from nowserving.domain.reservations.service import ServiceRules
from nowserving.errors import Conflict, Gone

PAGE = (Path(__file__).parents[2] / "docs" / "reservations.md").read_text(encoding="utf-8")


def test_the_arrows_of_the_drawing_are_the_rows_of_the_code() -> None:
    arrows = re.findall(r"^ +(\w+) --> (\w+): (\w+)$", PAGE, re.MULTILINE)
    rows = [(state.value, target.value, verb.value) for (state, verb), target in TRANSITIONS.items()]
    assert sorted(arrows) == sorted(rows)


def test_the_drawing_begins_with_what_makes_a_reservation() -> None:
    assert re.findall(r"\[\*\] --> (\w+): (\w+)", PAGE) == [("held", "hold"), ("offered", "offer")]


def test_every_state_takes_room_or_has_ended() -> None:
    assert frozenset(ReservationState) == ENDED | TAKES_ROOM
    assert not ENDED & TAKES_ROOM


@pytest.mark.parametrize("state", ReservationState)
@pytest.mark.parametrize("verb", ReservationVerb)
def test_what_is_not_in_the_table_is_refused_with_the_real_state(
    state: ReservationState, verb: ReservationVerb
) -> None:
    if (state, verb) in TRANSITIONS:
        assert next_state(state, verb) is TRANSITIONS[state, verb]
        return
    kind = Gone if state is ReservationState.LAPSED else Conflict
    with pytest.raises(kind) as caught:
        next_state(state, verb)
    assert caught.value.data["state"] == state.value


def test_every_rule_that_decides_is_explained() -> None:
    told = {"reminders_s", "public_name"}
    explained = set(re.findall(r"`(\w+)`", PAGE))
    assert set(ServiceRules.__dataclass_fields__) - explained - told == set()
