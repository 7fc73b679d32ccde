"""The page of one ticket: what it says, what its forms do without scripts, and what it tells nobody."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.layout.telling import tell_line
from nowserving.actions.tickets.calling import call_chosen
from nowserving.actions.tickets.hosting import extend, run_late
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import check_in, finish
from nowserving.domain.tickets.rules import Admission, Overstay, QueueRules, rules_to
from nowserving.store.guests.feedback import answer_of
from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving
from tests.web.forms import send, text_of

pytestmark = pytest.mark.anyio

TABLES = QueueRules(
    admission=Admission.AUTOMATIC,
    capacity=1,
    check_in_window_s=60,
    rejoin_grace_s=600,
    ask_party=True,
    ask_name=True,
    remote_join=True,
)
BRANCH = "town-hall"
NOBODYS = "nobody-has-this-key-00"


@pytest.fixture
def tables(web_build: Builder, hall: TownHall) -> str:
    return web_build.queue("Tables", hall.branch_id, prefix="T", rules=TABLES)


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, hall: TownHall, tables: str, wall: Clock
) -> AsyncIterator[tuple[House, Client]]:
    async with serving(sqlite_url, tmp_path / "data", wall) as found:
        yield found


async def joined(house: House, queue_id: str, many: int = 1, **wishes: Any) -> list[str]:
    return [(await house.store.write(join, queue_id=queue_id, **wishes)).ticket.key for _ in range(many)]


async def served(house: House, hall: TownHall, **wishes: Any) -> str:
    [key] = await joined(house, hall.passports, **wishes)
    await house.store.write(call_chosen, desk_id=hall.desk_1, key=key, actor="staff:maria-lopez")
    await house.store.write(finish, key=key, actor="staff:maria-lopez")
    return key


def state_in(house: House, key: str) -> str:
    found = house.relay.find(key)
    return found[1].state.value if found else "over"


def without_scripts(html: str) -> str:
    """Return what a browser without scripts shows besides."""
    return " ".join(re.findall(r"<noscript>(.*?)</noscript>", html, re.DOTALL))


def shown(html: str, name: str) -> bool:
    """Tell whether the part of this name is there to be seen."""
    found = re.search(rf'<\w+[^>]*data-f="{name}"[^>]*>', html)
    assert found, name
    return " hidden" not in found[0]


async def test_letting_two_others_pass_moves_two_places_back(
    site: tuple[House, Client], hall: TownHall
) -> None:
    house, client = site
    first, *_ = await joined(house, hall.passports, 4)
    assert f'href="/t/{first}/postpone"' in without_scripts(await text_of(client, f"/t/{first}"))
    answer = await send(client, f"/t/{first}/postpone", places="2")

    assert answer.headers["location"] == f"/t/{first}"
    assert "2 people ahead of you" in await text_of(client, f"/t/{first}")


async def test_with_nobody_behind_there_is_nobody_to_let_pass(
    site: tuple[House, Client], hall: TownHall
) -> None:
    house, client = site
    _, last = await joined(house, hall.passports, 2)
    assert "/postpone" not in without_scripts(await text_of(client, f"/t/{last}"))


async def test_a_queue_that_calls_by_itself_asks_to_check_in(site: tuple[House, Client], tables: str) -> None:
    house, client = site
    called, waiting = await joined(house, tables, 2)  # There is room for one, who is called at once.
    page = await text_of(client, f"/t/{called}")
    assert state_in(house, called) == "called"
    assert shown(page, "check_in")
    assert not shown(page, "at_desk")

    assert (await send(client, f"/t/{called}/check-in")).status_code == 303
    assert state_in(house, called) == "serving"
    assert "You are checked in" in await text_of(client, f"/t/{called}")
    assert state_in(house, waiting) == "waiting"


async def test_one_second_late_is_said_kindly(site: tuple[House, Client], tables: str, wall: Clock) -> None:
    house, client = site
    [key] = await joined(house, tables)
    found = house.relay.find(key)
    assert found
    assert found[1].deadline_at is not None
    wall.now = found[1].deadline_at + 1_000_000
    answer = await send(client, f"/t/{key}/check-in")

    assert answer.status_code == 410
    assert "You were called, and the time to come is over." in answer.text


async def test_who_missed_the_call_comes_back_by_the_page_while_the_grace_lasts(
    site: tuple[House, Client], tables: str, wall: Clock
) -> None:
    house, client = site
    called, *_ = await joined(house, tables, 3)
    wall.advance(61)
    await house.store.write(lapse_overdue, branch_id=BRANCH)
    page = await text_of(client, f"/t/{called}")
    assert "We called you and missed you" in page
    assert shown(page, "may_rejoin")
    assert (await send(client, f"/t/{called}/rejoin")).status_code == 303
    assert state_in(house, called) == "waiting"


async def test_after_the_grace_the_page_leads_to_a_new_place(
    site: tuple[House, Client], tables: str, wall: Clock
) -> None:
    house, client = site
    called, *_ = await joined(house, tables, 3)
    wall.advance(61)
    await house.store.write(lapse_overdue, branch_id=BRANCH)
    wall.advance(601)
    page = await text_of(client, f"/t/{called}")
    assert not shown(page, "may_rejoin")
    assert f'href="/q/{tables}"' in page
    assert (await send(client, f"/t/{called}/rejoin")).status_code == 410


async def test_on_my_way_is_said_once_and_shown(site: tuple[House, Client], tables: str) -> None:
    house, client = site
    _, waiting = await joined(house, tables, 2)
    assert shown(await text_of(client, f"/t/{waiting}"), "coming")
    assert (await send(client, f"/t/{waiting}/coming")).status_code == 303
    page = await text_of(client, f"/t/{waiting}")

    assert house.relay.by_key[waiting].coming_at
    assert shown(page, "coming_said")
    assert not shown(page, "coming")


async def test_a_party_that_grows_says_so(site: tuple[House, Client], hall: TownHall, tables: str) -> None:
    house, client = site
    _, waiting = await joined(house, tables, 2)
    assert (await send(client, f"/t/{waiting}/party-size", party_size="4")).status_code == 303
    assert house.relay.by_key[waiting].party_size == 4
    assert "4 people" in await text_of(client, f"/t/{waiting}")
    assert (await send(client, f"/t/{waiting}/party-size", party_size="0")).status_code == 422
    [plain] = await joined(house, hall.passports)
    assert 'data-f="party"' not in await text_of(client, f"/t/{plain}")


async def test_a_queue_that_runs_late_says_so(site: tuple[House, Client], hall: TownHall) -> None:
    house, client = site
    [key] = await joined(house, hall.passports)
    assert not shown(await text_of(client, f"/t/{key}"), "late_box")
    await house.store.write(run_late, queue_id=hall.passports, minutes=20, actor="staff:maria-lopez")
    page = await text_of(client, f"/t/{key}")

    assert shown(page, "late_box")
    assert "about 20 min late" in page


async def test_at_a_desk_nobody_checks_in_by_a_button(site: tuple[House, Client], hall: TownHall) -> None:
    house, client = site
    [key] = await joined(house, hall.passports)
    await house.store.write(call_chosen, desk_id=hall.desk_1, key=key, actor="staff:maria-lopez")
    page = await text_of(client, f"/t/{key}")

    assert shown(page, "at_desk")
    assert not shown(page, "check_in")


async def test_what_staff_tell_the_line_stands_on_its_pages_for_an_hour(
    site: tuple[House, Client], hall: TownHall, wall: Clock
) -> None:
    house, client = site
    [key] = await joined(house, hall.passports)
    [other] = await joined(house, hall.licences)
    await house.store.write(tell_line, queue_id=hall.passports, text="The <lift> is out of order")
    page = await text_of(client, f"/t/{key}")

    assert shown(page, "told_box")
    assert "The &lt;lift&gt; is out of order" in page
    assert not shown(await text_of(client, f"/t/{other}"), "told_box")
    wall.advance(3601)
    assert not shown(await text_of(client, f"/t/{key}"), "told_box")


async def test_a_guest_says_how_it_was_and_is_thanked(site: tuple[House, Client], hall: TownHall) -> None:
    house, client = site
    key = await served(house, hall)
    assert "How was your visit?" in await text_of(client, f"/t/{key}")
    await send(client, f"/t/{key}/feedback", face="5", comment="Quick and kind")
    page = await text_of(client, f"/t/{key}")

    assert "Thank you for telling us." in page
    assert "How was your visit?" not in page
    said = await house.store.read(answer_of, key)
    assert said
    assert (said.face, said.comment) == (5, "Quick and kind")


@pytest.mark.parametrize("fields", [{}, {"face": "9"}, {"face": "x"}, {"face": "5", "comment": "x" * 501}])
async def test_what_is_no_answer_is_refused(
    site: tuple[House, Client], hall: TownHall, fields: dict[str, str]
) -> None:
    house, client = site
    key = await served(house, hall)
    assert (await send(client, f"/t/{key}/feedback", **fields)).status_code == 422
    assert await house.store.read(answer_of, key) is None


async def test_erasing_is_asked_once_and_leaves_the_number(site: tuple[House, Client], tables: str) -> None:
    house, client = site
    [key] = await joined(house, tables, name="Asha")
    ask = await text_of(client, f"/t/{key}/data")
    assert f'action="/t/{key}/erase"' in ask
    assert house.relay.by_key[key].name == "Asha"
    answer = await send(client, f"/t/{key}/erase")

    assert "Only the number is left." in await text_of(client, answer.headers["location"])
    assert house.relay.by_key[key].name is None
    assert state_in(house, key) == "called"


async def test_the_date_on_which_data_goes_anyway_is_said(site: tuple[House, Client], hall: TownHall) -> None:
    house, client = site
    [waiting] = await joined(house, hall.passports)
    key = await served(house, hall)

    assert "a day after your visit" in await text_of(client, f"/t/{waiting}/data")
    assert re.search(r"are deleted on [\w ,]+\d{4}", await text_of(client, f"/t/{key}/data"))


async def test_the_screen_for_the_staff_has_number_code_and_address(
    site: tuple[House, Client], hall: TownHall
) -> None:
    house, client = site
    [key] = await joined(house, hall.passports)
    page = await text_of(client, f"/t/{key}/show")

    assert "A-001" in page
    assert f'src="/t/{key}/qr.svg"' in page
    assert f"testserver/t/{key}<" in page


@pytest.mark.parametrize(("host", "shown"), [("testserver", True), ("evil.example", False)])
async def test_the_address_to_show_is_never_one_that_only_the_caller_has_named(
    site: tuple[House, Client], hall: TownHall, host: str, shown: bool
) -> None:
    house, client = site
    [key] = await joined(house, hall.passports)
    page = (await client.get(f"/t/{key}/show", headers={"Host": host})).text
    assert (f"{host}/t/{key}" in page) is shown


@pytest.mark.parametrize("path", ["", "/show", "/data"])
async def test_looking_changes_nothing_whoever_looks(
    site: tuple[House, Client], hall: TownHall, path: str
) -> None:
    """Messengers open every link that is sent through them."""
    house, client = site
    [key] = await joined(house, hall.passports)
    before = house.relay.branches[hall.branch_id].version
    for agent in ("WhatsApp/2.23", "facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0"):
        answer = await client.get(f"/t/{key}{path}", headers={"User-Agent": agent})
        assert answer.status_code == 200
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["cache-control"] == "no-store"

    assert house.relay.branches[hall.branch_id].version == before


@pytest.mark.parametrize(
    "act",
    ["leave", "undo-leave", "check-in", "postpone", "feedback", "erase", "coming", "rejoin", "party-size"],
)
async def test_a_verb_is_never_done_by_a_link(site: tuple[House, Client], hall: TownHall, act: str) -> None:
    house, client = site
    [key] = await joined(house, hall.passports)
    before = house.relay.branches[hall.branch_id].version
    # Two of them are the addresses of their forms as well.
    looked = (200, 303) if act in ("postpone", "party-size") else (404, 405)
    assert (await client.get(f"/t/{key}/{act}?places=1&party_size=2")).status_code in looked
    assert (await client.head(f"/t/{key}/{act}")).status_code in looked
    cross = await client.post(f"/t/{key}/{act}", headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403
    assert house.relay.branches[hall.branch_id].version == before


@pytest.mark.parametrize("path", ["", "/show", "/data"])
@pytest.mark.parametrize("key", [NOBODYS, "short", "A-001"])
async def test_somebody_elses_key_opens_nothing_and_says_nothing(
    site: tuple[House, Client], hall: TownHall, key: str, path: str
) -> None:
    house, client = site
    await joined(house, hall.passports)
    answer = await client.get(f"/t/{key}{path}")

    assert answer.status_code == 404
    assert "There is no ticket here" in answer.text
    assert "A-001" not in answer.text
    for act in ("leave", "erase", "nothing"):
        assert (await send(client, f"/t/{key}/{act}")).status_code == 404


async def test_a_page_names_nobody(site: tuple[House, Client], tables: str) -> None:
    """A guest may hand the link on, and shows the screen across a counter."""
    house, client = site
    [key] = await joined(house, tables, name="Asha Secret")
    for path in ("", "/show", "/data"):
        assert "Asha" not in await text_of(client, f"/t/{key}{path}")


async def test_who_manages_a_queue_reads_what_its_guests_said(
    site: tuple[House, Client], hall: TownHall
) -> None:
    house, client = site
    client.headers.update(client.as_("admin"))
    assert "Nobody has said anything yet" in await text_of(client, f"/admin/queues/{hall.passports}/feedback")
    for face, comment in (("5", "Quick & kind"), ("2", "")):
        await send(client, f"/t/{await served(house, hall)}/feedback", face=face, comment=comment)
    page = await text_of(client, f"/admin/queues/{hall.passports}/feedback")

    assert "3.5" in page
    assert "Quick &amp; kind" in page
    assert "Nobody has said anything yet" in await text_of(client, f"/admin/queues/{hall.licences}/feedback")
    client.headers.update(client.as_("agent"))
    assert (await client.get(f"/admin/queues/{hall.passports}/feedback")).status_code in (303, 403)


@pytest.mark.parametrize(("overstay", "told"), [(Overstay.REMIND, True), (Overstay.SHOW, False)])
async def test_whose_time_is_over_is_told_so_where_the_house_wishes_it(
    site: tuple[House, Client], tables: str, wall: Clock, overstay: Overstay, told: bool
) -> None:
    house, client = site
    changes = {"rules": rules_to(replace(TABLES, service_limit_s=600, overstay=overstay))}
    await house.store.write(edit_queue, queue_id=tables, changes=changes)
    [key] = await joined(house, tables)
    await house.store.write(check_in, key=key)
    assert not shown(await text_of(client, f"/t/{key}"), "time_over")

    wall.now += 601 * 1_000_000
    await house.store.write(lapse_overdue, branch_id=BRANCH)

    page = await text_of(client, f"/t/{key}")
    assert state_in(house, key) == "serving"
    assert shown(page, "time_over") is told

    await house.store.write(extend, key=key, minutes=10)
    assert not shown(await text_of(client, f"/t/{key}"), "time_over"), "it has time again"
