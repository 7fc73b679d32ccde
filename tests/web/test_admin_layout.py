"""Branches, hours, closed days, departments, queues, desks and screens, as forms without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import CursorResult, Executable

from nowserving.store.engine.reader import Reader
from nowserving.web.gate.passwords import hash_now
from tests.builders import Builder, TownHall
from tests.web.conftest import PASSWORD, Client
from tests.web.forms import refusal_of, send, sign_in, text_of, value_of, was_told

pytestmark = pytest.mark.anyio
HASH = hash_now(PASSWORD)


@pytest.fixture
async def office(client: Client, web_build: Builder) -> Client:
    """A browser in which the admin is signed in."""
    web_build.admin("Olga", password_hash=HASH)
    assert (await sign_in(client, "olga")).status_code == 303
    return client


async def test_the_front_door_tells_how_it_goes_in_each_branch(office: Client, hall: TownHall) -> None:
    await office.post(f"/api/v1/queues/{hall.passports}/tickets", headers=office.as_("kiosk"))
    page = await text_of(office, "/admin")
    card = page[page.index("Town Hall") :]
    assert "Library" in page
    assert re.search(r"Waiting now</dt><dd>1</dd>", card)
    assert "2 of 3" in card


async def test_a_house_without_a_branch_is_shown_the_way_to_its_first(office: Client) -> None:
    admin = office.as_("admin")
    for branch in (await office.get("/api/v1/branches", headers=admin)).json()["data"]:
        closed = await office.delete(f"/api/v1/branches/{branch['id']}", headers=admin)
        assert closed.status_code == 200
    page = await text_of(office, "/admin")
    assert "No branch yet" in page
    assert page.count('href="/admin/branches/new"') == 2


async def test_a_branch_is_added_with_its_hours(office: Client) -> None:
    page = await text_of(office, "/admin/branches/new")
    assert value_of(page, "hours-weekly-mon-0-0") == "09:00"
    given = {"name": "Annex", "label": "Office", "time_zone": "Europe/Madrid"}
    hours = {"hours__weekly__tue__1__0": "08:00", "hours__weekly__tue__1__1": "00:00"}
    made = await send(office, "/admin/branches/new", **given, **hours)
    assert was_told(made, "created")
    branch = made.headers["location"].removesuffix("/queues")
    shown = await text_of(office, f"{branch}/hours")
    assert value_of(shown, "hours-weekly-tue-0-0") == "08:00"
    assert value_of(shown, "hours-weekly-tue-0-1") == "00:00"
    assert value_of(shown, "hours-weekly-mon-0-0") == ""
    refused = await send(office, "/admin/branches/new", name="", time_zone="Mars")
    assert (refusal_of(refused.text, "name"), refusal_of(refused.text, "time_zone")) != ("", "")


async def test_a_branch_is_renamed_and_who_saves_an_older_one_is_told(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}"
    edit = {"name": "City Hall", "label": "", "time_zone": "Europe/Madrid", "edited": "1"}
    assert was_told(await send(office, path, **edit), "saved")
    assert "Saved." in await text_of(office, path)
    stale = await send(office, path, **{**edit, "name": "Older"})
    assert stale.status_code == 409
    assert "Somebody else has changed this meanwhile." in stale.text
    # What was typed is kept, and the next attempt is made with eyes open.
    assert (value_of(stale.text, "name"), value_of(stale.text, "edited")) == ("Older", "2")
    assert was_told(await send(office, path, **{**edit, "name": "Older", "edited": "2"}), "saved")


async def test_a_branch_says_what_is_missing_for_a_start(office: Client, hall: TownHall) -> None:
    page = await text_of(office, f"/admin/branches/{hall.branch_id}")
    assert page.count("Still to do") == 2
    assert "Pair a kiosk" in page


async def test_a_branch_is_closed_for_good_when_nobody_waits(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/archive"
    joined = await office.post(f"/api/v1/queues/{hall.passports}/tickets", headers=office.as_("kiosk"))
    refused = await send(office, path)
    assert (refused.status_code, "There are open tickets here." in refused.text) == (409, True)
    await office.delete(f"/api/v1/tickets/{joined.json()['data']['key']}", headers=office.as_("admin"))
    assert was_told(await send(office, path), "archived")
    assert "Town Hall" not in await text_of(office, "/admin")


async def test_hours_are_edited_in_a_grid(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/hours"
    day = {
        "hours__weekly__mon__0__0": "08:00",
        "hours__weekly__mon__0__1": "12:00",
        "hours__weekly__mon__2__0": "14:00",
        "hours__weekly__mon__2__1": "17:30",
    }
    assert was_told(await send(office, path, **day, hours__day_starts_at="04:00"), "saved")
    page = await text_of(office, path)
    assert value_of(page, "hours-weekly-mon-1-0") == "14:00"
    assert value_of(page, "hours-weekly-tue-0-0") == ""
    assert value_of(page, "hours-day_starts_at") == "04:00"


async def test_a_wrong_time_is_told_in_the_row_it_stands_in(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/hours"
    wrong = {"hours__weekly__mon__3__0": "14:00", "hours__weekly__mon__3__1": "14:00"}
    page = (await send(office, path, **wrong)).text
    row = page[page.index('name="hours-weekly-mon-3-0"') :]
    assert "Opening and closing are the same." in row[:1500]
    overlap = {
        "hours__weekly__fri__0__0": "08:00",
        "hours__weekly__fri__0__1": "12:00",
        "hours__weekly__fri__2__0": "11:00",
        "hours__weekly__fri__2__1": "13:00",
    }
    page = (await send(office, path, **overlap)).text
    row = page[page.index('name="hours-weekly-fri-2-0"') :]
    assert "not overlap" in row[:1500]


async def test_closed_days_are_added_and_taken_back(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/closures"
    assert was_told(
        await send(office, path, starts_on="2199-12-24", ends_on="", reason="Christmas"), "created"
    )
    assert was_told(await send(office, path, starts_on="2001-01-01", ends_on="2001-01-03"), "created")
    page = await text_of(office, path)
    assert "24 December 2199" in page
    assert "1 January 2001 – 3 January 2001" in page[page.index("<h2>Past") :]
    refused = await send(office, path, starts_on="2027-01-02", ends_on="2027-01-01")
    assert "before the first" in refusal_of(refused.text, "ends_on")
    remove = re.search(r'action="(/admin/closures/\w+/remove)"', page)
    assert remove is not None
    assert was_told(await send(office, remove[1]), "removed")
    assert "Christmas" not in await text_of(office, path)
    assert (await send(office, remove[1])).status_code == 404


async def test_departments_are_added_renamed_moved_and_removed(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/departments"
    assert was_told(await send(office, path, name="Traffic"), "created")
    assert refusal_of((await send(office, path, name=" ")).text, "name") == "This must not be empty."
    page = await text_of(office, path)
    own = next(
        one for one in re.findall(r'action="(/admin/departments/[\w-]+)"', page) if "citizens" not in one
    )
    assert was_told(await send(office, own, name="Cars", edited="1"), "saved")
    assert (await send(office, own, name="Bikes", edited="1")).status_code == 409
    assert (await send(office, f"{path}/order", move=own.rsplit("/", 1)[1], way="up")).status_code == 303
    page = await text_of(office, path)
    assert page.index('value="Cars"') < page.index('value="Citizens"')
    assert was_told(await send(office, f"{own}/archive"), "removed")
    busy = await send(office, f"/admin/departments/{hall.department_id}/archive")
    assert (busy.status_code, "still belong to this department" in busy.text) == (409, True)
    assert (await send(office, f"{own}/archive")).status_code == 404


QUEUE = {
    "name": "Parking",
    "prefix": "p",
    "department_id": "",
    "icon": "car",
    "rules__public_name": "",
    "rules__admission": "automatic",
    "rules__capacity": "10",
    "rules__counts": "covers",
    "rules__fit": "fill",
    "rules__fit_passes": "3",
    "rules__walk_ins": "on",
    "rules__ask_name": "on",
    "rules__ask_party": "on",
    "rules__max_waiting": "",
    "last_ticket": "before",
    "last_ticket_minutes": "30",
    "rules__max_party": "8",
    "rules__check_in_window_s": "2.5",
    "rules__max_recalls": "3",
    "rules__service_limit_s": "90",
    "rules__overstay": "remind",
    "rules__rejoin_grace_s": "7.5",
    "rules__one_per_device": "on",
    "rules__expected_service_s": "",
    "rules__announce_nearly_at": "2",
    "rules__service_limit_by_party__1__0": "5",
    "rules__service_limit_by_party__1__1": "120",
    "rules__priorities__0__name": "Élderly, 65+",
    "rules__priorities__0__head_start_s": "15",
}


async def test_a_queue_is_set_up_in_words_and_minutes(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/queues"
    assert was_told(await send(office, f"{path}/new", **QUEUE), "created")
    found = await office.get(f"/api/v1/branches/{hall.branch_id}/queues", headers=office.as_("admin"))
    queue = found.json()["data"][-1]
    assert (queue["name"], queue["prefix"], queue["icon"]) == ("Parking", "P", "car")
    rules = queue["rules"]
    assert (rules["capacity"], rules["check_in_window_s"], rules["service_limit_s"]) == (10, 150, 5400)
    assert (rules["last_ticket"], rules["max_waiting"], rules["remote_join"]) == (30, None, False)
    assert (rules["overstay"], rules["rejoin_grace_s"], rules["one_per_device"]) == ("remind", 450, True)
    assert rules["priorities"] == [{"code": "elderly_65", "name": "Élderly, 65+", "head_start_s": 900}]
    assert rules["service_limit_by_party"] == [[5, 7200]]
    page = await text_of(office, f"/admin/queues/{queue['id']}")
    assert value_of(page, "rules-check_in_window_s") == "2.5"
    assert value_of(page, "rules-priorities-0-code") == "elderly_65"
    assert value_of(page, "last_ticket_minutes") == "30"


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("closing", {"last_ticket_minutes": "5"}, None),
        ("at", {"last_ticket_time": "16:30"}, "16:30"),
        ("before", {"last_ticket_minutes": "0"}, 0),
    ],
)
async def test_the_last_ticket_can_be_told_in_three_ways(
    office: Client, hall: TownHall, kind: str, more: dict[str, str], expected: object
) -> None:
    path = f"/admin/queues/{hall.passports}"
    given = {**QUEUE, "prefix": "A", "last_ticket_minutes": "", "last_ticket": kind, **more}
    assert was_told(await send(office, path, **given), "saved")
    queue = await office.get(f"/api/v1/queues/{hall.passports}", headers=office.as_("admin"))
    assert queue.json()["data"]["rules"]["last_ticket"] == expected
    shown = await text_of(office, path)
    assert f'<option value="{kind}" selected>' in shown


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"prefix": "A"}, "prefix"),
        ({"prefix": "12"}, "prefix"),
        ({"department_id": "elsewhere"}, "department_id"),
        ({"rules__capacity": "ten"}, "rules-capacity"),
        ({"rules__capacity": ""}, "rules-capacity"),
        ({"rules__check_in_window_s": "soon"}, "rules-check_in_window_s"),
        ({"rules__max_party": ""}, "rules-max_party"),
        ({"last_ticket": "at", "last_ticket_time": "late"}, "last_ticket"),
    ],
)
async def test_a_wrong_rule_is_told_beside_its_field(
    office: Client, hall: TownHall, given: dict[str, str], field: str
) -> None:
    refused = await send(office, f"/admin/branches/{hall.branch_id}/queues/new", **{**QUEUE, **given})
    assert refused.status_code == 422
    assert refusal_of(refused.text, field) != "", field
    assert value_of(refused.text, "rules-priorities-0-name") == "Élderly, 65+"
    top = refused.text.split("data-refusals")[1].split("</ul>")[0]
    assert f'href="#{field}"' in top, "and at the top of the page, with the way there"


async def test_a_wrong_class_is_told_in_its_own_row(office: Client, hall: TownHall) -> None:
    wrong = {
        **QUEUE,
        "rules__priorities__0__name": "",
        "rules__priorities__3__name": "VIP",
        "rules__priorities__3__head_start_s": "-1",
    }
    page = (await send(office, f"/admin/branches/{hall.branch_id}/queues/new", **wrong)).text
    row = page[page.index('name="rules-priorities-3-name"') :]
    assert "field__error" in row[:900]
    twice = {**QUEUE, "rules__priorities__1__name": "Élderly, 65+", "rules__priorities__1__head_start_s": "1"}
    page = (await send(office, f"/admin/branches/{hall.branch_id}/queues/new", **twice)).text
    assert "Each code may be there once." in page
    falling = {
        **QUEUE,
        "rules__service_limit_by_party__2__0": "2",
        "rules__service_limit_by_party__2__1": "5",
    }
    page = (await send(office, f"/admin/branches/{hall.branch_id}/queues/new", **falling)).text
    assert "Sizes must rise" in page


async def test_queues_are_paused_resumed_and_moved(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/queues"
    assert was_told(await send(office, f"/admin/queues/{hall.passports}/pause"), "paused")
    assert "Paused" in await text_of(office, path)
    assert was_told(await send(office, f"/admin/queues/{hall.passports}/resume"), "resumed")
    page = await text_of(office, path)
    assert page.index("Licences") < page.index("Passports")
    for way in ("down", "down", "up", "sideways"):
        assert (await send(office, f"{path}/order", move=hall.licences, way=way)).status_code == 303
    await send(office, f"{path}/order", move="nowhere", way="up")
    page = await text_of(office, path)
    assert page.index("Passports") < page.index("Licences")


async def test_a_queue_is_closed_for_good_and_asks_what_becomes_of_those_who_wait(
    office: Client, hall: TownHall
) -> None:
    await office.post(f"/api/v1/queues/{hall.passports}/tickets", headers=office.as_("kiosk"))
    own = f"/admin/queues/{hall.passports}"
    assert "Move them to Licences" in await text_of(office, own)
    refused = await send(office, f"{own}/archive", waiting="")
    assert (refused.status_code, "People wait in this queue." in refused.text) == (409, True)
    assert was_told(await send(office, f"{own}/archive", waiting=hall.licences), "archived")
    assert (await office.get(own)).status_code == 404
    page = await text_of(office, f"/admin/branches/{hall.branch_id}/queues")
    assert "1 person waiting" in page


async def test_a_desk_serves_what_is_ticked_in_the_order_of_the_numbers(
    office: Client, hall: TownHall
) -> None:
    path = f"/admin/branches/{hall.branch_id}/desks"
    assert (await text_of(office, f"{path}/new")).count(" checked") == 2
    given = {
        "name": "Window 4",
        "department_id": hall.department_id,
        f"serves__{hall.passports}": "on",
        f"place__{hall.passports}": "2",
        f"serves__{hall.licences}": "on",
        f"place__{hall.licences}": "1",
    }
    assert was_told(await send(office, f"{path}/new", **given), "created")
    found = await office.get(f"/api/v1/branches/{hall.branch_id}/desks", headers=office.as_("admin"))
    desk = found.json()["data"][-1]
    assert (desk["name"], desk["queue_ids"]) == ("Window 4", [hall.licences, hall.passports])
    own = f"/admin/desks/{desk['id']}"
    page = await text_of(office, own)
    assert page.index(f"serves-{hall.licences}") < page.index(f"serves-{hall.passports}")
    edit = {
        "name": "Window 5",
        "edited": "1",
        f"serves__{hall.passports}": "on",
        f"place__{hall.passports}": "",
    }
    assert was_told(await send(office, own, **edit), "saved")
    assert refusal_of((await send(office, own, **{**edit, "name": "", "edited": "2"})).text, "name")
    assert (await send(office, f"{path}/order", move=desk["id"], way="up")).status_code == 303
    assert was_told(await send(office, f"{own}/archive"), "archived")
    assert (await office.get(own)).status_code == 404


async def test_a_desk_with_somebody_at_it_stays(office: Client, hall: TownHall) -> None:
    await office.post(f"/api/v1/queues/{hall.passports}/tickets", headers=office.as_("kiosk"))
    await office.post(f"/api/v1/desks/{hall.desk_1}/call-next", headers=office.as_("agent"))
    refused = await send(office, f"/admin/desks/{hall.desk_1}/archive")
    assert (refused.status_code, "A-001 is still open at this desk." in refused.text) == (409, True)


async def test_screens_do_what_is_ticked(office: Client, hall: TownHall) -> None:
    path = f"/admin/branches/{hall.branch_id}/screens"
    given = {
        "screens__voice": "on",
        "screens__ticker": "Closed on Friday",
        "screens__welcome": "Hello",
        "screens__paper_mm": "58",
        "screens__reset_after_s": "20",
        "screens__idle_after_s": "60",
        "voice__es": "on",
        "voice__ar": "on",
    }
    assert was_told(await send(office, path, **given), "saved")
    found = await office.get(f"/api/v1/branches/{hall.branch_id}", headers=office.as_("admin"))
    screens = found.json()["data"]["screens"]
    assert (screens["voice"], screens["chime"], screens["voice_languages"]) == (True, False, ["es", "ar"])
    page = await text_of(office, path)
    assert value_of(page, "screens-ticker") == "Closed on Friday"
    refused = await send(office, path, **{**given, "screens__reset_after_s": "1", "screens__paper_mm": "57"})
    assert refusal_of(refused.text, "screens-reset_after_s")
    assert refusal_of(refused.text, "screens-paper_mm")


async def test_pages_cost_the_same_however_much_there_is(
    office: Client, hall: TownHall, web_build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    execute = Reader.execute

    def counting(reader: Reader, statement: Executable, params: Any = None) -> CursorResult[Any]:
        counted.append(1)
        return execute(reader, statement, params)

    async def cost(path: str) -> int:
        costs = []
        for _ in range(4):
            counted.clear()
            await text_of(office, path)
            costs.append(len(counted))
        return min(costs)  # What the background reads in between is no cost of a page.

    monkeypatch.setattr(Reader, "execute", counting)
    paths = [f"/admin/branches/{hall.branch_id}/{page}" for page in ("queues", "desks", "departments")]
    paths += ["/admin", "/admin/staff"]
    await cost("/admin")  # Who asks is looked up once, and remembered.
    before = [await cost(path) for path in paths]
    for number in range(15):
        web_build.queue(f"Queue {number}", hall.branch_id, prefix=f"Q{number:02d}")
        web_build.desk(f"Room {number}", hall.branch_id, serves=[f"queue-{number}"])
        web_build.department(f"Department {number}", hall.branch_id)
        web_build.agent(f"Agent {number}", hall.branch_id)
    assert [await cost(path) for path in paths] == before
    assert max(before) <= 8
