"""Reservations over the API: by guests without an account, by programs, by staff."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import Client

pytestmark = pytest.mark.anyio
API = "/api/v1"


class Desk:
    """The town hall as a guest and as its staff see it."""

    def __init__(self, client: Client, town: TownHall) -> None:
        self.client, self.town = client, town
        self.service_id = ""
        day = datetime.now(UTC).date() + timedelta(days=2)
        self.start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)

    def at(self, minutes: int = 0) -> str:
        return (self.start + timedelta(minutes=minutes)).isoformat()

    async def ask(
        self, method: str, path: str, body: Any = None, role: str | None = None, **headers: str
    ) -> Any:
        sent = {**(self.client.as_(role) if role else {}), **headers}
        self.client.cookies.clear()
        return await self.client.request(method, API + path, json=body, headers=sent)

    async def make(self, **more: Any) -> dict[str, Any]:
        body = {"name": "Check-up", "queue_id": self.town.passports, "duration_s": 1800, **more}
        answer = await self.ask("POST", f"/branches/{self.town.branch_id}/services", body, "admin")
        assert answer.status_code == 201, answer.text
        self.service_id = answer.json()["data"]["id"]
        return dict(answer.json()["data"])

    async def reserve(self, minutes: int = 0, role: str | None = None, **more: Any) -> dict[str, Any]:
        body = {"service_id": self.service_id, "start_at": self.at(minutes), "name": "Ana", **more}
        answer = await self.ask("POST", "/reservations", body, role)
        assert answer.status_code == 201, answer.text
        return dict(answer.json()["data"])


@pytest.fixture
async def desk(client: Client, hall: TownHall) -> Desk:
    found = Desk(client, hall)
    await found.make()
    return found


async def test_a_guest_sees_slots_and_reserves_one(desk: Desk) -> None:
    span = {"from": desk.at(), "to": desk.at(60)}
    slots = await desk.client.get(f"{API}/services/{desk.service_id}/slots", params=span)
    assert [one["free"] for one in slots.json()["data"]] == [1, 1]
    made = await desk.reserve(email="ana@example.org")
    assert (made["state"], made["name"], made["id"]) == ("confirmed", "Ana", made["key"])
    slots = await desk.client.get(f"{API}/services/{desk.service_id}/slots", params=span)
    assert [one["free"] for one in slots.json()["data"]] == [0, 1]
    assert "Ana" not in slots.text
    assert (await desk.ask("GET", f"/reservations/{made['key']}")).json()["data"] == made


async def test_the_same_request_again_reserves_nothing_more(desk: Desk) -> None:
    body = {"service_id": desk.service_id, "start_at": desk.at(), "name": "Ana"}
    first = await desk.ask("POST", "/reservations", body, **{"Idempotency-Key": "once"})
    again = await desk.ask("POST", "/reservations", body, **{"Idempotency-Key": "once"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    other = await desk.ask("POST", "/reservations", body | {"name": "Eva"}, **{"Idempotency-Key": "once"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_full_slot_names_the_nearest_that_are_free(desk: Desk) -> None:
    await desk.reserve()
    body = {"service_id": desk.service_id, "start_at": desk.at(), "name": "Eva"}
    refusal = await desk.ask("POST", "/reservations", body)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "slot_full")
    near = [datetime.fromisoformat(one["start_at"]) for one in refusal.json()["alternatives"]]
    assert desk.start + timedelta(minutes=30) in near
    assert desk.start not in near


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"start_at": "tomorrow"}, "/start_at"),
        ({"start_at": "2026-11-24T09:00:00"}, "/start_at"),
        ({"start_at": 5}, "/start_at"),
        ({"name": ""}, "/name"),
        ({"email": "nobody"}, "/email"),
        ({"size": 0}, "/size"),
        ({"surprise": 1}, "/surprise"),
    ],
)
async def test_what_is_wrong_is_named(desk: Desk, change: dict[str, Any], pointer: str) -> None:
    body = {"service_id": desk.service_id, "start_at": desk.at(), "name": "Ana", **change}
    refusal = await desk.ask("POST", "/reservations", body)
    assert (refusal.status_code, [one["pointer"] for one in refusal.json()["errors"]]) == (422, [pointer])


async def test_a_slot_is_held_and_booked(desk: Desk) -> None:
    held = await desk.ask("POST", f"/services/{desk.service_id}/holds", {"start_at": desk.at()})
    assert (held.status_code, held.json()["data"]["state"]) == (201, "held")
    key = held.json()["data"]["key"]
    booked = await desk.ask("POST", f"/reservations/{key}/book", {"name": "Ana"})
    assert (booked.status_code, booked.json()["data"]["state"]) == (200, "confirmed")
    again = await desk.ask("POST", f"/reservations/{key}/book", {"name": "Ana"})
    assert (again.status_code, again.json()["state"]) == (409, "confirmed")


async def test_a_reservation_is_moved_edited_and_cancelled(desk: Desk) -> None:
    made = await desk.reserve()
    path = f"/reservations/{made['key']}"
    moved = await desk.ask("PATCH", path, {"start_at": desk.at(30), "name": "Eva"})
    assert moved.status_code == 200, moved.text
    assert (moved.json()["data"]["name"], moved.json()["data"]["sequence"]) == ("Eva", 1)
    assert datetime.fromisoformat(moved.json()["data"]["start_at"]) == desk.start + timedelta(minutes=30)
    assert (await desk.ask("PATCH", path, {"size": 1})).status_code == 200
    gone = await desk.ask("DELETE", path)
    assert (gone.status_code, gone.json()["data"]["state"], gone.json()["data"]["ended_by"]) == (
        200,
        "cancelled",
        "guest",
    )
    assert (await desk.ask("DELETE", path)).status_code == 409
    assert (await desk.ask("GET", "/reservations/nothing-of-ours-here")).status_code == 404


async def test_after_the_cut_off_a_guest_is_told_until_when(desk: Desk) -> None:
    rules = {"rules": {"cutoff_s": 30 * 86_400}}
    assert (await desk.ask("PATCH", f"/services/{desk.service_id}", rules, "admin")).status_code == 200
    made = await desk.reserve()
    refusal = await desk.ask("DELETE", f"/reservations/{made['key']}")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "too_late_to_change")
    assert datetime.fromisoformat(refusal.json()["until_at"]) == desk.start - timedelta(days=30)
    assert (await desk.ask("DELETE", f"/reservations/{made['key']}", role="agent")).status_code == 200


async def test_staff_confirm_and_let_in(desk: Desk) -> None:
    await desk.ask("PATCH", f"/services/{desk.service_id}", {"rules": {"approval": True}}, "admin")
    made = await desk.reserve()
    path = f"/reservations/{made['key']}"
    assert made["state"] == "pending"
    assert (await desk.ask("POST", f"{path}/confirm", {})).status_code == 401
    confirmed = await desk.ask("POST", f"{path}/confirm", {}, "agent")
    assert confirmed.json()["data"]["state"] == "confirmed"
    early = await desk.ask("POST", f"{path}/check-in", {})
    assert (early.status_code, early.json()["code"]) == (409, "too_early")
    ticket = await desk.ask("POST", f"{path}/check-in", {}, "agent")
    assert (ticket.status_code, ticket.json()["data"]["state"]) == (200, "waiting")
    again = await desk.ask("POST", f"{path}/check-in", {})
    assert again.json()["data"]["key"] == ticket.json()["data"]["key"]


async def test_a_program_says_where_its_guest_is(desk: Desk, wall: Clock) -> None:
    place = {"location": {"latitude": 40.4168, "longitude": -3.7038}}
    branch = await desk.ask("PATCH", f"/branches/{desk.town.branch_id}", place, "admin")
    assert branch.json()["data"]["location"] == place["location"]
    await desk.ask("PATCH", f"/services/{desk.service_id}", {"rules": {"near_m": 200}}, "admin")
    made = await desk.reserve()
    path = f"/reservations/{made['key']}/check-in"
    wall.now = int(desk.start.timestamp()) * 1_000_000
    far = await desk.ask("POST", path, {"location": {"latitude": 41.3825, "longitude": 2.1769}})
    assert (far.status_code, far.json()["code"], far.json()["distance_km"]) == (409, "not_near", 506)
    silent = await desk.ask("POST", path, {})
    assert (silent.status_code, silent.json()["code"]) == (409, "where_unknown")
    for wrong in (
        {"latitude": 91, "longitude": 0},
        {"latitude": "40", "longitude": 0},
        {"latitude": 40},
        [40, 3],
    ):
        assert (await desk.ask("POST", path, {"location": wrong})).status_code == 422
    # A kiosk stands at the place.
    assert (await desk.ask("POST", path, {}, "kiosk")).status_code == 200


async def test_a_freed_place_is_offered_taken_and_declined(desk: Desk) -> None:
    made = await desk.reserve()
    wanted = {"from_at": desk.at(), "to_at": desk.at(1), "name": "Wim"}
    path = f"/services/{desk.service_id}/standbys"
    first, second = [(await desk.ask("POST", path, wanted)).json()["data"]["key"] for _ in range(2)]
    assert (await desk.ask("GET", f"/standbys/{second}")).json()["data"]["ahead"] == 1
    room = await desk.ask("POST", path, wanted | {"to_at": desk.at(60)})
    assert (room.status_code, room.json()["code"]) == (409, "room_left")
    await desk.ask("DELETE", f"/reservations/{made['key']}")
    offered = (await desk.ask("GET", f"/standbys/{first}")).json()["data"]
    assert (offered["state"], offered["offer"]["state"]) == ("offered", "offered")
    declined = await desk.ask("POST", f"/standbys/{first}/decline", {})
    assert declined.json()["data"]["offer"] is None
    taken = await desk.ask("POST", f"/standbys/{second}/take", {})
    assert (taken.json()["data"]["state"], taken.json()["data"]["name"]) == ("confirmed", "Wim")
    left = await desk.ask("DELETE", f"/standbys/{first}")
    assert left.json()["data"]["state"] == "left"
    assert (await desk.ask("GET", "/standbys/nothing-of-ours-here")).status_code == 404


async def test_an_admin_sets_services_up(desk: Desk) -> None:
    other = await desk.make(name="X-ray", desk_ids=[desk.town.desk_1])
    found = await desk.ask("GET", f"/services/{other['id']}", role="agent")
    assert (found.json()["data"], found.headers["etag"]) == (other, '"1"')
    stale = await desk.ask("PATCH", f"/services/{other['id']}", {"name": "Y"}, "admin", **{"If-Match": '"7"'})
    assert stale.status_code == 412
    listed = await desk.ask("GET", f"/branches/{desk.town.branch_id}/services", role="agent")
    ids = [one["id"] for one in listed.json()["data"]]
    order = {"service_ids": ids[::-1]}
    turned = await desk.ask("PUT", f"/branches/{desk.town.branch_id}/services/order", order, "admin")
    assert [one["id"] for one in turned.json()["data"]] == ids[::-1]
    await desk.reserve(role="agent")
    path = f"/services/{other['id']}"
    assert (await desk.ask("DELETE", path, role="admin")).json()["code"] == "reservations_open"
    assert (await desk.ask("DELETE", f"{path}?reservations=cancel", role="admin")).status_code == 200
    wrong = {"name": "Z", "queue_id": "nowhere", "duration_s": 60}
    refusal = await desk.ask("POST", f"/branches/{desk.town.branch_id}/services", wrong, "admin")
    assert [one["pointer"] for one in refusal.json()["errors"]] == ["/queue_id"]


async def test_rosters_special_days_and_absences(desk: Desk) -> None:
    room = desk.town.desk_1
    none = await desk.ask("GET", f"/desks/{room}/roster", role="agent")
    assert (none.json()["data"]["hours"], none.headers["etag"]) == (None, '"0"')
    edited = await desk.ask("PATCH", f"/desks/{room}/roster", {"public_name": "Dr Lopez"}, "admin")
    assert edited.json()["data"]["public_name"] == "Dr Lopez"
    day = {"on_date": desk.start.date().isoformat(), "walk_ins_only": True}
    days = f"/branches/{desk.town.branch_id}/special-days"
    made = await desk.ask("POST", days, day, "admin")
    assert made.status_code == 201
    body = {"service_id": desk.service_id, "start_at": desk.at(), "name": "Ana"}
    assert (await desk.ask("POST", "/reservations", body)).json()["code"] == "no_such_slot"
    assert len((await desk.ask("GET", days, role="agent")).json()["data"]) == 1
    gone = await desk.ask("DELETE", f"/special-days/{made.json()['data']['id']}", role="admin")
    assert gone.status_code == 200
    assert (await desk.ask("DELETE", "/special-days/nothing", role="admin")).status_code == 404
    away = {"from_at": desk.at(), "to_at": desk.at(60)}
    made = await desk.ask("POST", f"/desks/{room}/absences", away, "admin")
    assert made.status_code == 201
    path = f"/branches/{desk.town.branch_id}/absences"
    assert len((await desk.ask("GET", path, role="agent")).json()["data"]) == 1
    gone = await desk.ask("DELETE", f"/absences/{made.json()['data']['id']}", role="admin")
    assert gone.status_code == 200
    assert (await desk.ask("DELETE", "/absences/nothing", role="admin")).status_code == 404


async def test_staff_see_the_line_of_a_service_and_go_on(desk: Desk) -> None:
    path = f"/services/{desk.service_id}"
    for _ in range(2):
        await desk.ask("POST", f"/queues/{desk.town.passports}/tickets", {}, "agent")
    line = await desk.ask("GET", f"{path}/queue", role="agent")
    assert [one["code"] for one in line.json()["data"]] == ["A-001", "A-002"]
    at = {"desk_id": desk.town.desk_1}
    first = (await desk.ask("POST", f"{path}/advance", at, "agent")).json()["data"]
    assert (first["before"], first["now"]["code"], first["now"]["state"]) == (None, "A-001", "serving")
    second = (await desk.ask("POST", f"{path}/advance", at, "agent")).json()["data"]
    assert (second["before"]["state"], second["now"]["code"]) == ("done", "A-002")
    last = (await desk.ask("POST", f"{path}/advance", at | {"skipped": True}, "agent")).json()["data"]
    assert (last["before"]["state"], last["now"]) == ("parked", None)
    called = await desk.ask("POST", f"/queues/{desk.town.passports}/tickets", {}, "agent")
    await desk.ask("POST", f"/desks/{desk.town.desk_1}/call-next", {}, "agent")
    skipped = (await desk.ask("POST", f"{path}/advance", at | {"skipped": True}, "agent")).json()["data"]
    assert (skipped["before"]["code"], skipped["before"]["state"]) == (
        called.json()["data"]["code"],
        "no_show",
    )
    assert (await desk.ask("POST", f"{path}/advance", {"desk_id": "front-desk"}, "agent")).status_code == 404


@pytest.mark.parametrize(("to", "pointer"), [(-10, "/to"), (63 * 1440, "/to")])
async def test_slots_are_asked_for_a_span(desk: Desk, to: int, pointer: str) -> None:
    span = {"from": desk.at(), "to": desk.at(to)}
    refusal = await desk.client.get(f"{API}/services/{desk.service_id}/slots", params=span)
    assert (refusal.status_code, refusal.json()["errors"][0]["pointer"]) == (422, pointer)
    nothing = await desk.client.get(f"{API}/services/nothing/slots", params=span | {"to": desk.at(60)})
    assert nothing.status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        "2026-11-24T09:00:00",
        "2026-11-24",
        "2027-02-29T09:00:00Z",
        "2026-02-30T09:00:00Z",
        "2026-13-01T09:00:00Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T09:00:60Z",
        "2026-11-24T09:00:00+24:00",
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59Z",
        "+10000-01-01T00:00:00Z",
        "1795510800",
        1_795_510_800_000,
        None,
        "2026-11-24T09:00:00Europe/Madrid",
    ],
)
async def test_what_is_no_instant_is_refused(desk: Desk, given: object) -> None:
    body = {"service_id": desk.service_id, "start_at": given, "name": "Ana"}
    refusal = await desk.ask("POST", "/reservations", body)
    assert (refusal.status_code, [one["code"] for one in refusal.json()["errors"]]) == (
        422,
        ["not_an_instant"],
    )


async def test_an_instant_is_the_same_in_every_offset(desk: Desk) -> None:
    held = [
        await desk.ask("POST", f"/services/{desk.service_id}/holds", {"start_at": one})
        for one in (
            desk.start.astimezone(timezone(timedelta(hours=14))).isoformat(),
            (desk.start + timedelta(minutes=30)).astimezone(timezone(timedelta(hours=-12))).isoformat(),
        )
    ]
    found = [datetime.fromisoformat(one.json()["data"]["start_at"]) for one in held]
    assert found == [desk.start, desk.start + timedelta(minutes=30)]


async def test_a_hundred_of_one_request_reserve_once(desk: Desk) -> None:
    body = {"service_id": desk.service_id, "start_at": desk.at(), "name": "Ana"}
    wanted = (
        desk.ask("POST", "/reservations", body, "agent", **{"Idempotency-Key": "once"}) for _ in range(100)
    )
    answers = await asyncio.gather(*wanted)
    # One is reserving while others ask, and so many at once are too many for one caller.
    assert {answer.status_code for answer in answers} <= {201, 409, 429}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1


async def test_nobody_reserves_the_past(desk: Desk) -> None:
    late = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    body = {"service_id": desk.service_id, "start_at": late.isoformat(), "name": "Ana"}
    refusal = await desk.ask("POST", "/reservations", body)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "too_soon")
