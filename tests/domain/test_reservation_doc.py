"""docs/reservations.md is what people read; its drawing has to say what the table in the code says."""

import re
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

from nowserving.domain.reservations.reservation import (
    ENDED,
    PROMISED,
    RUNS_OUT,
    TAKES_ROOM,
    TRANSITIONS,
    ReservationState,
    ReservationVerb,
    next_state,
)
from nowserving.domain.reservations.service import ServiceRules
from nowserving.errors import Conflict, Gone
from nowserving.store import schema
from nowserving.store.reservations import reservations as rows

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


def test_the_database_says_the_same_of_every_state() -> None:
    """Its conditions stand there in words of their own: an index serves a query only to the letter."""
    by_index = {str(index.name): index for index in schema.reservations.indexes}
    room = by_index["ix_reservations_of_service"].dialect_options["sqlite"]["where"]
    checks = [one for one in schema.reservations.constraints if isinstance(one, CheckConstraint)]
    final = next(one.sqltext for one in checks if str(one.name).endswith("final_has_end"))

    assert _states(room) == _states(rows._TAKES_ROOM) == TAKES_ROOM
    assert _states(rows._PROMISED) == PROMISED
    assert _states(rows._STILL_TAKES_ROOM) == TAKES_ROOM - RUNS_OUT
    assert _states(final) == ENDED


def _states(condition: object) -> set[str]:
    return set(re.findall(r"'(\w+)'", str(condition)))


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
