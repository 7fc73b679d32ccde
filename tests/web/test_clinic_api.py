"""The clinic for programs that act for a person: records, visits, consultations, and who may not."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.outside.cabinet import LockedCabinet
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.clinic import ANA, Clinic, opened_clinic
from tests.web.conftest import KEYS, PASSWORD

pytestmark = pytest.mark.anyio
API = "/api/v1"


@pytest.fixture
async def clinic(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[Clinic]:
    # Tokens are judged by the real clock, which this one must not overtake however often it is moved on.
    wall.advance(-120)
    async with opened_clinic(sqlite_url, tmp_path / "data", hall, web_build, wall) as opened:
        yield opened


class Caller:
    """Somebody who calls the API with a credential."""

    def __init__(self, clinic: Clinic, secret: str) -> None:
        self._clinic = clinic
        self._headers = {"Authorization": f"Bearer {secret}"}

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self._clinic.client.request(method, API + path, json=body, headers=sent)

    async def get(self, path: str) -> Any:
        return _data(await self.ask("GET", path))

    async def post(self, path: str, **body: Any) -> Any:
        return _data(await self.ask("POST", path, body))


def _data(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["data"]


async def signed_in(clinic: Clinic, login: str) -> Caller:
    given = {"login": login, "password": PASSWORD}
    answer = await clinic.client.post(f"{API}/tokens", json=given)
    return Caller(clinic, _data(answer)["access_token"])


def person(**more: Any) -> dict[str, Any]:
    return {"name": ANA, "birth_date": "1954-03-01", "phone": "+34600123456", "number": "P-7", **more}


async def test_a_doctors_program_goes_through_a_consultation(clinic: Clinic) -> None:
    doctor, ticket = await signed_in(clinic, "doctor"), await clinic.join()
    made = await doctor.post(f"/branches/{clinic.hall.branch_id}/records", **person())
    given = {"record_id": made["id"], "reason": "Cough since Monday"}
    assert (await doctor.ask("PATCH", f"/tickets/{ticket.key}/visit", given)).status_code == 200
    visit = await doctor.get(f"/tickets/{ticket.key}/visit")
    assert (visit["name"], visit["reason"]) == (ANA, "Cough since Monday")
    await doctor.post(f"/desks/{clinic.hall.desk_1}/call-next")
    await doctor.post(f"/tickets/{ticket.key}/start")
    note = f"/tickets/{ticket.key}/consultation"
    assert (await doctor.ask("PUT", note, {"note": "Rest"})).status_code == 200
    (going_on,) = await doctor.get(f"/branches/{clinic.hall.branch_id}/consultations")
    assert (going_on["note"], going_on["to_at"]) == ("Rest", None)
    done = await doctor.post(f"{note}/finish", note="Rest, tea", outcome="recovered")
    assert done["state"] == "done"
    (earlier,) = await doctor.get(f"/records/{made['id']}/consultations")
    assert (earlier["note"], earlier["outcome"]) == ("Rest, tea", "recovered")
    assert earlier["desk"]["id"] == clinic.hall.desk_1


async def test_a_note_is_changed_by_its_writer_who_has_seen_the_last_one(
    clinic: Clinic, web_build: Builder
) -> None:
    doctor, ticket = await signed_in(clinic, "doctor"), await clinic.join()
    await doctor.post(f"/desks/{clinic.hall.desk_1}/call-next")
    await doctor.post(f"/tickets/{ticket.key}/consultation/finish", note="Rest")
    (mine,) = await doctor.get(f"/branches/{clinic.hall.branch_id}/consultations")
    path, seen = f"/consultations/{mine['id']}", {"If_Match": f'"{mine["edited"]}"'}
    changed = await doctor.ask("PATCH", path, {"note": "Walk"}, **seen)
    assert changed.headers["etag"] == f'"{mine["edited"] + 1}"'
    assert (await doctor.ask("PATCH", path, {"note": "Run"}, **seen)).status_code == 412
    assert (await doctor.ask("PATCH", path, {"note": "Run", "outcome": "died"})).status_code == 422
    assert (await doctor.ask("PATCH", path, {"outcome": "recovered"})).status_code == 422
    assert (await doctor.ask("PATCH", "/consultations/nothing", {"note": "Run"})).status_code == 404
    (mine,) = await doctor.get(f"/branches/{clinic.hall.branch_id}/consultations")
    assert mine["note"] == "Walk"


async def test_several_stations_are_one_visit_with_one_code(clinic: Clinic) -> None:
    doctor, ticket = await signed_in(clinic, "doctor"), await clinic.join()
    assert await _refused(doctor, f"/tickets/{ticket.key}/send-back") == (409, "not_sent")
    await doctor.post(f"/desks/{clinic.hall.desk_1}/call-next")
    await doctor.post(f"/tickets/{ticket.key}/start")
    sent = await doctor.post(f"/tickets/{ticket.key}/send-on", queue_id=clinic.hall.licences)
    assert (sent["code"], sent["queue"]["id"]) == (ticket.code, clinic.hall.licences)
    visit = await doctor.get(f"/tickets/{ticket.key}/visit")
    assert visit["back_to_desk"]["id"] == clinic.hall.desk_1
    await doctor.post(f"/desks/{clinic.hall.desk_2}/call", key=ticket.key)
    back = await doctor.post(f"/tickets/{ticket.key}/send-back", desk_id=clinic.hall.desk_2)
    assert back["position"] == 1
    visit = await doctor.get(f"/tickets/{ticket.key}/visit")
    passed = [(one["queue"]["id"], one["state"]) for one in visit["stations"]]
    home, laboratory = clinic.hall.passports, clinic.hall.licences
    assert passed == [
        *((home, state) for state in ("waiting", "called", "serving")),
        *((laboratory, state) for state in ("waiting", "called")),
        (home, "waiting"),
    ]
    assert visit["code"] == ticket.code
    assert await _refused(doctor, f"/tickets/{ticket.key}/send-on", queue_id="nothing") == (422, "invalid")


async def test_a_nurse_gives_a_class_or_now_and_says_why(clinic: Clinic) -> None:
    nurse = await signed_in(clinic, "porter")
    first, second, third = await clinic.join(), await clinic.join(), await clinic.join()
    pain = await nurse.post(f"/tickets/{third.key}/triage", why="needs_help", priority="pain")
    assert (pain["priority"], pain["position"]) == ("pain", 1)
    now = await nurse.post(f"/tickets/{second.key}/triage", why="urgent", now=True)
    assert now["position"] == 1
    path = f"/tickets/{first.key}/triage"
    assert await _refused(nurse, path, why="because") == (422, "invalid")
    assert await _refused(nurse, path, now=True) == (422, "invalid")
    assert await _refused(nurse, path, why="urgent", priority="vip") == (422, "invalid")
    await nurse.ask("DELETE", f"/tickets/{first.key}")
    assert await _refused(nurse, path, why="urgent", now=True) == (409, "wrong_state")
    log = await Caller(clinic, KEYS["admin"]).get(f"/branches/{clinic.hall.branch_id}/events")
    assert [one["data"]["why"] for one in log if one["verb"] == "ticket.triaged"] == ["urgent", "needs_help"]


async def test_a_replacement_takes_over_and_a_pause_tells_the_line(clinic: Clinic) -> None:
    nurse = await signed_in(clinic, "porter")
    first, second = await clinic.join(), await clinic.join()
    path = f"/desks/{clinic.hall.desk_1}/pause-and-tell"
    assert (await nurse.post(path, minutes=10))["state"] == "paused"
    assert "Back in 10 min." in (await clinic.client.get(f"/t/{first.key}")).text
    assert await _refused(nurse, path, minutes=0) == (422, "invalid")
    path = f"/queues/{clinic.hall.passports}/take-over"
    moved = await nurse.post(path, to_queue_id=clinic.hall.licences)
    assert [one["code"] for one in moved["tickets"]] == [first.code, second.code]
    assert await _refused(nurse, path, to_queue_id="loans") == (422, "invalid")
    assert await _refused(nurse, "/queues/loans/take-over", to_queue_id="loans") == (404, "not_found")


async def test_every_look_is_on_record_and_the_privacy_officer_reads_them(clinic: Clinic) -> None:
    porter, doctor = await signed_in(clinic, "porter"), await signed_in(clinic, "doctor")
    ticket = await clinic.join()
    record_id = await clinic.record(ticket, "Cough")
    for find in ("zerafina ana", "1954-03-01"):
        found = await porter.post(f"/branches/{clinic.hall.branch_id}/records/search", find=find)
        assert [one["id"] for one in found] == [record_id]
    opened = await porter.ask("GET", f"/records/{record_id}")
    assert (opened.json()["data"]["name"], opened.headers["etag"]) == (ANA, '"1"')
    await doctor.get(f"/tickets/{ticket.key}/visit")
    await doctor.get(f"/records/{record_id}/data")
    looks = ["searched", "found", "searched", "found", "opened", "visit", "exported"]
    assert [what for what, *_ in await clinic.reads()] == looks
    officer = await signed_in(clinic, "olga")
    assert [one["what"] for one in await officer.get("/record-reads")] == looks[::-1]
    whole = await officer.ask("GET", f"/record-reads?record={record_id}&limit=2")
    rest = await officer.ask("GET", f"/record-reads?record={record_id}&cursor={whole.json()['next']}")
    both = [*whole.json()["data"], *rest.json()["data"]]
    assert [one["what"] for one in both] == ["exported", "visit", "opened", "found", "found"]
    assert ANA not in whole.text + rest.text


async def test_a_record_is_changed_by_who_has_seen_the_last_one(clinic: Clinic) -> None:
    porter, record_id = await signed_in(clinic, "porter"), await clinic.record()
    path = f"/records/{record_id}"
    changed = await porter.ask("PATCH", path, {"phone": "+34600999888"}, If_Match='"1"')
    assert (changed.json()["data"]["phone"], changed.headers["etag"]) == ("+34600999888", '"2"')
    assert (await porter.ask("PATCH", path, {"name": "Eva"}, If_Match='"1"')).status_code == 412
    bad = await porter.ask("PATCH", path, {"birth_date": "1954-02-30"})
    assert [one["pointer"] for one in bad.json()["errors"]] == ["/birth_date"]


async def test_who_it_is_no_daily_work_for_says_why_and_a_key_is_nobody_who_could(clinic: Clinic) -> None:
    olga, record_id = await signed_in(clinic, "olga"), await clinic.record()
    search = f"/branches/{clinic.hall.branch_id}/records/search"
    assert await _refused(olga, search, find="ana") == (403, "why_needed")
    assert (await olga.ask("GET", f"/records/{record_id}")).status_code == 403
    assert await _refused(olga, f"/records/{record_id}/open", why=" ") == (403, "why_needed")
    assert await clinic.reads() == []
    assert (await olga.post(f"/records/{record_id}/open", why="Complaint 7"))["name"] == ANA
    assert [one["id"] for one in await olga.post(search, find="ana", why="Complaint 7")] == [record_id]
    (look,) = [one for one in await olga.get("/record-reads") if one["what"] == "opened"]
    assert look["why"] == "Complaint 7"
    key = Caller(clinic, KEYS["admin"])
    assert await _refused(key, search, find="ana", why="Complaint 7") == (403, "forbidden")


async def test_reasons_and_notes_are_for_clinicians_of_the_branch_only(clinic: Clinic) -> None:
    ticket = await clinic.join()
    record_id = await clinic.record(ticket, "Cough since Monday")
    clinical: list[tuple[str, str, Any]] = [
        ("GET", f"/tickets/{ticket.key}/visit", None),
        ("PUT", f"/tickets/{ticket.key}/consultation", {"note": "Rest"}),
        ("POST", f"/tickets/{ticket.key}/consultation/finish", {"note": "Rest"}),
        ("GET", f"/branches/{clinic.hall.branch_id}/consultations", None),
        ("GET", f"/records/{record_id}/consultations", None),
        ("GET", f"/records/{record_id}/data", None),
        ("DELETE", f"/records/{record_id}", None),
    ]
    reason = ("PATCH", f"/tickets/{ticket.key}/visit", {"reason": "Drunk"})
    porter, olga, stranger = [await signed_in(clinic, login) for login in ("porter", "olga", "stranger")]
    for caller in (porter, olga, Caller(clinic, KEYS["agent"]), Caller(clinic, KEYS["admin"])):
        for method, path, body in (*clinical, reason):
            answer = await caller.ask(method, path, body)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path
    for method, path, body in (*clinical, reason):
        assert (await stranger.ask(method, path, body)).status_code == 404, path


async def test_a_porter_joins_a_record_of_the_branch_and_no_other(clinic: Clinic) -> None:
    porter, ticket = await signed_in(clinic, "porter"), await clinic.join()
    record_id = await clinic.record()
    path = f"/tickets/{ticket.key}/visit"
    assert (await porter.ask("PATCH", path, {"record_id": record_id})).status_code == 200
    doctor = await signed_in(clinic, "doctor")
    assert (await doctor.get(path))["record_id"] == record_id
    assert (await porter.ask("PATCH", path, {"record_id": "nothing"})).status_code == 404


async def test_what_is_stored_of_a_new_record_names_nobody(clinic: Clinic, sqlite_url: str) -> None:
    """An answer that is sent again for the same key is stored: it must not hold what else is sealed."""
    porter = await signed_in(clinic, "porter")
    path = f"/branches/{clinic.hall.branch_id}/records"
    once = {"Idempotency_Key": "made-by-the-front-desk"}
    made = await porter.ask("POST", path, person(), **once)
    again = await porter.ask("POST", path, person(), **once)
    assert again.json() == made.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (await porter.get(f"/records/{made.json()['data']['id']}"))["phone"] == "+34600123456"
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        everything = "\n".join(database.iterdump())
    assert made.json()["data"]["id"] in everything
    assert not [word for word in ("Zerafina", "600123456", "1954-03-01") if word in everything]


async def test_a_patient_gets_their_data_and_is_erased(clinic: Clinic) -> None:
    doctor, ticket = await signed_in(clinic, "doctor"), await clinic.join()
    record_id = await clinic.record(ticket, "Cough since Monday")
    await doctor.post(f"/desks/{clinic.hall.desk_1}/call-next")
    await doctor.post(f"/tickets/{ticket.key}/consultation/finish", note="Rest")
    export = await doctor.get(f"/records/{record_id}/data")
    assert export["person"]["name"] == ANA
    assert [one["reason"] for one in export["visits"]] == ["Cough since Monday"]
    assert [one["note"] for one in export["consultations"]] == ["Rest"]
    assert (await doctor.ask("DELETE", f"/records/{record_id}")).status_code == 204
    for path in (f"/records/{record_id}", f"/records/{record_id}/data"):
        assert (await doctor.ask("GET", path)).status_code == 404
    (own,) = await doctor.get(f"/branches/{clinic.hall.branch_id}/consultations")
    assert own["note"] == ""


async def test_without_its_key_the_clinic_says_that_it_is_locked(clinic: Clinic) -> None:
    doctor, record_id = await signed_in(clinic, "doctor"), await clinic.record()
    clinic.house.cabinet = LockedCabinet()
    answer = await doctor.ask("GET", f"/records/{record_id}")
    assert (answer.status_code, answer.json()["code"]) == (503, "clinic_locked")


async def _refused(caller: Caller, path: str, **body: Any) -> tuple[int, str]:
    answer = await caller.ask("POST", path, body)
    return answer.status_code, answer.json()["code"]
