"""Records as rows: sealed, found by the hashes of their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import record_words, records

Source = Reader | Tx


class SealedRecord(NamedTuple):
    """A record as it is stored."""

    id: str
    branch_id: str
    sealed: str
    edited: int
    created_at: int


_COLUMNS = (
    records.c.id,
    records.c.branch_id,
    records.c.sealed,
    records.c.edited,
    records.c.created_at,
)


def insert_record(tx: Tx, record: SealedRecord, hashes: Iterable[str]) -> None:
    """Insert a record and the hashes of its words."""
    tx.execute(insert(records).values(record._asdict()))
    set_words(tx, record.id, hashes)


def set_words(tx: Tx, record_id: str, hashes: Iterable[str]) -> None:
    """Let a record be found by these hashes and no others."""
    tx.execute(delete(record_words).where(record_words.c.record_id == record_id))
    rows = [{"word_hash": one, "record_id": record_id} for one in sorted(set(hashes))]
    if rows:
        tx.execute(insert(record_words), rows)


def record_by_id(source: Source, record_id: str) -> SealedRecord | None:
    """Return a record that has not been erased, or None."""
    which = (records.c.id == record_id, records.c.erased_at.is_(None))
    row = source.execute(select(*_COLUMNS).where(*which)).first()
    return SealedRecord._make(row) if row else None


def records_by_ids(source: Source, record_ids: Sequence[str]) -> dict[str, SealedRecord]:
    """Return the records with these ids that have not been erased, by id."""
    which = (records.c.id.in_(record_ids), records.c.erased_at.is_(None))
    found = source.execute(select(*_COLUMNS).where(*which))
    return {row.id: SealedRecord._make(row) for row in found}


def records_with(
    source: Source, branch_id: str, asked: Sequence[Sequence[str]], most: int
) -> list[SealedRecord]:
    """Return up to `most` records of a branch that have one hash of each set, the latest first."""
    query = select(*_COLUMNS).where(records.c.branch_id == branch_id, records.c.erased_at.is_(None))
    for hashes in asked:
        has = select(record_words.c.record_id).where(record_words.c.word_hash.in_(hashes))
        query = query.where(records.c.id.in_(has))
    found = source.execute(query.order_by(records.c.created_at.desc(), records.c.id).limit(most))
    return [SealedRecord._make(row) for row in found]


def sealed_otherwise(source: Source, branch_id: str, newest: str, most: int) -> list[Any]:
    """Return up to `most` records of a branch that another key than the newest has sealed."""
    which = (
        records.c.branch_id == branch_id,
        records.c.erased_at.is_(None),
        records.c.sealed.not_like(f"{newest}.%"),
    )
    return [SealedRecord._make(row) for row in source.execute(select(*_COLUMNS).where(*which).limit(most))]
