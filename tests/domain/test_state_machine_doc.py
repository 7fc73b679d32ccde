"""docs/state-machine.md is what people read; it has to say what the table in the code says."""

import re
from pathlib import Path

from nowserving.domain.tickets.ticket import FINAL, TRANSITIONS, State

PAGE = (Path(__file__).parents[2] / "docs" / "state-machine.md").read_text(encoding="utf-8")

Rows = list[tuple[str, str, str]]


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def in_code() -> Rows:
    return sorted((state.value, verb.value, target.value) for (state, verb), target in TRANSITIONS.items())


def test_the_table_of_the_page_is_the_table_of_the_code() -> None:
    rows: Rows = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \|", section("The table"), re.MULTILINE)
    assert sorted(rows[1:]) == in_code(), "the first row is the heading"


def test_the_arrows_of_the_drawing_are_the_rows_of_the_code() -> None:
    arrows = re.findall(r"^ +(\w+) --> (\w+): (\w+)$", section("The drawing"), re.MULTILINE)
    assert sorted((state, verb, target) for state, target, verb in arrows) == in_code()


def test_the_drawing_begins_with_join_and_ends_in_the_final_states() -> None:
    drawing = section("The drawing")
    assert re.findall(r"\[\*\] --> (\w+): (\w+)", drawing) == [(State.WAITING.value, "join")]
    assert set(re.findall(r"(\w+) --> \[\*\]", drawing)) == {state.value for state in FINAL}


def test_every_state_is_explained() -> None:
    explained = re.findall(r"^\| `(\w+)` \| \w", section("The states"), re.MULTILINE)
    assert explained == [state.value for state in State]
