"""Text messages and alerts through apprise, to a real provider on this machine."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from nowserving.domain.messages.delivery import End, Letter
from nowserving.outside.senders import Recorder
from nowserving.outside.sms import SmsSender, StaffSender, understood
from tests.provider import running_provider

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore")]


def letter(to: str = "+34600123456") -> Letter:
    return Letter(id="m1", channel="sms", to=to, subject="Town Hall", text="A-001: {code} <b>come</b> %s")


async def test_a_text_goes_to_the_number_as_it_is() -> None:
    with running_provider() as provider:
        sender = SmsSender(f"json://127.0.0.1:{provider.port}/{{to}}")
        assert (await sender.send(letter())).end is End.SENT
        assert provider.taken[0]["message"] == "A-001: {code} <b>come</b> %s"


async def test_an_alert_goes_to_the_branchs_address() -> None:
    with running_provider() as provider:
        alert = letter(f"json://127.0.0.1:{provider.port}/alerts?token=secret")
        assert (await StaffSender().send(alert)).end is End.SENT
        assert provider.taken[0]["title"] == "Town Hall"


@pytest.mark.parametrize("mood", ["refuse", "break", "hang_up"])
async def test_what_did_not_go_well_is_worth_another_try(mood: Any) -> None:
    with running_provider(mood) as provider:
        sender = SmsSender(f"json://127.0.0.1:{provider.port}/{{to}}")
        assert (await sender.send(letter())).end is End.AGAIN


async def test_an_address_that_nobody_knows_is_refused() -> None:
    assert not understood("nonsense://x")
    assert understood("json://localhost/{to}")
    assert (await StaffSender().send(letter("nonsense://secret-token"))).end is End.NEVER


async def test_neither_number_nor_token_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for mood in ("take", "break"):
        with running_provider(mood) as provider:
            sender = SmsSender(f"json://user:token-of-ours@127.0.0.1:{provider.port}/{{to}}")
            await sender.send(letter())
    said = "".join(record.getMessage() for record in caplog.records)
    assert "34600123456" not in said
    assert "token-of-ours" not in said


async def test_a_recorder_keeps_the_latest() -> None:
    recorder = Recorder(most=2)
    for number in range(3):
        await recorder.send(letter(f"+3460000000{number}"))
    assert [one.to for one in recorder.letters] == ["+34600000001", "+34600000002"]
