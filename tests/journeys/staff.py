"""Agents in their browsers: signed in, and at their desk."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page, expect

from nowserving.demo.town import PASSWORD
from tests.journeys.browser import DESKTOP, Windows
from tests.journeys.town import Town


def signed_in(
    windows: Windows, path: str, login: str = "agent", size: tuple[int, int] = DESKTOP, **how: Any
) -> Page:
    """Return a page at `path`, of somebody whose browser is signed in already: that costs no page."""
    page = windows.page(size, **how)
    said = page.context.request.post(
        "/sign-in",
        form={"login": login, "password": PASSWORD, "next": path},
        headers={"Sec-Fetch-Site": "same-origin"},
        max_redirects=0,
    )
    assert said.status == 303, said.text()
    page.goto(path)
    assert page.url == f"{windows.base}{path}"
    return page


def through_the_door(windows: Windows, path: str, login: str = "agent") -> Page:
    """Return a page that has signed in at the door and gone on to `path`."""
    page = windows.page()
    page.goto(f"/sign-in?next={path}")
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(f"**{path}")
    return page


def at_desk(
    windows: Windows,
    town: Town,
    desk: str,
    branch: int = 0,
    size: tuple[int, int] = DESKTOP,
    **how: Any,
) -> Page:
    """Return a page at a desk, live and sat down at."""
    page = signed_in(windows, f"/desk/{town.desk(desk, branch)}", size=size, **how)
    live(page)
    over = page.locator("#occupied button")
    if over.is_visible():
        over.click()
        expect(page.locator("#occupied")).to_be_hidden()
    return page


def live(page: Page) -> None:
    """Wait until the line to the server has spoken."""
    expect(page.locator("#next[data-painted]")).to_be_attached()


def current(page: Page) -> str:
    """Return the code of the ticket at the desk."""
    code: str = page.locator("#current .now__code").inner_text()
    return code


def is_at(page: Page, code: str, state: str) -> None:
    """Wait until this ticket is at the desk, in this state."""
    expect(page.locator("#current .now__code")).to_have_text(code)
    expect(page.locator("#now")).to_have_attribute("data-state", state)


def nobody_is_at(page: Page) -> None:
    """Wait until the desk is free."""
    expect(page.locator("#now")).to_have_attribute("data-state", "none")


def until(page: Page, expression: str, patience_s: float = 30) -> None:
    """Wait until an expression holds on a page. Asked from outside: the page's policy forbids eval."""
    end = time.monotonic() + patience_s
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never came true: {expression}"
        page.wait_for_timeout(50)
