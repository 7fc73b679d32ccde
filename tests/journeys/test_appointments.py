"""Reservations from the other side: the agenda, the kiosk, a new service, and a slot that fifty want."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from json import dumps
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import PHONE, Windows, axe
from tests.journeys.kiosk import SCREEN, opened
from tests.journeys.staff import signed_in
from tests.journeys.test_booking import first_time, service_of
from tests.journeys.town import Town

pytestmark = pytest.mark.browser


def reserved_now(town: Town, path: str, **more: str) -> dict[str, Any]:
    """Reserve the first slot that is to come, for somebody who is nearly there."""
    service_id = path.rpartition("/")[2]
    now = int(datetime.now(UTC).timestamp())
    span = [f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (now + 60, now + 7200)]
    slots = town.call("GET", f"/services/{service_id}/slots?from={span[0]}&to={span[1]}", role="kiosk")
    given = {"service_id": service_id, "start_at": slots[0]["start_at"], "name": "Ana Ruiz", **more}
    found: dict[str, Any] = town.call("POST", "/reservations", given, "kiosk")
    return found


def day_of(town: Town, start_at: str, days: int = 0) -> str:
    """Return the date of an instant where the branch is (near midnight not today's), or some days later."""
    zone = ZoneInfo(town.call("GET", f"/branches/{town.branch()['id']}")["time_zone"])
    return f"{datetime.fromisoformat(start_at).astimezone(zone).date() + timedelta(days=days)}"


def hold(town: Town, service_id: str, start_at: str) -> int:
    """Ask for a slot as a program does, and return the code of the answer."""
    connection = HTTPConnection("127.0.0.1", town.port, timeout=20)
    try:
        headers = {"Content-Type": "application/json", "X-API-Key": town.document["api_keys"]["kiosk"]}
        path = f"/api/v1/services/{service_id}/holds"
        connection.request("POST", path, dumps({"start_at": start_at}), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def rush(town: Town, service_id: str, start_at: str) -> list[int]:
    """Let forty-nine others ask for a slot at once."""
    with ThreadPoolExecutor(16) as crowd:
        return sorted(crowd.map(lambda _: hold(town, service_id, start_at), range(49)))


@pytest.mark.parametrize("is_first", [True, False])
def test_of_fifty_who_want_the_last_slot_one_gets_it(town: Town, windows: Windows, *, is_first: bool) -> None:
    windows.watch.forgive("409")
    path = service_of(town, desk_ids=[])
    service_id = path.rpartition("/")[2]
    page = windows.page(PHONE)
    page.goto(path)
    wanted = first_time(page)
    micros = int(wanted.get_attribute("value") or "")
    start_at = f"{datetime.fromtimestamp(micros / 1_000_000, UTC):%Y-%m-%dT%H:%M:%SZ}"
    if is_first:
        wanted.click()
        expect(page.get_by_text("Kept for you")).to_be_visible()
        assert rush(town, service_id, start_at) == [409] * 49
        page.get_by_label("Name").fill("Ana Ruiz")
        page.get_by_role("button", name="Book this time").click()
        expect(page.get_by_text("Your reservation is confirmed")).to_be_visible()
    else:
        assert rush(town, service_id, start_at) == [201] + [409] * 48
        wanted.click()
        expect(page.get_by_text("This time has just been taken")).to_be_visible()
        page.locator(".slots--near button").first.click()
        expect(page.get_by_text("Kept for you")).to_be_visible()


def test_the_agenda_books_moves_checks_in_and_cancels(town: Town, windows: Windows) -> None:
    path = service_of(town, name="Agenda visit")
    branch = town.branch()["id"]
    # Tomorrow has all its slots, whenever today the test runs.
    tomorrow = day_of(town, datetime.now(UTC).isoformat(), 1)
    page = signed_in(windows, f"/agenda/{branch}?day={tomorrow}")
    page.get_by_label("Service").select_option(label="Agenda visit")
    page.wait_for_url("**service=*")
    assert axe(page) == []
    page.keyboard.press("b")
    page.locator("input[name=slot]").first.check(force=True)
    page.get_by_label("Name").fill("Ada Byron")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("Booked.")).to_be_visible()
    card(page, "Ada Byron").get_by_role("link", name="Ada Byron").click()
    page.locator("input[name=slot]").last.check(force=True)
    page.get_by_role("button", name="Move it there").click()
    expect(page.get_by_text(re.compile(r"^\s*Moved\."))).to_be_visible()
    page.locator(".last-step summary").click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.locator("main")).to_contain_text("Cancelled")
    day = day_of(town, reserved_now(town, path, name="Grace Hopper")["start_at"])
    page.goto(f"/agenda/{branch}?day={day}&service={path.rpartition('/')[2]}")
    card(page, "Grace Hopper").get_by_role("button", name="Check in").click()
    expect(card(page, "Grace Hopper")).to_contain_text("Here")


def card(page: Page, name: str) -> Any:
    return page.locator(".due", has_text=name).first


def test_at_the_kiosk_one_checks_in_by_code_or_by_name_and_birth_date(town: Town, windows: Windows) -> None:
    path = service_of(town, name="With a date", desk_ids=[], rules={"ask_birth_date": True, "capacity": 5})
    by_code = reserved_now(town, path, birth_date="1954-03-01")
    reserved_now(town, path, name="Bo", birth_date="1961-12-09")
    page = opened(windows, town.device("kiosk"))
    page.get_by_role("button", name="Have an appointment?").click()
    page.get_by_label("Code of your appointment").fill(by_code["code"])
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(SCREEN.format("result"))).to_contain_text("Welcome.")
    assert town.call("GET", f"/reservations/{by_code['key']}", role="kiosk")["state"] == "arrived"
    page.goto("/kiosk")
    page.get_by_role("button", name="Have an appointment?").click()
    page.get_by_role("button", name="I have no code here").click()
    page.get_by_label("Your name").fill("bo")
    page.get_by_role("button", name="Go on").click()
    for digit in "09121961":
        page.locator(".keys .key", has_text=re.compile(f"^{digit}$")).click()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(SCREEN.format("result"))).to_contain_text("Welcome.")


def test_a_service_from_nothing_to_its_first_reservation(town: Town, windows: Windows) -> None:
    branch = town.branch()["id"]
    admin = signed_in(windows, f"/admin/branches/{branch}/services/new", "admin")
    admin.locator("[name=name]").fill("Wedding room")
    admin.locator("[name=duration_s]").fill("45")
    admin.locator("[name=queue_id]").select_option(index=1)
    admin.locator("main form button[type=submit], main form button.button--primary").first.click()
    expect(admin.locator("main")).to_contain_text("Wedding room")
    guest = windows.page(PHONE)
    guest.goto(f"/book/{branch}")
    guest.get_by_role("link", name=re.compile("Wedding room")).click()
    guest.get_by_role("button", name=re.compile("Next free")).click()
    guest.get_by_label("Name").fill("Ana Ruiz")
    guest.get_by_role("button", name="Book this time").click()
    expect(guest.get_by_text("Your reservation is confirmed")).to_be_visible()
    admin.goto(f"/agenda/{branch}?find=Ana+Ruiz")
    expect(admin.locator("main")).to_contain_text("Wedding room")
