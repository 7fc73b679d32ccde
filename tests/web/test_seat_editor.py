"""The editor of seat maps: who may open it, what it is given, and that what it saves goes out exactly."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from tests.builders import Builder, TownHall
from tests.domain.seats.plans import NEW, OLD, house
from tests.web.conftest import Client
from tests.web.forms import ORIGIN, sign_in, text_of
from tests.web.test_admin_layout import HASH

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    """A browser in which the admin is signed in."""
    web_build.admin("Olga", password_hash=HASH)
    assert (await sign_in(client, "olga")).status_code == 303
    return client


async def saved(office: Client, hall: TownHall, plan: dict[str, Any]) -> dict[str, Any]:
    """Save a new map as the editor does."""
    path = f"/api/v1/branches/{hall.branch_id}/seat-maps"
    answer = await office.post(path, json={"name": "Great Hall", "plan": plan}, headers=ORIGIN)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


async def test_a_new_house_begins_empty_with_one_category(office: Client, hall: TownHall) -> None:
    page = await text_of(office, f"/admin/branches/{hall.branch_id}/seat-maps/draw")
    (starter,) = re.findall(r'<script type="application/json" id="starter">(.*?)</script>', page)
    assert json.loads(starter)["zones"] == []
    assert len(json.loads(starter)["categories"]) == 1
    assert 'data-seat-map=""' in page


async def test_a_map_is_opened_by_its_name_with_its_ways_out(office: Client, hall: TownHall) -> None:
    made = await saved(office, hall, house(2, 4))
    page = await text_of(office, f"/admin/seat-maps/{made['id']}/edit")
    assert f'data-seat-map="{made["id"]}"' in page
    assert "Great Hall" in unescape(page)
    assert f"/api/v1/seat-maps/{made['id']}/pretix.json" in page
    assert "starter" not in page


async def test_every_form_of_the_editor_is_one_that_the_script_finds(office: Client, hall: TownHall) -> None:
    page = await text_of(office, f"/admin/branches/{hall.branch_id}/seat-maps/draw")
    forms = ("panel-rows", "panel-seats", "panel-area", "add-rows", "add-table", "add-area", "plan-basics")
    acts = ("undo", "redo", "nearer", "farther", "whole", "remove", "remove-seats", "add-category", "save")
    assert [name for name in forms if f'id="{name}"' not in page] == []
    assert [name for name in acts if f'data-do="{name}"' not in page] == []


@pytest.mark.parametrize("plan", [OLD, NEW], ids=["as older tools write", "as newer tools write"])
async def test_a_plan_from_elsewhere_that_is_opened_and_saved_goes_out_as_it_came(
    office: Client, hall: TownHall, plan: dict[str, Any]
) -> None:
    made = await saved(office, hall, plan)
    path = f"/api/v1/seat-maps/{made['id']}"
    read = await office.get(path)
    put = await office.put(
        path,
        json={"name": "Great Hall", "plan": read.json()["data"]["plan"]},
        headers={**ORIGIN, "If-Match": read.headers["etag"]},
    )
    assert put.status_code == 200, put.text
    assert (await office.get(f"{path}/pretix.json")).json() == plan


async def test_who_saves_over_what_somebody_else_has_saved_is_told(office: Client, hall: TownHall) -> None:
    made = await saved(office, hall, house(1, 2))
    path = f"/api/v1/seat-maps/{made['id']}"
    tag = (await office.get(path)).headers["etag"]
    body = {"name": "Small Hall", "plan": house(1, 3)}
    first = await office.put(path, json=body, headers={**ORIGIN, "If-Match": tag})
    second = await office.put(path, json=body, headers={**ORIGIN, "If-Match": tag})
    assert (first.status_code, second.status_code) == (200, 412)


async def test_the_editor_is_for_those_who_manage_the_branch(
    client: Client, web_build: Builder, hall: TownHall
) -> None:
    paths = (f"/admin/branches/{hall.branch_id}/seat-maps/draw", "/admin/seat-maps/nothing/edit")
    for path in paths:
        assert (await client.get(path)).status_code == 303
    web_build.agent("Ana", hall.branch_id, password_hash=HASH)
    await sign_in(client, "ana")
    for path in paths:
        assert (await client.get(path)).status_code == 403
    web_build.admin("Olga", password_hash=HASH)
    await sign_in(client, "olga")
    assert (await client.get("/admin/seat-maps/nothing/edit")).status_code == 404
