"""What the processes of the message races do: guests join with a contact, couriers deliver."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from nowserving.actions.messages import settling
from nowserving.actions.tickets.joining import join
from nowserving.background.messages import Courier, Patience
from nowserving.background.wording import Wording
from nowserving.domain.messages.delivery import SENT, End, Letter, Outcome
from nowserving.outside.post import post
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.store import Store
from tests.races.work import opened, outcome

LEASE_S, TRY_S = 1.5, 0.6


class PostSender:
    """Hands letters to the provider by HTTP; with `die_at` the process ends itself at that step, kill -9."""

    def __init__(self, url: str, die_at: str = "", chance: float = 0.0) -> None:
        self.url, self.die_at, self.chance = url, die_at, chance

    def perhaps_die(self, step: str) -> None:
        """End as a power cut would, now and then."""
        if step == self.die_at and random.random() < self.chance:
            os.kill(os.getpid(), signal.SIGKILL)

    async def send(self, letter: Letter) -> Outcome:
        """Try once."""
        self.perhaps_die("claimed")
        body = json.dumps({"id": letter.id, "text": letter.text, "by": os.getpid()}).encode()
        try:
            answer = await post(self.url, {"Content-Type": "application/json"}, body, anywhere=True)
        except OSError:
            return Outcome(End.AGAIN, "unreachable")
        self.perhaps_die("sent")
        return SENT if answer.code == 201 else Outcome(End.AGAIN, f"http_{answer.code}")


def deliver(
    pipe: Connection, url: str, without: Sequence[str], provider: str, die_at: str, chance: float, _n: int
) -> None:
    """Deliver until told to stop. Says "held" or "fenced off" of every try that was settled."""
    with opened(url, without) as store:
        stop = _told_to_stop(pipe)
        pipe.send("ready")
        asyncio.run(_deliver(store, pipe, PostSender(provider, die_at, chance), stop))


def join_and_deliver(
    pipe: Connection, url: str, without: Sequence[str], provider: str, queue_id: str, die_at: str, count: int
) -> None:
    """Be a whole server of SQLite: guests join, every third in vain, while a courier delivers."""
    with opened(url, without) as store:
        stop = _told_to_stop(pipe)

        def guests() -> None:
            for number in range(count):
                contact = {"phone": f"+346{os.getpid() % 100:02d}{number:06d}"}
                verb: Any = join_and_stumble if number % 3 == 2 else join
                outcome(store.write_now, verb, queue_id=queue_id, contact=contact)

        pipe.send("ready")
        threading.Thread(target=guests, daemon=True).start()
        asyncio.run(_deliver(store, pipe, PostSender(provider, die_at, 0.2), stop))


def _told_to_stop(pipe: Connection) -> threading.Event:
    stop = threading.Event()

    def listen() -> None:
        pipe.recv()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    return stop


async def _deliver(store: Store, pipe: Connection, sender: PostSender, stop: threading.Event) -> None:
    store.attach(asyncio.get_running_loop())
    told = _Telling(store, pipe)
    patience = Patience(lease_s=LEASE_S, try_s=TRY_S, at_once=4)
    courier = Courier(told, {"sms": sender}, Wording(lambda _, text: text), patience=patience)  # type: ignore[arg-type]
    while not stop.is_set():
        await courier.sweep()
        await asyncio.sleep(0.02)
    await courier.settled()


class _Telling:
    """A store that says over the pipe whether each settling was accepted."""

    def __init__(self, store: Store, pipe: Connection) -> None:
        self._store, self._pipe = store, pipe
        self.read, self.clock = store.read, store.clock

    async def write(self, verb: Any, **arguments: Any) -> Any:
        """Pass on, and tell of a settling."""
        value = await self._store.write(verb, **arguments)
        if verb is settling.settle_message:
            self._pipe.send(("held" if value else "fenced off", arguments["message_id"]))
        return value


@action(scope="queue_id")
def join_and_stumble(tx: Tx, *, queue_id: str, contact: dict[str, str]) -> None:
    """Join, with all that belongs to it, and then fail: the whole of it is rolled back."""
    join(tx, queue_id=queue_id, contact=contact)
    raise ZeroDivisionError("after it has written")


def join_with_contacts(
    pipe: Connection, url: str, without: Sequence[str], queue_id: str, count: int, provider: str, n: int
) -> None:
    """Join so many times, every third time in vain.

    It says nothing of each: nobody reads meanwhile, and a pipe that is full holds its writer up for ever.
    """
    # For the guard that is lost in a control: the fork server's environment is an older one.
    os.environ["PROVIDER_URL"] = provider
    with opened(url, without) as store:
        pipe.send("ready")
        pipe.recv()
        for number in range(count):
            contact = {"phone": f"+3460{n:02d}{number:06d}"}
            verb: Any = join_and_stumble if number % 3 == 2 else join
            outcome(store.write_now, verb, queue_id=queue_id, contact=contact)
