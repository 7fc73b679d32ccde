"""Paying on the way to the seats: promised before, taken after, nothing lost while the provider is away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.seats.mapping import block_seats
from nowserving.actions.seats.standing_by import stand_by_for_seats
from nowserving.background.payments import sweep_payments
from nowserving.background.seats import sweep_called_off
from nowserving.domain.people.credentials import secret_hash
from nowserving.errors import Busy, Conflict
from nowserving.outside.payment import PayAtDoor, RecordingPayment
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.forms import send, text_of
from tests.web.playhouse import Playhouse, make_web_playhouse

pytestmark = pytest.mark.anyio
ANA = {"name": "Ana Ruiz", "email": "ana@example.org"}


@pytest.fixture
async def playhouse(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Playhouse]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        made = await make_web_playhouse(
            house, client, clock, web_build, cancel_until_s=3600, payment="recording"
        )
        await made.change("open")
        yield made


@pytest.fixture
def provider(playhouse: Playhouse) -> RecordingPayment:
    made = RecordingPayment()
    playhouse.house.payments = {"at_door": PayAtDoor(), "recording": made}
    return made


async def holds_two(playhouse: Playhouse) -> str:
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", seat_0="on", seat_1="on")
    return here


async def swept(playhouse: Playhouse) -> int:
    playhouse.clock.advance(1)
    return await sweep_payments(playhouse.house.store, playhouse.house.payments)


async def test_the_sum_is_said_before_and_taken_after_the_booking(
    playhouse: Playhouse, provider: RecordingPayment
) -> None:
    here = await holds_two(playhouse)
    page = await text_of(playhouse.client, f"{here}/seats")
    assert "You pay €25.00 now." in page
    booked = await send(playhouse.client, f"{here}/book", **ANA)
    assert booked.headers["location"].startswith("/booked/")
    assert list(provider.charges.values()) == ["authorised"]
    assert await swept(playhouse) == 1
    assert list(provider.charges.values()) == ["captured"]
    assert await swept(playhouse) == 0


async def test_a_form_that_is_wrong_leaves_no_promise_behind(
    playhouse: Playhouse, provider: RecordingPayment
) -> None:
    here = await holds_two(playhouse)
    assert (await send(playhouse.client, f"{here}/book", name="Ana Ruiz")).status_code == 422
    assert list(provider.charges.values()) == ["void"]
    await send(playhouse.client, f"{here}/book", **ANA)
    assert list(provider.charges.values()) == ["authorised"]


async def test_a_payment_that_is_refused_keeps_the_seats_held(
    playhouse: Playhouse, provider: RecordingPayment
) -> None:
    here = await holds_two(playhouse)
    provider.refuses = True
    refused = await send(playhouse.client, f"{here}/book", **ANA)
    assert refused.status_code == 409
    assert "The payment was refused. Nothing is booked." in refused.text
    assert "Kept for you" in await text_of(playhouse.client, f"{here}/seats")


async def test_a_provider_that_is_away_costs_nobody_their_seats(
    playhouse: Playhouse, provider: RecordingPayment
) -> None:
    here = await holds_two(playhouse)
    provider.down = True
    refused = await send(playhouse.client, f"{here}/book", **ANA)
    assert refused.status_code == 503
    assert "Your seats are still kept" in refused.text
    assert 'value="Ana Ruiz"' in refused.text
    provider.down = False
    booked = await send(playhouse.client, f"{here}/book", **ANA)
    assert booked.headers["location"].startswith("/booked/")
    # It goes away again before the money is taken: that is done as soon as it is back.
    provider.down = True
    assert await swept(playhouse) == 0
    playhouse.clock.advance(6)
    provider.down = False
    assert await swept(playhouse) == 1
    assert list(provider.charges.values()) == ["captured"]


async def test_a_way_to_pay_that_nobody_set_up_is_said_in_words(playhouse: Playhouse) -> None:
    here = await holds_two(playhouse)
    refused = await send(playhouse.client, f"{here}/book", **ANA)
    assert refused.status_code == 409
    assert "The way to pay for this show is not set up." in refused.text


async def test_what_is_given_back_is_paid_back(playhouse: Playhouse, provider: RecordingPayment) -> None:
    here = await holds_two(playhouse)
    link = (await send(playhouse.client, f"{here}/book", **ANA)).headers["location"]
    await swept(playhouse)
    await send(playhouse.client, f"{link}/cancel")
    assert await swept(playhouse) == 1
    assert provider.given_back == {secret_hash(link.rpartition("/")[2]): 2500}


async def test_a_provider_that_says_no_to_what_it_promised_is_asked_no_more(
    playhouse: Playhouse, provider: RecordingPayment, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await holds_two(playhouse)
    await send(playhouse.client, f"{here}/book", **ANA)
    said: list[Exception] = [Busy("payment_away", "Later."), Conflict("payment_refused", "Never.")]

    async def refuse(_provider: RecordingPayment, _reference: str) -> None:
        raise said.pop(0)

    monkeypatch.setattr(RecordingPayment, "capture", refuse)
    assert await swept(playhouse) == 0
    playhouse.clock.advance(6)
    assert await swept(playhouse) == 1
    playhouse.clock.advance(3600)
    assert await swept(playhouse) == 0
    assert said == []


async def test_what_is_offered_from_the_waiting_list_is_paid_like_all_else(
    playhouse: Playhouse, provider: RecordingPayment
) -> None:
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", seat_0="on")
    link = (await send(playhouse.client, f"{here}/book", **ANA)).headers["location"]
    every = [f"{row}-{n}" for row in "ABC" for n in range(1, 7)]
    write = playhouse.house.store.write
    of: dict[str, Any] = {"performance_id": playhouse.performance_id}
    await write(block_seats, actor="staff:olga", guids=every[1:], reason="repairs", **of)
    standby = await write(stand_by_for_seats, size=1, name="Bo", email="bo@example.org", **of)
    # Nothing is offered yet, so there is nothing to pay.
    assert (await send(playhouse.client, f"/seat-standby/{standby.key}/take")).status_code == 409
    await send(playhouse.client, f"{link}/cancel")
    taken = await send(playhouse.client, f"/seat-standby/{standby.key}/take")
    assert taken.headers["location"].startswith("/booked/")
    assert list(provider.charges.values()) == ["authorised", "authorised"]


async def test_a_show_that_is_cancelled_ends_its_bookings_and_pays_them_back(
    playhouse: Playhouse, provider: RecordingPayment
) -> None:
    here = await holds_two(playhouse)
    link = (await send(playhouse.client, f"{here}/book", **ANA)).headers["location"]
    await swept(playhouse)
    assert await sweep_called_off(playhouse.house.store) == 0
    await playhouse.change("cancel")
    assert await sweep_called_off(playhouse.house.store) == 1
    page = await text_of(playhouse.client, link)
    assert "This booking was cancelled" in page
    assert "This show was cancelled" in page
    assert "€25.00 goes back to you." in page
    assert await swept(playhouse) == 1
    assert list(provider.given_back.values()) == [2500]
