"""The clinic's pages: who sees notes, and what a doctor, a nurse and a porter do."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.actions.clinic.records import create_record
from nowserving.actions.clinic.visiting import attach
from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.layout.telling import tell_line
from nowserving.actions.tickets.joining import join
from nowserving.clinic_keys import FILE_NAME
from nowserving.outside.cabinet import LockedCabinet
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.clinic import ANA, Clinic, opened_clinic
from tests.web.forms import send, text_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def clinic(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[Clinic]:
    async with opened_clinic(sqlite_url, tmp_path / "data", hall, web_build, wall) as opened:
        yield opened


async def test_a_doctor_calls_starts_and_finishes_with_a_note(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.join()
    await clinic.record(ticket, "Cough since Monday")
    page = await text_of(clinic.client, clinic.desk)
    assert ticket.code in page
    assert ANA in page
    assert "Cough since Monday" in page
    assert (await clinic.act("call-next")).status_code == 303
    await clinic.act("recall", ticket)
    await clinic.act("start", ticket)
    await clinic.act("note", ticket, note="Rest, tea", outcome="")
    assert "Rest, tea" in await text_of(clinic.client, clinic.desk)
    await clinic.act("finish", ticket, note="Rest, tea, walk", outcome="recovered")
    assert (await clinic.now(ticket)).state == "done"
    page = await text_of(clinic.client, clinic.desk)
    assert "Rest, tea, walk" in page
    assert "recovered" in page


async def test_a_note_can_be_changed_afterwards_and_nobodys_else(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.in_consultation()
    await clinic.act("finish", ticket, note="Rest")
    page = await text_of(clinic.client, clinic.desk)
    fields = dict(re.findall(r'name="(consultation_id|edited)" value="([^"]+)"', page))
    assert (await clinic.act("edit-note", note="Walk", **fields)).status_code == 303
    assert "Walk" in await text_of(clinic.client, clinic.desk)
    assert (await clinic.act("edit-note", note="Run", **fields)).status_code == 412
    assert (
        await clinic.act("edit-note", note="Run", consultation_id="nothing", edited="1")
    ).status_code == 404


async def test_on_to_the_laboratory_and_back_with_undo(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.in_consultation()
    await clinic.join()
    await clinic.act("send-on", ticket, queue_id=clinic.hall.licences, note="Blood, please")
    assert (await clinic.now(ticket)).queue_id == clinic.hall.licences
    await clinic.act("undo")
    assert (await clinic.now(ticket)).state == "serving"
    assert "Blood, please" in await text_of(clinic.client, clinic.desk)
    await clinic.act("send-on", ticket, queue_id=clinic.hall.licences)
    laboratory = f"/desk/{clinic.hall.desk_2}/clinic"
    await send(clinic.client, f"/desk/{clinic.hall.desk_2}", verb="call", key=ticket.key)
    await send(clinic.client, laboratory, verb="start", key=ticket.key)
    assert "sent by Desk 1" in await text_of(clinic.client, laboratory)
    await send(clinic.client, laboratory, verb="send-back", key=ticket.key, note="Blood is fine")
    page = await text_of(clinic.client, clinic.desk)
    assert page.index(ticket.code) < page.index("A-002", page.index('id="line-title"'))


async def test_a_refused_note_is_not_lost(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.in_consultation()
    answer = await clinic.act("finish", ticket, note="A long story", outcome="died")
    assert answer.status_code == 422
    assert "A long story" in answer.text
    assert (await clinic.act("dance", ticket)).status_code == 422


async def test_the_strongest_button_is_the_right_next_one(clinic: Clinic) -> None:
    """Call next, start who is called, finish who is here; a pause when nobody is at the desk."""

    async def strongest() -> list[str]:
        page = await text_of(clinic.client, clinic.desk)
        assert ('value="pause"' in page) == ('value="start"' not in page and 'value="finish"' not in page)
        return re.findall(r'button--primary[^>]*value="([^"]+)"', page)

    await clinic.enter("doctor")
    ticket = await clinic.join()
    await clinic.record(ticket, reason="Palpitations")
    assert await strongest() == ["call-next"]
    await clinic.act("call-next")
    assert await strongest() == ["start"]
    await clinic.act("start", ticket)
    assert await strongest() == ["finish"]


async def test_why_somebody_has_come_stands_first_or_is_asked_for(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.in_consultation()
    assert "Write the reason" in await text_of(clinic.client, clinic.desk)
    assert (await clinic.act("reason", ticket, reason="Palpitations")).status_code == 303
    page = await text_of(clinic.client, clinic.desk)
    assert "Write the reason" not in page
    assert page.index("Palpitations") < page.index('value="finish"')


async def test_a_pause_tells_the_line(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.join()
    assert (await clinic.act("pause", minutes="10")).status_code == 303
    assert "Back in 10 min." in (await clinic.client.get(f"/t/{ticket.key}")).text
    assert (await clinic.act("pause", minutes="0")).status_code == 422


async def test_whoever_is_back_from_a_pause_takes_back_what_it_told(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket, second = await clinic.join(), await clinic.join()
    await clinic.act("pause", minutes="10")
    assert "Back in 10 min." in await text_of(clinic.client, clinic.desk)
    await clinic.act("call-next")
    assert "Back in 10 min." not in await text_of(clinic.client, clinic.desk)
    assert "Back in 10 min." not in (await clinic.client.get(f"/t/{second.key}")).text
    # What was told since then is about something else, and stays.
    await clinic.act("no-show", ticket)
    await clinic.act("pause", minutes="10")
    clinic.clock.advance(1)
    await clinic.house.store.write(tell_line, queue_id=clinic.hall.passports, text="The lift is broken.")
    await clinic.act("call-next")
    assert "The lift is broken." in await text_of(clinic.client, clinic.desk)


async def test_a_second_press_of_call_next_calls_nobody(clinic: Clinic) -> None:
    """Two windows, two taps, or the page before and "send again": each of them saw nobody at the desk."""
    await clinic.enter("doctor")
    first, second = await clinic.join(), await clinic.join()
    await clinic.act("call-next")
    assert (await clinic.act("call-next")).status_code == 303
    assert [(await clinic.now(one)).state for one in (first, second)] == ["called", "waiting"]
    # A page that shows who was called has no such button, and a press that comes all the same is refused.
    assert 'value="call-next"' not in await text_of(clinic.client, clinic.desk)
    refused = await clinic.act("call-next", first)
    assert refused.status_code == 409
    assert f"{first.code} was called and has not been started." in refused.text
    assert [(await clinic.now(one)).state for one in (first, second)] == ["called", "waiting"]
    await clinic.act("start", first)
    await clinic.act("call-next", first)
    assert [(await clinic.now(one)).state for one in (first, second)] == ["done", "called"]


async def test_what_is_written_goes_along_when_the_next_is_called(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.in_consultation()
    assert (await clinic.act("call-next", ticket, note="Rest, tea")).status_code == 409
    assert "Rest, tea" in (await clinic.act("call-next", ticket, note="Rest, tea")).text
    await clinic.join()
    assert (await clinic.act("call-next", ticket, note="Rest, tea", outcome="recovered")).status_code == 303
    assert (await clinic.now(ticket)).state == "done"
    page = await text_of(clinic.client, clinic.desk)
    assert "Rest, tea" in page
    assert "recovered" in page


async def test_a_visit_without_consultation_ends_at_the_doctors_desk(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = (await clinic.house.store.write(join, queue_id=clinic.hall.licences)).ticket
    await clinic.house.store.write(
        edit_queue, queue_id=clinic.hall.licences, changes={"rules": {"clinical": False}}
    )
    await clinic.act("call-next")
    await clinic.act("start", ticket)
    page = await text_of(clinic.client, clinic.desk)
    assert "Visits of this queue have no notes." in page
    assert 'id="consultation"' not in page
    await clinic.act("end", ticket)
    assert (await clinic.now(ticket)).state == "done"


async def test_the_desk_shows_its_letters_to_whoever_wants_them(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    await clinic.in_consultation()
    page = await text_of(clinic.client, clinic.desk)
    assert 'data-keys="on"' in page
    letters = set(re.findall(r'<kbd aria-hidden="true">([^<]+)</kbd>', page))
    assert {"N", "F", "T", "/", "?"} <= letters
    helped = page[page.index('id="help"') :]
    assert {"N", "R", "S", "F", "X", "T", "P", "U"} <= set(re.findall(r"<kbd>([^<]+)</kbd>", helped))
    await send(clinic.client, "/account", name="Doctor")
    assert 'data-keys="off"' in await text_of(clinic.client, clinic.desk)


async def test_somebody_holds_places_for_the_family_on_one_phone(clinic: Clinic) -> None:
    rules = {"remote_join": True, "one_per_device": False}
    await clinic.house.store.write(edit_queue, queue_id=clinic.hall.passports, changes={"rules": rules})
    door = f"/q/{clinic.hall.passports}"
    # The page itself gives the phone its mark.
    await text_of(clinic.client, door)
    joined = [await send(clinic.client, door, name=name) for name in ("Ana", "Bo")]
    places = [answer.headers["location"].partition("?")[0] for answer in joined]
    assert len(set(places)) == 2
    page = await text_of(clinic.client, f"/b/{clinic.hall.branch_id}")
    for place, other in (places, places[::-1]):
        assert f'href="{place}' in page
        # Each has a link of its own, to hand on; it tells nothing of the other.
        assert other.rpartition("/")[2] not in await text_of(clinic.client, place)


async def test_notes_and_reasons_are_for_clinicians_of_the_branch_only(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.in_consultation()
    record_id = await clinic.record(ticket, "Cough since Monday")
    await clinic.act("finish", ticket, note="Rest, tea")
    doctors = [clinic.desk, *(f"/clinic/records/{record_id}/{rest}" for rest in ("data", "data.json"))]
    everything = [*doctors, f"/clinic/records/{record_id}", "/overview", f"/desk/{clinic.hall.desk_1}"]
    everything += [f"/department/{clinic.hall.department_id}", f"/glance/{clinic.hall.branch_id}"]
    for login, refused in (("porter", 403), ("olga", 403), ("stranger", 404)):
        await clinic.enter(login)
        for path in everything:
            answer = await clinic.client.get(path)
            assert "Rest, tea" not in answer.text, (login, path)
            assert "Cough" not in answer.text, (login, path)
            if path in doctors:
                assert answer.status_code == refused, (login, path)
    await clinic.enter("doctor")
    assert "Rest, tea" in await text_of(clinic.client, f"/clinic/records/{record_id}")


async def test_a_porter_finds_and_makes_records_and_sees_no_note(clinic: Clinic) -> None:
    await clinic.enter("porter")
    base = f"/clinic/{clinic.hall.branch_id}/records"
    ticket = await clinic.join()
    made = await send(clinic.client, base, verb="create", name=ANA, birth_date="1954-03-01", key=ticket.key)
    assert made.status_code == 303
    record_id = made.headers["location"].rpartition("/")[2]
    for find in ("zerafina", "1954-03-01"):
        assert ANA in (await send(clinic.client, base, verb="search", find=find)).text
    assert ANA in await text_of(clinic.client, f"{base}?find=ana")
    page = await text_of(clinic.client, f"/clinic/records/{record_id}")
    assert "Consultations" not in page
    other = await clinic.join()
    joined = await send(clinic.client, base, verb="join", key=other.key, record_id=record_id)
    assert joined.status_code == 303
    saved = await send(clinic.client, f"/clinic/records/{record_id}", verb="save", name="Ana Gil", edited="1")
    assert saved.status_code == 303
    stale = await send(clinic.client, f"/clinic/records/{record_id}", verb="save", name="Eva", edited="1")
    assert stale.status_code == 412
    assert (await send(clinic.client, base, verb="create", name=" ")).status_code == 422


async def test_an_admin_says_why_and_is_on_record(clinic: Clinic) -> None:
    record_id = await clinic.record()
    await clinic.enter("olga")
    path = f"/clinic/records/{record_id}"
    answer = await clinic.client.get(path)
    assert answer.status_code == 403
    assert "Why do you look?" in answer.text
    assert ANA not in answer.text
    assert await clinic.reads() == []
    assert ANA in (await send(clinic.client, path, why="Asked by her daughter")).text
    assert (await send(clinic.client, path, verb="save", name="Eva", edited="1")).status_code == 403
    base = f"/clinic/{clinic.hall.branch_id}/records"
    assert (await clinic.client.get(f"{base}?find=ana")).status_code == 403
    assert ANA in (await send(clinic.client, base, find="ana", why="Complaint 7")).text
    page = await text_of(clinic.client, "/admin/reads")
    assert "Asked by her daughter" in page
    assert ANA not in page
    assert "Complaint 7" in await text_of(clinic.client, f"/admin/reads?record={record_id}&before=999")


async def test_a_live_screen_is_one_look_and_not_one_a_second(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.join()
    record_id = await clinic.record(ticket)
    for _ in range(3):
        await text_of(clinic.client, clinic.desk)
    assert await clinic.reads() == [("visit", "staff:doctor", record_id)]
    clinic.clock.advance(16 * 60)
    await text_of(clinic.client, clinic.desk)
    assert len(await clinic.reads()) == 2


async def test_a_patient_gets_their_data_and_is_erased(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.in_consultation()
    record_id = await clinic.record(ticket, "Cough")
    await clinic.act("finish", ticket, note="Rest", outcome="recovered")
    data = json.loads((await clinic.client.get(f"/clinic/records/{record_id}/data.json")).text)
    assert data["person"]["name"] == ANA
    assert [one["note"] for one in data["consultations"]] == ["Rest"]
    assert "Cough" in await text_of(clinic.client, f"/clinic/records/{record_id}/data")
    assert (await send(clinic.client, f"/clinic/records/{record_id}/erase")).status_code == 303
    assert (await clinic.client.get(f"/clinic/records/{record_id}")).status_code == 404


async def test_a_nurse_triages_moves_and_hands_over(clinic: Clinic) -> None:
    await clinic.enter("porter")
    path = f"/department/{clinic.hall.department_id}"
    first, second = await clinic.join(), await clinic.join()
    await send(clinic.client, path, verb="triage", key=second.key, priority="pain", why="urgent")
    assert (await clinic.now(second)).priority == "pain"
    page = await text_of(clinic.client, path)
    assert page.index(second.code) < page.index(first.code)
    assert "In pain" in page
    await send(clinic.client, path, verb="triage", key=first.key, priority="now", why="needs_help")
    assert (await clinic.now(first)).rank < (await clinic.now(second)).rank
    unsaid = await send(clinic.client, path, verb="triage", key=second.key, why="urgent")
    assert unsaid.status_code == 422
    assert (await text_of(clinic.client, path)).count('required><option value=""></option>') == 4
    bad = await send(clinic.client, path, verb="triage", key=first.key, priority="now", why="because")
    assert bad.status_code == 422
    await send(clinic.client, path, verb="move", key=first.key, queue_id=clinic.hall.licences)
    assert (await clinic.now(first)).queue_id == clinic.hall.licences
    await send(
        clinic.client,
        path,
        verb="take-over",
        queue_id=clinic.hall.passports,
        to_queue_id=clinic.hall.licences,
    )
    assert (await clinic.now(second)).queue_id == clinic.hall.licences
    for verb, state in (("duty:open", "Open"), ("duty:pause", "Paused"), ("duty:close", "Closed")):
        await send(clinic.client, path, verb=verb, desk_id=clinic.hall.desk_3)
        desks = (await text_of(clinic.client, path)).split("<h3>")
        assert next(state in one for one in desks if "Desk 3" in one)
    assert (await send(clinic.client, path, verb="dance")).status_code == 422


async def test_without_its_key_the_clinic_is_locked_and_nothing_else(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.join()
    await clinic.record(ticket, "Cough")
    clinic.house.cabinet = LockedCabinet()
    answer = await clinic.client.get(clinic.desk)
    assert answer.status_code == 503
    assert "locked" in answer.text
    for path in ("/overview", f"/desk/{clinic.hall.desk_1}", f"/t/{ticket.key}", "/healthz"):
        assert (await clinic.client.get(path)).status_code in (200, 303), path
    search = await clinic.client.get(f"/clinic/{clinic.hall.branch_id}/records?find=ana")
    assert search.status_code == 503


async def test_a_person_who_is_erased_is_nowhere_in_the_files(
    clinic: Clinic, sqlite_url: str, tmp_path: Path
) -> None:
    """The canary: not in the tables, not in free pages, not in the log beside them."""
    canary = "Quuxolina"
    await clinic.enter("doctor")
    ticket = await clinic.join(name=canary)
    given: dict[str, object] = {"name": canary}
    write, cabinet = clinic.house.store.write, clinic.house.cabinet
    made = await write(create_record, branch_id=clinic.hall.branch_id, cabinet=cabinet, given=given)
    await write(attach, key=ticket.key, cabinet=cabinet, record_id=made.id, reason=f"{canary} coughs")
    await clinic.act("call-next")
    await clinic.act("start", ticket)
    await clinic.act("finish", ticket, note=f"{canary} is well")
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    files = [database, database.with_name(database.name + "-wal")]
    assert any(canary.encode() in one.read_bytes() for one in files if one.exists())
    await send(clinic.client, f"/clinic/records/{made.id}/erase")
    assert canary not in await text_of(clinic.client, clinic.desk)
    data = [one for one in (tmp_path / "data").rglob("*") if one.is_file() and one.name != FILE_NAME]
    for one in [*files, *data]:
        assert not one.exists() or canary.encode() not in one.read_bytes(), one
