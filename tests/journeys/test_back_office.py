"""The back office: from nothing to the first call, and every page of it under a strict eye."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import DESKTOP, PHONE, Windows, axe, watched
from tests.journeys.staff import signed_in, through_the_door
from tests.journeys.town import Town
from tests.servers import RunningServer, free_port

pytestmark = pytest.mark.browser

PASSWORD = "a sentence nobody guesses"


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[RunningServer]:
    """A server on an empty data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    server = RunningServer(f"sqlite:///{folder}/nowserving.sqlite3", folder, free_port())
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def test_from_an_empty_folder_to_the_first_call(chromium: Browser, empty_house: RunningServer) -> None:
    with watched(chromium, empty_house.base) as windows:
        office = windows.page(timezone_id="Asia/Kolkata")
        set_up(office, empty_house)
        expect(office.locator("main")).to_contain_text("Everything is set up. Welcome!")
        branch = office.url
        kiosk = windows.page()
        kiosk.goto("/kiosk")
        expect(kiosk.locator("#code")).to_have_text(re.compile("[A-Z0-9]{4}.?[A-Z0-9]{4}"))
        office.goto(f"{branch}/devices")
        office.get_by_label("Code on the device").fill(kiosk.locator("#code").inner_text())
        office.get_by_label("Name").fill("Entrance")
        office.get_by_role("button", name="Pair").click()
        expect(office.locator("main")).to_contain_text("Entrance")
        kiosk.locator(".service", has_text="Passports").click()
        expect(kiosk.locator(".result__slip .number")).to_have_text("A-001")
        office.goto("/desk?all")
        office.locator(".desk-card", has_text="Counter 1").click()
        office.get_by_role("button", name="Call next").click()
        expect(office.locator("main")).to_contain_text("A-001")


def set_up(page: Page, server: RunningServer) -> None:
    found = re.search(r"/first-run\?secret=\w+", server.log())
    assert found is not None
    page.goto("/first-run")
    assert axe(page) == []
    page.goto(found[0])
    assert axe(page) == []
    expect(page.get_by_label("Time zone")).to_have_value(re.compile("Asia/(Kolkata|Calcutta)"))
    page.get_by_label("Your name").fill("Olga")
    page.get_by_label("Sign-in name").fill("olga")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Organisation").fill("Town of Springfield")
    page.get_by_label("Open on").select_option("all")
    page.get_by_label("Opens at").fill("00:00")
    page.get_by_label("Closes at").fill("00:00")
    page.get_by_label("Name of queue 1", exact=True).fill("Passports")
    page.get_by_label("Name of queue 4", exact=True).fill("Parking")
    expect(page.get_by_label("Letter of queue 4", exact=True)).to_have_value("D")
    page.get_by_role("button", name="Another queue").click()
    expect(page.get_by_label("Name of queue 6", exact=True)).to_be_focused()
    page.get_by_label("What one is called").fill("Counter")
    page.get_by_role("button", name="Open the doors").click()
    page.wait_for_url("**/admin/branches/*")


def test_a_week_is_written_with_three_presses(own_town: Town, own_windows: Windows) -> None:
    branch = own_town.branch()["id"]
    page = signed_in(own_windows, f"/admin/branches/{branch}/hours", "admin")
    monday, saturday = page.locator("[data-day=mon]"), page.locator("[data-day=sat]")
    monday.get_by_label("Monday: opens at").first.fill("08:00")
    monday.get_by_label("Monday: closes at").first.fill("12:00")
    monday.get_by_role("button", name="Add a time").click()
    monday.get_by_label("Monday: opens at").nth(1).fill("14:00")
    monday.get_by_label("Monday: closes at").nth(1).fill("18:00")
    monday.get_by_role("button", name="Copy down").click()
    saturday.get_by_role("button", name="Closed").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Saved.")
    expect(page.locator("[data-day=sun] input").nth(3)).to_have_value("18:00")
    expect(saturday.locator("input").first).to_have_value("")
    expect(saturday).to_have_attribute("data-closed", "")


def test_a_queue_is_changed_with_the_keyboard_alone(own_town: Town, own_windows: Windows) -> None:
    page = signed_in(own_windows, f"/admin/branches/{own_town.branch()['id']}/queues", "admin")
    page.get_by_role("link", name="Certificates").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Certificates and copies")
    last = page.get_by_label("Last ticket of the day")
    last.focus()
    page.keyboard.press("ArrowDown")
    expect(last).to_have_value("before")
    page.keyboard.press("Tab")
    page.keyboard.type("15")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Saved.")
    page.get_by_role("link", name="Certificates and copies").click()
    expect(page.get_by_label("Minutes before closing")).to_have_value("15")
    expect(page.get_by_label("Time of the last ticket")).to_be_hidden()


def test_forms_work_on_plain_http_too(chromium: Browser, chromium_program: str, town: Town) -> None:
    """On plain HTTP a browser sends no Sec-Fetch-Site, so a page must tell its origin or be a stranger."""
    arguments = ["--no-sandbox", "--host-resolver-rules=MAP town.example 127.0.0.1"]
    browser = chromium.browser_type.launch(executable_path=chromium_program, args=arguments)
    with watched(browser, f"http://town.example:{town.port}") as windows:
        # The browser remarks that it heeds one of our headers on HTTPS only.
        windows.watch.forgive("Cross-Origin-Opener-Policy header has been ignored")
        page = through_the_door(windows, "/admin/organisation", "admin")
        assert page.evaluate("isSecureContext") is False
        page.get_by_role("button", name="Save").click()
        expect(page.locator("main")).to_contain_text("Saved.")
    browser.close()


PAGES = ["queues", "desks", "departments", "hours", "closures", "devices", "screens", "log", ""]
HOUSE_PAGES = ["", "/staff", "/staff/new", "/api-keys", "/organisation", "/log", "/branches/new"]
HOUSE_PAGES += ["/operations?check=1"]


@pytest.mark.parametrize(
    ("scheme", "language", "size"),
    [
        ("light", "en", DESKTOP),
        ("dark", "ar", PHONE),
        pytest.param("dark", "ar", DESKTOP, marks=pytest.mark.prove),
        pytest.param("light", "hi", PHONE, marks=pytest.mark.prove),
    ],
)
def test_axe_has_nothing_against_any_page(
    town: Town, windows: Windows, scheme: str, language: str, size: tuple[int, int]
) -> None:
    page = signed_in(windows, "/admin", "admin", size, color_scheme=scheme)
    branch = town.branch()["id"]
    paths = [f"/admin/branches/{branch}/{one}".rstrip("/") for one in PAGES]
    paths += [f"/admin{one}" for one in HOUSE_PAGES]
    paths += [f"/admin/queues/{town.queue('K')}", f"/admin/branches/{branch}/queues/new", "/account"]
    found: dict[str, list[str]] = {}
    for path in paths:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        against = axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if against or wide:
            found[path] = [*against, *(["scrolls sideways"] if wide else [])]
    assert found == {}


def test_axe_has_nothing_against_the_doors(town: Town, windows: Windows) -> None:
    page = windows.page()
    page.goto("/sign-in")
    assert axe(page) == []
    windows.watch.forgive("401")
    page.get_by_label("Name or e-mail").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_contain_text("don't go together")
    expect(page.get_by_label("Password")).to_be_focused()
    assert axe(page) == []
