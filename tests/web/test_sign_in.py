"""Signing in and out in a browser, and who is kept out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.store import schema
from nowserving.web.gate.browsers import browser_words
from nowserving.web.gate.passwords import hash_now
from nowserving.web.pages.sign_in import safe_next
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Client, serving
from tests.web.forms import FORM, send, sign_in, text_of

pytestmark = pytest.mark.anyio
HASH = hash_now(PASSWORD)


@pytest.fixture
def hall(hall: TownHall, web_build: Builder) -> TownHall:
    web_build.admin("Olga", password_hash=HASH)
    web_build.change(schema.staff, hall.maria, password_hash=HASH)
    return hall


@pytest.fixture
async def secure(sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock) -> AsyncIterator[Client]:
    """A browser that came over HTTPS."""
    async with serving(sqlite_url, tmp_path / "data", wall) as (_, client):
        client.base_url = "https://testserver"
        yield client


async def test_an_admin_comes_to_the_back_office_and_an_agent_to_the_desks(client: Client) -> None:
    assert (await sign_in(client, "olga")).headers["location"] == "/admin"
    assert (await sign_in(client, "maria-lopez")).headers["location"] == "/desk"
    assert (await sign_in(client, "maria-lopez", next="/account")).headers["location"] == "/account"


async def test_the_cookie_is_for_the_server_alone(client: Client) -> None:
    cookies = (await sign_in(client, "olga")).headers.get_list("set-cookie")
    sign_in_cookie = next(one for one in cookies if one.startswith("ns_signin="))
    assert "HttpOnly" in sign_in_cookie
    assert "SameSite=lax" in sign_in_cookie


async def test_on_https_the_cookie_is_tied_to_host_and_https(secure: Client) -> None:
    answer = await secure.post(
        "/sign-in",
        content=f"login=olga&password={PASSWORD.replace(' ', '+')}",
        headers={**FORM, "Origin": "https://testserver"},
    )
    cookies = answer.headers.get_list("set-cookie")
    cookie = next(one for one in cookies if one.startswith("__Host-ns_signin="))
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_a_new_sign_in_has_a_new_secret_and_ends_the_old_one(client: Client) -> None:
    await sign_in(client, "olga")
    first = client.cookies["ns_signin"]
    await sign_in(client, "olga")
    assert client.cookies["ns_signin"] != first
    client.cookies.clear()
    client.cookies.set("ns_signin", first)
    assert (await client.get("/admin")).status_code == 303


@pytest.mark.parametrize(
    ("login", "password"),
    [("olga", "wrong"), ("nobody", PASSWORD), ("olga", ""), ("olga", "x" * 40_000), ("%00", "typed")],
)
async def test_a_refusal_says_nothing_about_what_was_wrong(client: Client, login: str, password: str) -> None:
    refused = await sign_in(client, login, password)
    assert refused.status_code == 401
    assert "don&#39;t go together" in refused.text
    assert password[:20] not in refused.text or not password
    assert "ns_signin" not in refused.headers.get("set-cookie", "")


async def test_the_name_is_kept_and_the_password_is_not(client: Client) -> None:
    refused = await sign_in(client, "olga", "wrong password")
    assert 'value="olga"' in refused.text
    assert "wrong password" not in refused.text


async def test_a_stranger_who_guesses_is_slowed_down_and_the_owner_is_not_locked_out(
    sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock
) -> None:
    limits = {"limit_sign_in": "1000 per minute", "limit_account": "2 per hour"}
    async with serving(sqlite_url, tmp_path / "data", wall, **limits) as (_, client):
        assert (await sign_in(client, "olga")).status_code == 303
        known = client.cookies["ns_known"]
        client.cookies.clear()
        await sign_in(client, "olga", "guess")
        stranger = await sign_in(client, "olga")
        assert (stranger.status_code, stranger.headers["retry-after"] != "") == (429, True)
        client.cookies.set("ns_known", known)
        assert (await sign_in(client, "olga")).status_code == 303
        client.cookies.clear()
        client.cookies.set("ns_known", known)
        await sign_in(client, "maria-lopez", "guess")
        await sign_in(client, "maria-lopez", "guess")
        assert (await sign_in(client, "maria-lopez")).status_code == 429


async def test_who_has_signed_in_here_before_comes_in_whatever_others_at_the_address_tried(
    client: Client,
) -> None:
    assert (await sign_in(client, "olga")).status_code == 303
    known = client.cookies["ns_known"]
    client.cookies.clear()
    codes = {(await sign_in(client, "olga", "guess")).status_code for _ in range(12)}
    assert codes == {401, 429}
    client.cookies.set("ns_known", known)
    assert (await sign_in(client, "olga")).status_code == 303
    # The mark opens the way to one account only, and no endless way.
    assert (await sign_in(client, "maria-lopez", "guess")).status_code == 429
    for _ in range(10):
        client.cookies.delete("ns_signin")
        await sign_in(client, "olga", "guess")
    assert (await sign_in(client, "olga")).status_code == 429


async def test_one_address_can_try_only_so_often(client: Client) -> None:
    codes = [(await sign_in(client, f"guess{number}", "guess")).status_code for number in range(12)]
    assert codes == [401] * 10 + [429] * 2


async def test_signing_out_ends_the_sign_in_for_good(client: Client) -> None:
    await sign_in(client, "olga")
    secret = client.cookies["ns_signin"]
    left = await send(client, "/sign-out")
    assert left.headers["location"] == "/sign-in"
    assert "You are signed out." in await text_of(client, "/sign-in")
    client.cookies.set("ns_signin", secret)
    assert (await client.get("/admin")).status_code == 303
    client.cookies.clear()
    assert (await send(client, "/sign-out")).status_code == 303


async def test_who_is_signed_in_need_not_sign_in(client: Client) -> None:
    await sign_in(client, "olga")
    assert (await client.get("/sign-in")).headers["location"] == "/admin"
    assert (await client.get("/sign-in?next=/account")).headers["location"] == "/account"


async def test_an_idle_sign_in_lapses(client: Client, wall: Clock) -> None:
    await sign_in(client, "olga")
    assert (await client.get("/admin")).status_code == 200
    wall.advance(12 * 3600 + 1)
    assert (await client.get("/admin")).status_code == 303


async def test_who_is_not_signed_in_is_shown_the_way_and_back(client: Client) -> None:
    for path in ("/admin", "/admin/branches/town-hall/log", "/account", "/admin/staff/new"):
        answer = await client.get(path)
        assert answer.headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}"


async def test_an_agent_may_not_see_the_back_office(client: Client) -> None:
    await sign_in(client, "maria-lopez")
    for path in ("/admin", "/admin/staff", "/admin/organisation", "/admin/branches/town-hall/hours"):
        answer = await client.get(path)
        assert answer.status_code == 403
        assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_page_of_somebody_else_can_not_use_the_cookie(
    client: Client, headers: dict[str, str]
) -> None:
    await sign_in(client, "olga")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/admin/organisation", content="name=Owned", headers={**kind, **headers})
    assert answer.status_code == 403
    assert "Owned" not in await text_of(client, "/admin/organisation")


@pytest.mark.parametrize("path", ["/admin", "/desk/desk-1", "/admin/log?before=5&x=%C3%A9"])
def test_a_path_of_our_own_is_a_place_to_go(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "admin",
        "//evil.example",
        "/\\evil.example",
        "/%2fevil.example",
        "/%5cevil.example",
        "https:evil.example",
        "https://evil.example/admin",
        "javascript:alert(1)",
        "/\nevil",
        "/%0d%0aSet-Cookie:x",
        "/" + "x" * 600,
    ],
)
def test_an_address_of_somebody_else_leads_nowhere(wanted: str | None) -> None:
    assert safe_next(wanted) == ""


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604.1", "Safari · iPhone"),
        (
            "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        ("curl/8.0", "curl/8.0"),
        ("x" * 100, "x" * 60),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_words(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words
