"""Every list and every page asks the database as much with many rows as with few: no route has an N+1.

The routes are those of the application itself, so a new one without a row in the table fails here.
"""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pytest

from nowserving.actions.layout.branches import add_closure, create_branch
from nowserving.actions.layout.departments import create_department
from nowserving.actions.layout.desks import create_desk, edit_desk
from nowserving.actions.layout.queues import create_queue
from nowserving.actions.people.api_keys import create_api_key
from nowserving.actions.reservations.booking import reserve
from nowserving.actions.reservations.rosters import add_absence, set_special_day
from nowserving.actions.reservations.services import create_service
from nowserving.actions.tickets.joining import join
from nowserving.domain.tickets.rules import Admission, QueueRules
from nowserving.store import layout, schema
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.slots import next_free
from nowserving.store.store import Store
from nowserving.web import api, pages
from nowserving.web.house import House
from nowserving.web.routers import routers_in
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import Client, serving
from tests.web.routes_read import (
    ELSEWHERE,
    LISTS,
    PLACES,
    QUERIES,
    SINGLE,
    STRANGERS,
    THERE,
    A,
)

# Whoever runs first builds the site for all: on a busy machine that takes its time.
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
COOKIE = "cookie-of-the-head"
TOKEN = "token-of-the-metrics"
MORE = 6
_DAY_US = 86_400_000_000
# Tomorrow morning, whatever time it is: late in the evening hardly any slot is left of the day.
NOW_US = (time.time_ns() // 1000 // _DAY_US + 1) * _DAY_US + 8 * 3_600_000_000 + 60_000_000

_TABLES = QueueRules(
    admission=Admission.AUTOMATIC, capacity=5, ask_name=True, ask_party=True, ignore_hours=True
)
_counting: ContextVar[Counter[str] | None] = ContextVar("_counting", default=None)


def routes() -> Iterator[str]:
    """Yield the path of everything that can be read."""
    for prefix, package in ((A, api), ("", pages)):
        for router in routers_in(package):
            yield from (prefix + one.path for one in router.routes if "GET" in one.methods)  # type: ignore[attr-defined]


def test_every_route_that_reads_stands_in_one_of_the_tables() -> None:
    assert sorted(routes()) == sorted([*LISTS, *SINGLE, *ELSEWHERE])


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count what is asked of the store on behalf of this task; the background is another."""
    found: Counter[str] = Counter()
    read, write = Store.read, Store.write

    async def reading(store: Store, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        counts = _counting.get()

        def asked(reader: Reader) -> Any:
            try:
                return query(reader, *args, **kwargs)
            finally:
                if counts is not None:
                    counts["statements"] += reader.statements

        return await read(store, asked)

    async def writing(store: Store, verb: Callable[..., Any], **arguments: Any) -> Any:
        counts = _counting.get()
        if counts is not None:
            counts["writes"] += 1
        return await write(store, verb, **arguments)

    token = _counting.set(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "read", reading)
        patch.setattr(Store, "write", writing)
        yield found
    _counting.reset(token)


class Site:
    """A server, whoever runs the house before it, and how much its routes ask the database."""

    def __init__(self, house: House, client: Client, build: Builder) -> None:
        self.house, self.client, self.build = house, client, build
        self.key = ""
        self.there: dict[str, str] = {}
        self.served = ["passports"]

    async def get(self, route: str) -> tuple[Counter[str], str]:
        """Return what a route asks the database once its caller is known, and what it answers."""
        await self._answer(route)
        with counted() as counts:
            text = await self._answer(route)
        return counts, text

    async def _answer(self, route: str) -> str:
        places = {**PLACES, "key": self.key, **self.there, **THERE.get(route, {}), **self._own(route)}
        path = route.format(**places) + QUERIES.get(route, "")
        headers = {} if route in STRANGERS else {"Cookie": f"ns_signin={COOKIE}"}
        if route == "/metrics":
            headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = await self.client.get(path, headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.text

    def _own(self, route: str) -> dict[str, str]:
        """Return whose key a route means, where it is not a waiting ticket's of the town hall."""
        kinds = {
            "r": "reservation_key",
            "agenda": "reservation_key",
            "s": "standby_key",
            "stand": "party_key",
        }
        kind = kinds.get(route.split("/")[1])
        return {"key": self.there[kind]} if kind else {}

    async def grow(self, numbers: range) -> None:
        """Add something of every kind for each number."""
        write = self.house.store.write
        for n in numbers:
            hours = {"weekly": {"mon": [["09:00", "17:00"]]}, "day_starts_at": "00:00"}
            await write(create_branch, name=f"Branch {n}", time_zone="Europe/Madrid", hours=hours)
            await write(create_department, branch_id="town-hall", name=f"Department {n}")
            queue = await write(
                create_queue, branch_id="town-hall", name=f"Queue {n}", prefix=ascii_uppercase[2 + n]
            )
            self.served.append(queue.id)
            await write(create_desk, branch_id="town-hall", name=f"Counter {n}", queue_ids=self.served)
            await write(edit_desk, desk_id="desk-1", changes={"queue_ids": self.served})
            await write(create_api_key, name=f"Program {n}", role="agent", branch_id="town-hall")
            day = f"2030-01-{n % 28 + 1:02}"
            await write(add_closure, branch_id="town-hall", starts_on=day, ends_on=day, reason="Holiday")
            made = await write(join, queue_id="passports")
            party = await write(join, queue_id="tables", name=f"Party {n}")
            await self._promise(n, party.ticket.key)
            self.key = self.key or made.ticket.key
            self._insert(n)
        await self.house.relay.settled()

    async def _promise(self, n: int, party_key: str) -> None:
        """Add a service of the first desk, a reservation, a place in its waiting list, and special days."""
        write, day_us = self.house.store.write, _DAY_US
        service = await write(
            create_service,
            branch_id="town-hall",
            queue_id="passports",
            name=f"Service {n}",
            duration_s=1800,
            desk_ids=["desk-1"],
        )
        await write(set_special_day, branch_id="town-hall", on_date=f"2031-02-{n % 28 + 1:02}")
        far_us = 2_000_000_000_000_000 + n * day_us
        absence = await write(add_absence, desk_id="desk-1", from_at=far_us, to_at=far_us + day_us)
        free = await self.house.store.read(
            next_free, service.id, self.house.store.clock(), now=self.house.store.clock()
        )
        assert free is not None
        kept = await write(reserve, service_id=service.id, start_at=free.start_at, name=f"Guest {n}")
        wait = {"service_id": service.id, "branch_id": "town-hall", "state": "waiting", "created_at": 1}
        self.build.insert(
            schema.standbys,
            key=f"standby-of-a-guest-{n:03}",
            **wait,
            from_at=free.start_at,
            to_at=free.end_at,
        )
        names = ("service_id", "absence_id", "reservation_key", "standby_key", "party_key")
        found = (service.id, absence.id, kept.key, f"standby-of-a-guest-{n:03}", party_key)
        self.there = self.there or dict(zip(names, found, strict=True))

    def _insert(self, n: int) -> None:
        """Add what no screen follows: people, devices, closures with a known id, sign-ins."""
        now = NOW_US
        self.build.agent(f"Agent {n}", "town-hall")
        if n == 0:
            closure = {"starts_on": "2031-01-01", "ends_on": "2031-01-01"}
            self.build.insert(schema.closures, id="closure-0", branch_id="town-hall", **closure)
        device = {"branch_id": "town-hall", "kind": "kiosk", "name": f"Kiosk {n}", "token_hash": f"none-{n}"}
        self.build.insert(schema.devices, id=f"device-{n}", **device, paired_at=now, seen_at=now)
        message = {"branch_id": "town-hall", "kind": "turn", "occasion": n, "state": "failed", "due_at": now}
        self.build.insert(schema.messages, id=f"message-{n}", **message, created_at=now)
        self.build.insert(
            schema.tickets,
            key=f"quoted-{n}",
            code=f"Q-{n}",
            number=9000 + n,
            state="done",
            rank=1,
            branch_id="town-hall",
            queue_id="passports",
            number_queue_id="passports",
            service_day=f"2029-01-{n % 28 + 1:02}",
            joined_at=now - 600_000_000,
            since_at=now,
            called_at=now - 60_000_000,
            ended_at=now,
            quoted_low_s=300,
            quoted_high_s=900,
        )
        sign_in = sha256(f"{COOKIE}{n or ''}".encode()).hexdigest()
        self.build.insert(
            schema.sign_ins,
            token_hash=sign_in,
            staff_id="olga-admin",
            credential_version=1,
            created_at=now,
            seen_at=now,
            expires_at=now + 3_600_000_000,
        )


@asynccontextmanager
async def site_of(folder: Path, template: Path) -> AsyncIterator[Site]:
    """Serve a town hall with one thing of every kind."""
    shutil.copyfile(template, folder / "nowserving.sqlite3")
    url = f"sqlite:///{folder / 'nowserving.sqlite3'}"
    build = Builder(url)
    build.admin()
    build.town_hall()
    build.queue("Tables", "town-hall", prefix="TT", rules=_TABLES)
    build.api_key("Admin", "nsk_the-first-of-them")
    clock = Clock(NOW_US)
    async with serving(url, folder / "data", clock, metrics_token=TOKEN) as (house, client):
        site = Site(house, client, build)
        await site.grow(range(1))
        yield site
    build.close()


@pytest.fixture(scope="module")
async def measured(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> dict[str, list[tuple[Counter[str], str]]]:
    """For each route what it asks and answers with few rows, and with many."""
    found: dict[str, list[tuple[Counter[str], str]]] = {}
    async with site_of(tmp_path_factory.mktemp("counted"), sqlite_template) as site:
        for numbers in (range(1, 2), range(2, 2 + MORE)):
            await site.grow(numbers)
            for route in sorted(LISTS | SINGLE):
                found.setdefault(route, []).append(await site.get(route))
    return found


@pytest.mark.parametrize("route", sorted(LISTS | SINGLE))
async def test_a_route_asks_as_much_with_many_rows_as_with_few(
    measured: dict[str, list[tuple[Counter[str], str]]], route: str
) -> None:
    (few, _), (many, _) = measured[route]

    assert few == many


@pytest.mark.parametrize("route", sorted(LISTS))
async def test_a_list_really_has_more_rows(
    measured: dict[str, list[tuple[Counter[str], str]]], route: str
) -> None:
    (_, few), (_, many) = measured[route]

    assert _words(many) > _words(few)


async def test_a_read_for_each_row_is_seen(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a list that asks once more for each of its rows is caught."""
    listed = layout.branches

    def one_by_one(reader: Any, ids: Any) -> list[Any]:
        return [layout.branch(reader, branch.id) for branch in listed(reader, ids)]

    monkeypatch.setattr(layout, "branches", one_by_one)
    async with site_of(tmp_path, sqlite_template) as site:
        few, _ = await site.get("/api/v1/branches")
        await site.grow(range(1, 3))
        many, _ = await site.get("/api/v1/branches")

    assert many["statements"] == few["statements"] + 2


def _words(text: str) -> int:
    return len(re.findall(r"\w+", text))
