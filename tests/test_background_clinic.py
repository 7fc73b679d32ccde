"""Housekeeping of the clinic: in every branch, closed ones too, and as long as the setting says."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from nowserving.actions.clinic.records import create_record, read_record
from nowserving.actions.layout.branches import archive_branch
from nowserving.background import clinic
from nowserving.store import schema
from nowserving.store.store import Store
from tests.actions.clinic import CABINET, DAILY
from tests.builders import Builder
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

DAY_S = 24 * 3600
ANA = {"name": "Ana Ruiz", "birth_date": "1954-03-01", "phone": "+34600123456"}


@pytest.fixture
async def record_ids(store: Store, build: Builder) -> list[str]:
    """A patient in each of two branches; the second branch is closed for good since."""
    branch_ids = [build.branch(name) for name in ("Surgery", "Old surgery")]
    found = [
        (await store.write(create_record, branch_id=one, cabinet=CABINET, given=ANA)).id for one in branch_ids
    ]
    await store.write(archive_branch, branch_id=branch_ids[-1])
    return found


async def kept(store: Store) -> int:
    """Return how many records can still be read."""
    table = schema.records
    return await store.read(
        lambda reader: int(
            reader.execute(select(func.count()).where(table.c.erased_at.is_(None))).scalar_one()
        )
    )


async def test_records_that_have_had_their_time_are_erased_in_every_branch(
    store: Store, clock: Clock, record_ids: list[str]
) -> None:
    clock.advance(99 * DAY_S)
    await clinic.forget(store, 100)
    assert await kept(store) == len(record_ids)
    clock.advance(2 * DAY_S)
    await clinic.forget(store, 100)
    assert await kept(store) == 0
    canary = await store.read(lambda reader: list(reader.execute(select(schema.records.c.sealed)).scalars()))
    assert canary == ["", ""]


async def test_a_clinic_that_sets_no_limit_keeps_its_records(
    store: Store, clock: Clock, record_ids: list[str]
) -> None:
    clock.advance(3650 * DAY_S)
    await clinic.forget(store, 0)
    assert await kept(store) == len(record_ids)


async def test_who_has_looked_is_forgotten_after_six_years(
    store: Store, clock: Clock, record_ids: list[str]
) -> None:
    await store.write(read_record, record_id=record_ids[0], cabinet=CABINET, reading=DAILY)

    async def reads() -> int:
        return await store.read(
            lambda reader: int(
                reader.execute(select(func.count()).select_from(schema.record_reads)).scalar_one()
            )
        )

    clock.advance(5 * 366 * DAY_S)
    await clinic.forget(store, 0)
    assert await reads() == 1
    clock.advance(2 * 366 * DAY_S)
    await clinic.forget(store, 0)
    assert await reads() == 0
