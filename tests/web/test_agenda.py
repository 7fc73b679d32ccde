"""The agenda as staff use it without scripts: a day by time and desk, booking by phone, and every verb."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from nowserving.domain.tickets.rank import appointment
from nowserving.outside.senders import Recorder
from nowserving.web.gate.passwords import hash_now
from nowserving.web.pages.agenda.day import Row, hours_of, table_of
from nowserving.web.pages.agenda.said import is_told
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Client
from tests.web.forms import refusal_of, send, sign_in, text_of, value_of

pytestmark = pytest.mark.anyio
HASH = hash_now(PASSWORD)


class Agenda:
    """A signed-in agent at a town hall with a service that two desks give."""

    def __init__(self, client: Client, hall: TownHall, wall: Clock, service_id: str) -> None:
        self.client, self.hall, self.wall, self.service_id = client, hall, wall, service_id
        # The Tuesday after next: nothing of it is over, whatever today is.
        now = datetime.fromtimestamp(wall.now / 1_000_000, UTC).date()
        self._day = now + timedelta(days=7 + (1 - now.weekday()) % 7)

    @property
    def path(self) -> str:
        return f"/agenda/{self.hall.branch_id}"

    def day(self) -> date:
        return self._day

    async def slots(self, service_id: str = "", **asked: str) -> list[str]:
        more = "".join(f"&{name}={value}" for name, value in asked.items())
        wanted = f"{self.path}/book?service={service_id or self.service_id}&day={self.day()}{more}"
        return re.findall(r'name="slot" value="([^"]+)"', await text_of(self.client, wanted))

    async def book(self, slot: str, name: str = "Ada Byron", **more: str) -> Any:
        typed = {"service_id": self.service_id, "day": str(self.day()), "slot": slot, "name": name}
        return await send(self.client, f"{self.path}/book", **{"phone": "+34600123456", **typed, **more})

    async def booked(self, at: int = 0, **more: str) -> str:
        """Book the slot of this number and return the reservation's key."""
        answer = await self.book((await self.slots())[at], **more)
        assert answer.status_code == 303, answer.text
        return str(re.findall(r"of=([^&]+)", answer.headers["location"])[0])

    async def do(self, key: str, verb: str, **more: str) -> Any:
        return await send(self.client, f"/agenda/reservations/{key}", verb=verb, **more)

    async def page(self, **asked: str) -> str:
        wanted = "&".join(f"{name}={value}" for name, value in {"day": str(self.day()), **asked}.items())
        return await text_of(self.client, f"{self.path}?{wanted}")

    async def of(self, key: str) -> str:
        return await text_of(self.client, f"{self.path}/reservations/{key}")

    async def wait_until(self, slot: str, *, minutes: int = 0) -> None:
        """Let the wall show some minutes before (or after) a slot begins; who works signs in anew."""
        self.wall.now = int(slot.partition(".")[0]) + minutes * 60_000_000
        assert (await sign_in(self.client, "ben")).status_code == 303


@pytest.fixture
async def agenda(client: Client, hall: TownHall, web_build: Builder, wall: Clock) -> Agenda:
    web_build.admin("Olga", password_hash=HASH)
    web_build.agent("Ben", hall.branch_id, password_hash=HASH)
    await sign_in(client, "olga")
    form = {"name": "Photo", "duration_s": "30", "queue_id": hall.passports, "given": "branch"}
    desks = {f"desk__{hall.desk_1}": "on", f"desk__{hall.desk_2}": "on"}
    added = await send(
        client,
        f"/admin/branches/{hall.branch_id}/services/new",
        **form,
        **desks,
        rules__choose_desk="on",
        rules__miss_after_s="60",
    )
    assert added.status_code == 303, added.text
    page = await text_of(client, f"/admin/branches/{hall.branch_id}/services")
    service_id = re.findall(r'href="/admin/services/([^"]+)"', page)[0]
    assert (await sign_in(client, "ben")).status_code == 303
    return Agenda(client, hall, wall, service_id)


def card_of(page: str, key: str) -> str:
    """Return the markup of one reservation in the agenda."""
    found = re.search(rf'<article[^>]*data-key="{re.escape(key)}".*?</article>', page, re.DOTALL)
    return found[0] if found else ""


async def test_a_day_shows_its_free_slots_by_time_and_desk(agenda: Agenda) -> None:
    page = await agenda.page()
    assert "Desk 1" in page
    assert "Desk 2" in page
    assert page.count('class="free"') == len(await agenda.slots())
    # A desk that gives nothing and has nothing takes no room.
    assert "Desk 3" not in re.findall(r"<thead>.*?</thead>", page, re.DOTALL)[0]


async def test_an_hour_is_one_row_with_all_of_its_times(agenda: Agenda) -> None:
    """Half-hour slots of two desks: a row for each time would be twice as tall, and mostly empty."""
    first, second = (await agenda.slots())[:2]
    keys = [await agenda.booked(), await agenda.booked()]
    page = await agenda.page()
    rows = re.findall(r"<tr.*?</tr>", page.partition("<tbody>")[2], re.DOTALL)
    instants = {int(slot.partition(".")[0]) for slot in [first, second, *(await agenda.slots())]}
    assert len(rows) == len({at // 3_600_000_000 for at in instants}) < len(instants)
    for key in keys:
        assert re.search(r'<time class="due__time" dir="ltr">[^<]+</time>', card_of(page, key))


def test_an_hour_is_over_when_nobody_of_it_is_expected_any_more() -> None:
    """On a phone these hours are folded away, and a guest who is late must not be."""
    hour, half = 3_600_000_000, 1_800_000_000

    def row(at: int, state: str) -> Row:
        told: dict[str, Any] = {
            "key": "k",
            "code": "C",
            "name": "",
            "service_id": "s",
            "service": "",
            "desk_id": "d",
        }
        return Row(start_at=at, end_at=at + half, state=state, size=1, **told)

    rows = [row(0, "arrived"), row(half, "no_show"), row(hour, "confirmed")]
    first, second = hours_of(table_of(rows, {}), "UTC")
    assert [one.state for one in first.rows] == ["arrived", "no_show"]
    assert not first.is_over(half)
    assert first.is_now(half)
    assert first.is_over(hour)
    assert not second.is_over(3 * hour)
    # What is neither now nor next is one line on a phone, until it is pressed.
    assert second.is_later(-1)
    assert not second.is_later(0)


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, False), (900, False), (901, True)])
def test_the_agenda_calls_late_whom_the_line_does(seconds: int, late: bool) -> None:
    told: dict[str, Any] = dict.fromkeys(("key", "code", "name", "service_id", "service", "desk_id"), "x")
    row = Row(start_at=0, end_at=1, state="confirmed", size=1, grace_s=900, **told)
    now = seconds * 1_000_000
    assert row.is_late(now) is late
    assert (appointment(0, 0, 900, now) == now) is (late or now == 0)


async def test_the_address_without_a_branch_leads_to_the_own_one(agenda: Agenda) -> None:
    answer = await agenda.client.get("/agenda")
    assert (answer.status_code, answer.headers["location"]) == (303, agenda.path)
    agenda.client.cookies.clear()
    assert (await agenda.client.get("/agenda")).headers["location"].startswith("/sign-in")


async def test_somebody_on_the_phone_is_booked_with_a_name_and_a_number(agenda: Agenda) -> None:
    slots = await agenda.slots()
    answer = await agenda.book(slots[0])
    assert answer.status_code == 303
    page = await text_of(agenda.client, answer.headers["location"])
    assert "Booked." in page
    assert "Ada Byron" in page
    assert "Confirmed" in page
    assert len(await agenda.slots()) == len(slots) - 1


async def test_what_was_booked_by_mistake_is_undone_in_place(agenda: Agenda) -> None:
    answer = await agenda.book((await agenda.slots())[0])
    page = await text_of(agenda.client, answer.headers["location"])
    form = re.search(
        r'<form method="post" action="(/agenda/reservations/[^"]+)">(.*?)</form>', page, re.DOTALL
    )
    assert form
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2]))
    undone = await send(
        agenda.client, form[1], **{name: value.replace("&amp;", "&") for name, value in fields.items()}
    )
    assert undone.status_code == 303
    assert "Cancelled" in await text_of(agenda.client, undone.headers["location"])


async def test_a_slot_that_somebody_else_has_taken_is_refused_kindly(agenda: Agenda) -> None:
    slot = (await agenda.slots())[0]
    await agenda.book(slot)
    refused = await agenda.book(slot, name="Grace")
    assert refused.status_code == 409
    assert "This time has just been taken." in refused.text
    assert value_of(refused.text, "name") == "Grace"


async def test_a_name_is_needed_and_said_at_its_field(agenda: Agenda) -> None:
    refused = await agenda.book((await agenda.slots())[0], name="")
    assert refused.status_code == 422
    assert refusal_of(refused.text, "name")


async def test_the_agenda_is_filtered_by_service_and_desk(agenda: Agenda) -> None:
    slots = await agenda.slots()
    one, two = (
        next(s for s in slots if s.endswith(desk)) for desk in (agenda.hall.desk_1, agenda.hall.desk_2)
    )
    await agenda.book(one, name="First")
    await agenda.book(two, name="Second")
    page = await agenda.page(desk=agenda.hall.desk_1)
    assert "First" in page
    assert "Second" not in page
    assert "First" not in await agenda.page(service="another")


async def test_a_search_finds_by_name_code_and_phone(agenda: Agenda) -> None:
    key = await agenda.booked(name="Grace Hopper", phone="+34600555777")
    code = re.findall(r"<dt>Code</dt><dd><bdi[^>]*>([^<]+)<", await agenda.of(key))[0]
    for words in ("hopper", code.lower(), "600555"):
        assert "Grace Hopper" in await agenda.page(find=words), words
    assert "Nobody fits." in await agenda.page(find="nobody at all")


async def test_who_cannot_be_told_is_to_be_called(agenda: Agenda) -> None:
    """Nothing sends text messages here: who left a number alone would come in vain."""
    slots = await agenda.slots()
    by_number = await agenda.booked(phone="+34600555777")
    done = await agenda.do(by_number, "move", slot=slots[4])
    assert "600555777" not in done.headers["location"]
    page = await text_of(agenda.client, done.headers["location"])
    assert "Moved. This server can&#39;t tell the guest: please call +34600555777." in page
    nobody = await agenda.booked(phone="")
    done = await agenda.do(nobody, "cancel")
    page = await text_of(agenda.client, done.headers["location"])
    assert "Cancelled. This server can&#39;t tell the guest, and there is no number to call." in page


def test_who_is_told_depends_on_what_they_left_and_what_the_server_can_send() -> None:
    house: Any = SimpleNamespace(senders={"email": Recorder()})
    one: Any = SimpleNamespace(email="ada@example.org", phone="+34600555777", stopped_at=None)
    assert is_told(house, one)
    by_number: Any = SimpleNamespace(email=None, phone=one.phone, stopped_at=None)
    assert not is_told(house, by_number)
    one.stopped_at = 1
    assert not is_told(house, one)


async def test_a_reservation_is_moved_and_moved_back(agenda: Agenda) -> None:
    slots = await agenda.slots()
    key = await agenda.booked(email="ada@example.org")
    moved = await agenda.do(key, "move", slot=slots[4])
    assert moved.status_code == 303
    page = await text_of(agenda.client, moved.headers["location"])
    assert "Moved." in page
    assert slots[0] in page
    back = await agenda.do(key, "move", slot=slots[0], undo="1")
    assert "said=" not in back.headers["location"]
    assert slots[0] not in await agenda.slots()


async def test_a_move_to_a_full_slot_is_refused_where_it_was_pressed(agenda: Agenda) -> None:
    slots = await agenda.slots()
    key = await agenda.booked()
    await agenda.book(slots[3], name="Grace")
    refused = await agenda.do(key, "move", slot=slots[3])
    assert refused.status_code == 409
    assert "This time has just been taken." in refused.text
    assert (await agenda.do(key, "move", slot="soon")).status_code == 404


async def test_a_reservation_is_cancelled_with_a_reason(agenda: Agenda) -> None:
    key = await agenda.booked()
    await agenda.do(key, "cancel", reason="Doctor is ill")
    page = await agenda.of(key)
    assert "Doctor is ill" in page
    assert "Cancelled" in page
    assert "Another time" not in page
    assert (await agenda.do(key, "cancel")).status_code == 409


async def test_a_guest_is_checked_in_and_has_a_ticket(agenda: Agenda) -> None:
    slot = (await agenda.slots())[0]
    key = await agenda.booked()
    await agenda.wait_until(slot, minutes=-10)
    done = await agenda.do(key, "arrive", back=f"{agenda.path}?day={agenda.day()}")
    assert done.status_code == 303, done.text
    page = await text_of(agenda.client, done.headers["location"])
    assert re.search(r"Checked in: ticket A-\d+", page)
    assert "Here" in card_of(page, key)
    # Somebody else may have pressed it: it is the same ticket.
    again = await agenda.do(key, "arrive")
    ticket = re.findall(r"ticket=([^&]+)", done.headers["location"])
    assert re.findall(r"ticket=([^&]+)", again.headers["location"]) == ticket


async def test_a_no_show_is_noted_and_may_come_after_all(agenda: Agenda) -> None:
    slot = (await agenda.slots())[0]
    key = await agenda.booked()
    assert "No-show" not in card_of(await agenda.page(), key)
    await agenda.wait_until(slot, minutes=20)
    assert "No-show" in card_of(await agenda.page(), key)
    missed = await agenda.do(key, "miss", back=agenda.path)
    assert "Noted as a no-show." in await text_of(agenda.client, missed.headers["location"])
    assert "Here after all" in card_of(await agenda.page(), key)
    assert (await agenda.do(key, "arrive")).status_code == 303
    assert "Here" in card_of(await agenda.page(), key)


async def test_a_verb_leads_back_only_to_pages_of_ours(agenda: Agenda) -> None:
    key = await agenda.booked()
    for back in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/agenda/\\x"):
        answer = await agenda.do(key, "cancel" if back.startswith("https") else "nothing", back=back)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith(f"{agenda.path}/reservations/")
        else:
            assert answer.status_code == 404


async def test_a_desk_sees_who_is_still_to_come(agenda: Agenda) -> None:
    slots = await agenda.slots()
    # In the middle of the day: an hour before is the same day.
    mine = [one for one in slots if one.endswith(agenda.hall.desk_1)][20]
    other = [one for one in slots if one.endswith(agenda.hall.desk_2)][20]
    await agenda.book(mine, name="Ada Byron")
    await agenda.book(other, name="Grace Hopper")
    await agenda.wait_until(mine, minutes=-60)
    due = await text_of(agenda.client, f"/agenda/due/{agenda.hall.desk_1}")
    assert "Ada Byron" in due
    assert "Grace Hopper" not in due
    assert (await agenda.client.get("/agenda/due/no-desk")).status_code == 404


async def test_nobody_else_sees_a_day(agenda: Agenda) -> None:
    key = await agenda.booked()
    agenda.client.cookies.clear()
    for path in (agenda.path, f"{agenda.path}/book", f"{agenda.path}/reservations/{key}"):
        assert (await agenda.client.get(path)).status_code == 303, path
    assert (await send(agenda.client, f"/agenda/reservations/{key}", verb="cancel")).status_code == 303


async def test_a_branch_of_others_is_not_there(agenda: Agenda, web_build: Builder) -> None:
    other = web_build.branch("Annex")
    assert (await agenda.client.get(f"/agenda/{other}")).status_code == 404
