"""The verbs of tickets and desks over the API, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.domain.tickets.rules import QueueRules
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import KEYS, serving
from tests.web.hall import API, Hall

pytestmark = pytest.mark.anyio


@pytest.fixture
def wall_hall(build: Builder) -> TownHall:
    """The town hall with a key for each role, and a library that belongs to somebody else."""
    library = build.branch("Library", time_zone="America/Lima")
    loans = build.queue("Loans", library, prefix="A")
    build.desk("Front desk", library, serves=[loans])
    town = build.town_hall()
    for role, secret in KEYS.items():
        build.api_key(role.title(), secret, role=role, branch_id=town.branch_id)
    return town


@pytest.fixture
def registry(build: Builder, wall_hall: TownHall) -> str:
    """A queue that asks for names."""
    return build.queue("Registry", wall_hall.branch_id, prefix="R", rules=QueueRules(ask_name=True))


@pytest.fixture
async def hall(
    database_url: str, tmp_path: Path, wall_hall: TownHall, registry: str, wall: Clock
) -> AsyncIterator[Hall]:
    async with serving(database_url, tmp_path / "data", wall) as (_, client):
        yield Hall(client, wall_hall, registry)


async def test_a_visit_from_call_to_finish(hall: Hall) -> None:
    ticket = await hall.join()
    called = await hall.call_next()
    recalled = await hall.verb(called, "recall")
    started = await hall.verb(called, "start")
    finished = await hall.verb(called, "finish")

    assert called["key"] == ticket["key"]
    assert (recalled.json()["data"]["state"], recalled.json()["data"]["calls"]) == ("called", 2)
    assert started.json()["data"]["desk"] == {"id": hall.town.desk_1, "name": "Desk 1"}
    assert finished.json()["data"]["state"] == "done"
    assert finished.json()["data"]["poll_after_s"] is None


async def test_a_verb_that_does_not_fit_names_the_real_state(hall: Hall) -> None:
    ticket = await hall.join()
    refused = await hall.verb(ticket, "start")

    assert refused.status_code == 409
    assert (refused.json()["code"], refused.json()["state"]) == ("wrong_state", "waiting")


@pytest.mark.parametrize(("where", "position"), [("front", 1), ("middle", 2), ("end", 3)])
async def test_a_missed_guest_comes_back_to_a_place_in_the_line(
    hall: Hall, where: str, position: int
) -> None:
    await hall.join()
    missed = await hall.call_next()
    await hall.join()
    await hall.join()
    await hall.verb(missed, "no-show")
    back = await hall.verb(missed, "requeue", where=where)

    assert (back.json()["data"]["state"], back.json()["data"]["position"]) == ("waiting", position)


async def test_a_transferred_ticket_keeps_its_code_and_waits_elsewhere(hall: Hall) -> None:
    await hall.join()
    called = await hall.call_next()
    moved = (await hall.verb(called, "transfer", queue_id=hall.town.licences)).json()["data"]

    assert (moved["code"], moved["queue"]["id"]) == (called["code"], hall.town.licences)
    assert (moved["state"], moved["ahead"], moved["desk"]) == ("waiting", 0, None)


async def test_a_transfer_to_a_queue_of_another_branch_is_refused(hall: Hall) -> None:
    ticket = await hall.join()
    refused = await hall.verb(ticket, "transfer", queue_id="loans")

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/queue_id"


async def test_a_parked_ticket_is_called_again_by_its_key(hall: Hall) -> None:
    ticket = await hall.join()
    await hall.verb(ticket, "park")
    called = await hall.post(f"/desks/{hall.town.desk_2}/call", {"key": ticket["key"]})

    assert called.json()["data"]["desk"] == {"id": hall.town.desk_2, "name": "Desk 2"}
    assert called.json()["data"]["ticket"]["state"] == "called"


async def test_a_ticket_at_another_desk_is_called_only_when_one_insists(hall: Hall) -> None:
    await hall.join()
    ticket = await hall.call_next(hall.town.desk_2)
    asked = await hall.post(f"/desks/{hall.town.desk_1}/call", {"key": ticket["key"]})
    taken = await hall.post(f"/desks/{hall.town.desk_1}/call", {"key": ticket["key"], "anyway": True})
    loser = await hall.get(f"/desks/{hall.town.desk_2}/work")

    assert (asked.status_code, asked.json()["code"]) == (409, "at_other_desk")
    assert asked.json()["detail"] == "A-001 is at Desk 2. Call it here all the same?"
    assert taken.json()["data"]["desk"]["name"] == "Desk 1"
    assert loser.json()["data"]["current"] is None


async def test_undo_takes_back_a_call_and_the_visit_it_finished(hall: Hall) -> None:
    first, second = await hall.join(), await hall.join()
    await hall.call_next()
    await hall.call_next()
    undone = await hall.post(f"/desks/{hall.town.desk_1}/undo")
    again = await hall.post(f"/desks/{hall.town.desk_1}/undo")

    assert {one["key"] for one in undone.json()["data"]["tickets"]} == {first["key"], second["key"]}
    assert await hall.state(first) == "called"
    assert await hall.state(second) == "waiting"
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_undo")


@pytest.mark.parametrize("verb", ["park", "cancel"])
async def test_what_a_desk_does_from_its_list_it_can_undo(hall: Hall, verb: str) -> None:
    ticket = await hall.join()
    await hall.verb(ticket, verb, desk_id=hall.town.desk_1)
    elsewhere = await hall.post(f"/desks/{hall.town.desk_2}/undo")
    undone = await hall.post(f"/desks/{hall.town.desk_1}/undo")

    assert elsewhere.json()["code"] == "nothing_to_undo"
    assert undone.status_code == 200
    assert await hall.state(ticket) == "waiting"


async def test_a_desk_of_another_branch_can_not_act(hall: Hall) -> None:
    ticket = await hall.join()
    refused = await hall.verb(ticket, "park", desk_id="front-desk")

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "unknown_desk"


async def test_a_desk_is_opened_paused_and_closed(hall: Hall) -> None:
    desk = f"/desks/{hall.town.desk_3}"
    states = [
        (await hall.post(f"{desk}/{verb}")).json()["data"]["state"] for verb in ("open", "pause", "close")
    ]
    await hall.join()
    await hall.call_next(hall.town.desk_3)
    busy = await hall.post(f"{desk}/pause")

    assert states == ["open", "paused", "closed"]
    assert (busy.status_code, busy.json()["code"]) == (409, "desk_busy")


async def test_a_desk_shows_its_work(hall: Hall) -> None:
    for _ in range(3):
        await hall.join()
    called = await hall.call_next()
    work = (await hall.get(f"/desks/{hall.town.desk_1}/work")).json()["data"]

    assert work["current"]["key"] == called["key"]
    assert [(queue["prefix"], queue["waiting"]) for queue in work["queues"]] == [("A", 2), ("B", 0)]


async def test_a_guest_leaves_and_takes_it_back_within_a_minute(hall: Hall, wall: Clock) -> None:
    ahead, ticket = await hall.join(), await hall.join()
    path = f"{API}/tickets/{ticket['key']}"
    left = await hall.client.delete(path)
    back = await hall.client.post(f"{path}/undo-leave")
    await hall.client.delete(path)
    wall.advance(61)
    late = await hall.client.post(f"{path}/undo-leave")

    assert left.json()["data"]["state"] == "left"
    assert (back.json()["data"]["state"], back.json()["data"]["position"]) == ("waiting", 2)
    assert (late.status_code, late.json()["code"]) == (409, "nothing_to_undo")
    assert await hall.state(ahead) == "waiting"


async def test_a_guest_lets_others_pass_and_says_i_am_here(hall: Hall) -> None:
    ticket, *_ = [await hall.join() for _ in range(4)]
    path = f"/tickets/{ticket['key']}"
    later = await hall.post(f"{path}/postpone", {"places": 2}, role=None)
    for _ in range(3):
        await hall.call_next()
    here = await hall.post(f"{path}/check-in", role=None)

    assert later.json()["data"]["position"] == 3
    assert here.json()["data"]["state"] == "serving"


async def test_staff_read_the_name_and_the_guests_own_address_never_tells_it(hall: Hall) -> None:
    ticket = await hall.join(hall.registry, name="Asha Rao")
    listed = (await hall.get(f"/branches/{hall.town.branch_id}/tickets")).json()["data"]
    own = (await hall.get(f"/tickets/{ticket['key']}", role=None)).text

    assert [one["name"] for one in listed] == ["Asha Rao"]
    assert "Asha" not in own


@pytest.mark.parametrize(
    "verb", ["recall", "start", "finish", "no-show", "park", "cancel", "requeue", "transfer"]
)
@pytest.mark.parametrize(("role", "code"), [(None, 401), ("kiosk", 403), ("display", 403)])
async def test_staff_verbs_are_for_staff(hall: Hall, verb: str, role: str | None, code: int) -> None:
    ticket = await hall.join()
    refused = await hall.post(f"/tickets/{ticket['key']}/{verb}", {}, role=role)

    assert refused.status_code == code


@pytest.mark.parametrize("verb", ["call", "undo", "open", "pause", "close"])
@pytest.mark.parametrize(("role", "code"), [(None, 401), ("kiosk", 403), ("display", 403)])
async def test_a_desk_is_for_staff(hall: Hall, verb: str, role: str | None, code: int) -> None:
    refused = await hall.post(f"/desks/{hall.town.desk_1}/{verb}", {"key": "x" * 22}, role=role)

    assert refused.status_code == code


@pytest.mark.parametrize(
    "path",
    ["/desks/front-desk/undo", "/desks/front-desk/open", "/desks/nowhere/open", "/tickets/short/recall"],
)
async def test_what_belongs_to_another_branch_is_not_there(hall: Hall, path: str) -> None:
    assert (await hall.post(path)).status_code == 404


async def test_a_ticket_of_another_branch_is_not_there(build: Builder, hall: Hall) -> None:
    build.api_key("Everywhere", "nsk_everywhere", role="admin")
    foreign = await hall.client.post(
        f"{API}/queues/loans/tickets", json={}, headers={"X-API-Key": "nsk_everywhere"}
    )
    key = foreign.json()["data"]["key"]

    assert (await hall.post(f"/tickets/{key}/cancel")).status_code == 404
    assert (await hall.post(f"/desks/{hall.town.desk_1}/call", {"key": key})).status_code == 404


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("requeue", {"where": "top"}, "/where"),
        ("requeue", {}, "/where"),
        ("requeue", {"where": "front", "rank": 1}, "/rank"),
        ("transfer", {"queue_id": 7}, "/queue_id"),
        ("transfer", {"where": "end"}, "/queue_id"),
        ("postpone", {"places": 0}, "/places"),
        ("postpone", {"places": 1.5}, "/places"),
        ("postpone", {"places": True}, "/places"),
        ("park", {"desk_id": 3}, "/desk_id"),
        ("recall", {"again": True}, "/again"),
    ],
)
async def test_a_value_that_is_wrong_is_named(
    hall: Hall, verb: str, body: dict[str, Any], pointer: str
) -> None:
    ticket = await hall.join()
    refused = await hall.verb(ticket, verb, **body)

    assert refused.status_code == 422
    assert pointer in [one["pointer"] for one in refused.json()["errors"]]


async def test_a_verb_needs_no_body_when_it_needs_nothing(hall: Hall) -> None:
    await hall.join()
    called = await hall.call_next()
    path = f"{API}/tickets/{called['key']}/start"
    started = await hall.client.post(path, headers=hall.client.as_("agent"))

    assert started.status_code == 200


async def test_a_body_that_is_no_json_is_refused(hall: Hall) -> None:
    ticket = await hall.join()
    headers = {**hall.client.as_("agent"), "Content-Type": "application/json"}
    path = f"{API}/tickets/{ticket['key']}/park"
    broken = await hall.client.post(path, content=b'{"desk_id": NaN}', headers=headers)

    assert (broken.status_code, broken.json()["code"]) == (400, "malformed")


async def test_the_waiting_are_listed_in_the_order_of_their_turn(hall: Hall) -> None:
    tickets = [await hall.join(queue) for queue in (hall.town.passports, hall.town.licences) * 2]
    path = f"/branches/{hall.town.branch_id}/tickets"
    first = (await hall.get(f"{path}?limit=3")).json()
    rest = await hall.get(f"{path}?limit=3&cursor={first['next']}")

    assert [one["key"] for one in first["data"]] == [one["key"] for one in tickets[:3]]
    assert [one["key"] for one in rest.json()["data"]] == [tickets[3]["key"]]
    assert rest.json()["next"] is None


async def test_a_list_names_its_next_page_in_a_link(hall: Hall) -> None:
    for _ in range(2):
        await hall.join()
    answer = await hall.get(f"/branches/{hall.town.branch_id}/tickets?limit=1")

    assert answer.headers["link"].endswith('>; rel="next"')
    assert f"cursor={answer.json()['next']}" in answer.headers["link"]


async def test_nobody_is_missed_or_doubled_when_the_line_moves_between_pages(hall: Hall) -> None:
    tickets = [await hall.join() for _ in range(6)]
    path = f"/branches/{hall.town.branch_id}/tickets?limit=2"
    first = (await hall.get(path)).json()
    await hall.call_next()
    second = (await hall.get(f"{path}&cursor={first['next']}")).json()

    assert [one["key"] for one in second["data"]] == [one["key"] for one in tickets[2:4]]


async def test_the_list_is_sifted_by_queue_and_by_words(hall: Hall) -> None:
    await hall.join()
    licence = await hall.join(hall.town.licences)
    path = f"/branches/{hall.town.branch_id}/tickets"
    of_queue = await hall.get(f"{path}?queue_id={hall.town.licences}")
    of_words = await hall.get(f"{path}?find=b-00")

    assert [one["key"] for one in of_queue.json()["data"]] == [licence["key"]]
    assert [one["key"] for one in of_words.json()["data"]] == [licence["key"]]


async def test_all_open_tickets_are_listed_oldest_first(hall: Hall) -> None:
    tickets = [await hall.join() for _ in range(4)]
    await hall.call_next()
    await hall.verb(tickets[1], "park")
    await hall.verb(tickets[2], "cancel")
    listed = (await hall.get(f"/branches/{hall.town.branch_id}/tickets?state=open")).json()["data"]

    assert [(one["key"], one["state"]) for one in listed] == [
        (tickets[0]["key"], "called"),
        (tickets[1]["key"], "parked"),
        (tickets[3]["key"], "waiting"),
    ]


@pytest.mark.parametrize("query", ["cursor=abc", "cursor=%25", "cursor=" + "9" * 64])
async def test_a_cursor_of_somebody_elses_is_refused(hall: Hall, query: str) -> None:
    refused = await hall.get(f"/branches/{hall.town.branch_id}/tickets?{query}")

    assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "state=done", "limit=1&limit=2"])
async def test_a_list_is_asked_for_properly(hall: Hall, query: str) -> None:
    assert (await hall.get(f"/branches/{hall.town.branch_id}/tickets?{query}")).status_code == 422


@pytest.mark.parametrize(("role", "code"), [(None, 401), ("kiosk", 403), ("display", 403), ("agent", 200)])
async def test_the_list_is_for_staff(hall: Hall, role: str | None, code: int) -> None:
    assert (await hall.get(f"/branches/{hall.town.branch_id}/tickets", role)).status_code == code


async def test_another_branchs_list_is_not_there(hall: Hall) -> None:
    assert (await hall.get("/branches/library/tickets")).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("display", 403), (None, 401)])
async def test_a_screen_is_told_that_it_may_not_join_and_nobody_to_sign_in(
    hall: Hall, role: str | None, status: int
) -> None:
    answer = await hall.post(f"/queues/{hall.town.passports}/tickets", {}, role)
    assert answer.status_code == status
