"""What is kept to answer an Idempotency-Key again: nothing personal, of neither the answer nor the body."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from nowserving.actions.guests.erasing import erase_guest
from nowserving.actions.tickets.joining import join
from nowserving.store import schema
from nowserving.web.house import House
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving
from tests.web.hall import API

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house_and_client(
    sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock
) -> AsyncIterator[tuple[House, Client]]:
    async with serving(sqlite_url, tmp_path / "data", wall) as found:
        yield found


async def test_a_kept_answer_has_no_name_and_no_note_once_they_are_erased(
    house_and_client: tuple[House, Client], hall: TownHall
) -> None:
    """The row is the only place where they stand: the answer that a key replays is no second one."""
    house, client = house_and_client
    path = f"{API}/desks/{hall.desk_1}/call-next"
    headers = {**client.as_("agent"), "Idempotency-Key": "one press"}
    note = "Asha, in a wheelchair"
    key = (await house.store.write(join, queue_id=hall.passports, note=note)).ticket.key

    first = await client.post(path, headers=headers)
    again = await client.post(path, headers=headers)
    assert first.json()["data"]["ticket"]["note"] == note
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"

    await house.store.write(erase_guest, key=key)
    rows = await house.store.read(lambda reader: list(reader.execute(select(schema.replies.c.body))))
    assert len(rows) == 1
    assert "Asha" not in str(rows)
    erased = await client.post(path, headers=headers)
    assert erased.json()["data"]["ticket"]["note"] is None


async def test_what_is_kept_of_a_body_does_not_help_to_guess_the_number_in_it(
    house_and_client: tuple[House, Client], hall: TownHall
) -> None:
    house, client = house_and_client
    given = {"party_size": 1}
    headers = {**client.as_("agent"), "Idempotency-Key": "one press"}
    await client.post(f"{API}/queues/{hall.passports}/tickets", json=given, headers=headers)

    rows = await house.store.read(lambda reader: list(reader.execute(select(schema.replies.c.body_hash))))
    guessed = sha256(msgspec.json.encode(sorted(given.items()))).hexdigest()
    assert len(rows) == 1
    assert guessed != rows[0][0]
