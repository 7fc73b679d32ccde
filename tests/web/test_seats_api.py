"""Seats over the API: maps in and out, what is free, bookings by their key, the door, the waiting list."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.holding import hold_seats
from nowserving.actions.tickets.hosting import seat
from nowserving.actions.tickets.joining import join
from nowserving.outside.stub_keys import stub_key
from nowserving.store import schema
from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.domain.seats.plans import NEW, OLD, house
from tests.web.conftest import Client, serving

pytestmark = pytest.mark.anyio
API = "/api/v1"
LOBBY = '{"admission": "automatic", "capacity": 1000, "service_limit_s": 1200, "remote_join": true}'


class Box:
    """The box office of the town hall's stage, as programs call it."""

    def __init__(self, house: House, client: Client, build: Builder, hall: TownHall) -> None:
        self.house, self.client, self.build, self.branch_id = house, client, build, hall.branch_id
        self.queue_id = build.queue("Lobby", hall.branch_id, prefix="Z")
        build.change(schema.queues, self.queue_id, rules=LOBBY)
        of = {"branch_id": hall.branch_id, "created_at": 1}
        rules = json.dumps({"per_person": 4, "cancel_until_s": 0})
        build.insert(schema.shows, id="show", name="The Tempest", state="open", rules=rules, **of)
        show = {"show_id": "show", "queue_id": self.queue_id, "seed": "s", "seed_hash": "h", **of}
        starts_at = house.store.clock() + 86_400_000_000
        build.insert(schema.performances, id="tonight", starts_at=starts_at, **show)
        self._passes = 0

    async def call(
        self, method: str, path: str, body: Any = None, role: str | None = "admin", **more: Any
    ) -> Any:
        headers = (self.client.as_(role) if role else {}) | more
        return await self.client.request(method, API + path, json=body, headers=headers)

    async def sell(self, plan: dict[str, Any]) -> dict[str, Any]:
        """Sell tonight from a plan; returns the map."""
        path = f"/branches/{self.branch_id}/seat-maps"
        made = (await self.call("POST", path, {"name": "Hall", "plan": plan})).json()["data"]
        answer = await self.call("PUT", "/performances/tonight/seat-map", {"seat_map_id": made["id"]})
        assert answer.status_code == 200, answer.text
        return dict(made)

    async def book(self, *guids: str, email: str = "ana@example.org") -> str:
        """Book seats for somebody who has come through the lobby; returns the booking's key."""
        write = self.house.store.write
        ticket = (await write(join, queue_id=self.queue_id)).ticket
        inside = await write(seat, key=ticket.key)
        self._passes += 1
        now = self.house.store.clock()
        self.build.insert(
            schema.passes,
            id=f"pass-{self._passes}",
            branch_id=self.branch_id,
            performance_id="tonight",
            ticket_id=inside.id,
            device_hash="phone",
            issued_at=now,
            expires_at=now + 1_000_000_000,
        )
        claims = {"jti": f"pass-{self._passes}", "dev": "phone"}
        held = await write(hold_seats, performance_id="tonight", claims=claims, guids=list(guids))
        said: dict[str, Any] = {"name": "Ana Ruiz", "email": email}
        return str((await write(book_seats, hold_key=held.key, claims=claims, **said)).key)


@pytest.fixture
async def box(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[Box]:
    async with serving(sqlite_url, tmp_path / "data", wall) as (house, client):
        yield Box(house, client, web_build, hall)


async def test_a_map_is_drawn_read_edited_and_put_away(box: Box) -> None:
    path = f"/branches/{box.branch_id}/seat-maps"
    answer = await box.call("POST", path, {"name": "Hall", "plan": house(2, 3)})
    assert answer.status_code == 201
    made = answer.json()["data"]
    assert (made["name"], made["seat_count"]) == ("Hall", 6)
    one = await box.call("GET", f"/seat-maps/{made['id']}")
    assert (one.headers["etag"], one.json()["data"]["plan"]) == ('"1"', house(2, 3))
    edit = {"name": "Great hall", "plan": house(1, 3)}
    assert (await box.call("PUT", f"/seat-maps/{made['id']}", edit, **{"If-Match": '"7"'})).status_code == 412
    edited = await box.call("PUT", f"/seat-maps/{made['id']}", edit, **{"If-Match": '"1"'})
    assert (edited.headers["etag"], edited.json()["data"]["seat_count"]) == ('"2"', 3)
    assert len((await box.call("GET", path)).json()["data"]) == 1
    assert (await box.call("DELETE", f"/seat-maps/{made['id']}")).json()["data"]["archived_at"] is not None
    assert (await box.call("GET", path)).json()["data"] == []


@pytest.mark.parametrize("plan", [OLD, NEW], ids=["old", "new"])
async def test_a_plan_of_pretix_goes_in_and_comes_out_as_it_was(box: Box, plan: dict[str, Any]) -> None:
    path = f"/branches/{box.branch_id}/seat-maps/import"
    made = (await box.call("POST", path, {"name": "Hall", "pretix": plan})).json()["data"]
    assert (await box.call("GET", f"/seat-maps/{made['id']}/pretix.json")).json() == plan


async def test_a_table_goes_in_and_comes_out(box: Box) -> None:
    path = f"/branches/{box.branch_id}/seat-maps/import"
    table = "section,row,number,category\nStalls,A,1,Adult\n"
    made = (await box.call("POST", path, {"name": "Hall", "csv": table})).json()["data"]
    answer = await box.call("GET", f"/seat-maps/{made['id']}/seats.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "Stalls,A,1,Stalls-A-1,Adult" in answer.text


async def test_a_map_that_is_wrong_is_refused_at_its_place_in_the_body(box: Box) -> None:
    path = f"/branches/{box.branch_id}/seat-maps"
    plan = house(1, 2)
    plan["zones"][0]["rows"][0]["seats"][1]["seat_guid"] = "A-1"
    floor = {"name": "Floor", "capacity": 1_000_000, "category": "Seats"}
    million = house(1, 1) | {"zones": [{"position": {"x": 0, "y": 0}, "rows": [], "areas": [floor]}]}
    for verb, body, pointer in (
        ("", {"name": "Hall", "plan": plan}, "/plan/zones/0/rows/0/seats/1/seat_guid"),
        ("", {"name": "Hall", "plan": million}, "/plan/zones/0/areas/0/capacity"),
        ("", {"name": "", "plan": house(1, 1)}, "/name"),
        ("", {"plan": house(1, 1)}, "/name"),
        ("", {"name": "Hall", "plan": house(1, 1), "extra": 1}, "/extra"),
        ("", [], ""),
        ("/import", {"name": "Hall"}, "/pretix"),
        ("/import", {"name": "Hall", "pretix": plan}, "/pretix/zones/0/rows/0/seats/1/seat_guid"),
        ("/import", {"name": "Hall", "csv": 7}, "/csv"),
    ):
        answer = await box.call("POST", path + verb, body)
        assert answer.status_code == 422, answer.text
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_a_large_house_fits_and_its_seats_are_packed_and_kept(box: Box) -> None:
    await box.sell(house(100, 100))
    answer = await box.call("GET", "/performances/tonight/seats", role=None, **{"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    said = answer.json()["data"]
    assert (len(said["seats"]), said["fields"][0], said["seats"][0][0]) == (10_000, "guid", "A-1")
    plain = await box.call("GET", "/performances/tonight/seats", role=None, **{"Accept-Encoding": "identity"})
    assert len(gzip.compress(plain.content)) < len(plain.content) / 8
    again = await box.call(
        "GET", "/performances/tonight/seats", role=None, **{"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


async def test_what_is_taken_is_one_bit_a_seat_and_told_again_only_when_it_changes(box: Box) -> None:
    await box.sell(house(2, 5))
    empty = await box.call("GET", "/performances/tonight/seats/taken", role=None)
    assert (empty.json()["data"]["free"], b64decode(empty.json()["data"]["taken"])) == (10, b"\x00\x00")
    tag = {"If-None-Match": empty.headers["etag"]}
    assert (await box.call("GET", "/performances/tonight/seats/taken", role=None, **tag)).status_code == 304
    await box.book("A-1", "B-5")
    await box.call("POST", "/performances/tonight/block", {"guids": ["A-2"], "reason": "Camera"}, "agent")
    later = await box.call("GET", "/performances/tonight/seats/taken", role=None, **tag)
    assert b64decode(later.json()["data"]["taken"]) == bytes([0b11000000, 0b01000000])
    assert later.json()["data"]["free"] == 7


async def test_a_booking_is_read_handed_on_and_given_back_by_whoever_has_its_key(box: Box) -> None:
    await box.sell(house(2, 5))
    key = await box.book("A-1", "A-2")
    booking = (await box.call("GET", f"/bookings/{key}", role=None)).json()["data"]
    assert [stub["guid"] for stub in booking["stubs"]] == ["A-1", "A-2"]
    friend = {"name": "Bo", "email": "bo@example.org", "guids": ["A-2"]}
    handed = (await box.call("POST", f"/bookings/{key}/transfer", friend, role=None)).json()["data"]
    assert handed["name"] == "Bo"
    assert handed["stubs"][0]["code"] != booking["stubs"][1]["code"]
    gone = (await box.call("DELETE", f"/bookings/{handed['key']}", role=None)).json()["data"]
    assert (gone["state"], gone["stubs"][0]["state"]) == ("cancelled", "void")
    assert (await box.call("GET", "/bookings/nobody-has-this-key", role=None)).status_code == 404


async def test_the_door_says_yes_once_and_then_why_not(box: Box) -> None:
    await box.sell(house(2, 5))
    key = await box.book("A-1", "A-2")
    first, second = (await box.call("GET", f"/bookings/{key}", role=None)).json()["data"]["stubs"]

    async def look(code: Any, **more: str) -> Any:
        return await box.call("POST", "/performances/tonight/door", {"code": code}, "agent", **more)

    yes = (await look(first["code"])).json()["data"]
    assert (yes["answer"], yes["words"], yes["seat"]) == ("yes", "Welcome", "Stalls, A, 1")
    assert (await look(first["code"])).json()["data"]["answer"] == "already_in"
    spanish = (await look(first["code"], **{"Accept-Language": "es"})).json()["data"]
    assert spanish["words"] == "Ya entró alguien con este código"
    edited = first["code"].replace(".1.", ".2.")
    for code in (edited, "hello", stub_key(b"x" * 32).code_of("tonight", "serial", 1)):
        assert (await look(code)).json()["data"]["answer"] == "unknown"
    assert (await look(7)).status_code == 422
    merged = await box.call(
        "POST",
        "/performances/tonight/door-merge",
        {
            "scans": [
                {"code": second["code"], "at": "2026-11-23T08:00:00Z"},
                {"code": second["code"], "at": "2026-11-23T08:00:01Z"},
            ]
        },
        "agent",
    )
    assert [one["answer"] for one in merged.json()["data"]] == ["yes", "already_in"]
    listed = (await box.call("GET", "/performances/tonight/door-list", role="agent")).json()["data"]
    assert [stub["came_at"] is not None for stub in listed] == [True, True]
    keys = (await box.call("GET", "/door-keys", role="agent")).json()["data"]
    assert keys[0]["id"] == first["code"].split(".")[1]


@pytest.mark.parametrize("scans", [None, [7], [{"code": "x"}], [{"code": "x", "at": "yesterday"}]])
async def test_scans_that_make_no_sense_are_refused(box: Box, scans: Any) -> None:
    await box.sell(house(1, 2))
    answer = await box.call("POST", "/performances/tonight/door-merge", {"scans": scans}, "agent")
    assert answer.status_code == 422


async def test_who_waits_is_offered_what_is_given_back(box: Box) -> None:
    await box.sell(house(1, 2))
    key = await box.book("A-1", "A-2")
    wish = {"size": 2, "name": "Bo", "email": "bo@example.org"}
    places = []
    for _ in range(2):
        answer = await box.call("POST", "/performances/tonight/standbys", wish, role=None)
        assert answer.status_code == 201
        places.append(f"/seat-standbys/{answer.json()['data']['key']}")
    first, second = places
    await box.call("DELETE", f"/bookings/{key}", role=None)
    shown = (await box.call("GET", first, role=None)).json()["data"]
    assert (shown["state"], shown["offered"]) == ("offered", ["Stalls, A, 1", "Stalls, A, 2"])
    declined = (await box.call("POST", f"{first}/decline", {}, role=None)).json()["data"]
    assert declined["state"] == "waiting"
    taken = await box.call("POST", f"{second}/take", {}, role=None)
    assert [stub["guid"] for stub in taken.json()["data"]["stubs"]] == ["A-1", "A-2"]
    assert (await box.call("DELETE", first, role=None)).json()["data"]["state"] == "left"
