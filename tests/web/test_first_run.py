"""The first run: one page of answers, for whoever can read the server's console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.store import layout
from nowserving.store.people.staff import account_by_login
from nowserving.web.forms.set_up import is_set_up_secret, set_up_path, set_up_secret
from nowserving.web.house import House
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Client, serving
from tests.web.forms import refusal_of, send, text_of, value_of, was_told

pytestmark = pytest.mark.anyio

ANSWERS = {
    "organisation__name": "Town of Springfield",
    "admin__name": "Olga",
    "admin__login": "olga@example.org",
    "password": PASSWORD,
    "branch__name": "Town hall",
    "branch__time_zone": "America/Chicago",
    "days": "mon-fri",
    "opens": "08:30",
    "closes": "00:00",
    "queues__0__name": "Passports",
    "queues__0__prefix": "A",
    "queues__1__name": "",
    "queues__1__prefix": "",
    "queues__2__name": "Licences",
    "queues__2__prefix": "b",
    "desks": "2",
    "desk_name": "Counter",
}


@pytest.fixture
async def empty(sqlite_url: str, tmp_path: Path, wall: Clock) -> AsyncIterator[tuple[House, Client]]:
    """A server on an empty data folder."""
    async with serving(sqlite_url, tmp_path / "data", wall) as server:
        yield server


async def test_an_empty_house_leads_to_the_first_run(empty: tuple[House, Client]) -> None:
    house, client = empty
    assert (await client.get("/sign-in")).headers["location"] == "/first-run"
    page = await text_of(client, "/first-run")
    assert "One-time secret" in page
    assert set_up_secret(house.settings) not in page


@pytest.mark.parametrize("guess", ["wrong", "%00", "ü" * 32, "x" * 5000])
async def test_a_wrong_secret_opens_nothing(empty: tuple[House, Client], guess: str) -> None:
    house, client = empty
    answer = await client.get("/first-run", params={"secret": guess})
    assert answer.status_code == 403
    assert (await send(client, "/first-run", secret=guess, **ANSWERS)).status_code == 403
    assert await house.store.read(layout.branches) == []


async def test_the_secret_can_not_be_guessed_quickly(empty: tuple[House, Client]) -> None:
    _, client = empty
    codes = [(await client.get(f"/first-run?secret=guess{number}")).status_code for number in range(12)]
    assert codes == [403] * 10 + [429] * 2


async def test_one_page_of_answers_makes_a_working_house(empty: tuple[House, Client]) -> None:
    house, client = empty
    secret = set_up_secret(house.settings)
    assert set_up_path(house.settings).endswith(secret)
    page = await text_of(client, set_up_path(house.settings))
    assert value_of(page, "secret") == secret
    made = await send(client, "/first-run", secret=secret, **ANSWERS)
    assert was_told(made, "welcome")
    branch = (await house.store.read(layout.branches))[0]
    found = await house.store.read(layout.layout, branch.id)
    assert found is not None
    assert [(queue.prefix, queue.name) for queue in found.queues] == [("A", "Passports"), ("B", "Licences")]
    assert [desk.name for desk in found.desks] == ["Counter 1", "Counter 2"]
    assert branch.hours.weekly[0][0] == (8 * 60 + 30, 24 * 60)
    assert branch.hours.weekly[5] == ()
    assert made.headers["location"] == f"/admin/branches/{branch.id}"
    welcome = await text_of(client, f"/admin/branches/{branch.id}")
    assert "Everything is set up. Welcome!" in welcome
    assert "Everything is set up. Welcome!" not in await text_of(client, f"/admin/branches/{branch.id}")


async def test_after_the_first_run_the_secret_opens_nothing(empty: tuple[House, Client]) -> None:
    house, client = empty
    secret = set_up_secret(house.settings)
    await send(client, "/first-run", secret=secret, **ANSWERS)
    client.cookies.clear()
    assert (await client.get(set_up_path(house.settings))).headers["location"] == "/sign-in"
    again = await send(client, "/first-run", secret=secret, **{**ANSWERS, "admin__login": "mallory"})
    assert again.headers["location"] == "/sign-in"
    assert await house.store.read(account_by_login, "mallory") is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"organisation__name": " "}, "organisation-name"),
        ({"admin__login": "o l"}, "admin-login"),
        ({"password": "short"}, "password"),
        ({"password": "password1"}, "password"),
        ({"branch__name": "\x07"}, "branch-name"),
        ({"branch__time_zone": "Mars/Phobos"}, "branch-time_zone"),
        ({"days": "never"}, "days"),
        ({"opens": "9"}, "closes"),
        ({"closes": "08:30"}, "closes"),
        ({"desks": "many"}, "desks"),
        ({"desks": "101"}, "desks"),
        ({"desk_name": ""}, "desk_name"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    empty: tuple[House, Client], given: dict[str, str], field: str
) -> None:
    house, client = empty
    secret = set_up_secret(house.settings)
    refused = await send(client, "/first-run", secret=secret, **{**ANSWERS, **given})
    assert refused.status_code == 422
    assert refusal_of(refused.text, field) != ""
    assert value_of(refused.text, "queues-2-name") == "Licences"
    assert PASSWORD not in refused.text
    assert await house.store.read(layout.branches) == []


async def test_a_bad_queue_is_told_in_its_own_row(empty: tuple[House, Client]) -> None:
    house, client = empty
    secret = set_up_secret(house.settings)
    wrong = {**ANSWERS, "queues__2__prefix": "A"}
    page = (await send(client, "/first-run", secret=secret, **wrong)).text
    row = page[page.index('name="queues-2-prefix"') :]
    assert 'aria-invalid="true"' in row[:200]
    assert "Another queue of this branch has this prefix." in page
    nothing = {
        **ANSWERS,
        "queues__0__name": "",
        "queues__0__prefix": "",
        "queues__2__name": "",
        "queues__2__prefix": "",
    }
    assert "Name one queue at least." in (await send(client, "/first-run", secret=secret, **nothing)).text


async def test_all_that_is_wrong_is_told_at_once(empty: tuple[House, Client]) -> None:
    house, client = empty
    wrong = {**ANSWERS, "organisation__name": "", "password": "x", "desks": "-1"}
    page = (await send(client, "/first-run", secret=set_up_secret(house.settings), **wrong)).text
    assert all(refusal_of(page, field) for field in ("organisation-name", "password", "desks"))


def test_the_secret_is_the_same_for_every_process_of_a_server(tmp_path: Path) -> None:
    from nowserving.settings import load

    one, two, other = (
        load(data_dir=tmp_path / "a"),
        load(data_dir=tmp_path / "a"),
        load(data_dir=tmp_path / "b"),
    )
    assert set_up_secret(one) == set_up_secret(two) != set_up_secret(other)
    assert is_set_up_secret(one, f" {set_up_secret(two)} ")
    assert not is_set_up_secret(one, set_up_secret(other))
