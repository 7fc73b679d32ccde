"""The pictures of the documentation: real pages of the still demo in a real Chromium. `make screenshots`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from machine import find, free_port

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
# Who reads a page of ours over a slow line should not wait for it.
MOST_BYTES = 250_000
PASSWORD = "town-hall-demo"  # noqa: S105 the demo shows it to everybody
PATIENCE_S = 60
# The desk at which the picture is taken, who sits there, and the desks that call somebody before.
DESK, AGENT = "Desk 1", "anna"
BUSY = ("Desk 3", "Desk 6", "Desk 1")
RESTAURANT = "Trattoria Aurora"
# Who comes to its door before the picture is taken.
PARTIES = ((5, "Haddad"), (2, "Noor"), (4, "Okafor"), (2, "Lena"))
# The display needs no touch before it may chime: `nowserving display` starts Chromium in the same way.
ARGUMENTS = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]


@dataclass(frozen=True, slots=True)
class Town:
    """The demo that is running: where it is, and how programs get in."""

    base: str
    keys: dict[str, str]
    branch: dict[str, Any]
    restaurant: dict[str, Any]

    def post(self, path: str, key: str = "agent", **body: Any) -> dict[str, Any]:
        """Ask the API for something and return the data of its answer."""
        headers = {"Content-Type": "application/json", "X-API-Key": self.keys[key]}
        request = urllib.request.Request(  # noqa: S310 our own server
            f"{self.base}/api/v1{path}", json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            data: dict[str, Any] = json.load(answer)["data"]
            return data

    def desk(self, name: str) -> str:
        """Return the id of a desk."""
        return str(next(one["id"] for one in self.branch["desks"] if one["name"] == name))

    def queue(self, prefix: str) -> str:
        """Return the id of a queue."""
        return str(next(one["id"] for one in self.branch["queues"] if one["prefix"] == prefix))


@contextmanager
def town() -> Iterator[Town]:
    """Run the demo in a folder of its own; nobody in it moves by themselves."""
    port = free_port()
    with TemporaryDirectory(prefix="nowserving-pictures-") as folder:
        command = ["-m", "nowserving.cli", "demo", "--still", "--data", folder, "--port", str(port)]
        server = subprocess.Popen([sys.executable, *command])
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for(f"{base}/readyz", server)
            document = json.loads((Path(folder) / "demo.json").read_text(encoding="utf-8"))
            branches = document["branches"]
            restaurant = next(one for one in branches if one["name"] == RESTAURANT)
            yield Town(base, document["api_keys"], branches[0], restaurant)
        finally:
            server.terminate()
            server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; raise when it ended, or took too long."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 our own server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the demo did not start")


def kiosk(here: Town, context: BrowserContext) -> Page:
    """Open the kiosk at the door, paired as one."""
    return device(here, context, "kiosk")


def display(here: Town, context: BrowserContext) -> Page:
    """Open the display on the wall, paired as one."""
    return device(here, context, "display")


def device(here: Town, context: BrowserContext, kind: str) -> Page:
    """Pair a browser as a device and open its page."""
    begun = here.post("/pairings", kind=kind)
    here.post(f"/branches/{here.branch['id']}/devices", "admin", code=begun["code"], name=f"Hall {kind}")
    context.request.post("/api/v1/pairings/claim", data={"claim": begun["claim"]})
    return opened(context, f"/{kind}")


def desk(here: Town, context: BrowserContext) -> Page:
    """Open a desk as the agent who sits there."""
    return signed_in(context, AGENT, f"/desk/{here.desk(DESK)}")


def guest(here: Town, context: BrowserContext) -> Page:
    """Open the phone of somebody who has just drawn a ticket."""
    ticket = here.post(f"/queues/{here.queue('C')}/tickets", "kiosk")
    return opened(context, f"/t/{ticket['key']}")


def stand(here: Town, context: BrowserContext) -> Page:
    """Open the stand of the restaurant as its host, with a line before it."""
    queue = here.restaurant["queues"][0]["id"]
    for size, name in PARTIES:
        here.post(f"/queues/{queue}/tickets", "admin", party_size=size, name=name)
    return signed_in(context, "admin", f"/stand/{queue}")


def admin(here: Town, context: BrowserContext) -> Page:
    """Open the queues of the branch as its admin."""
    return signed_in(context, "admin", f"/admin/branches/{here.branch['id']}/queues")


def signed_in(context: BrowserContext, login: str, path: str) -> Page:
    """Sign in as a person would, and go on to a page."""
    page = opened(context, f"/sign-in?next={path}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{path}")
    return settled(page)


def opened(context: BrowserContext, path: str) -> Page:
    """Open a page and wait until it has found its feet."""
    page = context.new_page()
    answer = page.goto(path)
    if answer is None or not answer.ok:
        raise SystemExit(f"{path} can't be shown: {answer.status if answer else 'no answer'}")
    return settled(page)


def settled(page: Page) -> Page:
    """Wait for fonts and for the first word of the live stream, and put the mouse away."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)
    return page


# Each picture: its name, how to get there, and the window (width, height, pixels for each).
SCENES: list[tuple[str, Callable[[Town, BrowserContext], Page], tuple[int, int, int]]] = [
    ("kiosk", kiosk, (1280, 800, 1)),
    ("display", display, (1280, 720, 1)),
    ("desk", desk, (1280, 800, 1)),
    ("stand", stand, (1280, 800, 1)),
    ("guest", guest, (390, 780, 2)),
    ("admin", admin, (1280, 660, 1)),
]


def take(browser: Browser, here: Town, wanted: list[str]) -> None:
    """Take the pictures that are wanted, or all."""
    for name, scene, (width, height, scale) in SCENES:
        if wanted and name not in wanted:
            continue
        context = browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            base_url=here.base,
            color_scheme="light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/London",
        )
        file = PICTURES / f"{name}.png"
        scene(here, context).screenshot(path=file)
        context.close()
        size = file.stat().st_size
        print(f"{file.relative_to(ROOT)}: {size // 1000} kB")
        if size > MOST_BYTES:
            raise SystemExit(f"{file.name} is too large for a page that people load")


def main() -> None:
    """Take every picture, or those that are named."""
    program = os.environ.get("NOWSERVING_TEST_CHROMIUM") or find("chromium", "google-chrome")
    if not program:
        raise SystemExit("there is no Chromium on this machine")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with town() as here, sync_playwright() as playwright:
        for name in BUSY:
            here.post(f"/desks/{here.desk(name)}/call-next")
        browser = playwright.chromium.launch(executable_path=str(program), args=ARGUMENTS)
        take(browser, here, sys.argv[1:])
        browser.close()


if __name__ == "__main__":
    main()
