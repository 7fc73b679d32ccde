"""A whole morning: a kiosk, two desks, a display and two phones, all telling the same story."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import PHONE, Windows
from tests.journeys.staff import at_desk, current, is_at, nobody_is_at
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

_BRANCH = 1


def take(kiosk: Page, service: str) -> tuple[str, str]:
    """Take a ticket at the kiosk; return its code and the path of its page."""
    kiosk.locator(".service", has_text=service).click()
    expect(kiosk.locator("main[data-screen=result]")).to_be_visible()
    code: str = kiosk.locator(".result__slip .number").inner_text()
    address: str = kiosk.locator(".result__address").inner_text()
    kiosk.get_by_role("button", name="Done").click()
    expect(kiosk.locator(".service").first).to_be_visible()
    return code, f"/t/{address.rpartition('/')[2]}"


def on_the_wall(display: Page, code: str, desk: str) -> None:
    """Wait until the display shows this call as the latest one."""
    expect(display.locator("[data-part=code]")).to_have_text(code)
    expect(display.locator("[data-part=desk]")).to_contain_text(desk)


def test_a_whole_morning(own_town: Town, own_windows: Windows) -> None:
    own_windows.watch.forgive("409")
    kiosk = own_windows.device("kiosk", own_town.device("kiosk", _BRANCH), has_touch=True)
    kiosk.add_init_script("window.print = () => {}")
    kiosk.goto("/kiosk")
    expect(kiosk.locator(".service").first).to_be_visible()
    display = own_windows.device("display", own_town.device("display", _BRANCH))
    display.goto("/display")
    one, two = (
        at_desk(own_windows, own_town, "Room 3", _BRANCH),
        at_desk(own_windows, own_town, "Room 4", _BRANCH),
    )

    # Two guests come and take a ticket; each has it on the phone before the paper is dry.
    amal, amal_page = take(kiosk, "Certified copies")
    bela, bela_page = take(kiosk, "Certified copies")
    amals, belas = own_windows.page(PHONE), own_windows.page(PHONE)
    amals.goto(amal_page)
    belas.goto(bela_page)
    expect(belas.locator("#code")).to_have_text(bela)
    expect(belas.locator("[data-when=waiting] h1")).to_have_text(re.compile(r"\d+ people ahead of you"))

    # The desks work through the line until it is Amal's turn.
    mine = one
    for turn in range(30):
        mine = two if turn % 2 else one
        before = current(mine)
        mine.keyboard.press("n")
        expect(mine.locator("#current .now__code")).not_to_have_text(before)
        on_the_wall(display, current(mine), "Room 4" if mine is two else "Room 3")
        if current(mine) == amal:
            break
    is_at(mine, amal, "called")
    room = "Room 4" if mine is two else "Room 3"
    expect(amals.locator("body")).to_have_attribute("data-state", "called")
    expect(amals.locator(".say__desk")).to_have_text(room)
    expect(belas.locator("body")).to_have_attribute("data-state", "waiting")

    # Amal does not hear it the first time.
    mine.keyboard.press("r")
    expect(mine.locator("#current [data-f=calls]")).to_contain_text("called 2 times")
    on_the_wall(display, amal, room)
    mine.keyboard.press("s")
    expect(amals.locator("body")).to_have_attribute("data-state", "serving")
    mine.keyboard.press("f")
    nobody_is_at(mine)
    expect(amals.locator("[data-when=done] h1")).to_have_text("All done")

    # Bela is called, does not come, comes back, and is served after all.
    other = one if mine is two else two
    other.locator("#next > li", has_text=bela).get_by_role("button", name="Call").click()
    is_at(other, bela, "called")
    expect(belas.locator("body")).to_have_attribute("data-state", "called")
    other.keyboard.press("x")
    nobody_is_at(other)
    expect(belas.locator("body")).to_have_attribute("data-state", "no_show")
    other.locator(".toast").get_by_role("button", name="To the front").click()
    expect(belas.locator("body")).to_have_attribute("data-state", "waiting", timeout=30_000)
    expect(belas.locator("[data-when=waiting] h1")).to_have_text("You are next")
    other.locator("#next > li", has_text=bela).get_by_role("button", name="Call").click()
    on_the_wall(display, bela, "Room 3" if other is one else "Room 4")
    other.keyboard.press("f")
    expect(belas.locator("[data-when=done] h1")).to_have_text("All done")
