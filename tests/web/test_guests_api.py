"""What guests' programs say after a visit, and the wish to be forgotten, over the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.store.guests.feedback import answer_of
from nowserving.web.house import House
from tests.builders import TownHall
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.hall import Hall

pytestmark = pytest.mark.anyio

NAME, NOTE = "Asha Canary", "a note, canary"


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock
) -> AsyncIterator[tuple[House, Hall]]:
    async with serving(sqlite_url, tmp_path / "data", wall) as (house, client):
        yield house, Hall(client, hall, registry="")


async def served(api: Hall) -> dict[str, Any]:
    ticket = await api.join()
    await api.call_next()
    assert (await api.verb(ticket, "finish")).status_code == 200
    return ticket


async def test_a_guest_says_how_it_was_and_may_say_it_again(site: tuple[House, Hall]) -> None:
    house, api = site
    ticket = await served(api)
    for face, comment in ((2, "slow"), (5, "and then\nquick")):
        said = await api.post(
            f"/tickets/{ticket['key']}/feedback", {"face": face, "comment": comment}, role=None
        )
        assert (said.status_code, said.json()) == (200, {"data": {"face": face}})
    answer = await house.store.read(answer_of, ticket["key"])
    assert answer is not None
    assert (answer.face, answer.comment) == (5, "and then quick")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/face"),
        ({"face": 0}, "/face"),
        ({"face": 6}, "/face"),
        ({"face": "5"}, "/face"),
        ({"face": True}, "/face"),
        ({"face": 5, "comment": 5}, "/comment"),
        ({"face": 5, "comment": "x" * 501}, "/comment"),
        ({"face": 5, "state": "done"}, "/state"),
    ],
)
async def test_what_is_no_answer_is_refused_beside_its_field(
    site: tuple[House, Hall], body: dict[str, Any], pointer: str
) -> None:
    house, api = site
    ticket = await served(api)
    answer = await api.post(f"/tickets/{ticket['key']}/feedback", body, role=None)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert await house.store.read(answer_of, ticket["key"]) is None


async def test_only_a_visit_that_is_done_is_asked_about(site: tuple[House, Hall]) -> None:
    _, api = site
    ticket = await api.join()
    answer = await api.post(f"/tickets/{ticket['key']}/feedback", {"face": 5}, role=None)
    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (
        409,
        "wrong_state",
        "waiting",
    )


async def test_a_guest_is_forgotten_and_keeps_the_place(site: tuple[House, Hall]) -> None:
    _, api = site
    ticket = await api.join(note=NOTE)
    erased = await api.post(f"/tickets/{ticket['key']}/erase", role=None)
    assert erased.status_code == 200
    assert erased.json()["data"]["position"] == 1
    assert NOTE not in (await api.call_next()).__str__()
    again = await api.post(f"/tickets/{ticket['key']}/erase", role=None)
    assert again.status_code == 200, "twice is no fault"


@pytest.mark.parametrize(("verb", "body"), [("feedback", {"face": 5}), ("erase", {})])
async def test_a_key_that_nobody_has_opens_nothing(
    site: tuple[House, Hall], verb: str, body: dict[str, Any]
) -> None:
    _, api = site
    for key in ("nobody-has-this-key-00", "short"):
        assert (await api.post(f"/tickets/{key}/{verb}", body, role=None)).status_code == 404
