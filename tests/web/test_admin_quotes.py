"""Our own hit rate, in the product: what guests were told against how long they waited."""

from __future__ import annotations

import csv
import io

import pytest

from nowserving.store import schema
from nowserving.web.gate.passwords import hash_now
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Client
from tests.web.forms import sign_in, text_of

pytestmark = pytest.mark.anyio
HASH = hash_now(PASSWORD)
DAY_US = 24 * 60 * 60 * 1_000_000


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    """A browser in which the admin is signed in."""
    web_build.admin("Olga", password_hash=HASH)
    assert (await sign_in(client, "olga")).status_code == 303
    return client


@pytest.fixture
def waits(web_build: Builder, hall: TownHall, wall: Clock) -> None:
    """Three of four waits lay in the range, and a fortnight ago one that did not."""
    ten_days_ago = wall() - 10 * DAY_US
    for n, (waited_s, at) in enumerate(
        [(400, wall()), (500, wall()), (550, wall()), (1500, wall()), (9000, ten_days_ago)]
    ):
        web_build.insert(
            schema.tickets,
            key=f"k{n}",
            code=f"P-{n}",
            number=n + 1,
            state="done",
            rank=n,
            branch_id=hall.branch_id,
            queue_id=hall.passports,
            number_queue_id=hall.passports,
            service_day="2026-11-23" if at == wall() else "2026-11-13",
            joined_at=at - 2 * 3600 * 1_000_000 * 2,
            since_at=at,
            ended_at=at,
            called_at=at - 2 * 3600 * 1_000_000 * 2 + waited_s * 1_000_000,
            quoted_low_s=300,
            quoted_high_s=900,
        )


async def test_the_admin_sees_quoted_against_waited(waits: None, office: Client, hall: TownHall) -> None:
    page = await text_of(office, f"/admin/branches/{hall.branch_id}/quotes")
    assert "75 %" in page
    assert "Passports" in page
    assert "2026-11-23" in page
    assert "2026-11-13" not in page


async def test_a_month_shows_more_than_a_week(waits: None, office: Client, hall: TownHall) -> None:
    page = await text_of(office, f"/admin/branches/{hall.branch_id}/quotes?days=30")
    assert "60 %" in page
    assert "2026-11-13" in page


async def test_without_quotes_it_says_when_there_will_be_some(office: Client, hall: TownHall) -> None:
    assert "No quotes yet" in await text_of(office, f"/admin/branches/{hall.branch_id}/quotes")


async def test_the_table_has_a_row_for_each_queue_and_day(
    waits: None, office: Client, web_build: Builder, hall: TownHall
) -> None:
    answer = await office.get(f"/admin/branches/{hall.branch_id}/quotes.csv?days=30")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["day"], row["quotes"], row["held"], row["longer"]) for row in rows] == [
        ("2026-11-23", "4", "3", "1"),
        ("2026-11-13", "1", "0", "1"),
    ]


async def test_programs_read_the_same(waits: None, client: Client, hall: TownHall) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/quotes"
    answer = await client.get(path, headers=client.as_("admin"))
    assert answer.json()["data"] == [
        {
            "queue_id": hall.passports,
            "day": "2026-11-23",
            "quotes": 4,
            "held": 3,
            "longer": 1,
            "mean_error_s": 312.5,
            "mean_waited_s": 737.5,
        }
    ]
    month = await client.get(f"{path}?days=30", headers=client.as_("admin"))
    assert len(month.json()["data"]) == 2


@pytest.mark.parametrize("role", ["kiosk", "display"])
async def test_quotes_are_nobody_elses_business(client: Client, hall: TownHall, role: str) -> None:
    answer = await client.get(f"/api/v1/branches/{hall.branch_id}/quotes", headers=client.as_(role))
    assert answer.status_code == 403


async def test_a_ticket_says_what_its_guest_was_told(
    client: Client, web_build: Builder, hall: TownHall
) -> None:
    rules = {"rules": {"expected_service_s": 300}}
    path = f"/api/v1/queues/{hall.passports}"
    etag = (await client.get(path, headers=client.as_("admin"))).headers["etag"]
    edited = await client.patch(path, json=rules, headers={**client.as_("admin"), "If-Match": etag})
    assert edited.status_code == 200
    await client.post(f"{path}/tickets", headers=client.as_("kiosk"))
    made = (await client.post(f"{path}/tickets", headers=client.as_("kiosk"))).json()["data"]
    again = (await client.get(f"/api/v1/tickets/{made['key']}")).json()["data"]
    assert made["quoted"] is not None
    assert made["quoted"] == made["estimate"] == again["quoted"]
