"""Chromium as the screen of a kiosk or display: finding it, starting it, steering it.

It is steered through its debugging pipe, which only its parent holds: no port is opened, no
credential stands on a command line or in an address, and the browser can be taken back to its
page whatever it shows in place of it.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge-stable")
# Gives the pipes the numbers 3 and 4, where Chromium looks for them, and becomes it.
_WITH_PIPES = """
import os, sys
ours, theirs, *words = sys.argv[1:]
os.dup2(int(ours), 3)
os.dup2(int(theirs), 4)
os.execvp(words[0], words)
"""
_FIRST_FREE = 10
_PATIENCE_S = 15.0
FLAGS = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--disable-features=Translate,MediaRouter",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--password-store=basic",
    "--autoplay-policy=no-user-gesture-required",
)


class BrowserGone(Exception):
    """The browser has ended, or does not answer."""


def find_browser(named: str | None = None) -> str | None:
    """Return the path of a Chromium, or None when this machine has none."""
    return next((path for name in ((named,) if named else _NAMES) if (path := shutil.which(name))), None)


def command(
    browser: str, profile: Path, url: str, *, prints: bool, server: str, more: Sequence[str] = ()
) -> list[str]:
    """Return the command that opens `url` full-screen with a profile of its own."""
    flags = [*FLAGS, f"--user-data-dir={profile}"]
    if prints:
        flags.append("--kiosk-printing")
    if server.startswith("http://"):
        # On plain HTTP the screen would be let to fall asleep: wake locks want a secure origin.
        flags.append(f"--unsafely-treat-insecure-origin-as-secure={server}")
    return [browser, *flags, *more, url]


class Browser:
    """A running Chromium and the pipe to it."""

    def __init__(self, arguments: Sequence[str]) -> None:
        read_ours, write_ours = _pipe()
        read_theirs, write_theirs = _pipe()
        ends = [str(read_ours), str(write_theirs)]
        words = [arguments[0], "--remote-debugging-pipe", *arguments[1:]]
        self.process = subprocess.Popen(  # noqa: S603 the user's own browser
            [sys.executable, "-I", "-c", _WITH_PIPES, *ends, *words],
            pass_fds=(read_ours, write_theirs),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(read_ours)
        os.close(write_theirs)
        self._to, self._from = write_ours, read_theirs
        self._unread = b""
        self._number = 0

    @property
    def running(self) -> bool:
        """Whether the process still lives."""
        return self.process.poll() is None

    def call(self, method: str, page: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Call a method of the browser, or of the page with this session; raises BrowserGone."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if page:
            message["sessionId"] = page
        try:
            os.write(self._to, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise BrowserGone(str(error)) from None
        return self._answer(self._number)

    def attach(self) -> str:
        """Return the session of the first page."""
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next((one for one in targets if one["type"] == "page"), None)
        if page is None:
            raise BrowserGone("there is no page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        return str(attached["sessionId"])

    def evaluate(self, page: str, expression: str) -> Any:
        """Return the value of a JavaScript expression in a page."""
        found = self.call("Runtime.evaluate", page, expression=expression, returnByValue=True)
        return found.get("result", {}).get("value")

    def close(self) -> None:
        """End the browser."""
        if self.running:
            # Asked in its own way it writes its cookies to disk first; a signal need not wait for that.
            try:
                self.call("Browser.close")
            except BrowserGone:
                self.process.terminate()
            try:
                self.process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        os.close(self._to)
        os.close(self._from)

    def _answer(self, number: int) -> dict[str, Any]:
        """Read on until the answer to a call; what the browser tells by itself is passed over."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            for message in self._messages(deadline):
                if message.get("id") != number:
                    continue
                if "error" in message:
                    raise BrowserGone(str(message["error"]))
                result: dict[str, Any] = message["result"]
                return result

    def _messages(self, deadline: float) -> list[dict[str, Any]]:
        ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
        more = os.read(self._from, 1 << 16) if ready else b""
        if not more:
            raise BrowserGone("the browser does not answer")
        *whole, self._unread = (self._unread + more).split(b"\0")
        return [json.loads(one) for one in whole]


def _pipe() -> tuple[int, int]:
    """Return a pipe whose ends bear other numbers than those that are about to be given away."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]
