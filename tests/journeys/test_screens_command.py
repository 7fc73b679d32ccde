"""`nowserving kiosk` and `nowserving display`: a screen nobody signs in, which outlives what it shows."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nowserving.commands.chromium import Browser, BrowserGone
from nowserving.commands.screens import Screen
from tests.journeys.town import Town

PATIENCE_S = 60.0
UNSEEN = ("--headless=new", "--no-sandbox", "--disable-gpu")


def words(kind: str, *more: str) -> list[str]:
    return [sys.executable, "-m", "nowserving.cli", kind, *more]


def printed(*more: str, state: Path) -> str:
    environment = {**os.environ, "XDG_STATE_HOME": str(state)}
    line = words(*more, "--browser", "true", "--print-command")
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_command_opens_the_page_full_screen_in_a_profile_of_its_own(tmp_path: Path) -> None:
    kiosk = printed("kiosk", "--server", "https://queue.example/", state=tmp_path)
    assert kiosk.endswith(" https://queue.example/kiosk")
    assert "--kiosk " in kiosk
    assert "--kiosk-printing" in kiosk
    assert f"--user-data-dir={tmp_path}/nowserving/kiosk" in kiosk
    display = printed("display", "--server", "http://10.0.0.7:8000", state=tmp_path)
    assert display.endswith(" http://10.0.0.7:8000/display")
    assert "--autoplay-policy=no-user-gesture-required" in display
    assert "--kiosk-printing" not in display
    assert f"--user-data-dir={tmp_path}/nowserving/display" in display


def test_a_credential_never_stands_on_a_command_line(tmp_path: Path) -> None:
    assert "nsd_secret" not in printed("kiosk", "--token", "nsd_secret", state=tmp_path)


def test_a_machine_without_a_browser_is_told_so() -> None:
    done = subprocess.run(
        words("display", "--browser", "no-such-browser"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "There is no Chromium on this machine. Install it, or name one with --browser.\n"


@pytest.mark.browser
def test_pieces_of_a_message_are_put_together(whole_chromium_program: str, tmp_path: Path) -> None:
    screen = Screen("display", "http://127.0.0.1:1", tmp_path, whole_chromium_program, UNSEEN)
    browser = Browser(screen.command("about:blank"))
    try:
        page = browser.attach()
        assert browser.evaluate(page, "'x'.repeat(300000).length + 'y'.repeat(200000)") == (
            "300000" + "y" * 200_000
        )
        with pytest.raises(BrowserGone):
            browser.call("No.suchMethod")
        browser.process.kill()
        browser.process.wait()
        with pytest.raises(BrowserGone):
            browser.evaluate(page, "1")
    finally:
        browser.close()


@contextlib.contextmanager
def launched(kind: str, profile: Path, program: str, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command with a browser that nobody sees; it has ended when the block ends."""
    browser = [f"--browser-arg={one}" for one in UNSEEN]
    with (profile.parent / "screen.log").open("ab") as log:
        process = subprocess.Popen(
            words(kind, "--profile", str(profile), "--browser", program, *browser, *more),
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, (profile.parent / "screen.log").read_text()


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_a_display_that_starts_before_its_server_is_paired_and_shown_by_itself(
    own_town: Town, whole_chromium_program: str, tmp_path: Path
) -> None:
    own_town.stop()
    more = ("--data", str(own_town.folder), "--branch", "Riverside Town Hall", "--name", "Hall")
    with launched("display", tmp_path / "profile", whole_chromium_program, *more):
        time.sleep(2)
        own_town.start()
        wait_for(lambda: seen(own_town, "Hall", ""))
        # The server goes and comes back, and so does the display.
        own_town.stop()
        moment = now()
        own_town.start()
        wait_for(lambda: seen(own_town, "Hall", moment))
    # The second start needs no pairing: the profile knows what it is.
    moment = now()
    with launched("display", tmp_path / "profile", whole_chromium_program, *more):
        wait_for(lambda: seen(own_town, "Hall", moment))
    assert len(own_town.devices()) == 1


@pytest.mark.browser
def test_a_kiosk_is_signed_in_with_its_credential(
    own_town: Town, whole_chromium_program: str, tmp_path: Path
) -> None:
    token = own_town.device("kiosk")
    more = ("--server", own_town.base, "--token", token)
    moment = now()
    with launched("kiosk", tmp_path / "profile", whole_chromium_program, *more):
        wait_for(lambda: seen(own_town, "Journey kiosk", moment))
    assert token not in (tmp_path / "screen.log").read_text()


def seen(town: Town, name: str, since: str) -> bool:
    """Tell whether a device has given a sign of life since a moment."""
    return any(one["name"] == name and one["seen_at"] > since for one in town.devices())


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def wait_for(happens: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not happens():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.2)
