"""People and the organisation, as forms without scripts."""

from __future__ import annotations

import re

import pytest

from nowserving.store import schema
from nowserving.web.gate.passwords import hash_now
from tests.builders import Builder, TownHall
from tests.web.conftest import PASSWORD, Client
from tests.web.forms import refusal_of, send, sign_in, text_of, value_of, was_told

pytestmark = pytest.mark.anyio
HASH = hash_now(PASSWORD)
LENA = {"name": "Lena Berg", "login": "Lena", "role": "agent", "password": "a long enough sentence"}


@pytest.fixture
async def office(client: Client, hall: TownHall, web_build: Builder) -> Client:
    """A browser in which the only admin is signed in."""
    web_build.admin("Olga", password_hash=HASH)
    web_build.change(schema.staff, hall.maria, password_hash=HASH)
    assert (await sign_in(client, "olga")).status_code == 303
    return client


async def test_somebody_gets_an_account_for_some_branches(office: Client, hall: TownHall) -> None:
    made = await send(office, "/admin/staff/new", **LENA, **{f"at__{hall.branch_id}": "on"})
    assert was_told(made, "created")
    page = await text_of(office, "/admin/staff")
    row = page[page.index("Lena Berg") :]
    assert "Agent" in row[:600]
    assert "Town Hall" in row[:900]
    office.cookies.clear()
    assert (await sign_in(office, "lena", "a long enough sentence")).headers["location"] == "/desk"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"login": "olga"}, "login"),
        ({"login": "l b"}, "login"),
        ({"password": "short"}, "password"),
        ({"password": "lena berg"}, "password"),
    ],
)
async def test_a_bad_account_is_told_beside_its_field(
    office: Client, given: dict[str, str], field: str
) -> None:
    refused = await send(office, "/admin/staff/new", **{**LENA, **given})
    assert refused.status_code == 422
    assert refusal_of(refused.text, field) != ""
    assert "a long enough sentence" not in refused.text
    assert (await send(office, "/admin/staff/new", **{**LENA, "role": "root"})).status_code == 422


async def test_an_account_is_edited_and_nobody_saves_an_older_one(office: Client, hall: TownHall) -> None:
    own = f"/admin/staff/{hall.maria}"
    page = await text_of(office, own)
    assert f'name="at-{hall.branch_id}" checked' in re.sub(r' value="on"', "", page)
    edit = {"name": "Maria L.", "login": "maria", "role": "agent", "at__library": "on", "edited": "1"}
    assert was_told(await send(office, own, **edit), "saved")
    found = await office.get(f"/api/v1/staff/{hall.maria}", headers=office.as_("admin"))
    assert found.json()["data"]["branch_ids"] == ["library"]
    assert (await send(office, own, **edit)).status_code == 409


async def test_an_admin_gives_somebody_a_new_password(office: Client, hall: TownHall) -> None:
    own = f"/admin/staff/{hall.maria}"
    weak = await send(office, f"{own}/password", password="password1")
    assert refusal_of(weak.text, "password") != ""
    assert value_of(weak.text, "name") == "Maria Lopez"
    assert was_told(await send(office, f"{own}/password", password="another long sentence"), "password_given")
    office.cookies.clear()
    assert (await sign_in(office, "maria-lopez", "another long sentence")).status_code == 303


async def test_access_is_taken_away_and_given_back(office: Client, hall: TownHall) -> None:
    own = f"/admin/staff/{hall.maria}"
    assert was_told(await send(office, f"{own}/disable"), "disabled")
    assert "No access" in await text_of(office, "/admin/staff")
    assert "the access was taken away" in await text_of(office, own)
    assert was_told(await send(office, f"{own}/enable"), "enabled")
    assert was_told(await send(office, f"{own}/sign-out"), "signed_out_everywhere")


async def test_the_last_admin_can_not_lock_everybody_out(office: Client) -> None:
    refused = await send(office, "/admin/staff/olga/disable")
    assert (refused.status_code, "This is the last admin." in refused.text) == (409, True)
    edit = {"name": "Olga", "login": "olga", "role": "agent"}
    assert (await send(office, "/admin/staff/olga", **edit)).status_code == 409


async def test_who_is_not_there_is_not_found(office: Client) -> None:
    assert (await office.get("/admin/staff/nobody")).status_code == 404
    for rest in ("", "/password", "/disable", "/enable", "/sign-out"):
        answer = await send(office, f"/admin/staff/nobody{rest}", password="another long sentence")
        assert answer.status_code == 404


async def test_the_organisation_has_a_name_and_a_colour_on_every_page(office: Client) -> None:
    path = "/admin/organisation"
    edited = value_of(await text_of(office, path), "edited") or ""
    edit = {
        "name": "Shelbyville",
        "accent": "#123456",
        "language__en": "on",
        "language__ar": "on",
        "edited": edited,
    }
    assert was_told(await send(office, path, **edit), "saved")
    page = await text_of(office, "/admin")
    assert "Shelbyville" in page
    assert "/brand/123456.css" in page
    assert (await send(office, path, **edit)).status_code == 409


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": ""}, "name"), ({"accent": "#ffee00"}, "accent"), ({"accent": "red"}, "accent")],
)
async def test_a_colour_nobody_can_read_on_is_refused(
    office: Client, given: dict[str, str], field: str
) -> None:
    edit = {"name": "Shelbyville", "accent": "", "language__en": "on", **given}
    refused = await send(office, "/admin/organisation", **edit)
    assert refused.status_code == 422
    assert refusal_of(refused.text, field) != ""


async def test_no_language_at_all_is_refused(office: Client) -> None:
    refused = await send(office, "/admin/organisation", name="Shelbyville", accent="")
    assert "Choose one language at least." in refused.text
    assert 'name="language-en" checked' not in refused.text


async def test_the_back_office_speaks_every_language(office: Client, hall: TownHall) -> None:
    for code, direction in (("es", "ltr"), ("hi", "ltr"), ("ar", "rtl")):
        page = await text_of(office, f"/admin/queues/{hall.passports}?lang={code}")
        assert f'<html lang="{code}" dir="{direction}"' in page
