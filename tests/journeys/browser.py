"""What every page must keep to, whatever it does: a silent console, an unbroken policy, a content axe."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PHONE, TABLET, DESKTOP, KIOSK, WALL = (390, 844), (1024, 1366), (1440, 900), (1080, 1920), (1920, 1080)
# With whose eyes axe looks: both colour schemes, both directions of writing. `make prove` tries the others.
EYES = [
    ("light", "en"),
    ("dark", "ar"),
    pytest.param("dark", "en", marks=pytest.mark.prove),
    pytest.param("light", "ar", marks=pytest.mark.prove),
    pytest.param("dark", "hi", marks=pytest.mark.prove),
]
_AXE = Path(__file__).resolve().parent.parent / "browser_vendor" / "axe.min.js"
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What a browser says when the server is away; a page can do nothing against it.
_LINE_CUT = ("net::ERR_CONNECTION", "net::ERR_EMPTY_RESPONSE", "net::ERR_INCOMPLETE_CHUNKED", "503")
# A display asks for sound before anybody has touched it; that is answered with "Enable sound".
_HARMLESS = ("The AudioContext was not allowed to start",)


class Watch:
    """Collects what goes wrong on the pages of one test."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.forgiven: tuple[str, ...] = _HARMLESS

    def forgive_cut_lines(self) -> None:
        """From now on the server may be away."""
        self.forgiven += _LINE_CUT

    def forgive(self, *words: str) -> None:
        """From now on messages with these words are expected."""
        self.forgiven += words

    def over(self, page: Page) -> Page:
        """Watch a page, and return it."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(one in message.text for one in self.forgiven):
            self.faults.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


class Windows:
    """Opens pages, each in a browser profile of its own, all of them watched."""

    def __init__(self, browser: Browser, base: str, watch: Watch) -> None:
        self._browser = browser
        self.base = base
        self.watch = watch
        self._open: list[BrowserContext] = []

    def profile(self, size: tuple[int, int] = DESKTOP, **how: Any) -> BrowserContext:
        """Return a fresh profile: no cookie, nothing remembered."""
        viewport = {"width": size[0], "height": size[1]}
        # Without a graphics card a pulse that nobody looks at would cost half of what the journeys take.
        how.setdefault("reduced_motion", "reduce")
        context = self._browser.new_context(viewport=viewport, base_url=self.base, **how)  # type: ignore[arg-type]
        self._open.append(context)
        return context

    def page(self, size: tuple[int, int] = DESKTOP, **how: Any) -> Page:
        """Return an empty page in a fresh profile."""
        return self.watch.over(self.profile(size, **how).new_page())

    def device(self, kind: str, credential: str, size: tuple[int, int] | None = None, **how: Any) -> Page:
        """Return a page in the browser of a paired device, not opened yet."""
        context = self.profile(size or (KIOSK if kind == "kiosk" else WALL), **how)
        context.add_cookies([{"name": "ns_device", "value": credential, "url": self.base}])
        return self.watch.over(context.new_page())

    def close(self) -> None:
        """Close everything."""
        for context in self._open:
            context.close()


# A colour on its way is none that anybody reads: what moves and ends is waited for, and then drawn.
_AT_REST = """async () => {
  const ends = (one) => one.effect.getComputedTiming().endTime < Infinity;
  const drawn = () => new Promise((done) => requestAnimationFrame(done));
  await drawn();
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
  await drawn();
}"""


def axe(page: Page, *without: str) -> list[str]:
    """Return what axe has against a page, a line each; `without` names rules that don't apply."""
    # Evaluated by the debugger, which the page's policy does not bind.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    page.evaluate(_AT_REST)
    options = {
        # No rule of these reads the style sheets themselves, which axe would fetch once more.
        "preload": {"assets": ["media"]},
        "runOnly": {"type": "tag", "values": _AXE_TAGS},
        "rules": {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations"],
    }
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:3]}"
        for one in found["violations"]
    ]


def scrolls(page: Page) -> bool:
    """Tell whether there is anything to scroll on a full-screen page."""
    return bool(
        page.evaluate(
            "() => { const d = document.documentElement, b = document.body;"
            " return d.scrollHeight > d.clientHeight || d.scrollWidth > d.clientWidth"
            " || b.scrollHeight > d.clientHeight || b.scrollWidth > d.clientWidth; }"
        )
    )


# Where things lie, once two looks in a row agree: a live change may add a card, which moves the others.
_SETTLED = """async (selector) => {
  const look = () => [...document.querySelectorAll(selector)]
    .map((one) => one.getBoundingClientRect().toJSON())
    .filter(({ width, height }) => width && height);
  for (let before = look(), tried = 0; ; tried += 1) {
    await new Promise((done) => setTimeout(done, 150));
    const now = look();
    if (tried > 30 || JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}"""


def settled(page: Page, selector: str) -> list[dict[str, float]]:
    """Return the boxes of what a selector finds, in px, once the page has come to rest."""
    boxes: list[dict[str, float]] = page.evaluate(_SETTLED, selector)
    return boxes


def until(page: Page, expression: str, seconds: float = 30) -> None:
    """Wait until a JavaScript expression is true. (Playwright's own way needs what the policy forbids.)"""
    ends = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < ends, f"never true: {expression}"
        page.wait_for_timeout(50)


@contextmanager
def watched(browser: Browser, base: str) -> Iterator[Windows]:
    """Open windows for one test; whatever went wrong on a page fails it at the end."""
    windows = Windows(browser, base, Watch())
    try:
        yield windows
    finally:
        windows.close()
    assert windows.watch.faults == [], windows.watch.faults
