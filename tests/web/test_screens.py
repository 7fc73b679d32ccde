"""The pages of kiosks and displays as the server gives them: to the device, to staff, to a stranger."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nowserving.settings import load
from nowserving.web.gate.here import GOOD_FOR_S, proof_of_being_here
from nowserving.web.pages.here import PATH
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving

pytestmark = pytest.mark.anyio

OURS = {"Sec-Fetch-Site": "same-origin"}


async def paired(client: Client, hall: TownHall, kind: str = "kiosk") -> dict[str, Any]:
    """Pair a device over the API; return its {id, credential}. The client's cookies stay as they were."""
    begun = (await client.post("/api/v1/pairings", json={"kind": kind})).json()["data"]
    wish = {"code": begun["code"], "name": "Lobby"}
    made = await client.post(
        f"/api/v1/branches/{hall.branch_id}/devices", json=wish, headers=client.as_("admin")
    )
    claimed = await client.post("/api/v1/pairings/claim", json={"claim": begun["claim"]})
    client.cookies.clear()
    return {"id": made.json()["data"]["id"], "credential": claimed.json()["data"]["credential"]}


def cookie(device: dict[str, Any]) -> dict[str, str]:
    return {"Cookie": f"ns_device={device['credential']}"}


def config_in(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="config">(.*?)</script>', page, re.DOTALL)
    assert found
    config: dict[str, Any] = json.loads(found[1])
    return config


@pytest.mark.parametrize("kind", ["kiosk", "display"])
async def test_a_stranger_is_shown_how_to_pair(client: Client, kind: str) -> None:
    page = await client.get(f"/{kind}")
    assert page.status_code == 200
    assert f'data-kind="{kind}"' in page.text
    assert 'id="config"' not in page.text


@pytest.mark.parametrize("kind", ["kiosk", "display"])
async def test_a_device_is_shown_its_branch(client: Client, hall: TownHall, kind: str) -> None:
    device = await paired(client, hall, kind)
    config = config_in((await client.get(f"/{kind}", headers=cookie(device))).text)
    assert config["topic"] == f"{kind}:{hall.branch_id}"
    assert config["device"]["name"] == "Lobby"
    languages = {language["code"] for language in config["languages"]}
    assert set(config["catalogues"]) == (languages if kind == "kiosk" else set())


async def test_a_kiosk_is_no_display(client: Client, hall: TownHall) -> None:
    device = await paired(client, hall, "kiosk")
    assert 'data-kind="display"' in (await client.get("/display", headers=cookie(device))).text


async def test_a_screen_speaks_the_language_of_its_device(client: Client, hall: TownHall) -> None:
    device = await paired(client, hall, "display")
    settings = {"settings": {"language": "ar"}}
    await client.patch(f"/api/v1/devices/{device['id']}", json=settings, headers=client.as_("admin"))
    page = await client.get("/display", headers={**cookie(device), "Accept-Language": "es"})
    assert 'lang="ar" dir="rtl"' in page.text
    assert page.headers["content-language"] == "ar"
    config = config_in(page.text)
    assert config["language"] == "ar"


async def test_staff_look_at_a_screen_of_their_branch_only(client: Client, hall: TownHall) -> None:
    agent = client.as_("agent")
    mine = await client.get(f"/kiosk?branch={hall.branch_id}", headers=agent)
    assert config_in(mine.text)["device"] is None
    for other in ("nothing", ""):
        assert 'data-kind="kiosk"' in (await client.get(f"/kiosk?branch={other}", headers=agent)).text
    # A display's key may look at the wall, and draws no tickets.
    display = client.as_("display")
    assert 'data-kind="kiosk"' in (await client.get(f"/kiosk?branch={hall.branch_id}", headers=display)).text
    wall = await client.get(f"/display?branch={hall.branch_id}", headers=display)
    assert config_in(wall.text)["topic"] == f"display:{hall.branch_id}"


async def test_a_pulse_notes_that_a_device_lives_and_what_it_lacks(
    client: Client, hall: TownHall, wall: Clock
) -> None:
    device = await paired(client, hall)
    mark = config_in((await client.get("/kiosk", headers=cookie(device))).text)["mark"]
    wall.advance(60)
    beat = await client.post("/kiosk/pulse", json={"fault": "printer"}, headers={**cookie(device), **OURS})
    assert beat.json() == {"mark": mark, "fault": "printer"}
    (row,) = (
        await client.get(f"/api/v1/branches/{hall.branch_id}/devices", headers=client.as_("admin"))
    ).json()["data"]
    assert row["fault"] == "printer"
    assert row["seen_at"] > row["paired_at"]
    assert config_in((await client.get("/kiosk", headers=cookie(device))).text)["fault"] == "printer"


async def test_what_a_script_reports_for_its_device_stands_until_it_is_lifted(
    client: Client, hall: TownHall
) -> None:
    device = await paired(client, hall)
    bearer = {"Authorization": f"Bearer {device['credential']}"}
    report = f"/api/v1/devices/{device['id']}/report"
    assert (await client.post(report, json={"fault": "paper out"}, headers=bearer)).status_code == 200
    beat = await client.post("/kiosk/pulse", json={}, headers={**cookie(device), **OURS})
    assert beat.json()["fault"] == "paper out"
    beat = await client.post("/kiosk/pulse", json={"fault": ""}, headers={**cookie(device), **OURS})
    assert beat.json()["fault"] == ""


async def test_the_mark_changes_with_whatever_the_page_is_told(client: Client, hall: TownHall) -> None:
    device = await paired(client, hall)

    async def mark() -> str:
        beat = await client.post("/kiosk/pulse", json={}, headers={**cookie(device), **OURS})
        found: str = beat.json()["mark"]
        return found

    before = await mark()
    assert await mark() == before, "a fault or a sign of life is nothing to load the page anew for"
    settings = {"settings": {"paper": "58"}}
    await client.patch(f"/api/v1/devices/{device['id']}", json=settings, headers=client.as_("admin"))
    assert await mark() != before


async def test_staff_who_look_are_no_device(client: Client, hall: TownHall) -> None:
    beat = await client.post(
        f"/display/pulse?branch={hall.branch_id}", json={"fault": "x"}, headers=client.as_("agent")
    )
    assert beat.status_code == 200
    listed = await client.get(f"/api/v1/branches/{hall.branch_id}/devices", headers=client.as_("admin"))
    assert listed.json()["data"] == []


async def test_a_revoked_device_is_a_stranger_at_once(client: Client, hall: TownHall) -> None:
    device = await paired(client, hall)
    await client.delete(f"/api/v1/devices/{device['id']}", headers=client.as_("admin"))
    assert 'data-kind="kiosk"' in (await client.get("/kiosk", headers=cookie(device))).text
    beat = await client.post("/kiosk/pulse", json={}, headers={**cookie(device), **OURS})
    assert (beat.status_code, beat.json()["code"]) == (401, "not_paired")


@pytest.mark.parametrize(
    "body", [{"fault": 3}, {"fault": "x" * 201}, {"fault": "a\u0007b"}, {"other": "x"}, ["fault"]]
)
async def test_a_bad_pulse_is_refused(client: Client, hall: TownHall, body: object) -> None:
    device = await paired(client, hall)
    beat = await client.post("/kiosk/pulse", json=body, headers={**cookie(device), **OURS})
    assert beat.status_code == 422


async def test_a_pulse_from_another_site_is_refused(client: Client, hall: TownHall) -> None:
    device = await paired(client, hall)
    foreign = {**cookie(device), "Sec-Fetch-Site": "cross-site"}
    assert (await client.post("/kiosk/pulse", json={}, headers=foreign)).status_code == 403


async def test_a_qr_code_leads_to_the_ticket(client: Client) -> None:
    picture = await client.get("/t/AAAAAAAAAAAAAAAAAAAAAA/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "style=" not in picture.text
    assert "<script" not in picture.text
    other = await client.get("/t/BAAAAAAAAAAAAAAAAAAAAA/qr.svg")
    assert other.content != picture.content
    for nonsense in ("x", "A" * 65, "AAAAAAAAAAAAAAAAAAAA%20%3C"):
        assert (await client.get(f"/t/{nonsense}/qr.svg")).status_code == 404


def wish(hall: TownHall, folder: Path, at_s: int, **other: Any) -> dict[str, Any]:
    """Return what `nowserving kiosk --data` sends."""
    proof = proof_of_being_here(load(data_dir=folder), other.get("kind", "kiosk"), at_s)
    return {"kind": "kiosk", "name": "Hall", "branch": hall.branch_id, "at_s": at_s, "proof": proof, **other}


async def test_who_reads_the_servers_key_pairs_without_a_code(
    client: Client, hall: TownHall, wall: Clock, tmp_path: Path
) -> None:
    at_s = wall.now // 1_000_000
    answer = await client.post(PATH, json=wish(hall, tmp_path / "data", at_s))
    assert answer.status_code == 201
    device = answer.json()["data"]
    assert config_in((await client.get("/kiosk", headers=cookie(device))).text)["device"]["name"] == "Hall"


@pytest.mark.parametrize("branch", ["Town Hall", ""])
async def test_a_branch_is_named_where_there_are_several(
    client: Client, hall: TownHall, wall: Clock, tmp_path: Path, branch: str
) -> None:
    named = wish(hall, tmp_path / "data", wall.now // 1_000_000, branch=branch)
    answer = await client.post(PATH, json=named)
    assert answer.status_code == (201 if branch else 422)
    if not branch:
        (error,) = answer.json()["errors"]
        assert error["pointer"] == "/branch"
        assert "Library" in error["detail"]


@pytest.mark.parametrize(
    ("late_s", "other"),
    [
        (GOOD_FOR_S + 1, {}),
        (-GOOD_FOR_S - 1, {}),
        (0, {"proof": "0" * 64}),
        (0, {"kind": "display"}),
    ],
)
async def test_a_proof_is_good_for_its_minute_and_its_kind(
    client: Client, hall: TownHall, wall: Clock, tmp_path: Path, late_s: int, other: dict[str, Any]
) -> None:
    sent = wish(hall, tmp_path / "data", wall.now // 1_000_000) | other
    wall.advance(late_s)
    answer = await client.post(PATH, json=sent)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_here")


async def test_guessing_proofs_is_limited(
    sqlite_url: str, hall: TownHall, wall: Clock, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path / "data", wall, limit_pairing="2 per minute") as (_, client):
        sent = wish(hall, tmp_path / "data", wall.now // 1_000_000, proof="0" * 64)
        codes = [(await client.post(PATH, json=sent)).status_code for _ in range(3)]
    assert codes == [403, 403, 429]
