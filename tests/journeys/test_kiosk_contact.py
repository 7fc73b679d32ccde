"""At the kiosk: a guest leaves a number or an address, and nothing of it stays on the screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Windows, axe
from tests.journeys.kiosk import PRINTER, SCREEN, opened, take
from tests.journeys.town import Town

pytestmark = pytest.mark.browser


def test_who_wants_to_be_told_leaves_a_number_and_nothing_of_it_stays(
    own_town: Town, own_windows: Windows
) -> None:
    own_town.call("PATCH", f"/queues/{own_town.queue('C')}", {"rules": {"ask_contact": "optional"}})
    page = opened(own_windows, own_town.device("kiosk"))
    take(page, "Certificates")
    page.get_by_role("button", name="Tell me when it is my turn").click()
    expect(page.locator(".kiosk__lead")).to_contain_text("Erased a day after it")
    page.get_by_role("button", name="By text message").click()
    for digit in "12":
        page.get_by_role("button", name=digit, exact=True).click()
    own_windows.watch.forgive("422")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".typing__wrong")).to_contain_text("phone number with its country")
    assert axe(page) == []
    page.locator("input").fill("")
    for digit in "+34600123456":
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(SCREEN.format("result"))).to_contain_text("the number that ends in 456")
    key = page.locator(".result__address").inner_text().rpartition("/")[2]
    assert own_town.call("GET", f"/tickets/{key}/contact")["phone"] == "…456"
    page.get_by_role("button", name="Done").click()
    expect(page.locator(SCREEN.format("home"))).to_be_visible()
    left = page.content()
    assert "600" not in left
    assert key not in left


def test_an_address_is_typed_on_the_screen_and_a_guest_who_goes_away_leaves_nothing(
    own_town: Town, own_windows: Windows
) -> None:
    own_town.call("PATCH", f"/queues/{own_town.queue('C')}", {"rules": {"ask_contact": "optional"}})
    page = own_windows.device("kiosk", own_town.device("kiosk"))
    page.add_init_script(PRINTER)
    page.clock.install()
    page.goto("/kiosk")
    take(page, "Certificates")
    page.get_by_role("button", name="Tell me when it is my turn").click()
    page.get_by_role("button", name="By e-mail").click()
    for sign in ("a", "n", "a", "7", "@", "x", ".com"):
        page.get_by_role("button", name=sign, exact=True).click()
    expect(page.locator("input")).to_have_value("ana7@x.com")
    page.clock.run_for(46_000)
    expect(page.locator("main")).to_have_attribute("data-screen", re.compile("home|away"))
    assert "ana7" not in page.content()
