"""What a sender is, and one that notes instead of sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from nowserving.domain.messages.delivery import SENT, Letter, Outcome


class Sender(Protocol):
    """Sends letters by one channel.

    `send` answers with an Outcome and raises nothing of its own; whoever calls it puts a limit on its
    time. What it logs, and every reason it gives, has no address, no text and no secret in it.
    """

    async def send(self, letter: Letter) -> Outcome:
        """Try once to deliver a letter."""


Senders = Mapping[str, Sender]


@dataclass(slots=True)
class Recorder:
    """Sends nothing and notes what it was given: for demos and tests."""

    letters: list[Letter] = field(default_factory=list)
    most: int = 1_000
    outcome: Outcome = SENT

    async def send(self, letter: Letter) -> Outcome:
        """Note a letter; the oldest is forgotten when there are too many."""
        self.letters.append(letter)
        del self.letters[: -self.most]
        return self.outcome
