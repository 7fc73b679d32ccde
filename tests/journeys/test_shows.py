"""The on-sale of a show: from the countdown to one's seats, two after one seat, and the end of a sale."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.domain.seats.plans import house
from tests.journeys.browser import PHONE, Windows, axe
from tests.journeys.staff import signed_in
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

_THEATRE = 4


def on_sale(
    town: Town, *verbs: str, seats: int = 6, opens_in_s: int | None = None, **rules: Any
) -> tuple[str, str]:
    """Set up a show with one date in a small house; return the show's id and the date's."""
    branch = town.branch(_THEATRE)["id"]
    given: dict[str, Any] = {"name": "The Gull", "rules": {"choosing": 2, **rules}}
    if opens_in_s is not None:
        given["opens_at"] = (datetime.now(UTC) + timedelta(seconds=opens_in_s)).isoformat()
    show = town.call("POST", f"/branches/{branch}/shows", given)["id"]
    date = {
        "starts_at": "2030-05-04T19:30:00Z",
        "prices": {"Seats": {"amount_minor": 1850, "currency": "EUR"}},
    }
    performance = town.call("POST", f"/shows/{show}/performances", date)["id"]
    plan = {"name": "Studio", "plan": house(1, seats)}
    seat_map = town.call("POST", f"/branches/{branch}/seat-maps", plan)["id"]
    town.call("PUT", f"/performances/{performance}/seat-map", {"seat_map_id": seat_map})
    for verb in verbs:
        town.call("POST", f"/shows/{show}/{verb}", {})
    return show, performance


def comes(windows: Windows, performance: str) -> Page:
    """Take a place in line on a phone of one's own."""
    page = windows.page(PHONE)
    page.goto(f"/on-sale/{performance}")
    page.get_by_role("button", name="Take a place in line").click()
    return page


def goes_in(page: Page) -> None:
    page.get_by_role("button", name="Choose seats now").click()
    expect(page).to_have_url(re.compile("/seats$"))


def books(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail").fill("ana@example.org")
    page.get_by_role("button", name="Book these seats").click()
    expect(page).to_have_url(re.compile("/booked/"))


def test_from_the_countdown_to_the_codes_of_ones_seats(own_town: Town, own_windows: Windows) -> None:
    _, performance = on_sale(own_town, "announce", opens_in_s=12)
    page = comes(own_windows, performance)
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()
    assert axe(page) == []
    # The sale opens by itself, and the page looks again by itself when it does.
    expect(page.get_by_role("heading", name="It's your turn")).to_be_visible()
    assert axe(page) == []
    goes_in(page)
    assert axe(page) == []
    page.get_by_role("button", name="Find the best seats").click()
    books(page, "Ana Ruiz")
    expect(page.get_by_role("img").first).to_be_visible()
    assert axe(page) == []
    # Refreshed, or in another tab: it is the same booking, and the place in line is over.
    page.reload()
    expect(page.get_by_text("Your seats are booked")).to_be_visible()


def test_two_people_after_one_seat(own_town: Town, own_windows: Windows) -> None:
    _, performance = on_sale(own_town, "announce", "open", seats=1)
    # What is refused on the way is told to the console as well.
    own_windows.watch.forgive("status of 409")
    first, second = comes(own_windows, performance), comes(own_windows, performance)
    for page in (first, second):
        goes_in(page)
    for page in (first, second):
        page.get_by_label("How many?").fill("1")
        page.get_by_role("button", name="Find the best seats").click()
    expect(first.get_by_role("button", name="Book these seats")).to_be_visible()
    expect(second.get_by_role("alert").first).to_be_visible()
    books(first, "Ana Ruiz")
    numbers = own_town.call("GET", f"/performances/{performance}/live")
    assert [one["sold"] for one in numbers["sections"]] == [1]


def test_the_organiser_closes_the_sale_with_people_in_line(own_town: Town, own_windows: Windows) -> None:
    show, performance = on_sale(own_town, "announce", "open", choosing=1)
    inside, waiting = comes(own_windows, performance), comes(own_windows, performance)
    goes_in(inside)
    expect(waiting.get_by_role("heading", name="You are next")).to_be_visible()
    organiser = signed_in(own_windows, f"/organiser/{performance}", "admin")
    assert axe(organiser) == []
    organiser.get_by_label("Tell everybody in line").fill("Five minutes more")
    organiser.get_by_role("button", name="Tell them").click()
    expect(waiting.get_by_text("Five minutes more")).to_be_visible()
    organiser.goto(f"/admin/shows/{show}")
    assert axe(organiser) == []
    organiser.get_by_text("Close the sale").first.click()
    organiser.get_by_role("button", name="Close the sale").click()
    expect(organiser.get_by_text("Sale closed").first).to_be_visible()
    expect(waiting.get_by_text("The sale is closed")).to_be_visible()
    assert axe(waiting) == []
    own_windows.watch.forgive("status of 410", "status of 403", "status of 409")
    inside.get_by_role("button", name="Find the best seats").click()
    expect(inside.get_by_role("button", name="Book these seats")).to_have_count(0)
