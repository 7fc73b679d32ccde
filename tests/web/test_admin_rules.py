"""Rules that contradict each other, and sizes that never fit, in the form of a queue."""

from __future__ import annotations

import pytest

from nowserving.web.gate.passwords import hash_now
from tests.builders import Builder, TownHall
from tests.web.conftest import PASSWORD, Client
from tests.web.forms import refusal_of, send, sign_in, text_of, was_told
from tests.web.test_admin_layout import QUEUE

pytestmark = pytest.mark.anyio
HASH = hash_now(PASSWORD)


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    """A browser in which the admin is signed in."""
    web_build.admin("Olga", password_hash=HASH)
    assert (await sign_in(client, "olga")).status_code == 303
    return client


NO_LIMIT = {"rules__service_limit_s": "", "rules__service_limit_by_party__1__0": ""}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rules__check_in_window_s": ""}, "rules-rejoin_grace_s"),
        ({"rules__overstay": "free", **NO_LIMIT}, "rules-overstay"),
    ],
)
async def test_a_contradiction_is_told_beside_its_field_and_at_the_top(
    office: Client, hall: TownHall, given: dict[str, str], field: str
) -> None:
    refused = await send(office, f"/admin/branches/{hall.branch_id}/queues/new", **{**QUEUE, **given})
    assert refused.status_code == 422
    assert refusal_of(refused.text, field) != ""
    assert f'href="#{field}"' in refused.text.split("data-refusals")[1].split("</ul>")[0]


async def test_a_box_that_has_to_be_ticked_says_so_beside_it(office: Client, hall: TownHall) -> None:
    unasked = {name: value for name, value in QUEUE.items() if name != "rules__ask_party"}
    refused = await send(office, f"/admin/branches/{hall.branch_id}/queues/new", **unasked)
    assert refused.status_code == 422
    assert "asked how many they are" in refusal_of(refused.text, "rules-ask_party")


async def test_a_largest_party_that_can_not_fit_is_pointed_out(office: Client, hall: TownHall) -> None:
    path = f"/admin/queues/{hall.passports}"
    roomy = {**QUEUE, "prefix": "A"}
    assert was_told(await send(office, path, **roomy), "saved")
    assert "guests can join with so many people at most" not in await text_of(office, path)
    tight = {**roomy, "rules__max_party": "12", "edited": "2"}
    assert was_told(await send(office, path, **tight), "saved")
    assert "The capacity is 10" in await text_of(office, path)
