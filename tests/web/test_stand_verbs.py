"""A restaurant over the API: its guests' phones and its host, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.background.deadlines import sweep
from nowserving.domain.tickets.rules import Admission, Counts, PartyLimit, QueueRules
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import KEYS, Client, serving
from tests.web.hall import API, Hall

pytestmark = pytest.mark.anyio

RULES = QueueRules(
    admission=Admission.AUTOMATIC,
    capacity=4,
    counts=Counts.COVERS,
    check_in_window_s=300,
    rejoin_grace_s=600,
    service_limit_s=3600,
    service_limit_by_party=(PartyLimit(5, 5400),),
    remote_join=True,
    ask_name=True,
    ask_party=True,
    ignore_hours=True,
)


class Restaurant(Hall):
    """The town hall's restaurant. Guests have no key of the API; the host has an agent's."""

    def __init__(self, house: House, client: Client, town: TownHall, tables: str, wall: Clock) -> None:
        super().__init__(client, town, tables)
        self.house, self.tables, self.wall = house, tables, wall

    async def party(self, size: int, **asked: Any) -> dict[str, Any]:
        """Add a party, by the host."""
        return await self.join(self.tables, party_size=size, **asked)

    async def by_guest(self, ticket: dict[str, Any], verb: str, **body: Any) -> Any:
        return await self.post(f"/tickets/{ticket['key']}/{verb}", body, role=None)

    async def after(self, seconds: int) -> None:
        """Let time pass, and what happens by itself happen."""
        self.wall.advance(seconds)
        await sweep(self.house.store)


@pytest.fixture
async def restaurant(
    database_url: str, tmp_path: Path, build: Builder, wall: Clock
) -> AsyncIterator[Restaurant]:
    town = build.town_hall()
    for role, secret in KEYS.items():
        build.api_key(role.title(), secret, role=role, branch_id=town.branch_id)
    tables = build.queue("Tables", town.branch_id, prefix="T", rules=RULES)
    async with serving(database_url, tmp_path / "data", wall) as (house, client):
        yield Restaurant(house, client, town, tables, wall)


async def test_an_evening_from_the_call_to_the_table(restaurant: Restaurant) -> None:
    first, second = await restaurant.party(4), await restaurant.party(2)

    coming = await restaurant.by_guest(first, "coming", minutes=5)
    seated = await restaurant.by_guest(first, "check-in")
    smaller = await restaurant.verb(first, "party-size", party_size=2)

    assert (first["state"], second["position"]) == ("called", 1)
    assert coming.json()["data"]["coming_at"] is not None
    assert (seated.json()["data"]["state"], seated.json()["data"]["coming_at"]) == ("serving", None)
    assert smaller.json()["data"]["party_size"] == 2
    assert await restaurant.state(second) == "called"


async def test_one_second_late_is_told_kindly_and_comes_back(restaurant: Restaurant) -> None:
    late, _, _ = [await restaurant.party(4) for _ in range(3)]
    await restaurant.after(300)

    refused = await restaurant.by_guest(late, "check-in")
    back = await restaurant.by_guest(late, "rejoin")

    assert (refused.status_code, refused.json()["code"]) == (410, "lapsed")
    assert (refused.json()["may_rejoin"], refused.json()["state"]) == (True, "no_show")
    assert refused.json()["detail"].startswith("You were called")
    assert (back.json()["data"]["state"], back.json()["data"]["position"]) == ("waiting", 2)


async def test_who_comes_back_too_late_is_told_to_join_again(restaurant: Restaurant) -> None:
    late = await restaurant.party(4)
    await restaurant.after(300)
    shown = await restaurant.get(f"/tickets/{late['key']}", role=None)
    await restaurant.after(600)
    refused = await restaurant.by_guest(late, "rejoin")

    assert shown.json()["data"]["rejoin_until_at"] is not None
    assert (refused.status_code, refused.json()["code"]) == (410, "rejoin_over")


async def test_a_guest_changes_the_size_while_waiting_and_staff_also_later(restaurant: Restaurant) -> None:
    called, waiting = await restaurant.party(4), await restaurant.party(4)

    refused = await restaurant.by_guest(called, "party-size", party_size=6)
    by_staff = await restaurant.verb(called, "party-size", party_size=6)
    by_guest = await restaurant.by_guest(waiting, "party-size", party_size=3)

    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert by_staff.json()["data"]["party_size"] == 6
    assert by_guest.json()["data"]["party_size"] == 3


async def test_a_host_calls_seats_extends_and_undoes(restaurant: Restaurant) -> None:
    _, chosen, other = [await restaurant.party(4) for _ in range(3)]

    called = await restaurant.verb(chosen, "call")
    seated = await restaurant.verb(other, "seat")
    longer = await restaurant.verb(other, "extend", minutes=30)
    undone = await restaurant.post(f"/queues/{restaurant.tables}/undo")

    assert (called.json()["data"]["state"], called.json()["data"]["desk"]) == ("called", None)
    assert seated.json()["data"]["state"] == "serving"
    assert longer.json()["data"]["deadline_at"] > seated.json()["data"]["deadline_at"]
    (back,) = undone.json()["data"]["tickets"]
    assert (back["key"], back["deadline_at"]) == (other["key"], seated.json()["data"]["deadline_at"])
    nothing = await restaurant.post(f"/queues/{restaurant.tables}/undo")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_undo")


async def test_where_desks_call_there_is_no_stand_to_call_from(restaurant: Restaurant) -> None:
    ticket = await restaurant.join()

    for verb in ("call", "seat"):
        refused = await restaurant.verb(ticket, verb)
        assert (refused.status_code, refused.json()["code"]) == (409, "called_at_desks")


async def test_a_queue_runs_late_and_is_on_time_again(restaurant: Restaurant) -> None:
    late = await restaurant.post(f"/queues/{restaurant.tables}/late", {"minutes": 20})
    line = await restaurant.client.get(f"{API}/snapshots", params={"topic": f"line:{restaurant.tables}"})
    on_time = await restaurant.post(f"/queues/{restaurant.tables}/late", {"minutes": 0})

    assert late.json()["data"]["late_s"] == 1200
    assert line.json()["data"][0]["state"]["pace"]["late_s"] == 1200
    assert on_time.json()["data"]["late_s"] == 0


@pytest.mark.parametrize("body", [{}, {"minutes": -1}, {"minutes": 601}, {"minutes": "5"}, {"minutes": 1.5}])
async def test_minutes_are_a_whole_number(restaurant: Restaurant, body: dict[str, Any]) -> None:
    ticket = await restaurant.party(2)

    for path in (f"/queues/{restaurant.tables}/late", f"/tickets/{ticket['key']}/extend"):
        refused = await restaurant.post(path, body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/minutes")


# Who may say what when joining


async def test_staff_note_and_quote_and_guests_never_see_the_note(restaurant: Restaurant) -> None:
    ticket = await restaurant.party(2, note="Window table", quoted_s=900)

    seen = await restaurant.get(f"/tickets/{ticket['key']}", role=None)
    listed = await restaurant.get(f"/branches/{restaurant.town.branch_id}/tickets?state=open")

    assert "Window" not in seen.text
    assert [one["note"] for one in listed.json()["data"]] == ["Window table"]
    stored: Any = await restaurant.house.store.read(ticket_by_key, ticket["key"])
    assert (stored.quoted_low_s, stored.quoted_high_s) == (900, 900)


@pytest.mark.parametrize("field", [{"note": "Best table"}, {"quoted_s": 60}])
@pytest.mark.parametrize("role", [None, "kiosk"])
async def test_only_staff_note_and_quote(
    restaurant: Restaurant, field: dict[str, Any], role: str | None
) -> None:
    refused = await restaurant.post(f"/queues/{restaurant.tables}/tickets", field, role=role)

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("quoted_s", [-1, 86_401, "60", True, 1.5, None])
async def test_a_quote_is_a_number_of_seconds(restaurant: Restaurant, quoted_s: Any) -> None:
    refused = await restaurant.post(f"/queues/{restaurant.tables}/tickets", {"quoted_s": quoted_s})

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/quoted_s")


async def test_a_phone_that_joins_again_gets_its_place_back(restaurant: Restaurant) -> None:
    path = f"{API}/queues/{restaurant.tables}/tickets"
    ours = {"sec-fetch-site": "same-origin"}
    phones = [{"cookie": f"ns_phone={letter * 22}", **ours} for letter in "ab"]
    await restaurant.party(4)

    answers = [await restaurant.client.post(path, json={}, headers=phones[which]) for which in (0, 1, 0)]

    assert [answer.status_code for answer in answers] == [201, 201, 200]
    first, other, again = (answer.json()["data"] for answer in answers)
    assert again["key"] == first["key"] != other["key"]
    assert (again["position"], again["state"]) == (1, "waiting")
    assert answers[2].headers["location"] == f"{API}/tickets/{first['key']}"


async def test_a_kiosk_draws_as_many_tickets_as_people_stand_before_it(restaurant: Restaurant) -> None:
    path = f"{API}/queues/{restaurant.tables}/tickets"
    headers = {**restaurant.client.as_("kiosk"), "cookie": f"ns_phone={'a' * 22}"}

    codes = [(await restaurant.client.post(path, json={}, headers=headers)).status_code for _ in range(2)]

    assert codes == [201, 201]
