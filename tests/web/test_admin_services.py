"""Services, rosters, absences and special days in the back office, as forms without scripts."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from nowserving.web.gate.passwords import hash_now
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Client
from tests.web.forms import refusal_of, send, sign_in, text_of, value_of, was_told

pytestmark = pytest.mark.anyio
HASH = hash_now(PASSWORD)


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    """A browser in which the admin is signed in."""
    web_build.admin("Olga", password_hash=HASH)
    await sign_in(client, "olga")
    return client


def services_of(hall: TownHall) -> str:
    return f"/admin/branches/{hall.branch_id}/services"


def simple(hall: TownHall, **more: str) -> dict[str, str]:
    """What somebody types who wants no more than a service."""
    return {
        "name": "Passport photo",
        "duration_s": "20",
        "queue_id": hall.passports,
        "given": "branch",
        **more,
    }


async def made(office: Client, hall: TownHall, **more: str) -> str:
    """Add a service and return the path of its page."""
    answer = await send(office, f"{services_of(hall)}/new", **simple(hall, **more))
    assert was_told(answer, "created"), answer.text
    found = re.findall(r'href="(/admin/services/[^"]+)"', await text_of(office, services_of(hall)))
    return str(found[-1])


async def test_a_branch_without_services_says_what_to_do_next(office: Client, hall: TownHall) -> None:
    page = await text_of(office, services_of(hall))
    assert "Nothing can be booked yet" in page
    assert page.count(f'href="{services_of(hall)}/new"') == 2


async def test_a_name_a_duration_and_a_queue_are_enough(office: Client, hall: TownHall) -> None:
    form = await text_of(office, f"{services_of(hall)}/new")
    assert value_of(form, "duration_s") == "30"
    assert value_of(form, "rules-capacity") == "1"
    path = await made(office, hall)
    shown = await text_of(office, services_of(hall))
    assert "Passport photo" in shown
    assert "20 min" in shown
    page = await text_of(office, path)
    assert value_of(page, "duration_s") == "20"
    assert value_of(page, "rules-window_days") == "60"


async def test_every_rule_is_kept_as_it_was_typed(office: Client, hall: TownHall) -> None:
    rules = {
        "rules__capacity": "4",
        "rules__max_size": "3",
        "rules__step_s": "15",
        "rules__buffer_before_s": "5",
        "rules__buffer_after_s": "10",
        "rules__notice_s": "2",
        "rules__window_days": "30",
        "rules__per_guest": "2",
        "rules__approval": "on",
        "rules__cutoff_s": "24",
        "rules__early_s": "45",
        "rules__grace_s": "10",
        "rules__miss_after_s": "40",
        "rules__lead_s": "15",
        "rules__offer_s": "20",
        "rules__reminders_s__0": "48",
        "rules__reminders_s__1": "",
        "rules__reminders_s__2": "1.5",
        "rules__public_name": "Appointment",
        "price": "12 €, cash only",
        "description": "Bring a smile.",
        f"desk__{hall.desk_1}": "on",
    }
    path = await made(office, hall, **rules)
    page = await text_of(office, path)
    kept = {name.replace("__", "-"): typed for name, typed in rules.items()}
    kept |= {"rules-reminders_s-1": "1.5", "rules-reminders_s-2": ""}
    for name, typed in kept.items():
        if name not in {"description", "rules-approval", f"desk-{hall.desk_1}"}:
            assert value_of(page, name) == typed, name
    assert "Bring a smile." in page
    for ticked in ("rules-approval", f"desk-{hall.desk_1}"):
        assert re.search(rf'name="{ticked}"[^>]*checked', page), ticked
    # A box that is not ticked says no, also where the default is yes.
    assert not re.search(r'name="rules-standby"[^>]*checked', page)


async def test_hours_of_its_own_and_questions_are_kept(office: Client, hall: TownHall) -> None:
    asked = {
        "given": "hours",
        "hours__weekly__mon__0__0": "10:00",
        "hours__weekly__mon__0__1": "12:00",
        "questions__0__label": "Do you need an interpreter?",
        "questions__0__kind": "choice",
        "questions__0__choices": "no, Spanish, Arabic",
        "questions__3__label": "Anything else?",
        "questions__3__kind": "text",
        "questions__3__required": "on",
    }
    path = await made(office, hall, **asked)
    page = await text_of(office, path)
    assert value_of(page, "hours-weekly-mon-0-0") == "10:00"
    assert value_of(page, "questions-0-code") == "do_you_need_an_interpreter"
    assert value_of(page, "questions-0-choices") == "no, Spanish, Arabic"
    assert value_of(page, "questions-1-label") == "Anything else?"
    # The words may change; what was answered is filed under the code.
    again = {"questions__0__code": "do_you_need_an_interpreter", "questions__0__label": "Interpreter?"}
    edit = {**simple(hall), **asked, **again}
    assert was_told(await send(office, path, **edit, edited="1"), "saved")
    assert value_of(await text_of(office, path), "questions-0-code") == "do_you_need_an_interpreter"


async def test_refusals_stand_at_their_fields_with_a_word_on_top(office: Client, hall: TownHall) -> None:
    wrong = simple(
        hall,
        name="",
        duration_s="soon",
        rules__capacity="2",
        rules__max_size="5",
        rules__notice_s="-1",
        rules__reminders_s__0="",
        rules__reminders_s__1="0",
        questions__1__label="Which?",
        questions__1__kind="choice",
        questions__1__choices="",
    )
    refused = await send(office, f"{services_of(hall)}/new", **wrong)
    assert refused.status_code == 422
    assert "Nothing is saved yet." in refused.text
    assert refusal_of(refused.text, "name")
    assert refusal_of(refused.text, "duration_s")
    assert value_of(refused.text, "duration_s") == "soon"
    for name in ("rules-reminders_s-1", "questions-1-label"):
        assert re.search(rf'name="{name}"[^>]*aria-invalid', refused.text), name
    # A folded part with a refusal in it stands open, and no other does.
    assert re.search(r'id="asked" open', refused.text)
    assert re.search(r'id="reminding" open', refused.text)
    assert not re.search(r'id="full" open', refused.text)
    one = await send(
        office, f"{services_of(hall)}/new", **simple(hall, rules__capacity="2", rules__max_size="5")
    )
    assert refusal_of(one.text, "rules-max_size")
    none = await send(office, f"{services_of(hall)}/new", **simple(hall, queue_id="nowhere"))
    assert refusal_of(none.text, "queue_id")


async def test_a_desk_that_does_not_serve_the_queue_is_refused_by_name(
    office: Client, hall: TownHall
) -> None:
    desk = await send(office, f"/admin/branches/{hall.branch_id}/desks/new", name="Archive")
    assert desk.status_code == 303
    page = await text_of(office, f"/admin/branches/{hall.branch_id}/desks")
    ids = re.findall(r'href="/admin/desks/([^"]+)"', page)
    refused = await send(office, f"{services_of(hall)}/new", **simple(hall, **{f"desk__{ids[-1]}": "on"}))
    assert "This desk does not serve the queue that the service feeds." in refused.text


async def test_who_saves_an_older_service_is_told(office: Client, hall: TownHall) -> None:
    path = await made(office, hall)
    assert was_told(await send(office, path, **simple(hall, name="Photo", edited="1")), "saved")
    stale = await send(office, path, **simple(hall, name="Picture", edited="1"))
    assert stale.status_code == 409
    assert "Somebody else has changed this meanwhile." in stale.text
    assert value_of(stale.text, "name") == "Picture"


async def test_services_are_put_into_order(office: Client, hall: TownHall) -> None:
    first = await made(office, hall, name="First")
    await made(office, hall, name="Second")
    moved = await send(office, f"{services_of(hall)}/order", move=first.rpartition("/")[2], way="down")
    assert moved.status_code == 303
    page = await text_of(office, services_of(hall))
    assert page.index("Second") < page.index("First")


async def test_a_service_is_stopped_and_its_promises_only_on_purpose(
    office: Client, hall: TownHall, wall: Clock
) -> None:
    path = await made(office, hall)
    await _reserved(office, hall, path, wall)
    kept = await send(office, f"{path}/archive")
    assert kept.status_code == 409
    assert "Reservations still to come here: 1." in kept.text
    assert was_told(await send(office, f"{path}/archive", reservations="cancel"), "archived")
    assert (await office.get(path)).status_code == 404


async def _reserved(office: Client, hall: TownHall, path: str, wall: Clock) -> None:
    """Book the first free slot of the next day by the agenda."""
    service = path.rpartition("/")[2]
    day = (datetime.fromtimestamp(wall.now / 1_000_000, UTC) + timedelta(days=7)).date()
    while day.weekday() > 3:
        day += timedelta(days=1)
    page = await text_of(office, f"/agenda/{hall.branch_id}/book?service={service}&day={day}")
    slot = re.findall(r'name="slot" value="([^"]+)"', page)[0]
    booked = await send(
        office,
        f"/agenda/{hall.branch_id}/book",
        service_id=service,
        slot=slot,
        day=str(day),
        name="Ada",
        phone="+34600123456",
    )
    assert booked.status_code == 303, booked.text


async def test_a_form_shows_its_slots_before_it_is_saved(office: Client, hall: TownHall) -> None:
    preview = f"{services_of(hall)}/preview"
    hours = {"given": "hours", "hours__weekly__tue__0__0": "10:00", "hours__weekly__tue__0__1": "11:00"}
    asked = await send(office, preview, **simple(hall, **hours))
    found = json.loads(asked.text)
    assert [re.sub(r"\s", " ", one) for one in found["slots"]] == ["10:00 AM", "10:20 AM", "10:40 AM"]
    assert found["words"].startswith("Tuesday")
    roomy = await send(office, preview, **simple(hall, **hours, rules__capacity="3", rules__step_s="30"))
    assert [re.sub(r"\s", " ", one) for one in json.loads(roomy.text)["slots"]] == [
        "10:00 AM × 3",
        "10:30 AM × 3",
    ]
    unread = json.loads((await send(office, preview, **simple(hall, duration_s="?"))).text)
    assert unread["slots"] == []
    never = json.loads((await send(office, preview, **simple(hall, given="hours"))).text)
    assert never["words"].startswith("No slot")
    assert "Passport photo" not in await text_of(office, services_of(hall))


async def test_the_preview_keeps_to_rosters_and_absences(office: Client, hall: TownHall, wall: Clock) -> None:
    roster = f"/admin/rosters/{hall.desk_1}"
    hours = {"given": "hours", "hours__weekly__wed__0__0": "09:00", "hours__weekly__wed__0__1": "10:00"}
    assert was_told(await send(office, roster, owner_id="", public_name="Dr. A", **hours), "saved")
    asked = simple(hall, **{f"desk__{hall.desk_1}": "on"})
    preview = f"{services_of(hall)}/preview"
    found = json.loads((await send(office, preview, **asked)).text)
    assert found["words"].startswith("Wednesday")
    assert len(found["slots"]) == 3
    start = datetime.fromtimestamp(wall.now / 1_000_000, UTC)
    away = {"from_at": f"{start:%Y-%m-%dT00:00}", "to_at": f"{start + timedelta(days=90):%Y-%m-%dT00:00}"}
    absent = await send(office, f"{roster}/absences", **away)
    assert was_told(absent, "created")
    assert json.loads((await send(office, preview, **asked)).text)["slots"] == []


async def test_a_roster_has_an_owner_who_works_here(
    office: Client, hall: TownHall, web_build: Builder
) -> None:
    ben = web_build.agent("Ben", hall.branch_id)
    path = f"/admin/rosters/{hall.desk_1}"
    page = await text_of(office, path)
    assert "Nobody's" in page
    assert was_told(await send(office, path, owner_id=ben, public_name="Dr. Ben", given="branch"), "saved")
    assert "Dr. Ben" in await text_of(office, f"/admin/branches/{hall.branch_id}/rosters")
    assert re.search(rf'value="{ben}" selected', await text_of(office, path))
    refused = await send(office, path, owner_id="nobody-at-all", given="branch", edited="1")
    assert refusal_of(refused.text, "owner_id")
    stale = await send(office, path, owner_id="", given="branch", edited="0")
    assert stale.status_code == 409


async def test_an_absence_says_what_falls_into_it(office: Client, hall: TownHall, wall: Clock) -> None:
    path = await made(office, hall, **{f"desk__{hall.desk_1}": "on", f"desk__{hall.desk_2}": "on"})
    await _reserved(office, hall, path, wall)
    start = datetime.fromtimestamp(wall.now / 1_000_000, UTC)
    away = {"from_at": f"{start:%Y-%m-%dT00:00}", "to_at": f"{start + timedelta(days=30):%Y-%m-%dT00:00}"}
    added = await send(office, f"/admin/rosters/{hall.desk_1}/absences", **away, reason="Leave")
    page = await text_of(office, added.headers["location"])
    assert "1 reservation falls into this time" in page
    assert "Nobody takes over." in page
    assert was_told(await send(office, f"{added.headers['location']}/remove"), "removed")
    # With somebody who takes over, the promise is kept at the same time elsewhere.
    other = await send(office, f"/admin/rosters/{hall.desk_1}/absences", **away, replacement_id=hall.desk_2)
    page = await text_of(office, other.headers["location"])
    assert "0 reservations fall into this time" in page
    assert "Nobody is promised this time." in page


async def test_an_absence_that_ends_before_it_begins_is_refused(office: Client, hall: TownHall) -> None:
    path = f"/admin/rosters/{hall.desk_1}/absences"
    refused = await send(office, path, from_at="2030-05-02T09:00", to_at="2030-05-01T09:00")
    assert refusal_of(refused.text, "to_at")
    assert value_of(refused.text, "from_at") == "2030-05-02T09:00"
    nothing = await send(office, path, from_at="", to_at="soon")
    assert (refusal_of(nothing.text, "from_at"), refusal_of(nothing.text, "to_at")) != ("", "")


async def test_special_days_are_set_and_taken_back(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/special-days"
    assert "No special days ahead" in await text_of(office, path)
    day = {"on_date": "2031-05-02", "service_id": "", "reason": "Town fair"}
    times = {"intervals__0__0": "09:00", "intervals__0__1": "00:00"}
    assert was_told(await send(office, path, **day, kind="hours", **times), "created")
    page = await text_of(office, path)
    assert "09:00–24:00" in page
    assert "Town fair" in page
    # The same date said again replaces what was said.
    assert was_told(await send(office, path, **day, kind="walk_ins", **times), "created")
    page = await text_of(office, path)
    assert page.count("/admin/special-days/") == 1
    assert "Walk-ins only" in page
    removed = re.findall(r'action="(/admin/special-days/[^"]+/remove)"', page)[0]
    assert was_told(await send(office, removed), "removed")
    assert "No special days ahead" in await text_of(office, path)


async def test_other_hours_need_times(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/special-days"
    refused = await send(
        office, path, on_date="2031-05-02", kind="hours", intervals__0__0="", intervals__0__1=""
    )
    assert refused.status_code == 422
    assert "This must be a time of day" in refused.text


async def test_an_agent_may_not_set_anything_up(client: Client, hall: TownHall) -> None:
    for path in (services_of(hall), f"/admin/branches/{hall.branch_id}/rosters"):
        assert (await client.get(path)).status_code == 303
