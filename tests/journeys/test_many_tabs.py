"""HARDENING section 4, row 69: more tabs than a browser opens connections, and every one of them lives.

Over HTTP/1.1 a browser opens six connections to a server. A stream holds one for as long as it is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect
from playwright.sync_api import TimeoutError as NeverLoaded

from tests.journeys.browser import PHONE, Windows
from tests.journeys.staff import until
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

TABS = 8
MOST_CONNECTIONS = 6
MOST_STREAMS = 4
# Every tab takes a stream, as if there were no slots.
_GREEDY = """
export const takeSlot = () => Promise.resolve(() => {});
export const browserLocks = () => null;
"""


@pytest.fixture
def ticket(town: Town) -> Iterator[dict[str, Any]]:
    made = town.join("C")
    yield made
    town.call("POST", f"/tickets/{made['key']}/cancel", {})


class Streams:
    """Which streams the tabs of a profile hold just now."""

    def __init__(self, profile: BrowserContext) -> None:
        self.open: set[Request] = set()
        profile.on("request", self._begun)
        profile.on("requestfinished", self._ended)
        profile.on("requestfailed", self._ended)

    def _begun(self, request: Request) -> None:
        if "/api/v1/streams" in request.url:
            self.open.add(request)

    def _ended(self, request: Request) -> None:
        self.open.discard(request)


def test_row_69_every_tab_loads_and_follows(town: Town, windows: Windows, ticket: dict[str, Any]) -> None:
    profile = windows.profile(PHONE)
    streams = Streams(profile)
    tabs = [opened(windows, profile, ticket["key"]) for _ in range(TABS)]
    until(tabs[-1], "document.body.dataset.state === 'waiting'")

    town.call("POST", f"/desks/{town.desk('Desk 4')}/call", {"key": ticket["key"]}, "agent")
    for tab in tabs:
        # Those without a stream ask every few seconds.
        expect(tab.locator("body")).to_have_attribute("data-state", "called", timeout=30_000)
    assert 1 <= len(streams.open) <= MOST_STREAMS


def test_row_69_a_tab_that_closes_leaves_its_stream_to_another(
    town: Town, windows: Windows, ticket: dict[str, Any]
) -> None:
    profile = windows.profile(PHONE)
    streams = Streams(profile)
    tabs = [opened(windows, profile, ticket["key"]) for _ in range(MOST_STREAMS + 1)]
    wait_for(streams, MOST_STREAMS, tabs[-1])
    with tabs[-1].expect_request("**/api/v1/streams**", timeout=30_000):
        tabs[0].close()


def test_row_69_without_slots_a_tab_would_never_load(
    town: Town, windows: Windows, ticket: dict[str, Any]
) -> None:
    """The control: six tabs with a stream each leave no connection for the seventh page."""
    profile = windows.profile(PHONE)
    streams = Streams(profile)
    profile.route("**/js/slots.js", greedy)
    tabs = [opened(windows, profile, ticket["key"]) for _ in range(MOST_CONNECTIONS)]
    wait_for(streams, MOST_CONNECTIONS, tabs[-1])
    with pytest.raises(NeverLoaded):
        profile.new_page().goto(f"/t/{ticket['key']}", timeout=2_000)


def greedy(route: Route) -> None:
    route.fulfill(body=_GREEDY, content_type="text/javascript")


def opened(windows: Windows, profile: BrowserContext, key: str) -> Page:
    """Open a ticket in one more tab of the same browser."""
    tab = windows.watch.over(profile.new_page())
    tab.goto(f"/t/{key}", timeout=10_000)
    return tab


def wait_for(streams: Streams, count: int, tab: Page) -> None:
    for _ in range(200):
        if len(streams.open) == count:
            return
        tab.wait_for_timeout(50)
    pytest.fail(f"{len(streams.open)} streams are open, and not {count}")
