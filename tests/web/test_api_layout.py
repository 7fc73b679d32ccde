"""Branches, departments, queues and desks over the API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.builders import TownHall
from tests.web.conftest import Client

pytestmark = pytest.mark.anyio
NINE_TO_FIVE = {"weekly": {"mon": [["09:00", "17:00"]]}, "day_starts_at": "00:00"}


async def test_an_admin_sees_every_branch_and_an_agent_their_own(client: Client, hall: TownHall) -> None:
    every = await client.get("/api/v1/branches", headers=client.as_("admin"))
    own = await client.get("/api/v1/branches", headers=client.as_("agent"))
    assert [branch["name"] for branch in every.json()["data"]] == ["Library", "Town Hall"]
    assert [branch["id"] for branch in own.json()["data"]] == [hall.branch_id]
    assert own.json()["next"] is None


async def test_a_branch_is_made_read_edited_and_archived(client: Client) -> None:
    given = {"name": "Annex", "time_zone": "Europe/Madrid", "hours": NINE_TO_FIVE}
    made = await client.post("/api/v1/branches", json=given, headers=client.as_("admin"))
    assert made.status_code == 201
    path = f"/api/v1/branches/{made.json()['data']['id']}"
    read = await client.get(path, headers=client.as_("admin"))
    assert read.json()["data"]["hours"]["weekly"]["mon"] == [["09:00", "17:00"]]
    assert read.headers["etag"] == '"1"'
    edit = {"name": "Annexe", "screens": {"ticker": "Hello"}}
    headers = {**client.as_("admin"), "If-Match": '"1"'}
    edited = await client.patch(path, json=edit, headers=headers)
    assert (edited.json()["data"]["name"], edited.headers["etag"]) == ("Annexe", '"2"')
    again = await client.patch(path, json=edit, headers=headers)
    assert (again.status_code, again.json()["code"]) == (412, "stale")
    gone = await client.delete(path, headers=client.as_("admin"))
    assert gone.json()["data"]["archived_at"].endswith("Z")


async def test_a_whole_branch_comes_in_one_answer(client: Client, hall: TownHall) -> None:
    found = await client.get(f"/api/v1/branches/{hall.branch_id}/layout", headers=client.as_("kiosk"))
    data = found.json()["data"]
    assert [queue["prefix"] for queue in data["queues"]] == ["B", "A"]
    assert data["desks"][0]["queue_ids"] == list(hall.queue_ids)
    assert data["departments"][0]["name"] == "Citizens"


async def test_a_closure_is_added_and_taken_back(client: Client, hall: TownHall) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/closures"
    given = {"starts_on": "2026-12-24", "ends_on": "2026-12-26", "reason": "Christmas"}
    made = await client.post(path, json=given, headers=client.as_("admin"))
    assert made.status_code == 201
    listed = await client.get(path, headers=client.as_("agent"))
    assert listed.json()["data"] == [made.json()["data"]]
    gone = await client.delete(f"/api/v1/closures/{made.json()['data']['id']}", headers=client.as_("admin"))
    assert gone.status_code == 200
    assert (await client.get(path, headers=client.as_("agent"))).json()["data"] == []


async def test_departments_are_made_renamed_ordered_and_archived(client: Client, hall: TownHall) -> None:
    path, admin = f"/api/v1/branches/{hall.branch_id}/departments", client.as_("admin")
    made = (await client.post(path, json={"name": "Traffic"}, headers=admin)).json()["data"]
    named = await client.patch(f"/api/v1/departments/{made['id']}", json={"name": "Cars"}, headers=admin)
    assert (named.json()["data"]["name"], named.headers["etag"]) == ("Cars", '"2"')
    order = {"department_ids": [made["id"], hall.department_id]}
    ordered = await client.put(f"{path}/order", json=order, headers=admin)
    assert [one["id"] for one in ordered.json()["data"]] == order["department_ids"]
    gone = await client.delete(f"/api/v1/departments/{made['id']}", headers=admin)
    assert gone.json()["data"]["archived_at"]
    busy = await client.delete(f"/api/v1/departments/{hall.department_id}", headers=admin)
    assert (busy.status_code, busy.json()["code"]) == (409, "not_empty")


async def test_queues_are_made_edited_paused_ordered_and_archived(client: Client, hall: TownHall) -> None:
    path, admin = f"/api/v1/branches/{hall.branch_id}/queues", client.as_("admin")
    given = {"name": "Parking", "prefix": "P", "rules": {"max_waiting": 5}}
    made = (await client.post(path, json=given, headers=admin)).json()["data"]
    assert made["rules"]["max_waiting"] == 5
    own = f"/api/v1/queues/{made['id']}"
    edited = await client.patch(own, json={"rules": {"ask_name": True}}, headers={**admin, "If-Match": "*"})
    assert edited.json()["data"]["rules"]["max_waiting"] == 5
    assert edited.json()["data"]["rules"]["ask_name"] is True
    assert (await client.post(f"{own}/pause", headers=admin)).json()["data"]["paused_at"]
    assert (await client.post(f"{own}/resume", headers=admin)).json()["data"]["paused_at"] is None
    order = {"queue_ids": [made["id"], hall.passports, hall.licences]}
    ordered = await client.put(f"{path}/order", json=order, headers=admin)
    assert [one["id"] for one in ordered.json()["data"]] == order["queue_ids"]
    assert (await client.get(own, headers=admin)).json()["data"]["place"] == 0
    assert (await client.delete(own, headers=admin)).json()["data"]["archived_at"]


async def test_a_queue_with_people_is_archived_only_when_told_what_becomes_of_them(
    client: Client, hall: TownHall
) -> None:
    joined = await client.post(f"/api/v1/queues/{hall.passports}/tickets", headers=client.as_("kiosk"))
    own, admin = f"/api/v1/queues/{hall.passports}", client.as_("admin")
    refused = await client.delete(own, headers=admin)
    assert (refused.status_code, refused.json()["code"], refused.json()["waiting"]) == (
        409,
        "people_waiting",
        1,
    )
    moved = await client.delete(own, params={"waiting": hall.licences}, headers=admin)
    assert moved.status_code == 200
    path = f"/api/v1/tickets/{joined.json()['data']['key']}"
    # Memory reads a changed layout anew; it takes a moment.
    for _ in range(100):
        ticket = await client.get(path)
        if ticket.json()["data"]["queue"]["id"] == hall.licences:
            return
        await asyncio.sleep(0.02)
    pytest.fail("the ticket was not moved")


async def test_desks_are_made_edited_ordered_and_archived(client: Client, hall: TownHall) -> None:
    path, admin = f"/api/v1/branches/{hall.branch_id}/desks", client.as_("admin")
    given = {"name": "Desk 4", "queue_ids": [hall.licences]}
    made = (await client.post(path, json=given, headers=admin)).json()["data"]
    own = f"/api/v1/desks/{made['id']}"
    edited = await client.patch(own, json={"queue_ids": list(hall.queue_ids)}, headers=admin)
    assert edited.json()["data"]["queue_ids"] == list(hall.queue_ids)
    order = {"desk_ids": [made["id"], *hall.desk_ids]}
    ordered = await client.put(f"{path}/order", json=order, headers=admin)
    assert [one["id"] for one in ordered.json()["data"]] == order["desk_ids"]
    assert (await client.get(own, headers=admin)).json()["data"]["state"] == "closed"
    assert (await client.delete(own, headers=admin)).json()["data"]["archived_at"]


async def test_the_same_key_and_body_make_one_queue(client: Client, hall: TownHall) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/queues"
    headers = {**client.as_("admin"), "Idempotency-Key": "once"}
    given = {"name": "Parking", "prefix": "P"}
    first, second = [await client.post(path, json=given, headers=headers) for _ in range(2)]
    assert first.content == second.content
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["idempotent-replayed"] == "true"
    other = await client.post(path, json={**given, "prefix": "Q"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    bad = await client.post(path, json=given, headers={**headers, "Idempotency-Key": "x" * 256})
    assert bad.status_code == 400


LIBRARY_PATHS = [
    "/branches/library",
    "/branches/library/layout",
    "/branches/library/queues",
    "/branches/library/desks",
    "/branches/library/departments",
    "/branches/library/closures",
    "/queues/loans",
    "/desks/front-desk",
]


@pytest.mark.parametrize("path", LIBRARY_PATHS)
async def test_another_branch_looks_like_none(client: Client, path: str) -> None:
    unknown_path = path.replace("library", "nowhere").replace("loans", "x").replace("front-desk", "x")
    foreign = await client.get(f"/api/v1{path}", headers=client.as_("agent"))
    unknown = await client.get(f"/api/v1{unknown_path}", headers=client.as_("agent"))
    assert (foreign.status_code, foreign.content) == (404, unknown.content)


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("POST", "/branches", {"name": "X", "time_zone": "UTC", "hours": NINE_TO_FIVE}),
        ("PATCH", "/branches/town-hall", {"name": "X"}),
        ("DELETE", "/branches/town-hall", None),
        ("POST", "/branches/town-hall/queues", {"name": "X", "prefix": "X"}),
        ("PATCH", "/queues/passports", {"name": "X"}),
        ("DELETE", "/queues/passports", None),
        ("POST", "/queues/passports/pause", None),
        ("PUT", "/branches/town-hall/queues/order", {"queue_ids": []}),
        ("PATCH", "/desks/desk-1", {"name": "X"}),
        ("GET", "/branches/town-hall/events", None),
        ("GET", "/branches/town-hall/devices", None),
        ("GET", "/staff", None),
        ("GET", "/api-keys", None),
        ("PATCH", "/organisation", {"name": "X"}),
        ("GET", "/organisation/events", None),
    ],
)
@pytest.mark.parametrize("role", ["agent", "kiosk", "display", None])
async def test_only_an_admin_configures(
    client: Client, method: str, path: str, given: Any, role: str | None
) -> None:
    headers = client.as_(role) if role else {}
    answer = await client.request(method, f"/api/v1{path}", json=given, headers=headers)
    assert answer.status_code == (403 if role else 401), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_key_for_one_branch_manages_that_branch_and_nothing_of_the_house(
    client: Client, hall: TownHall
) -> None:
    given = {"name": "Local admin", "role": "admin", "branch_id": hall.branch_id}
    made = await client.post("/api/v1/api-keys", json=given, headers=client.as_("admin"))
    headers = {"Authorization": f"Bearer {made.json()['data']['secret']}"}
    own = await client.patch(f"/api/v1/branches/{hall.branch_id}", json={"name": "TH"}, headers=headers)
    assert own.status_code == 200
    foreign = await client.patch("/api/v1/branches/library", json={"name": "L"}, headers=headers)
    assert foreign.status_code == 404
    for path in ("/staff", "/api-keys", "/organisation/events"):
        assert (await client.get(f"/api/v1{path}", headers=headers)).status_code == 403


BAD_BODIES = [
    (b"", "application/json", 400),
    (b"{", "application/json", 400),
    (b'{"name": "A", "name": "B"}', "application/json", 400),
    (b'{"name": NaN}', "application/json", 400),
    (b'{"name": 1e999}', "application/json", 400),
    (b'{"name": "\\ud800"}', "application/json", 400),
    (b'{"name": "\xff"}', "application/json", 400),
    (b"\xef\xbb\xbf{}", "application/json", 400),
    (b'{"name": "A",}', "application/json", 400),
    (b'{"name": "A"} // why', "application/json", 400),
    (b"[" * 100_000, "application/json", 413),
    (b"[" * 50_000, "application/json", 400),
    (b"1" * 5_000, "application/json", 400),
    (b'"text"', "application/json", 422),
    (b"[]", "application/json", 422),
    (b"null", "application/json", 422),
    (b'{"name": "A"}', "text/plain", 415),
    (b"name=A", "application/x-www-form-urlencoded", 415),
    (b'{"name": "A"}', "application/json; charset=utf-16", 415),
    (b'{"rank": 1}', "application/json", 422),
    (b'{"__proto__": {}}', "application/json", 422),
]


@pytest.mark.parametrize(("body", "kind", "expected"), BAD_BODIES, ids=lambda value: str(value)[:30])
async def test_a_bad_body_is_refused_in_one_shape(
    client: Client, hall: TownHall, body: bytes, kind: str, expected: int
) -> None:
    headers = {**client.as_("admin"), "Content-Type": kind}
    answer = await client.patch(f"/api/v1/queues/{hall.passports}", content=body, headers=headers)
    assert answer.status_code == expected, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "code", "detail"} <= answer.json().keys()


async def test_every_refused_field_is_named(client: Client, hall: TownHall) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/queues"

    async def refused(given: object) -> dict[str, str]:
        answer = await client.post(path, json=given, headers=client.as_("admin"))
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        return {one["pointer"]: one["code"] for one in answer.json()["errors"]}

    assert await refused({"colour": "red"}) == {
        "/name": "required",
        "/prefix": "required",
        "/colour": "unknown_field",
    }
    assert await refused({"name": "", "prefix": 7, "rules": {"capacity": "many", "blue": 1}}) == {
        "/name": "empty",
        "/prefix": "not_text",
        "/rules/capacity": "not_whole",
        "/rules/blue": "unknown_field",
    }
    assert await refused([]) == {"": "not_an_object"}


@pytest.mark.parametrize("query", ["waiting=cancel&waiting=licences", "waiting=cancel&waiting="])
async def test_a_parameter_is_there_once(client: Client, hall: TownHall, query: str) -> None:
    answer = await client.delete(f"/api/v1/queues/{hall.passports}?{query}", headers=client.as_("admin"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "pointer": "/waiting",
        "code": "twice",
        "detail": "This parameter may be there once.",
    }


@pytest.mark.parametrize("wrong", ["%00", "a b", "..", "x" * 65, "ä"])
async def test_what_is_no_id_is_not_found(client: Client, wrong: str) -> None:
    answer = await client.get(f"/api/v1/queues/{wrong}", headers=client.as_("admin"))
    assert answer.status_code == 404


@pytest.mark.parametrize("wrong", ["1", 'W/"1"', '"x"', '"9"', '""'])
async def test_an_edit_of_something_else_than_was_seen_is_refused(
    client: Client, hall: TownHall, wrong: str
) -> None:
    headers = {**client.as_("admin"), "If-Match": wrong}
    answer = await client.patch(f"/api/v1/queues/{hall.passports}", json={"name": "X"}, headers=headers)
    assert answer.status_code == 412


async def test_a_parameter_with_choices_says_which_there_are(client: Client, hall: TownHall) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/tickets?state=done"
    refused = await client.get(path, headers=client.as_("agent"))
    assert refused.json()["errors"] == [
        {"pointer": "/state", "code": "not_a_choice", "detail": "This must be one of: waiting, open."}
    ]
