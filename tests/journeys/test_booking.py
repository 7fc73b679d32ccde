"""Reservations in the hand: with scripts and without, by keyboard, from a link, to the place in line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.journeys.browser import EYES, PHONE, Windows, axe
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

_ALWAYS = {"weekly": {day: [["00:00", "24:00"]] for day in "mon tue wed thu fri sat sun".split()}}
_MOST_BYTES = 60_000


def service_of(town: Town, **more: Any) -> str:
    """Add a service that two desks give and return the path of its page."""
    branch = town.branch()
    wish = {
        "name": "Passport appointment",
        "description": "Bring a photo and your old passport.",
        "price": "free",
        "queue_id": town.queue("P")
        if any(one["prefix"] == "P" for one in branch["queues"])
        else branch["queues"][0]["id"],
        "duration_s": 1800,
        "hours": _ALWAYS,
        "desk_ids": [one["id"] for one in branch["desks"][:2]],
        **more,
    }
    made = town.call("POST", f"/branches/{branch['id']}/services", wish)
    return f"/book/{branch['id']}/{made['id']}"


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at them."""
    folder = os.environ.get("NOWSERVING_TEST_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def first_time(page: Page) -> Any:
    return page.locator("#times button.slot").last


def booked(page: Page, path: str, name: str = "Ana Ruiz") -> str:
    """Book the last time of the day that is shown and return the reservation's path."""
    page.goto(path)
    first_time(page).click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_text("Your reservation is confirmed")).to_be_visible()
    return page.url.removeprefix(page.url.split("/r/")[0])


@pytest.mark.parametrize("scripts", [True, False])
def test_a_time_is_booked_moved_and_cancelled(town: Town, windows: Windows, *, scripts: bool) -> None:
    path = service_of(town)
    page = windows.page(PHONE, java_script_enabled=scripts)
    page.goto(f"/book/{town.branch()['id']}")
    shot(page, f"services-{scripts}")
    page.get_by_role("link", name=re.compile("Passport appointment")).first.click()
    shot(page, f"times-{scripts}")
    page.goto(path)
    page.get_by_role("link", name=re.compile("Anyone")).click()
    first_time(page).click()
    expect(page.get_by_text("Kept for you")).to_be_visible()
    if scripts:
        expect(page.locator(".keep__left")).to_have_text(re.compile(r"^\d+:\d\d$"))
    shot(page, f"form-{scripts}")
    page.get_by_label("Name").fill("Ana Ruiz")
    page.get_by_label("E-mail").fill("ana@example.org")
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_text("Your reservation is confirmed")).to_be_visible()
    shot(page, f"manage-{scripts}")

    page.get_by_role("link", name="Choose another time").click()
    before = page.url
    first_time(page).click()
    expect(page.get_by_text("Your reservation is confirmed")).to_be_visible()
    assert page.url != before
    page.get_by_role("link", name="Cancel the reservation").click()
    shot(page, f"cancel-{scripts}")
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_text("This reservation was cancelled")).to_be_visible()
    page.get_by_role("button", name="Take this time after all").click()
    expect(page.get_by_text("Kept for you")).to_be_visible()


def test_the_keyboard_is_enough(town: Town, windows: Windows) -> None:
    page = windows.page(PHONE)
    page.goto(service_of(town))
    page.get_by_role("button", name=re.compile("Next free")).press("Enter")
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_text("Your reservation is confirmed")).to_be_visible()


def test_the_last_slot_is_lost_while_the_form_is_open(town: Town, windows: Windows) -> None:
    windows.watch.forgive("409", "410")
    path = service_of(town, desk_ids=[], rules={"hold_s": 60})
    first, second = windows.page(PHONE), windows.page(PHONE)
    first.goto(path)
    start = first_time(first).get_attribute("value")
    second.goto(path)
    second.locator(f'#times button.slot[value="{start}"]').click()
    second.get_by_label("Name").fill("Ben")
    second.get_by_role("button", name="Book this time").click()
    # The first page still shows it as free; pressing it is answered kindly, with what is near.
    first.locator(f'#times button.slot[value="{start}"]').click()
    expect(first.get_by_text("This time has just been taken")).to_be_visible()
    shot(first, "taken")
    first.locator(".slots--near button").first.click()
    expect(first.get_by_text("Kept for you")).to_be_visible()


def test_a_waiting_lists_offer_is_taken(town: Town, windows: Windows) -> None:
    path = service_of(town, desk_ids=[], duration_s=12 * 3600)
    holder, waiting = windows.page(PHONE), windows.page(PHONE)
    link = booked(holder, path)
    waiting.goto(path)
    day = holder.locator(".moment__day").inner_text()
    assert day
    full = waiting.locator("a.slot--full")
    if not full.count():
        waiting.goto(f"{path}?day={_day_of(town, link)}")
    waiting.locator("a.slot--full").first.click()
    waiting.get_by_label("Name").fill("Carla")
    waiting.get_by_role("button", name="Join the waiting list").click()
    expect(waiting.get_by_text("You are the first.")).to_be_visible()
    shot(waiting, "standby")
    holder.goto(f"{link}/cancel")
    holder.get_by_role("button", name="Yes, cancel it").click()
    waiting.reload()
    expect(waiting.get_by_text("A place has become free for you")).to_be_visible()
    shot(waiting, "offer")
    waiting.get_by_role("button", name="Take this time").click()
    expect(waiting.get_by_text("Your reservation is confirmed")).to_be_visible()


def _day_of(town: Town, link: str) -> str:
    found = town.call("GET", f"/reservations/{link.removeprefix('/r/')}")
    return str(found["start_at"])[:10]


def test_an_account_keeps_what_was_booked(town: Town, windows: Windows) -> None:
    page = windows.page(PHONE)
    page.goto("/my/register")
    shot(page, "register")
    page.get_by_label("E-mail").fill("ana@example.org")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", name="Please look into your mail")).to_be_visible()
    page.goto("/my")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(("scheme", "language"), EYES)
def test_every_page_is_for_everybody_and_light(
    town: Town, windows: Windows, language: str, scheme: str
) -> None:
    path = service_of(town, name="Passport appointment with a rather long name that needs two lines")
    page = windows.page(PHONE, color_scheme=scheme)
    key = booked(page, path)
    page.goto(path)
    first_time(page).click()
    held = page.url
    pages = {
        "services": f"/book/{town.branch()['id']}",
        "times": path,
        "form": held,
        "manage": key,
        "move": f"{key}/move",
        "cancel": f"{key}/cancel",
        "coming": f"{key}/coming",
        "waiting": f"{path}/standby",
        "sign-in": "/my/sign-in",
        "register": "/my/register",
    }
    for name, address in pages.items():
        sizes: list[int] = []
        page.on("response", _weigher(sizes))
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
        assert axe(page) == [], name
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px wider than the phone"
        assert sum(sizes) < _MOST_BYTES, name
        shot(page, f"{language}-{scheme}-{name}")


def _weigher(sizes: list[int]) -> Callable[[Response], None]:
    """Return what notes how much each answer weighs on its way."""

    def weigh(answer: Response) -> None:
        sizes.append(int(answer.headers.get("content-length", 0)))

    return weigh
