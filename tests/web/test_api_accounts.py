"""Signing in, accounts, keys, devices and the log over the API."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from nowserving.store import schema
from nowserving.web.gate.passwords import hash_now
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Client

pytestmark = pytest.mark.anyio
HASH = hash_now(PASSWORD)


@pytest.fixture
def hall(hall: TownHall, web_build: Builder) -> TownHall:
    for staff_id in (hall.maria, hall.amir):
        web_build.change(schema.staff, staff_id, password_hash=HASH)
    return hall


@pytest.fixture
def olga(hall: TownHall, web_build: Builder) -> str:
    return web_build.admin("Olga", password_hash=HASH)


async def signed_in(client: Client, login: str = "maria-lopez", password: str = PASSWORD) -> dict[str, Any]:
    answer = await client.post("/api/v1/tokens", json={"login": login, "password": password})
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def me(client: Client, token: str) -> int:
    return (await client.get("/api/v1/me", headers=bearer(token))).status_code


async def test_a_person_signs_in_with_login_and_password(client: Client, hall: TownHall) -> None:
    tokens = await signed_in(client, " Maria-Lopez ")
    found = await client.get("/api/v1/me", headers=bearer(tokens["access_token"]))
    assert found.json()["data"] == {
        "kind": "staff",
        "id": hall.maria,
        "name": "Maria Lopez",
        "role": "agent",
        "branch_ids": [hall.branch_id],
    }
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("maria-lopez", "wrong password"),
        ("nobody-at-all", PASSWORD),
        ("", ""),
        ("maria-lopez", "x" * 50_000),
        ("maria-lopez", f"{PASSWORD}\x00"),
        (None, None),
        (["maria-lopez"], PASSWORD),
        ("мария", PASSWORD),
    ],
)
async def test_whatever_is_wrong_the_answer_is_the_same(
    client: Client, login: object, password: object
) -> None:
    answer = await client.post("/api/v1/tokens", json={"login": login, "password": password})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")


async def test_a_refresh_token_works_once_and_twice_ends_everything(client: Client, hall: TownHall) -> None:
    first = await signed_in(client)

    async def refreshed(token: str) -> Any:
        return await client.post("/api/v1/tokens/refresh", json={"refresh_token": token})

    second = (await refreshed(first["refresh_token"])).json()["data"]
    assert await me(client, second["access_token"]) == 200
    stolen = await refreshed(first["refresh_token"])
    assert (stolen.status_code, stolen.json()["code"]) == (401, "bad_refresh_token")
    assert (await refreshed(second["refresh_token"])).status_code == 401
    assert await me(client, second["access_token"]) == 401


async def test_signing_out_ends_the_access_token_at_once(client: Client, hall: TownHall) -> None:
    tokens = await signed_in(client)
    assert await me(client, tokens["access_token"]) == 200
    await client.post("/api/v1/tokens/revoke", json={"refresh_token": tokens["refresh_token"]})
    assert await me(client, tokens["access_token"]) == 401


async def test_a_forged_or_foreign_token_is_nobody(client: Client, hall: TownHall, wall: Clock) -> None:
    good = (await signed_in(client))["access_token"]
    head, claims, signature = good.split(".")
    said = jwt.decode(good, options={"verify_signature": False})
    forged = [
        jwt.encode(said, "another key of thirty-two characters or more", algorithm="HS256"),
        jwt.encode(said, "", algorithm="none"),
        f"{head}.{claims}.",
        f"{head}.{claims}",
        f"{head}.{claims}.{signature[:-4]}AAAA",
        f"{head}.{claims}.{signature}.x",
        "..",
        "a" * 100_000,
    ]
    for token in forged:
        assert await me(client, token) == 401
    assert await me(client, good) == 200


async def test_tries_are_counted_by_account_and_a_known_browser_is_not_locked_out(
    client: Client, hall: TownHall
) -> None:
    for _ in range(10):
        await client.post("/api/v1/tokens", json={"login": "maria-lopez", "password": "wrong"})
    answer = await client.post("/api/v1/tokens", json={"login": "maria-lopez", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_new_role_is_felt_at_the_next_request(client: Client, hall: TownHall) -> None:
    token = (await signed_in(client))["access_token"]
    assert await me(client, token) == 200
    admin = client.as_("admin")
    edited = await client.patch(f"/api/v1/staff/{hall.maria}", json={"role": "admin"}, headers=admin)
    assert edited.json()["data"]["role"] == "admin"
    assert await me(client, token) == 401


async def test_another_branch_is_felt_at_the_next_request(client: Client, hall: TownHall) -> None:
    headers = bearer((await signed_in(client))["access_token"])
    path = f"/api/v1/branches/{hall.branch_id}"
    assert (await client.get(path, headers=headers)).status_code == 200
    await client.patch(
        f"/api/v1/staff/{hall.maria}", json={"branch_ids": ["library"]}, headers=client.as_("admin")
    )
    assert (await client.get(path, headers=headers)).status_code == 404
    assert (await client.get("/api/v1/branches/library", headers=headers)).status_code == 200


async def test_an_admin_manages_accounts(client: Client, hall: TownHall, olga: str) -> None:
    admin = client.as_("admin")
    given = {
        "name": "Lena Berg",
        "login": "lena",
        "role": "agent",
        "password": "a long enough sentence",
        "branch_ids": [hall.branch_id],
    }
    made = await client.post("/api/v1/staff", json=given, headers=admin)
    assert made.status_code == 201
    assert "password" not in made.text
    path = f"/api/v1/staff/{made.json()['data']['id']}"
    token = (await signed_in(client, "lena", "a long enough sentence"))["access_token"]
    read = await client.get(path, headers=admin)
    assert (read.json()["data"]["login"], read.headers["etag"]) == ("lena", '"1"')
    await client.put(f"{path}/password", json={"password": "another long sentence"}, headers=admin)
    assert await me(client, token) == 401
    token = (await signed_in(client, "lena", "another long sentence"))["access_token"]
    ended = await client.delete(f"{path}/sign-ins", headers=admin)
    assert ended.json()["data"]["ended"] >= 1
    assert await me(client, token) == 401
    assert (await client.post(f"{path}/disable", headers=admin)).json()["data"]["disabled_at"]
    names = [one["name"] for one in (await client.get("/api/v1/staff", headers=admin)).json()["data"]]
    assert "Lena Berg" not in names
    every = await client.get("/api/v1/staff", params={"disabled": "true"}, headers=admin)
    assert "Lena Berg" in [one["name"] for one in every.json()["data"]]
    assert (await client.post(f"{path}/enable", headers=admin)).json()["data"]["disabled_at"] is None
    for method, rest in (("GET", ""), ("PUT", "/password"), ("DELETE", "/sign-ins")):
        body = {"password": "a long enough sentence"} if method == "PUT" else None
        missing = await client.request(method, f"/api/v1/staff/nobody{rest}", json=body, headers=admin)
        assert missing.status_code == 404


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"password": "short"}, "/password", "too_short"),
        ({"password": "password1"}, "/password", "common_password"),
        ({"password": None}, "/password", "not_text"),
        ({"role": "root"}, "/role", "not_a_choice"),
        ({"login": "maria-lopez"}, "/login", "taken"),
    ],
)
async def test_a_bad_account_is_refused(
    client: Client, given: dict[str, object], pointer: str, code: str
) -> None:
    fields = {"name": "Lena", "login": "lena", "role": "agent", "password": "a long enough sentence", **given}
    answer = await client.post("/api/v1/staff", json=fields, headers=client.as_("admin"))
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


async def test_the_last_admin_is_not_removed(client: Client, olga: str) -> None:
    answer = await client.post(f"/api/v1/staff/{olga}/disable", headers=client.as_("admin"))
    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")


async def test_people_change_their_own_password_and_name(client: Client, hall: TownHall) -> None:
    headers = bearer((await signed_in(client))["access_token"])
    path = "/api/v1/me/password"
    wrong = await client.put(path, json={"password": "wrong", "new_password": "x" * 20}, headers=headers)
    assert wrong.json()["errors"][0]["code"] == "wrong_password"
    weak = await client.put(path, json={"password": PASSWORD, "new_password": "password1"}, headers=headers)
    assert weak.json()["errors"][0]["pointer"] == "/new_password"
    named = await client.patch("/api/v1/me", json={"name": "Maria L.", "keyboard": False}, headers=headers)
    assert (named.json()["data"]["name"], named.json()["data"]["keyboard"]) == ("Maria L.", False)
    good = {"password": PASSWORD, "new_password": "a different long sentence"}
    assert (await client.put(path, json=good, headers=headers)).status_code == 200
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    await signed_in(client, password="a different long sentence")


async def test_people_see_and_end_their_sign_ins(client: Client, hall: TownHall) -> None:
    headers = bearer((await signed_in(client))["access_token"])
    assert (await client.get("/api/v1/me/sign-ins", headers=headers)).json()["data"] == []
    ended = await client.delete("/api/v1/me/sign-ins", headers=headers)
    assert ended.json()["data"] == {"ended": 1}


async def test_a_key_has_no_account(client: Client) -> None:
    for method, path in (("PATCH", "/me"), ("GET", "/me/sign-ins"), ("DELETE", "/me/sign-ins")):
        body: dict[str, str] | None = {} if method == "PATCH" else None
        answer = await client.request(method, f"/api/v1{path}", json=body, headers=client.as_("admin"))
        assert (answer.status_code, answer.json()["code"]) == (403, "no_account")
    found = await client.get("/api/v1/me", headers=client.as_("admin"))
    assert found.json()["data"]["branch_ids"] is None


async def test_a_key_is_made_listed_and_revoked(client: Client) -> None:
    admin = client.as_("admin")
    given = {"name": "Load test", "role": "kiosk", "unlimited": True}
    made = (await client.post("/api/v1/api-keys", json=given, headers=admin)).json()["data"]
    used = {"X-API-Key": made["secret"]}
    assert (await client.get("/api/v1/me", headers=used)).json()["data"]["role"] == "kiosk"
    listed = await client.get("/api/v1/api-keys", headers=admin)
    assert made["secret"] not in listed.text
    gone = await client.delete(f"/api/v1/api-keys/{made['id']}", headers=admin)
    assert gone.json()["data"]["revoked_at"]
    assert (await client.get("/api/v1/me", headers=used)).status_code == 401
    every = await client.get("/api/v1/api-keys", params={"revoked": "true"}, headers=admin)
    assert made["id"] in [one["id"] for one in every.json()["data"]]


async def test_a_device_is_paired_by_its_code(client: Client, hall: TownHall) -> None:
    begun = (await client.post("/api/v1/pairings", json={"kind": "kiosk"})).json()["data"]
    waiting = await client.post("/api/v1/pairings/claim", json={"claim": begun["claim"]})
    assert waiting.json()["data"]["state"] == "waiting"
    path = f"/api/v1/branches/{hall.branch_id}/devices"
    given = {"code": begun["code"], "name": "By the door"}
    made = (await client.post(path, json=given, headers=client.as_("admin"))).json()["data"]
    claimed = await client.post("/api/v1/pairings/claim", json={"claim": begun["claim"]})
    credential = claimed.json()["data"]["credential"]
    assert "HttpOnly" in claimed.headers["set-cookie"]
    client.cookies.clear()
    again = await client.post("/api/v1/pairings/claim", json={"claim": begun["claim"]})
    assert again.status_code == 404
    found = await client.get("/api/v1/me", headers=bearer(credential))
    assert found.json()["data"] == {
        "kind": "device",
        "id": made["id"],
        "name": "By the door",
        "role": "kiosk",
        "branch_ids": [hall.branch_id],
    }
    said = await client.post(
        f"/api/v1/devices/{made['id']}/report", json={"fault": "paper out"}, headers=bearer(credential)
    )
    assert said.json()["data"]["fault"] == "paper out"
    other = await client.post("/api/v1/devices/another/report", json={}, headers=bearer(credential))
    assert other.status_code == 404
    listed = await client.get(path, headers=client.as_("admin"))
    assert [one["fault"] for one in listed.json()["data"]] == ["paper out"]
    own = f"/api/v1/devices/{made['id']}"
    edited = await client.patch(own, json={"settings": {"volume": 10}}, headers=client.as_("admin"))
    assert edited.json()["data"]["settings"]["volume"] == 10
    assert (await client.get(own, headers=client.as_("admin"))).headers["etag"] == '"2"'
    await client.delete(own, headers=client.as_("admin"))
    assert (await client.get("/api/v1/me", headers=bearer(credential))).status_code == 401


async def test_a_code_can_not_be_guessed_quickly(client: Client, hall: TownHall) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/devices"
    codes = []
    for number in range(2, 14):
        given = {"code": f"ABCD-234{number % 8 + 2}", "name": "Door"}
        answer = await client.post(path, json=given, headers=client.as_("admin"))
        codes.append(answer.status_code)
    assert codes[:10] == [422] * 10
    assert set(codes[10:]) == {429}


async def test_a_claim_that_is_nobodys_is_not_found(client: Client) -> None:
    for claim in ("guess", "", None, 7):
        answer = await client.post("/api/v1/pairings/claim", json={"claim": claim})
        assert answer.status_code == 404


async def test_a_lapsed_pairing_is_gone(client: Client, wall: Clock) -> None:
    begun = (await client.post("/api/v1/pairings", json={"kind": "display"})).json()["data"]
    wall.advance(301)
    answer = await client.post("/api/v1/pairings/claim", json={"claim": begun["claim"]})
    assert (answer.status_code, answer.json()["code"]) == (410, "pairing_lapsed")


async def test_the_log_says_who_did_what_in_pages(client: Client, hall: TownHall) -> None:
    admin = client.as_("admin")
    for number in range(3):
        await client.patch(f"/api/v1/queues/{hall.passports}", json={"name": f"P{number}"}, headers=admin)
    path = f"/api/v1/branches/{hall.branch_id}/events"
    first = await client.get(path, params={"limit": "2"}, headers=admin)
    assert [one["data"]["after"] for one in first.json()["data"]] == [{"name": "P2"}, {"name": "P1"}]
    assert first.json()["data"][0]["actor"] == "key:admin"
    link = first.headers["link"]
    assert link.endswith('; rel="next"')
    second = await client.get(link[1 : link.index(">")], headers=admin)
    assert [one["data"]["after"] for one in second.json()["data"]] == [{"name": "P0"}]
    assert second.json()["next"] is None
    assert "link" not in second.headers
    narrowed = await client.get(path, params={"queue": hall.licences}, headers=admin)
    assert narrowed.json()["data"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"limit": "0"}, 422),
        ({"limit": "-1"}, 422),
        ({"limit": "１２"}, 422),
        ({"limit": "1_0"}, 422),
        ({"limit": "+5"}, 422),
        ({"limit": "1000000000"}, 200),
        ({"limit": "9" * 40}, 422),
        ({"cursor": "forged"}, 400),
        ({"cursor": ""}, 400),
        ({"cursor": "v7"}, 400),
        ({"cursor": "ä"}, 400),
        ({"ticket": "x"}, 422),
        ({"ticket": "999999"}, 200),
        ({"actor": "staff:nobody"}, 200),
    ],
)
async def test_a_bad_page_is_refused(
    client: Client, hall: TownHall, query: dict[str, str], expected: int
) -> None:
    path = f"/api/v1/branches/{hall.branch_id}/events"
    answer = await client.get(path, params=query, headers=client.as_("admin"))
    assert answer.status_code == expected, answer.text


async def test_the_house_has_a_log_of_its_own(client: Client) -> None:
    await client.patch("/api/v1/organisation", json={"name": "Shelbyville"}, headers=client.as_("admin"))
    found = await client.get("/api/v1/organisation/events", headers=client.as_("admin"))
    assert [one["verb"] for one in found.json()["data"]] == ["organisation.edited"]


async def test_the_organisation_is_read_and_edited(client: Client) -> None:
    admin = client.as_("admin")
    read = await client.get("/api/v1/organisation", headers=client.as_("display"))
    assert read.json()["data"]["name"] == "Springfield"
    headers = {**admin, "If-Match": read.headers["etag"]}
    edit = {"name": "Shelbyville", "accent": "#123456"}
    after = await client.patch("/api/v1/organisation", json=edit, headers=headers)
    assert after.json()["data"]["accent"] == "#123456"
    stale = await client.patch("/api/v1/organisation", json={"name": "Other"}, headers=headers)
    assert stale.status_code == 412
    light = await client.patch("/api/v1/organisation", json={"accent": "#ffff00"}, headers=admin)
    assert light.json()["errors"][0]["code"] == "too_light"
