"""The pages of devices, keys, the log and one's own account, as forms without scripts."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from nowserving.store import schema
from nowserving.web.gate.passwords import hash_now
from tests.builders import Builder, TownHall
from tests.web.conftest import PASSWORD, Client

ORIGIN = {"Origin": "http://testserver"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", **ORIGIN}


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    """A browser in which the admin is signed in."""
    web_build.admin("Olga Admin", password_hash=hash_now(PASSWORD))
    signed_in = await send(client, "/sign-in", login="olga-admin", password=PASSWORD)
    assert signed_in.status_code == 303
    return client


async def send(client: Client, path: str, **fields: str):  # type: ignore[no-untyped-def]
    return await client.post(path, content=urlencode(fields), headers=FORM)


async def test_a_device_is_paired_by_the_code_it_shows_renamed_and_shut_out(
    office: Client, hall: TownHall
) -> None:
    began = (await office.post("/api/v1/pairings", json={"kind": "kiosk"}, headers=ORIGIN)).json()["data"]
    page = f"/admin/branches/{hall.branch_id}/devices"

    assert (await send(office, page, code=began["code"], name="Entrance")).status_code == 303

    shown = (await office.get(page)).text
    found = re.search(r"/admin/devices/(\w+)", shown)
    assert "Entrance" in shown
    assert found is not None
    device = f"/admin/devices/{found[1]}"
    edit = {"name": "Front door", "edited": "1", "settings-paper": "58", f"queue-{hall.passports}": "on"}
    assert (await send(office, device, **edit)).status_code == 303
    assert "Front door" in (await office.get(device)).text
    assert (await send(office, f"{device}/revoke")).status_code == 303
    assert "Front door" not in (await office.get(page)).text


async def test_a_code_that_no_device_shows_pairs_nothing_and_says_so_beside_the_field(
    office: Client, hall: TownHall
) -> None:
    page = f"/admin/branches/{hall.branch_id}/devices"
    refused = await send(office, page, code="AAAA-2222", name="Entrance")
    assert refused.status_code == 422
    assert 'id="code-error"' in refused.text
    assert 'value="Entrance"' in refused.text
    assert (await send(office, page, code="not a code", name="")).status_code == 422


async def test_a_new_key_is_shown_once_and_dies_when_it_is_revoked(office: Client, hall: TownHall) -> None:
    made = await send(office, "/admin/api-keys", name="Website", role="kiosk", branch_id=hall.branch_id)
    secret = re.search(r"nsk_[\w-]{43}", made.text)
    assert secret is not None
    assert secret[0] not in (await office.get("/admin/api-keys")).text
    path = f"/api/v1/queues/{hall.passports}/tickets"
    assert (await office.post(path, json={}, headers={"X-API-Key": secret[0]})).status_code == 201

    row = made.text[made.text.index("<bdi>Website") :]
    revoke = re.search(r'action="(/admin/api-keys/\w+/revoke)"', row)
    assert revoke is not None
    assert (await send(office, revoke[1])).status_code == 303

    assert (await office.post(path, json={}, headers={"X-API-Key": secret[0]})).status_code == 401
    assert (await send(office, "/admin/api-keys", name="", role="king")).status_code == 422


async def test_the_log_tells_in_words_who_did_what_and_never_a_key(office: Client, hall: TownHall) -> None:
    joined = await office.post(
        f"/api/v1/queues/{hall.passports}/tickets", json={}, headers=office.as_("kiosk")
    )
    await office.post(f"/api/v1/desks/{hall.desk_1}/call-next", headers=office.as_("agent"))
    page = f"/admin/branches/{hall.branch_id}/log"

    shown = (await office.get(page)).text

    assert "Desk 1 called A-001" in shown
    assert "A-001 joined Passports" in shown
    assert joined.json()["data"]["key"] not in shown
    assert "A-001 joined" not in (await office.get(f"{page}?desk_id={hall.desk_2}")).text
    ticket = re.search(r"\?ticket_id=(\d+)", shown)
    assert ticket is not None
    assert "Desk 1 called A-001" in (await office.get(f"{page}?ticket_id={ticket[1]}")).text
    for strange in ("?ticket_id=x&before=-1", "?before=99999999999999999999", "?queue_id='--"):
        assert (await office.get(page + strange)).status_code == 200
    assert (await office.get("/admin/log")).status_code == 200


async def test_who_changes_the_own_password_stays_signed_in_and_nobody_else_does(
    office: Client, client: Client
) -> None:
    wrong = await send(office, "/account/password", password="wrong", new_password="a much longer one")
    assert wrong.status_code == 422
    assert "a much longer one" not in wrong.text

    right = await send(office, "/account/password", password=PASSWORD, new_password="a much longer one")

    assert right.status_code == 303
    assert (await office.get("/account")).status_code == 200
    assert (await send(office, "/account", name="Olga Petrova")).status_code == 303
    assert "Olga Petrova" in (await office.get("/account")).text
    assert (await send(office, "/account", name="")).status_code == 422
    assert (await send(office, "/account/sign-out-elsewhere")).status_code == 303


async def test_the_operations_page_checks_live_data_when_it_is_asked(
    office: Client, hall: TownHall, sqlite_url: str
) -> None:
    assert "checked" not in (await office.get("/admin/operations")).text
    assert "Violations: 0 of" in (await office.get("/admin/operations?check=1")).text

    builder = Builder(sqlite_url)
    builder.change(schema.queues, hall.passports, waiting=7)
    builder.close()

    shown = (await office.get("/admin/operations?check=1")).text
    assert "Violations: 1 of" in shown
    assert "The screens count exactly the people who wait." in shown


@pytest.mark.parametrize("path", ["/admin/api-keys", "/admin/log", "/admin/operations", "/account"])
async def test_nobody_sees_these_pages_without_signing_in(client: Client, path: str) -> None:
    assert (await client.get(path)).status_code == 303
