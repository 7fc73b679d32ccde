"""Who asks for tickets that do not exist is refused before the database is asked; real ones never count."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import cancel
from nowserving.store.store import Store
from nowserving.web.house import House
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving

pytestmark = pytest.mark.anyio
MOST = 3
NOBODYS = "nobody-has-this-key-00"
ADDRESSES = [f"/api/v1/tickets/{NOBODYS}", f"/t/{NOBODYS}"]


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock
) -> AsyncIterator[tuple[House, Client]]:
    limits = {"limit_unknown": f"{MOST} per minute", "trusted_proxies": "127.0.0.1"}
    async with serving(sqlite_url, tmp_path / "data", wall, **limits) as found:
        yield found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the database, by name."""
    asked: list[str] = []
    read = Store.read

    async def noted(store: Store, query: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(query.__name__)
        return await read(store, query, *args, **kwargs)

    monkeypatch.setattr(Store, "read", noted)
    return asked


@pytest.mark.parametrize("path", ADDRESSES)
async def test_an_unknown_key_is_read_so_often_and_no_more(
    site: tuple[House, Client], reads: list[str], path: str
) -> None:
    _, client = site
    codes = [(await client.get(path)).status_code for _ in range(MOST + 2)]

    assert codes == [404] * MOST + [429] * 2
    assert reads.count("ticket_by_key") == MOST


async def test_it_is_one_count_for_the_page_and_the_api(site: tuple[House, Client]) -> None:
    _, client = site
    codes = [(await client.get(ADDRESSES[n % 2])).status_code for n in range(MOST + 1)]

    assert codes == [404] * MOST + [429]


async def test_an_unknown_queue_is_looked_for_so_often_and_no_more(
    site: tuple[House, Client], reads: list[str]
) -> None:
    _, client = site
    codes = [(await client.post("/api/v1/queues/nowhere/tickets")).status_code for _ in range(MOST + 1)]

    assert codes == [404] * MOST + [429]
    assert reads.count("branch_of") == MOST


async def test_what_is_no_key_at_all_costs_nothing_and_counts_for_nothing(
    site: tuple[House, Client], reads: list[str]
) -> None:
    _, client = site
    codes = {(await client.get("/api/v1/tickets/n!o")).status_code for _ in range(MOST + 2)}

    assert codes == {404}
    assert reads == []


async def test_a_hall_reads_its_own_tickets_as_often_as_it_likes(
    site: tuple[House, Client], hall: TownHall
) -> None:
    """Hundreds of phones may stand behind one address, and an ended ticket is read from the database."""
    house, client = site
    ended = (await house.store.write(join, queue_id=hall.passports)).ticket.key
    await house.store.write(cancel, key=ended)
    waiting = (await house.store.write(join, queue_id=hall.passports)).ticket.key
    codes = [
        (await client.get(path.replace(NOBODYS, key))).status_code
        for _ in range(MOST + 1)
        for path in ADDRESSES
        for key in (ended, waiting)
    ]

    assert set(codes) == {200}


async def test_a_guest_with_an_open_ticket_sees_nothing_of_a_neighbour_who_guesses(
    site: tuple[House, Client], hall: TownHall
) -> None:
    house, client = site
    waiting = (await house.store.write(join, queue_id=hall.passports)).ticket.key
    for _ in range(MOST):
        await client.get(ADDRESSES[0])
    guessed = await client.get(ADDRESSES[0])

    assert guessed.status_code == 429
    assert guessed.headers["retry-after"]
    assert [(await client.get(path.replace(NOBODYS, waiting))).status_code for path in ADDRESSES] == [
        200,
        200,
    ]


async def test_each_address_has_its_own_count(site: tuple[House, Client]) -> None:
    _, client = site
    for _ in range(MOST + 1):
        await client.get(ADDRESSES[0], headers={"X-Forwarded-For": "192.0.2.1"})
    codes = {
        address: (await client.get(ADDRESSES[0], headers={"X-Forwarded-For": address})).status_code
        for address in ("192.0.2.1", "192.0.2.2")
    }

    assert codes == {"192.0.2.1": 429, "192.0.2.2": 404}


@pytest.mark.parametrize("path", ["streams", "snapshots"])
async def test_a_stream_of_an_unknown_ticket_counts_as_any_other_look(
    site: tuple[House, Client], reads: list[str], path: str
) -> None:
    """What is open is in memory, but one that has ended may come back: the database knows it."""
    _, client = site
    asked = f"/api/v1/{path}?topic=ticket:{NOBODYS}"
    codes = [(await client.get(asked)).status_code for _ in range(MOST + 2)]

    assert codes == [404] * MOST + [429] * 2
    assert reads.count("ticket_by_key") == MOST
