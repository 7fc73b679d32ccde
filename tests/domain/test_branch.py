import dataclasses

import pytest
from sqlalchemy import Table

from nowserving.domain.layout.branch import Branch, Closure, Department, Desk, DeskState, Organisation, Queue
from nowserving.store import schema

# What a row keeps for the store alone, and what a value is told from another table.
STORE_ONLY = {"created_at", "clock_at", "admit_at"}
FROM_ELSEWHERE = {"queue_ids"}


@pytest.mark.parametrize(
    ("value", "table"),
    [
        (Organisation, schema.organisations),
        (Branch, schema.branches),
        (Closure, schema.closures),
        (Department, schema.departments),
        (Queue, schema.queues),
        (Desk, schema.desks),
    ],
    ids=lambda given: getattr(given, "name", None),
)
def test_what_is_set_up_has_the_columns_of_its_table(value: type, table: Table) -> None:
    fields = {field.name for field in dataclasses.fields(value)} - FROM_ELSEWHERE
    assert fields == {column.name for column in table.columns} - STORE_ONLY


def test_the_database_knows_the_states_of_a_desk() -> None:
    (known,) = (rule for rule in schema.desks.constraints if rule.name == "ck_desks_known_state")
    assert all(f"'{state}'" in str(known.sqltext) for state in DeskState)  # type: ignore[attr-defined]
