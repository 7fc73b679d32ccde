"""The server goes and comes back while every screen is open: all of them find the truth by themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import PHONE, Windows
from tests.journeys.staff import at_desk, current, signed_in
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

# A screen pauses up to fifteen seconds between its tries.
_PATIENCE_MS = 45_000


def test_every_screen_survives_a_restart(own_town: Town, own_windows: Windows) -> None:
    own_windows.watch.forgive_cut_lines()
    own_windows.watch.forgive("Failed to load resource", "Failed to fetch")
    ticket = own_town.join("C")
    kiosk = own_windows.device("kiosk", own_town.device("kiosk"), has_touch=True)
    kiosk.goto("/kiosk")
    expect(kiosk.locator(".service").first).to_be_visible()
    display = own_windows.device("display", own_town.device("display"))
    display.goto("/display")
    desk = at_desk(own_windows, own_town, "Desk 4")
    overview = signed_in(own_windows, f"/overview/{own_town.branch()['id']}")
    phone = own_windows.page(PHONE)
    phone.goto(f"/t/{ticket['key']}")
    expect(phone.locator("body")).to_have_attribute("data-state", "waiting")
    before = current(desk)

    own_town.stop()
    for page in (desk, overview, phone):
        expect(page.locator("#connection")).to_be_visible(timeout=15_000)
    # What was true stays readable.
    assert current(desk) == before
    expect(phone.locator("#code")).to_have_text(ticket["code"])

    own_town.start()
    own_town.call("POST", f"/desks/{own_town.desk('Desk 4')}/call", {"key": ticket["key"]}, "agent")
    for page, seen in _screens(desk, overview, phone, display):
        expect(page.locator(seen)).to_have_text(ticket["code"], timeout=_PATIENCE_MS)
        expect(page.locator("#connection")).to_be_hidden(timeout=_PATIENCE_MS)
    expect(phone.locator("body")).to_have_attribute("data-state", "called")
    expect(kiosk.locator(".service").first).to_be_visible(timeout=_PATIENCE_MS)

    # And they are live again, not only read afresh.
    following = own_town.call_next("Desk 4")
    for page, seen in _screens(desk, overview, None, display):
        expect(page.locator(seen)).to_have_text(following)
    expect(phone.locator("body")).to_have_attribute("data-state", "done")


def _screens(desk: Page, overview: Page, phone: Page | None, display: Page) -> list[tuple[Page, str]]:
    """Return each screen with the place where it shows the ticket at Desk 4."""
    found = [
        (desk, "#current .now__code"),
        (overview, ".desk-now:has-text('Desk 4') .number"),
        (display, "[data-part=code]"),
    ]
    return [*found, (phone, "#code")] if phone else found
