"""`nowserving kiosk` and `nowserving display`: a screen that starts before the server and outlives it."""

from __future__ import annotations

import json
import logging
import os
import shlex
import signal
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

from nowserving.commands.chromium import Browser, BrowserGone, command, find_browser
from nowserving.errors import N_, Conflict

log = logging.getLogger(__name__)

# Told whether the browser is paired, it returns the credential to sign in with, or None.
Credential = Callable[[bool], str | None]

_WAITING = Path(__file__).with_name("waiting.html")
# Names what the profile was signed in with last; the credential itself is in the browser's cookies only.
_MARK = "nowserving-credential.sha256"
_LOOK_EVERY_S = 3.0
_TRY_EVERY_S = 1.0
_PATIENCE_S = 5.0
_QUICK_END_S = 10.0
_QUICK_ENDS = 5
_TEN_YEARS_S = 10 * 365 * 24 * 3600
# What a page of ours says of itself once all its scripts have come; an error page of the browser or of a
# proxy never does, nor a page whose server went while it was loading. A slow machine is given time.
_IS_OURS = (
    "document.documentElement.dataset.alive === 'yes' ||"
    " (document.documentElement.classList.contains('device') && performance.now() < 20000)"
)


@dataclass(frozen=True, slots=True)
class Screen:
    """What to show, where from, and in which profile."""

    kind: str
    server: str
    profile: Path
    browser: str
    more: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"{self.server}/{self.kind}"

    def command(self, url: str) -> list[str]:
        """Return the command that starts the browser."""
        prints = self.kind == "kiosk"
        return command(self.browser, self.profile, url, prints=prints, server=self.server, more=self.more)


def profile_folder(kind: str) -> Path:
    """Return where the browser of this kind keeps its profile, and with it what it is paired as."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "nowserving" / kind


def screen(kind: str, server: str, profile: Path | None, browser: str | None, more: list[str]) -> Screen:
    """Return the screen to open; raises Conflict when this machine has no Chromium."""
    found = find_browser(browser)
    if found is None:
        raise Conflict(
            "no_browser", N_("There is no Chromium on this machine. Install it, or name one with --browser.")
        )
    folder = (profile or profile_folder(kind)).absolute()
    return Screen(kind, server.rstrip("/"), folder, found, tuple(more))


def show_command(one: Screen) -> None:
    """Print what would be run."""
    print(shlex.join(one.command(one.url)))


def run_screen(one: Screen, credential: Credential) -> None:
    """Keep the screen up until it is closed by hand, or until SIGTERM or Ctrl-C.

    `credential` is asked for when the server is there, and told whether the browser holds one already;
    it returns a device's own, or None to let it pair itself.
    """
    one.profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _stop)
    quick_ends = 0
    try:
        while quick_ends < _QUICK_ENDS:
            started = time.monotonic()
            if _run_once(one, credential) == 0:
                return
            quick_ends = quick_ends + 1 if time.monotonic() - started < _QUICK_END_S else 0
            time.sleep(_TRY_EVERY_S)
    except KeyboardInterrupt:
        return
    print(f"{one.browser} ends as soon as it is started. Is there a screen for it?", file=sys.stderr)
    raise SystemExit(1)


def _run_once(one: Screen, credential: Credential) -> int:
    """Run the browser until it ends; return its exit code."""
    browser = Browser(one.command(_WAITING.as_uri()))
    try:
        page = browser.attach()
        _await_server(one.server, browser)
        _sign_in(browser, one, credential)
        browser.call("Page.navigate", page, url=one.url)
        while browser.running:
            time.sleep(_LOOK_EVERY_S)
            _look_after(browser, page, one)
    except BrowserGone as gone:
        log.info("the browser is started again: %s", gone)
    finally:
        browser.close()
    return browser.process.returncode


def _look_after(browser: Browser, page: str, one: Screen) -> None:
    """Take the browser back to its page when it shows something else and the server is there."""
    if not browser.running or browser.evaluate(page, _IS_OURS):
        return
    if _is_up(one.server):
        browser.call("Page.navigate", page, url=one.url)


def _await_server(server: str, browser: Browser) -> None:
    while browser.running and not _is_up(server):
        time.sleep(_TRY_EVERY_S)


def _is_up(server: str) -> bool:
    try:
        with urllib.request.urlopen(f"{server}/healthz", timeout=_PATIENCE_S) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def _sign_in(browser: Browser, one: Screen, credential: Credential) -> None:
    """Give the browser a device's credential as its cookie, once: what it was paired as later counts more.

    A browser writes its cookies to disk late, and a power cut may take them: it is asked what it has.
    """
    secure = one.server.startswith("https://")
    name = "__Host-ns_device" if secure else "ns_device"
    kept = browser.call("Storage.getCookies")["cookies"]
    host = urllib.parse.urlsplit(one.server).hostname
    paired = any(cookie["name"] == name and cookie["domain"] == host for cookie in kept)
    secret = credential(paired)
    if not secret:
        return
    mark = one.profile / _MARK
    digest = sha256(secret.encode()).hexdigest()
    if paired and mark.exists() and mark.read_text(encoding="ascii") == digest:
        return
    cookie = {
        "name": name,
        "value": secret,
        "url": one.server,
        "path": "/",
        "secure": secure,
        "httpOnly": True,
        "sameSite": "Lax",
        "expires": time.time() + _TEN_YEARS_S,
    }
    browser.call("Storage.setCookies", cookies=[cookie])
    mark.write_text(digest, encoding="ascii")


def pair_here(data: Path | None, one: Screen, branch: str, name: str, *, paired: bool) -> str | None:
    """Pair this screen with the server of this machine, if its browser is not paired already."""
    from nowserving.settings import load
    from nowserving.web.gate.here import proof_of_being_here
    from nowserving.web.pages.here import PATH

    if data is None or paired:
        return None
    at_s = int(time.time())
    proof = proof_of_being_here(load(data_dir=str(data)), one.kind, at_s)
    wish = {"kind": one.kind, "name": name, "branch": branch, "at_s": at_s, "proof": proof}
    credential: str = _post(f"{one.server}{PATH}", wish)["data"]["credential"]
    return credential


def _post(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(  # noqa: S310 the address is the user's own server
        url, json.dumps(body).encode(), {"Content-Type": "application/json", "Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        fields = " ".join(one.get("detail", "") for one in problem.get("errors", ()))
        print(fields or problem.get("detail", str(error)), file=sys.stderr)
        raise SystemExit(2) from None


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
