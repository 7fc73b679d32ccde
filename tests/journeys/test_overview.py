"""The overview: who waits, who serves, and calling from there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import PHONE, Windows
from tests.journeys.staff import at_desk, is_at, signed_in
from tests.journeys.town import Town

pytestmark = pytest.mark.browser


def rows(page: Page) -> list[str]:
    """Return the codes of the waiting list, as they are shown."""
    return page.locator("#waiting > li .guest__head .number").all_inner_texts()


def watching(windows: Windows, town: Town, branch: int = 0) -> Page:
    """Return an overview that is live."""
    page = signed_in(windows, f"/overview/{town.branch(branch)['id']}")
    expect(page.locator("#sift [data-plain]")).to_have_count(0)
    return page


def test_the_line_is_sifted_by_number_and_by_queue(town: Town, windows: Windows) -> None:
    page = watching(windows, town)
    everybody = rows(page)
    page.locator("#find").fill("p-")
    expect(page.locator("#waiting > li").first).to_contain_text("P-")
    assert rows(page) == [code for code in everybody if code.startswith("P-")]
    page.locator("#find").fill("")
    page.locator("#only").select_option(town.queue("D"))
    assert rows(page) == [code for code in everybody if code.startswith("D-")]
    page.locator("#find").fill("nobody has this")
    expect(page.locator("#waiting-none")).to_have_text("Nobody who fits is waiting.")


def test_it_is_live(town: Town, windows: Windows) -> None:
    page = watching(windows, town)
    code = town.join("K")["code"]
    expect(page.locator("#waiting > li", has_text=code)).to_have_count(1)
    called = town.call_next("Desk 6")
    desk = page.locator(".desk-now", has_text="Desk 6")
    expect(desk).to_have_attribute("data-state", "called")
    expect(desk.locator(".number")).to_have_text(called)
    expect(page.locator("#waiting > li", has_text=called)).to_have_count(0)


def test_an_agent_calls_from_here_to_the_own_desk(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Desk 1")
    page.goto(f"/overview/{town.branch()['id']}")
    expect(page.locator("#sift [data-plain]")).to_have_count(0)
    code = rows(page)[2]
    page.locator("#waiting > li", has_text=code).get_by_role("button", name="Call").click()
    expect(page.locator(".desk-now", has_text="Desk 1").locator(".number")).to_have_text(code)
    page.get_by_role("link", name="Desk 1").first.click()
    is_at(page, code, "called")


def test_without_a_desk_it_only_shows(town: Town, windows: Windows) -> None:
    page = watching(windows, town, 1)
    expect(page.locator("#waiting > li").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Call"))).to_have_count(0)
    expect(page.get_by_role("link", name="Choose your desk")).to_be_visible()


def test_a_long_line_comes_in_pages_and_is_searched_whole(own_town: Town, own_windows: Windows) -> None:
    last = ""
    for _ in range(230):
        last = own_town.join("K")["code"]
    page = watching(own_windows, own_town)
    expect(page.locator("#waiting > li")).to_have_count(200)
    page.locator("#find").fill(last)
    expect(page.locator("#waiting > li")).to_have_count(1)
    page.locator("#find").fill("")
    expect(page.locator("#waiting > li")).to_have_count(200)
    page.locator("#more-live").click()
    waiting = int(page.locator("#waiting-count").inner_text())
    assert waiting > 230
    expect(page.locator("#waiting > li")).to_have_count(waiting)
    expect(page.locator("#more-live")).to_be_hidden()


def test_without_scripts_it_is_sifted_and_has_pages(town: Town, windows: Windows) -> None:
    page = signed_in(windows, f"/overview/{town.branch()['id']}", java_script_enabled=False)
    page.locator("#find").fill("D-")
    page.get_by_role("button", name="Find").click()
    assert rows(page)
    assert all(code.startswith("D-") for code in rows(page))


def test_on_a_phone_nothing_scrolls_sideways(town: Town, windows: Windows) -> None:
    page = signed_in(windows, f"/overview/{town.branch()['id']}", size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
