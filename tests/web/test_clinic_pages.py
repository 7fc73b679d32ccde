"""The clinic's pages: who sees notes, what a doctor does at the desk, what a manager sees at a glance."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.clinic.records import create_record
from nowserving.actions.clinic.visiting import attach
from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.tickets.joining import join
from nowserving.clinic_keys import FILE_NAME
from nowserving.domain.tickets.ticket import Ticket
from nowserving.outside.cabinet import LockedCabinet
from nowserving.store import schema
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.house import House
from nowserving.web.wire.sheet import harmless
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Client, serving
from tests.web.forms import send, sign_in, text_of

pytestmark = pytest.mark.anyio
ANA = "Ana Zerafina"
CLASSES = [{"code": "pain", "name": "In pain", "head_start_s": 600}]


@dataclass
class Clinic:
    """A server whose first queue is a doctor's, with people who may read notes and people who may not."""

    house: House
    client: Client
    hall: TownHall
    clock: Clock

    @property
    def desk(self) -> str:
        return f"/desk/{self.hall.desk_1}/clinic"

    async def enter(self, login: str) -> None:
        self.client.cookies.clear()
        assert (await sign_in(self.client, login)).status_code == 303

    async def join(self, **more: Any) -> Ticket:
        self.clock.advance(1)
        made = await self.house.store.write(join, queue_id=self.hall.passports, **more)
        return made.ticket

    async def now(self, ticket: Ticket) -> Ticket:
        found = await self.house.store.read(ticket_by_key, ticket.key)
        assert found is not None
        return found

    async def record(self, ticket: Ticket | None = None, reason: str = "") -> str:
        given: dict[str, object] = {"name": ANA, "birth_date": "1954-03-01"}
        made = await self.house.store.write(
            create_record, branch_id=self.hall.branch_id, cabinet=self.house.cabinet, given=given
        )
        if ticket is not None:
            await self.house.store.write(
                attach, key=ticket.key, cabinet=self.house.cabinet, record_id=made.id, reason=reason
            )
        return made.id

    async def act(self, verb: str, ticket: Ticket | None = None, **fields: str) -> Any:
        self.clock.advance(1)
        key = {"key": ticket.key} if ticket else {}
        return await send(self.client, self.desk, verb=verb, **key, **fields)

    async def in_consultation(self) -> Ticket:
        ticket = await self.join()
        await self.act("call-next")
        await self.act("start", ticket)
        return ticket

    async def reads(self) -> list[tuple[str, str, str | None]]:
        table = schema.record_reads
        query = select(table.c.what, table.c.actor, table.c.record_id).order_by(table.c.id)
        return await self.house.store.read(lambda reader: [tuple(row) for row in reader.execute(query)])


@pytest.fixture
async def clinic(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[Clinic]:
    async with serving(sqlite_url, tmp_path / "data", wall) as (house, client):
        hashed = await house.passwords.hash(PASSWORD)
        doctor = web_build.agent("Doctor", hall.branch_id, password_hash=hashed)
        web_build.change(schema.staff, doctor, clinical=1)
        web_build.agent("Porter", hall.branch_id, password_hash=hashed)
        stranger = web_build.agent("Stranger", "library", password_hash=hashed)
        web_build.change(schema.staff, stranger, clinical=1)
        web_build.admin("Olga", password_hash=hashed)
        rules: dict[str, Any] = {
            "clinical": True,
            "outcomes": ["recovered"],
            "priorities": CLASSES,
            "expected_service_s": 60,
        }
        rules["ask_name"] = True
        for queue_id in hall.queue_ids:
            await house.store.write(edit_queue, queue_id=queue_id, changes={"rules": rules})
        yield Clinic(house, client, hall, wall)


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


async def test_a_pause_tells_the_line(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.join()
    assert (await clinic.act("pause", minutes="10")).status_code == 303
    assert "Back in 10 min." in (await clinic.client.get(f"/t/{ticket.key}")).text
    assert (await clinic.act("pause", minutes="0")).status_code == 422


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


async def test_at_a_glance_nothing_is_known_before_the_first(clinic: Clinic) -> None:
    await clinic.enter("olga")
    page = await text_of(clinic.client, f"/glance/{clinic.hall.branch_id}")
    assert "unknown" in page
    assert "Nobody is waiting." in page


async def test_at_a_glance_averages_have_their_counts_and_breaches_are_seen(clinic: Clinic) -> None:
    await clinic.enter("doctor")
    ticket = await clinic.in_consultation()
    clinic.clock.advance(118)
    await clinic.act("finish", ticket)
    await clinic.join(quoted=(0, 30))
    clinic.clock.advance(90)
    await clinic.enter("olga")
    base = f"/glance/{clinic.hall.branch_id}"
    tables = {
        of: await _table(clinic, of) for of in ("queues", "desks", "waiting", "reservations", "messages")
    }
    queue = next(row for row in tables["queues"] if row["queue"] == "Passports")
    assert (queue["services"], queue["mean_service_s"], queue["services_past_target"]) == ("1", "119", "1")
    desk = next(row for row in tables["desks"] if row["desk"] == "Desk 1")
    assert (desk["services"], desk["p90_service_s"]) == ("1", "119")
    unknown = next(row for row in tables["desks"] if row["desk"] == "Desk 2")
    assert (unknown["services"], unknown["mean_service_s"]) == ("0", "")
    assert [row["past_quote"] for row in tables["waiting"]] == ["1"]
    assert (await clinic.client.get(f"{base}/table.csv?of=secrets")).status_code == 404
    assert "1 min" in await text_of(clinic.client, base)


async def _table(clinic: Clinic, of: str) -> list[dict[str, str]]:
    text = await text_of(clinic.client, f"/glance/{clinic.hall.branch_id}/table.csv?of={of}")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_cell_is_never_a_formula() -> None:
    assert [harmless(cell) for cell in ("=1+1", "@SUM", "-2", "+3", "A-001", 5, None)] == [
        "'=1+1",
        "'@SUM",
        "'-2",
        "'+3",
        "A-001",
        5,
        "",
    ]


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
