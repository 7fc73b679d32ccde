"""Booking as a browser without scripts does it: links, forms, and a page after each of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from nowserving.actions.reservations.booking import verify
from nowserving.domain.reservations.reservation import ReservationState
from nowserving.web.gate.guests.proofs import address_proof
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.forms import refusal_of, send, text_of, value_of
from tests.web.practice import DAY, HOUR, MINUTE, TUESDAY, Practice, make_practice

pytestmark = pytest.mark.anyio


@pytest.fixture
async def practice(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Practice]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (
        house,
        client,
    ):
        yield await make_practice(house, client, clock, web_build)


def hidden(html: str) -> dict[str, str]:
    return {name: value_of(html, name) or "" for name in re.findall(r'type="hidden" name="([^"]+)"', html)}


async def test_a_branch_shows_what_can_be_booked_and_what_is_next(practice: Practice) -> None:
    page = await text_of(practice.client, f"/book/{practice.branch_id}")
    assert "Check-up" in page
    assert "Once a year" in page
    assert f'href="{practice.path}"' in page
    assert "Next free: Mon, 23 Nov, 10:00" in unescape(page).replace("\u202f", " ")
    assert 'itemtype="https://schema.org/Service"' in page


async def test_public_pages_may_be_found_and_a_guests_own_may_not(practice: Practice) -> None:
    public = await practice.client.get(practice.path)
    assert "x-robots-tag" not in public.headers
    assert "noindex" not in public.text
    own = await practice.client.get(f"/r/{(await practice.reserve()).key}")
    assert "noindex" in own.headers["x-robots-tag"]
    assert own.headers["cache-control"] == "no-store"
    assert own.headers["referrer-policy"] == "no-referrer"


async def test_a_day_shows_its_times_in_the_zone_of_the_place(practice: Practice) -> None:
    page = unescape(await text_of(practice.client, f"{practice.path}?day=2026-11-24")).replace("\u202f", " ")
    assert re.findall(r"<time datetime=\"\d+\">([^<]+)</time>", page) == [
        *("9:00 AM", "9:30 AM", "10:00 AM", "10:30 AM", "11:00 AM", "11:30 AM")
    ]
    assert "Time in Madrid" in page


async def test_the_zone_can_be_changed(practice: Practice) -> None:
    page = unescape(await text_of(practice.client, f"{practice.path}?day=2026-11-24&zone=Asia/Kolkata"))
    assert "1:30\u202fPM" in page
    assert "Time in Kolkata" in page
    assert "Show the time of the place" in page
    assert "Time in Madrid" in await text_of(practice.client, f"{practice.path}?zone=Nowhere/Land")


async def test_somebody_can_be_chosen(practice: Practice) -> None:
    page = await text_of(practice.client, f"{practice.path}?desk={practice.rooms[1]}")
    assert "Dr. Rao" in page
    key = await practice.hold(desk=practice.rooms[1])
    assert (await practice.now(key)).desk_id == practice.rooms[1]
    await practice.edit(rules={"choose_desk": False})
    assert "Dr. Rao" not in await text_of(practice.client, practice.path)


@pytest.mark.parametrize("query", ["month=2026-13", "day=2026-99-99", "size=x", "desk=%00", "month=&day=zzz"])
async def test_an_address_that_makes_no_sense_shows_the_ordinary_page(practice: Practice, query: str) -> None:
    assert "Next free" in await text_of(practice.client, f"{practice.path}?{query}")


async def test_a_month_without_times_leads_to_the_next_free_one(practice: Practice) -> None:
    page = await text_of(practice.client, f"{practice.path}?month=2027-12")
    assert "Nothing can be booked in this month" in page
    assert "To the next free time" in page


async def test_looking_keeps_no_time_and_a_press_does(practice: Practice) -> None:
    await text_of(practice.client, practice.path)
    key = await practice.hold()
    held = await practice.now(key)
    assert (held.state, held.start_at) == (ReservationState.HELD, TUESDAY)
    page = await text_of(practice.client, f"/r/{key}")
    assert "Kept for you" in page
    assert f'data-at="{held.deadline_at}"' in page


async def test_the_form_makes_a_reservation_and_leads_to_its_page(practice: Practice) -> None:
    key = await practice.hold()
    answer = await send(practice.client, f"/r/{key}/book", name="Ana Ruiz", email="ana@example.org", note="")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/r/{key}")
    booked = await practice.now(key)
    assert (booked.state, booked.name, booked.email) == (
        ReservationState.CONFIRMED,
        "Ana Ruiz",
        "ana@example.org",
    )
    page = await text_of(practice.client, f"/r/{key}")
    assert "Your reservation is confirmed" in page
    assert booked.code in page
    # Sent twice by a double press: nothing more happens, and nobody is told of a fault.
    again = await send(practice.client, f"/r/{key}/book", name="Ana Ruiz")
    assert (again.status_code, again.headers["location"]) == (303, f"/r/{key}")


async def test_a_refused_form_says_why_beside_the_field_and_loses_nothing(practice: Practice) -> None:
    await practice.edit(
        questions=[{"code": "pet", "label": "Which pet?", "required": True}], rules={"ask_birth_date": True}
    )
    key = await practice.hold()
    answer = await send(practice.client, f"/r/{key}/book", name="Ana", email="nonsense", note="Hello")
    assert answer.status_code == 422
    assert "e-mail" in refusal_of(answer.text, "email")
    assert value_of(answer.text, "note") == "Hello"
    answer = await send(
        practice.client, f"/r/{key}/book", name="Ana", birth_date="1984-11-22", q_pet="Cat", email=""
    )
    assert answer.status_code == 303
    assert (await practice.now(key)).answers == {"pet": "Cat"}


async def test_questions_of_every_kind_are_asked_and_kept(practice: Practice) -> None:
    kinds = [
        {"code": "first", "label": "First visit?", "kind": "yes_no"},
        {"code": "way", "label": "How?", "kind": "choice", "choices": ["On foot", "By bus"]},
    ]
    await practice.edit(questions=kinds)
    key = await practice.hold()
    page = await text_of(practice.client, f"/r/{key}")
    assert "First visit?" in page
    assert "By bus" in page
    await send(practice.client, f"/r/{key}/book", name="Ana", q_first="on", q_way="By bus")
    assert (await practice.now(key)).answers == {"first": True, "way": "By bus"}


async def test_a_time_that_was_not_kept_is_offered_again_with_what_was_typed(practice: Practice) -> None:
    key = await practice.hold()
    practice.clock.advance(601)
    answer = await send(practice.client, f"/r/{key}/book", name="Ana Ruiz", email="ana@example.org")
    assert answer.status_code == 410
    assert "It is still free" in answer.text
    typed = hidden(answer.text)
    assert typed["name"] == "Ana Ruiz"
    again = await send(practice.client, f"/r/{key}/again", **typed)
    assert again.status_code == 303
    new_key = again.headers["location"].removeprefix("/r/")
    assert (await practice.now(new_key)).state is ReservationState.CONFIRMED


async def test_a_lapsed_page_that_is_opened_offers_the_time_too(practice: Practice) -> None:
    key = await practice.hold()
    practice.clock.advance(601)
    page = await practice.client.get(f"/r/{key}")
    assert page.status_code == 410
    again = await send(practice.client, f"/r/{key}/again")
    assert (await practice.client.get(again.headers["location"])).status_code == 200


async def test_the_last_slot_that_is_lost_while_the_form_is_open_is_said_kindly(practice: Practice) -> None:
    key = await practice.hold()
    practice.clock.advance(601)
    await practice.reserve()
    await practice.reserve(name="Ben")
    answer = await send(practice.client, f"/r/{key}/book", name="Carla")
    assert answer.status_code == 410
    assert "somebody else has taken it" in answer.text
    assert "Join the waiting list" in answer.text
    answer = await send(practice.client, f"/r/{key}/again", name="Carla")
    assert answer.status_code == 409
    assert "These are free and near it" in answer.text


async def test_a_full_time_is_refused_with_what_is_near(practice: Practice) -> None:
    await practice.reserve()
    await practice.reserve(name="Ben")
    answer = await send(practice.client, f"{practice.path}/hold", start=str(TUESDAY))
    assert answer.status_code == 409
    assert "just been taken" in answer.text
    assert str(TUESDAY + 30 * MINUTE) in answer.text
    page = await text_of(practice.client, f"{practice.path}?day=2026-11-24")
    assert "Full · waiting list" in page


async def test_a_kept_time_can_be_given_up(practice: Practice) -> None:
    key = await practice.hold()
    answer = await send(practice.client, f"/r/{key}/give-up")
    assert answer.headers["location"] == practice.path
    assert (await practice.now(key)).state is ReservationState.CANCELLED
    again = await send(practice.client, f"/r/{key}/give-up")
    assert again.status_code == 303
    # Nothing was reserved, so nothing was cancelled: whoever goes back may take it again.
    page = (await practice.client.get(f"/r/{key}")).text
    assert "was cancelled" not in page
    assert f"/r/{key}/again" in page


async def test_a_service_that_is_not_there_says_so(practice: Practice) -> None:
    for path in (
        "/book/nowhere",
        f"/book/{practice.branch_id}/nothing",
        "/book/%20/x",
        "/book/nowhere/x/standby",
    ):
        assert (await practice.client.get(path)).status_code == 404
    assert (
        await send(practice.client, f"/book/{practice.branch_id}/nothing/hold", start="1")
    ).status_code == 404
    assert (await send(practice.client, "/book/nowhere/x/hold", start="1")).status_code == 404
    for path in ("/r/nothing", "/r/0123456789012345678901", "/s/0123456789012345678901", "/s/x"):
        assert (await practice.client.get(path)).status_code == 404
    for act in ("book", "again", "give-up", "move", "cancel", "coming", "stop", "check-in", "verify/x"):
        answer = await send(practice.client, f"/r/0123456789012345678901/{act}", name="x")
        assert answer.status_code == 404, act
    for act in ("take", "decline", "leave"):
        assert (await send(practice.client, f"/s/0123456789012345678901/{act}")).status_code == 404


async def test_looking_at_the_links_of_a_message_changes_nothing(practice: Practice) -> None:
    booked = await practice.reserve()
    for act in ("", "/move", "/cancel", "/coming", "/stop", "/verify/abc", "/qr.svg", "/calendar.ics"):
        answer = await practice.client.get(f"/r/{booked.key}{act}")
        assert answer.status_code == 200, act
    assert await practice.now(booked.key) == booked


async def test_a_reservation_is_moved_from_its_link(practice: Practice) -> None:
    booked = await practice.reserve()
    page = await text_of(practice.client, f"/r/{booked.key}/move?day=2026-11-25")
    assert "It stays yours until you choose another one" in page
    wanted = TUESDAY + DAY + HOUR
    assert str(wanted) in page
    answer = await send(practice.client, f"/r/{booked.key}/move", start=str(wanted))
    assert answer.headers["location"] == f"/r/{booked.key}"
    moved = await practice.now(booked.key)
    assert (moved.start_at, moved.code, moved.sequence) == (wanted, booked.code, 1)


async def test_a_time_that_is_full_leaves_the_old_one(practice: Practice) -> None:
    booked = await practice.reserve()
    for name in ("Ben", "Carla"):
        await practice.reserve(TUESDAY + HOUR, name=name)
    answer = await send(practice.client, f"/r/{booked.key}/move", start=str(TUESDAY + HOUR))
    assert answer.status_code == 409
    assert f'action="/r/{booked.key}/move"' in answer.text
    assert (await practice.now(booked.key)).start_at == TUESDAY


async def test_cancelling_asks_once_and_offers_the_time_again(practice: Practice) -> None:
    booked = await practice.reserve()
    assert "Cancel this reservation?" in await text_of(practice.client, f"/r/{booked.key}/cancel")
    await send(practice.client, f"/r/{booked.key}/cancel", reason="A cold")
    ended = await practice.now(booked.key)
    assert (ended.state, ended.reason) == (ReservationState.CANCELLED, "A cold")
    page = await text_of(practice.client, f"/r/{booked.key}")
    assert "Take this time after all" in page
    assert "This reservation was cancelled" in await text_of(practice.client, f"/r/{booked.key}/cancel")


async def test_after_the_cut_off_the_page_explains_and_the_form_is_refused(practice: Practice) -> None:
    await practice.edit(rules={"cutoff_s": 48 * 3600})
    # Before anything is booked: nobody shall find out afterwards.
    held = await text_of(practice.client, f"/r/{await practice.hold(TUESDAY + HOUR)}")
    assert "be moved or cancelled here once it is booked" in unescape(held)
    booked = await practice.reserve()
    for asked in ("move", "cancel"):
        assert "It is too late to move" in await text_of(practice.client, f"/r/{booked.key}/{asked}")
    page = await text_of(practice.client, f"/r/{booked.key}")
    assert "It is too late to move or cancel here" in page
    assert f"/r/{booked.key}/cancel" not in page
    answer = await send(practice.client, f"/r/{booked.key}/cancel")
    assert answer.status_code == 409
    assert "too late" in answer.text
    assert (await send(practice.client, f"/r/{booked.key}/move", start=str(TUESDAY + DAY))).status_code == 409


async def test_a_reminder_is_answered_by_one_press(practice: Practice) -> None:
    booked = await practice.reserve()
    assert "Are you coming?" in await text_of(practice.client, f"/r/{booked.key}/coming")
    await send(practice.client, f"/r/{booked.key}/coming")
    assert (await practice.now(booked.key)).coming_at is not None
    assert "We know that you are coming" in await text_of(practice.client, f"/r/{booked.key}")


async def test_messages_are_stopped_by_one_press(practice: Practice) -> None:
    booked = await practice.reserve()
    assert (await send(practice.client, f"/r/{booked.key}/stop")).status_code == 303
    assert (await practice.now(booked.key)).stopped_at is not None


async def test_an_address_is_proved_by_what_only_its_mail_says(practice: Practice) -> None:
    await practice.edit(rules={"verify_email": True})
    key = await practice.hold()
    await send(practice.client, f"/r/{key}/book", name="Ana", email="ana@example.org")
    assert (await practice.now(key)).state is ReservationState.PENDING
    assert "Please open the link in our e-mail" in await text_of(practice.client, f"/r/{key}")
    # Whoever has the reservation's own link has not read that mail.
    assert (await send(practice.client, f"/r/{key}/verify/{'0' * 32}")).status_code == 404
    proof = address_proof(practice.house, key, "ana@example.org")
    assert "Is this your e-mail address?" in await text_of(practice.client, f"/r/{key}/verify/{proof}")
    assert (await practice.now(key)).state is ReservationState.PENDING
    await send(practice.client, f"/r/{key}/verify/{proof}")
    assert (await practice.now(key)).state is ReservationState.CONFIRMED


async def test_a_request_waits_for_the_staff(practice: Practice) -> None:
    await practice.edit(rules={"approval": True})
    booked = await practice.reserve()
    assert "Your request is with the staff" in await text_of(practice.client, f"/r/{booked.key}")
    practice.clock.advance(2 * 24 * 3600)
    assert (await practice.client.get(f"/r/{booked.key}")).status_code == 200
    with pytest.raises(Exception, match="lapsed"):
        await practice.house.store.write(verify, reservation_key=booked.key)


async def test_the_calendar_file_is_read_by_a_calendar(practice: Practice) -> None:
    await practice.edit(name="Blood; tests,\\and more")
    booked = await practice.reserve(name="Ana; Ruiz")
    answer = await practice.client.get(f"/r/{booked.key}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar: Any = Calendar.from_ical(answer.text)
    (event,) = calendar.walk("VEVENT")
    assert event["SUMMARY"] == "Blood; tests,\\and more · Surgery"
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].dt.timestamp() * 1_000_000 == TUESDAY
    assert booked.key not in event["UID"]
    held = await practice.hold(TUESDAY + HOUR)
    assert (await practice.client.get(f"/r/{held}/calendar.ics")).status_code == 404


async def test_a_party_is_as_large_as_the_service_allows(practice: Practice) -> None:
    await practice.edit(rules={"capacity": 5, "max_size": 3})
    page = await text_of(practice.client, f"{practice.path}?size=2")
    assert "5 places left" in page
    key = await practice.hold(size="3")
    assert (await practice.now(key)).size == 3
    assert (
        await send(practice.client, f"{practice.path}/hold", start=str(TUESDAY), size="9")
    ).status_code == 422


async def test_every_page_speaks_arabic_from_right_to_left(practice: Practice) -> None:
    booked = await practice.reserve()
    for path in (f"/book/{practice.branch_id}", practice.path, f"/r/{booked.key}", f"/r/{booked.key}/move"):
        page = await text_of(practice.client, f"{path}?lang=ar")
        assert 'dir="rtl"' in page
