"""The poster of a queue and of a branch: the address in a code and in clear, in the languages of a house."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.domain.tickets.rules import QueueRules
from nowserving.web.looks.qr import qr_svg
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving
from tests.web.forms import send, text_of

pytestmark = pytest.mark.anyio
BASE = "https://wait.example.org"


@pytest.fixture
def payments(web_build: Builder, hall: TownHall) -> str:
    rules = QueueRules(remote_join=True, public_name="Cash desk")
    return web_build.queue("Payments", hall.branch_id, prefix="P", rules=rules)


@pytest.fixture
async def admin(
    sqlite_url: str, tmp_path: Path, hall: TownHall, payments: str, wall: Clock
) -> AsyncIterator[Client]:
    async with serving(sqlite_url, tmp_path / "data", wall, base_url=BASE) as (_, client):
        client.headers.update({"Host": "wait.example.org", **client.as_("admin")})
        yield client


async def test_a_queues_poster_says_its_public_name_and_its_address(admin: Client, payments: str) -> None:
    page = await text_of(admin, f"/admin/queues/{payments}/poster")

    assert "Cash desk" in page
    assert "Payments" not in page
    assert "Town Hall" in page
    assert f"wait.example.org/q/{payments}<" in page
    assert f'src="/q/{payments}/qr.svg"' in page


async def test_who_chooses_alone_reads_the_queues_own_name(
    admin: Client, hall: TownHall, payments: str
) -> None:
    """On the phone and at the kiosk a neutral name would leave them guessing; walls and tickets say it."""
    choice = await text_of(admin, f"/b/{hall.branch_id}")
    join = await text_of(admin, f"/q/{payments}")
    kiosk = (await admin.get(f"/api/v1/snapshots?topic=kiosk:{hall.branch_id}")).text
    assert "Payments" in choice
    assert "Cash desk" not in choice
    assert "Payments" in join
    assert "On screens and tickets: Cash desk" in join
    assert '"name":"Payments"' in kiosk

    ticket = await send(admin, f"/q/{payments}")
    page = await text_of(admin, ticket.headers["location"])
    assert "Cash desk" in page
    assert "Payments" not in page


async def test_a_branchs_poster_leads_to_the_choice_of_its_queues(admin: Client, hall: TownHall) -> None:
    page = await text_of(admin, f"/admin/branches/{hall.branch_id}/poster?paper=a5")

    assert f"wait.example.org/b/{hall.branch_id}<" in page
    assert "poster-a5.css" in page


@pytest.mark.parametrize("kind", ["q", "b"])
async def test_the_code_holds_the_public_address(admin: Client, payments: str, kind: str) -> None:
    """It needs no sign-in: it tells nothing that the address doesn't."""
    admin.headers.pop("X-API-Key")
    answer = await admin.get(f"/{kind}/{payments}/qr.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.content == qr_svg(f"{BASE}/{kind}/{payments}")
    assert (await admin.get(f"/{kind}/n!o/qr.svg")).status_code == 404


async def test_the_steps_are_said_in_every_language_of_the_house(admin: Client, payments: str) -> None:
    page = await text_of(admin, f"/admin/queues/{payments}/poster")
    steps = re.search(r'<ol class="poster__steps">.*?</ol>', page, re.DOTALL)

    assert steps
    assert re.findall(r'lang="(\w+)"', steps[0]) == ["en", "hi", "es", "ar"] * 3
    assert len(set(re.findall(r'lang="\w+" dir="\w+">([^<]+)<', steps[0]))) == 12


async def test_a_queue_that_phones_can_not_join_says_so_beside_its_poster(
    admin: Client, hall: TownHall, payments: str
) -> None:
    warning = "Nobody can join by phone yet"
    assert warning in await text_of(admin, f"/admin/queues/{hall.passports}/poster")
    assert warning not in await text_of(admin, f"/admin/queues/{payments}/poster")


@pytest.mark.parametrize("role", ["agent", "kiosk"])
async def test_posters_are_for_who_manages_the_branch(admin: Client, payments: str, role: str) -> None:
    admin.headers.update(admin.as_(role))
    assert (await admin.get(f"/admin/queues/{payments}/poster")).status_code in (303, 403)


async def test_the_pages_of_the_back_office_lead_to_the_posters(
    admin: Client, hall: TownHall, payments: str
) -> None:
    queue = await text_of(admin, f"/admin/queues/{payments}")
    queues = await text_of(admin, f"/admin/branches/{hall.branch_id}/queues")

    assert f'href="/admin/queues/{payments}/poster"' in queue
    assert f'href="/admin/branches/{hall.branch_id}/poster"' in queues
