"""Letters about accounts: a mail server that is away for a moment loses none of them."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.delivery import SENT, End, Letter, Outcome
from nowserving.web.gate.guests import letters
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.forms import send
from tests.web.practice import Practice, make_practice

pytestmark = pytest.mark.anyio

ANA = {"email": "ana@example.org", "password": "seven wild geese"}


@dataclass
class Moody:
    """A mail server that ends its first tries so, and then takes what it gets."""

    ends: list[End]
    tried: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> Outcome:
        self.tried.append(letter)
        return Outcome(self.ends.pop(0), "smtp_451") if self.ends else SENT


@pytest.fixture
async def practice(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Practice]:
    monkeypatch.setattr(letters, "PAUSES_S", (0.0, 0.0))
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        yield await make_practice(house, client, clock, web_build)


@pytest.mark.parametrize(
    ("ends", "tries", "lost"),
    [
        ([], 1, False),
        ([End.AGAIN, End.AGAIN], 3, False),
        ([End.AGAIN] * 3, 3, True),
        ([End.NEVER], 1, True),
    ],
)
async def test_what_can_not_be_delivered_just_now_is_tried_again(
    practice: Practice, caplog: pytest.LogCaptureFixture, ends: list[End], tries: int, lost: bool
) -> None:
    server = Moody(list(ends))
    practice.house.senders = {Channel.EMAIL: server}

    with caplog.at_level(logging.WARNING):
        await send(practice.client, "/my/register", **ANA, name="Ana Ruiz")

    assert [one.to for one in server.tried] == ["ana@example.org"] * tries
    assert ("was not sent: smtp_451" in caplog.text) is lost
    secret = server.tried[0].link.rpartition("/")[2]
    assert secret not in caplog.text
