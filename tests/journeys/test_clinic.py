"""A doctor's morning of twelve, and a patient's day: on a phone, over two stations, with one code."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from nowserving.demo.town import PASSWORD
from tests.journeys.browser import DESKTOP, PHONE, TABLET, Windows, axe
from tests.journeys.staff import signed_in
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

STRIP = (360, 740)


@dataclass(frozen=True)
class Practice:
    """A doctor's room and a laboratory in a department of their own, at the first town hall."""

    town: Town
    branch_id: str
    department_id: str
    doctors: str
    laboratory: str
    room: str
    bench: str

    def join(self) -> dict[str, Any]:
        found: dict[str, Any] = self.town.call("POST", f"/queues/{self.doctors}/tickets", {})
        return found

    def desk(self, desk_id: str) -> str:
        return f"/desk/{desk_id}/clinic"


@pytest.fixture
def practice(town: Town) -> Practice:
    """Set a practice up once; a later test finds it."""
    branch_id = town.branch()["id"]
    known = {one["name"]: one["id"] for one in town.call("GET", f"/branches/{branch_id}/departments")}
    base = f"/branches/{branch_id}"
    if "Practice" in known:
        queues = {one["prefix"]: one["id"] for one in town.call("GET", f"{base}/queues")}
        desks = {one["name"]: one["id"] for one in town.call("GET", f"{base}/desks")}
        ids = (known["Practice"], queues["DR"], queues["LB"], desks["Room 1"], desks["Bench"])
        return Practice(town, branch_id, *ids)
    department = town.call("POST", f"{base}/departments", {"name": "Practice"})["id"]
    classes = [{"code": "pain", "name": "In pain", "head_start_s": 1800}]
    rules = {
        "clinical": True,
        "outcomes": ["Recovered", "Referred"],
        "expected_service_s": 600,
        "priorities": classes,
        "remote_join": True,
        "ignore_hours": True,
        "public_name": "Room 1",
    }

    def made(kind: str, **fields: Any) -> str:
        found: str = town.call("POST", f"{base}/{kind}", {**fields, "department_id": department})["id"]
        return found

    doctors = made("queues", name="Cardiology", prefix="DR", rules=rules)
    laboratory = made("queues", name="Laboratory", prefix="LB", rules={**rules, "public_name": "Bench"})
    room = made("desks", name="Room 1", queue_ids=[doctors])
    bench = made("desks", name="Bench", queue_ids=[laboratory])
    for name in ("doctor", "analyst"):
        person = {"name": name.title(), "login": name, "role": "agent", "password": PASSWORD}
        town.call("POST", "/staff", {**person, "branch_ids": [branch_id], "clinical": True})
    return Practice(town, branch_id, department, doctors, laboratory, room, bench)


def picture(page: Page, name: str) -> None:
    """Keep what a page looks like, where somebody wants to look at it."""
    folder = os.environ.get("NOWSERVING_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"clinic-{name}.png"), full_page=True)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).first.click()


def consult(page: Page, note: str, outcome: str = "") -> None:
    """Start whoever was called, write, and finish."""
    press(page, "Start")
    page.get_by_label("Note").first.fill(note)
    if outcome:
        page.get_by_label("Outcome").first.select_option(outcome)
    press(page, "Finish")


def test_a_doctors_morning_of_twelve(practice: Practice, windows: Windows) -> None:
    """Two don't come, one is sent to the laboratory and comes back next, with the same code."""
    codes = [practice.join()["code"] for _ in range(12)]
    doctor = signed_in(windows, practice.desk(practice.room), "doctor", DESKTOP)
    assert axe(doctor) == []
    before = int(doctor.locator("#own-title .badge").inner_text())
    seen: list[str] = []
    for place, code in enumerate(codes):
        press(doctor, "Call next")
        expect(doctor.locator("[data-part^=now] .number--large")).to_have_text(code)
        seen.append(code)
        if place in (3, 8):
            press(doctor, "No-show")
        elif place == 5:
            press(doctor, "Start")
            doctor.get_by_label("Note").first.fill("Blood, please")
            picture(doctor, "doctor")
            doctor.get_by_label("Send on to").select_option(practice.laboratory)
            press(doctor, "Send on, and back here")
            _laboratory(practice, windows, code)
            press(doctor, "Call next")
            expect(doctor.locator("[data-part^=now] .number--large")).to_have_text(code)
            consult(doctor, "Blood is fine", "Recovered")
        else:
            consult(doctor, f"Seen as number {place + 1}", "Recovered")
    assert seen == codes
    expect(doctor.locator("#own-title .badge")).to_have_text(str(before + 11))
    expect(doctor.locator("[data-part=line]")).to_contain_text("Nobody is waiting")
    picture(doctor, "doctor-evening")


def test_what_did_not_change_stays_under_the_finger(practice: Practice, windows: Windows) -> None:
    """A button that is replaced between pressing and letting go is never pressed: a call would be lost."""
    doctor = signed_in(windows, practice.desk(practice.room), "doctor", DESKTOP)
    doctor.evaluate("document.querySelector('[data-part^=now]').firstElementChild.mine = true")
    line = doctor.locator("[data-part=line]")
    ticket = practice.join()
    expect(line).to_contain_text(ticket["code"])
    assert doctor.evaluate("document.querySelector('[data-part^=now]').firstElementChild.mine === true")
    practice.town.call("POST", f"/tickets/{ticket['key']}/cancel", {})
    expect(line).not_to_contain_text(ticket["code"])


def _laboratory(practice: Practice, windows: Windows, code: str) -> None:
    analyst = signed_in(windows, practice.desk(practice.bench), "analyst", STRIP)
    press(analyst, "Call next")
    expect(analyst.locator("[data-part^=now] .number--large")).to_have_text(code)
    press(analyst, "Start")
    expect(analyst.locator("main")).to_contain_text("sent by Room 1")
    assert axe(analyst) == []
    assert analyst.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    picture(analyst, "laboratory-360")
    analyst.get_by_label("Note").first.fill("Fine")
    press(analyst, "Back to Room 1")
    expect(analyst.locator("main")).to_contain_text("Nobody is at this desk")


def test_a_patients_day_on_the_phone(practice: Practice, windows: Windows) -> None:
    """They choose by the true name, wait under a neutral one, are called, sent on, called back, and done."""
    phone = windows.page(PHONE)
    phone.goto(f"/q/{practice.doctors}")
    expect(phone.locator("main")).to_contain_text("Cardiology")
    phone.locator("main form button.button--primary, main form button[type=submit]").first.click()
    phone.wait_for_url("**/t/*")
    expect(phone.locator("main")).to_contain_text("Room 1")
    expect(phone.locator("main")).not_to_contain_text("Cardiology")
    key = phone.url.rpartition("/")[2].partition("?")[0]
    code = practice.town.call("GET", f"/tickets/{key}")["code"]
    picture(phone, "patient-waits")
    doctor = signed_in(windows, practice.desk(practice.room), "doctor", TABLET)
    expect(doctor.locator("[data-part=line]")).to_contain_text(code)
    press(doctor, "Call next")
    expect(phone.locator("body")).to_contain_text("Room 1")
    picture(phone, "patient-called")
    press(doctor, "Start")
    doctor.get_by_label("Send on to").select_option(practice.laboratory)
    press(doctor, "Send on, and back here")
    expect(phone.locator("main")).to_contain_text("Bench")
    _laboratory(practice, windows, code)
    press(doctor, "Call next")
    consult(doctor, "All is well", "Recovered")
    assert practice.town.call("GET", f"/tickets/{key}")["state"] == "done"
    expect(phone.locator("main")).not_to_contain_text("All is well")


def test_a_nurse_sees_who_cannot_wait(practice: Practice, windows: Windows) -> None:
    first, second = practice.join(), practice.join()
    nurse = signed_in(windows, f"/department/{practice.department_id}", "analyst", TABLET)
    line = nurse.locator(".clinic__line").first
    expect(line).to_contain_text(second["code"])
    picture(nurse, "department")
    row = line.locator("li", has_text=second["code"])
    row.locator("summary").click()
    row.get_by_label("Class").select_option("pain")
    row.locator("select[name=why]").select_option(index=1)
    press(nurse, "Change the place")
    expect(nurse.locator(".clinic__line li").first).to_contain_text(second["code"])
    expect(nurse.locator(".clinic__line li").first).to_contain_text("In pain")
    assert axe(nurse) == []
    for ticket in (first, second):
        practice.town.call("POST", f"/tickets/{ticket['key']}/cancel", {})
    expect(nurse.locator("main")).to_contain_text("Nobody is waiting")


def test_a_manager_sees_it_live(practice: Practice, windows: Windows) -> None:
    manager = signed_in(windows, f"/glance/{practice.branch_id}", "admin", DESKTOP)
    expect(manager.locator("h1")).to_have_text("At a glance")
    ticket = practice.join()
    expect(manager.locator("[data-part=waiting]")).to_contain_text(ticket["code"])
    assert axe(manager) == []
    picture(manager, "glance")
    practice.town.call("POST", f"/tickets/{ticket['key']}/cancel", {})
    expect(manager.locator("[data-part=waiting]")).not_to_contain_text(ticket["code"])
