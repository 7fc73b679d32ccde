from __future__ import annotations

from sqlalchemy import select

from nowserving.store import schema
from nowserving.store.reader import Reader
from nowserving.store.store import Store


def test_a_new_database_has_an_organisation(store: Store) -> None:
    def organisation_id(reader: Reader) -> str:
        return str(reader.execute(select(schema.organisations.c.id)).scalar_one())

    assert store.read_now(organisation_id) == "organisation"
