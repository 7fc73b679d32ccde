"""A guest's whole way through the API: into the lobby, in, seats held, and booked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.box_office import BoxOffice
from tests.web.conftest import serving
from tests.web.playhouse import make_web_playhouse

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, clock: Clock
) -> AsyncIterator[BoxOffice]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        rules = {"choosing": 2, "choose_s": 600, "extend_s": 300, "per_person": 4}
        playhouse = await make_web_playhouse(house, client, clock, web_build, **rules)
        await playhouse.change("open")
        yield BoxOffice(playhouse)


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_from_the_lobby_to_a_booking_with_its_codes(office: BoxOffice) -> None:
    given = await office.enters("ana")
    assert (given["performance_id"], given["may_extend"]) == (office.playhouse.performance_id, True)
    assert (given["warn_s"], given["website"]) == (120, None)

    held = await office.holds("ana", given["token"], guids=["A-1", "A-2"])
    hold = held.json()["data"]
    assert (held.status_code, hold["state"], hold["extended"]) == (201, "held", False)
    assert [seat["guid"] for seat in hold["seats"]] == ["A-1", "A-2"]
    assert held.headers["location"] == f"/api/v1/holds/{hold['key']}"
    assert (await office.ask("GET", f"/holds/{hold['key']}")).json()["data"] == hold

    booked = await office.books("ana", given["token"], hold["key"])
    booking = booked.json()["data"]
    assert (booked.status_code, booking["state"], booking["name"]) == (201, "confirmed", "Ana Ruiz")
    assert [stub["code"][:4] for stub in booking["stubs"]] == ["NS1.", "NS1."]
    assert booked.headers["location"] == f"/api/v1/bookings/{booking['key']}"
    assert (await office.ask("GET", f"/holds/{hold['key']}")).json()["data"]["state"] == "booked"


async def test_booking_ends_the_pass_and_lets_the_next_one_in(office: BoxOffice) -> None:
    ana, _, keys = await office.enters("ana"), await office.enters("ben"), await office.joins("cem")
    hold = (await office.holds("ana", ana["token"], many=1)).json()["data"]
    assert refusal(await office.ask("POST", f"/tickets/{keys}/enter", device="cem"))[1] == "wrong_state"
    await office.books("ana", ana["token"], hold["key"])
    assert refusal(await office.holds("ana", ana["token"], many=1)) == (410, "pass_lapsed")
    assert (await office.enters("cem", keys))["may_extend"]


async def test_a_booking_that_is_sent_again_is_the_same_booking(office: BoxOffice) -> None:
    given = await office.enters("ana")
    hold = (await office.holds("ana", given["token"], many=2)).json()["data"]
    first, again = [await office.books("ana", given["token"], hold["key"]) for _ in range(2)]
    assert (first.status_code, first.content) == (201, again.content)
    other = await office.enters("ben")
    assert refusal(await office.books("ben", other["token"], hold["key"])) == (404, "not_found")


async def test_the_best_together_are_held_and_let_go(office: BoxOffice) -> None:
    given = await office.enters("ana")
    hold = (await office.holds("ana", given["token"], many=2, category="Seats")).json()["data"]
    assert len(hold["seats"]) == 2
    twice = await office.holds("ana", given["token"], many=1)
    assert refusal(twice) == (409, "already_holding")
    assert twice.json()["hold_key"] == hold["key"]
    gone = await office.ask("DELETE", f"/holds/{hold['key']}", device="ana", token=given["token"])
    assert (gone.json()["data"]["state"], gone.json()["data"]["seats"]) == ("released", [])
    again = await office.ask("DELETE", f"/holds/{hold['key']}", device="ana", token=given["token"])
    assert again.json() == gone.json()


async def test_who_is_too_late_for_a_seat_hears_which_is_nearest(office: BoxOffice) -> None:
    ana, ben = await office.enters("ana"), await office.enters("ben")
    await office.holds("ana", ana["token"], guids=["B-3"])
    late = await office.holds("ben", ben["token"], guids=["B-3"])
    assert refusal(late) == (409, "seats_taken")
    assert (late.json()["taken"], len(late.json()["alternative"])) == (["B-3"], 1)


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({}, "/guids"),
        ({"guids": ["A-1"], "many": 1}, "/guids"),
        ({"guids": ["Z-9"]}, "/guids/0"),
        ({"guids": []}, "/guids"),
        ({"guids": 7}, "/guids"),
        ({"many": 0}, "/many"),
        ({"many": True}, "/many"),
        ({"many": 1, "category": "Golden"}, "/category"),
        ({"many": 1, "accessible": "yes"}, "/accessible"),
        ({"many": 1, "paid": True}, "/paid"),
    ],
)
async def test_a_wish_that_is_none_is_refused_at_its_place(
    office: BoxOffice, wish: dict[str, Any], pointer: str
) -> None:
    given = await office.enters("ana")
    answer = await office.holds("ana", given["token"], **wish)
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, [pointer])


async def test_more_time_is_given_once_to_the_seats_and_to_the_pass(office: BoxOffice) -> None:
    given = await office.enters("ana")
    hold = (await office.holds("ana", given["token"], many=1)).json()["data"]
    path = f"/holds/{hold['key']}/extend"
    longer = (await office.ask("POST", path, device="ana", token=given["token"])).json()["data"]
    assert (longer["extended"], longer["expires_at"] > hold["expires_at"]) == (True, True)
    again = await office.ask("POST", path, device="ana", token=given["token"])
    assert refusal(again) == (409, "already_extended")
    # The token still says when the pass was to end; the same pass has a new one for whoever asks.
    office.playhouse.clock.advance(601)
    assert refusal(await office.ask("POST", path, device="ana", token=given["token"])) == (410, "pass_lapsed")
    fresh = await office.enters("ana", given["key"])
    assert (fresh["may_extend"], fresh["expires_at"]) == (False, longer["expires_at"])
    assert (await office.books("ana", fresh["token"], hold["key"])).status_code == 201


async def test_a_pass_is_extended_once_with_a_new_token(office: BoxOffice) -> None:
    given = await office.enters("ana")
    path = f"/tickets/{given['key']}/extend-pass"
    longer = (await office.ask("POST", path, device="ana", token=given["token"])).json()["data"]
    assert longer["token"] != given["token"]
    assert longer["expires_at"] > given["expires_at"]
    assert (
        refusal(await office.ask("POST", path, device="ana", token=longer["token"]))[1] == "already_extended"
    )
    office.playhouse.clock.advance(601)
    assert (await office.holds("ana", longer["token"], many=1)).status_code == 201


async def test_leaving_lets_the_next_one_in_and_frees_what_was_held(office: BoxOffice) -> None:
    given, _, key = await office.enters("ana"), await office.enters("ben"), await office.joins("cem")
    await office.holds("ana", given["token"], guids=["A-1"])
    left = await office.ask(
        "POST", f"/tickets/{given['key']}/leave-seats", device="ana", token=given["token"]
    )
    assert left.json()["data"]["state"] == "done"
    cem = await office.enters("cem", key)
    assert (await office.holds("cem", cem["token"], guids=["A-1"])).status_code == 201


async def test_who_confirms_late_is_told_so_and_nothing_is_sold(office: BoxOffice) -> None:
    given = await office.enters("ana")
    hold = (await office.holds("ana", given["token"], guids=["A-1"])).json()["data"]
    office.playhouse.clock.advance(601)
    assert refusal(await office.books("ana", given["token"], hold["key"])) == (410, "pass_lapsed")
    taken = await office.ask("GET", f"/performances/{office.playhouse.performance_id}/seats/taken")
    assert taken.json()["data"]["free"] == 18


async def test_a_hold_that_is_sent_again_is_one_hold_and_nobody_elses(office: BoxOffice) -> None:
    ana, ben = await office.enters("ana"), await office.enters("ben")
    path, once = f"/performances/{office.playhouse.performance_id}/holds", {"Idempotency-Key": "one-press"}

    async def press(device: str, given: dict[str, Any]) -> Any:
        return await office.ask("POST", path, {"many": 1}, device=device, token=given["token"], **once)

    first, again, other = await press("ana", ana), await press("ana", ana), await press("ben", ben)
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
    assert other.json()["data"]["seats"] != first.json()["data"]["seats"]


async def test_a_hold_that_is_nobodys_and_one_of_the_waiting_list_are_not_there(office: BoxOffice) -> None:
    given = await office.enters("ana")
    for method, path in (("GET", ""), ("POST", "/extend"), ("DELETE", "")):
        answer = await office.ask(method, f"/holds/nobody-has-this{path}", device="ana", token=given["token"])
        assert refusal(answer) == (404, "not_found")
    for hold_key in ("nobody-has-this", 7, None):
        assert refusal(await office.books("ana", given["token"], hold_key))[0] == 404
    hold = (await office.holds("ana", given["token"], many=1)).json()["data"]
    elsewhere = await office.ask(
        "POST",
        "/performances/another-evening/bookings",
        {"hold_key": hold["key"], "name": "Ana", "email": "ana@example.org"},
        device="ana",
        token=given["token"],
    )
    assert refusal(elsewhere) == (404, "not_found")
