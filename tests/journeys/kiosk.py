"""What the journeys at the kiosk share."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.browser import KIOSK, Windows

SCREEN = "main[data-screen={}]"
# Counts what goes to the printer; nothing is printed in a test.
PRINTER = "window.printed = 0; window.print = () => { window.printed += 1 }"


def opened(windows: Windows, credential: str, size: tuple[int, int] = KIOSK) -> Page:
    page = windows.device("kiosk", credential, size, has_touch=True)
    page.add_init_script(PRINTER)
    page.goto("/kiosk")
    expect(page.locator(".service").first).to_be_visible()
    return page


def take(page: Page, name: str) -> str:
    page.locator(".service", has_text=name).click()
    expect(page.locator(SCREEN.format("result"))).to_be_visible()
    code = page.locator(".result__slip .number").inner_text()
    assert re.fullmatch(r"[A-Z]-\d{3}", code)
    return code
