"""Journeys: real people's ways through real pages, in a real browser before a real server.

`town` is the still demo, shared by the tests of a module; `own_town` belongs to one test, which may
stop it. `windows` opens pages on it; a page that complains in its console fails its test.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys.browser import Windows, watched
from tests.journeys.town import Town, copied

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_MS = 30_000


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """Return the path of the browser, or of its headless shell; skip where there is none."""
    return _program("NOWSERVING_TEST_CHROMIUM")


@pytest.fixture(scope="session")
def whole_chromium_program() -> str:
    """Return the path of the whole browser, for what its shell can't do; skip where there is none."""
    return _program("NOWSERVING_TEST_WHOLE_CHROMIUM")


def _program(setting: str) -> str:
    program = os.environ.get(setting) or shutil.which("chromium")
    if not program:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must run the journeys: {setting} is not set")
        # A machine without a browser still runs all the rest, and its last lines say what it has not run.
        pytest.skip(f"NO JOURNEY WAS RUN: {setting} is not set")
    return program


@pytest.fixture(scope="session")
def chromium(chromium_program: str) -> Iterator[Browser]:
    """Return the one browser of this run; each test opens windows of its own in it."""
    # A busy machine is given time. Who waits for what comes has lost nothing.
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def whole_windows(chromium: Browser, whole_chromium_program: str, town: Town) -> Iterator[Windows]:
    """Return what opens pages of the shared town in a whole browser: its shell shows no notifications."""
    browser = chromium.browser_type.launch(executable_path=whole_chromium_program, args=list(_ARGUMENTS))
    with watched(browser, town.base) as opened:
        yield opened
    browser.close()


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the still demo once for all workers, to be copied: to live through its morning takes seconds."""
    folder = tmp_path_factory.getbasetemp()
    # Each worker's own folder stands in one of the whole run.
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "built-town"
    folder.mkdir(exist_ok=True)
    with (folder / "building").open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        whole = folder / "town"
        if not whole.exists():
            town = Town(folder / "half")
            town.folder.mkdir()
            try:
                town.start()
            finally:
                town.stop()
            town.folder.rename(whole)
    return whole


@pytest.fixture(scope="module")
def town(built_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return the running town of this module. Its tests leave the house as they found it."""
    yield from _running(copied(built_town, tmp_path_factory.mktemp("town") / "town"))


@pytest.fixture
def own_town(built_town: Path, tmp_path: Path) -> Iterator[Town]:
    """Return a running town of this test's own, to be changed, stopped and started."""
    yield from _running(copied(built_town, tmp_path / "town"))


def _running(town: Town) -> Iterator[Town]:
    try:
        town.start()
        yield town
    finally:
        town.stop()


@pytest.fixture
def windows(chromium: Browser, town: Town) -> Iterator[Windows]:
    """Return what opens pages on the shared town."""
    with watched(chromium, town.base) as opened:
        yield opened


@pytest.fixture
def own_windows(chromium: Browser, own_town: Town) -> Iterator[Windows]:
    """Return what opens pages on this test's own town."""
    with watched(chromium, own_town.base) as opened:
        yield opened
