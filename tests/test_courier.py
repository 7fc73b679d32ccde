"""The courier: what it begins, what it leaves, what holds it up, and what it says in whose words."""

from __future__ import annotations

import asyncio
import json
import logging
from functools import wraps
from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.messages.claiming import claim_messages
from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.background import messages
from nowserving.background.messages import Courier, Patience
from nowserving.background.wording import Wording
from nowserving.domain.messages.delivery import SENT, End, Letter, Outcome
from nowserving.domain.tickets.rules import AskContact, QueueRules
from nowserving.outside.senders import Recorder
from nowserving.post_room import _speak
from nowserving.store import schema
from nowserving.store.engine.tx import Tx
from nowserving.store.store import Store
from tests.builders import Builder
from tests.conftest import Clock

pytestmark = pytest.mark.anyio
BASE = "https://queue.example.org"
ANA = {"email": "ana@example.net", "phone": "+34600123456"}


@pytest.fixture
def queue(build: Builder) -> str:
    branch = build.branch("Town Hall")
    rules = QueueRules(ask_contact=AskContact.OPTIONAL, public_name="Room 4", announce_nearly_at=0)
    queue_id = build.queue("Oncology", branch, rules=rules)
    build.desk("Desk 2", branch, serves=[queue_id], agent_id="staff:maria")
    return queue_id


class Slow:
    """A sender that waits until it is let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.begun = 0

    async def send(self, _letter: Letter) -> Outcome:
        self.begun += 1
        await self.go.wait()
        return SENT


class Broken:
    """A sender that stumbles, with an address in its words."""

    async def send(self, letter: Letter) -> Outcome:
        raise RuntimeError(f"could not reach {letter.to}")


def courier(store: Store, senders: dict[str, Any], base: str = BASE, **patience: Any) -> Courier:
    clock = patience.pop("clock", None)
    more = {"clock": clock} if clock else {}
    return Courier(store, senders, Wording(_speak, base), patience=Patience(**patience), **more)


def states(store: Store) -> list[tuple[str, str, str]]:
    table = schema.messages
    wanted = select(table.c.kind, table.c.state, table.c.reason).order_by(table.c.created_at, table.c.id)
    return store.read_now(lambda reader: [tuple(row) for row in reader.execute(wanted)])


async def test_a_letter_speaks_the_guests_language_and_tells_no_secret_of_the_queue(
    store: Store, queue: str, clock: Clock
) -> None:
    mail = Recorder()
    made = await store.write(join, queue_id=queue, contact=ANA, language="es")
    clock.advance(1)
    await store.write(call_next, desk_id="desk-2")
    at_work = courier(store, {"email": mail})
    await at_work.sweep()
    await at_work.settled()
    turn = next(letter for letter in mail.letters if letter.urgent)
    assert turn.to == "ana@example.net"
    assert turn.link == f"{BASE}/t/{made.ticket.key}"
    assert turn.stop == f"{BASE}/stop/{made.ticket.key}"
    assert "Desk 2" in turn.text
    assert turn.stop in turn.text
    assert "Oncology" not in turn.text + turn.subject
    assert turn.subject != "A-001: it is your turn", "it is in Spanish"
    assert {state for _, state, _ in states(store)} == {"sent"}


async def test_a_branchs_own_words_are_filled_once_and_keep_the_way_out(
    store: Store, queue: str, build: Builder
) -> None:
    words = {"joined": {"en": {"subject": "", "text": "{branch} {queue} {code}"}}}
    build.insert(schema.message_settings, branch_id="town-hall", settings=json.dumps({"templates": words}))
    mail = Recorder()
    await store.write(join, queue_id=queue, contact=ANA)
    at_work = courier(store, {"email": mail})
    await at_work.sweep()
    await at_work.settled()
    (letter,) = mail.letters
    assert letter.text.startswith("Town Hall Room 4 A-001\n")
    assert letter.stop in letter.text


async def test_without_a_public_address_there_are_no_links(store: Store, queue: str) -> None:
    mail = Recorder()
    await store.write(join, queue_id=queue, contact=ANA)
    at_work = courier(store, {"email": mail}, base="")
    await at_work.sweep()
    await at_work.settled()
    assert (mail.letters[0].link, mail.letters[0].stop) == ("", "")
    assert "/t/" not in mail.letters[0].text


async def test_a_provider_that_hangs_holds_up_neither_others_nor_any_write(
    store: Store, queue: str, clock: Clock
) -> None:
    slow, mail = Slow(), Recorder()
    for number in range(5):
        await store.write(join, queue_id=queue, contact={"phone": f"+3460000000{number}"})
    await store.write(join, queue_id=queue, contact={"email": "ana@example.net"})
    at_work = courier(store, {"sms": slow, "email": mail}, at_once=2)
    await at_work.sweep()
    async with asyncio.timeout(5):
        while not mail.letters:  # noqa: ASYNC110  A recorder rings no bell.
            await asyncio.sleep(0.01)
        await store.write(call_next, desk_id="desk-2")
    assert slow.begun == 2, "no more at once than it may hold up"
    clock.advance(1)
    slow.go.set()
    await at_work.settled()
    assert slow.begun == 6, (
        "five joined and one call, each begun when another ended: nobody waits for a sweep"
    )


async def test_a_call_goes_before_everything_that_is_older(store: Store, queue: str, clock: Clock) -> None:
    mail = Recorder()
    for number in range(4):
        await store.write(join, queue_id=queue, contact={"email": f"guest{number}@example.net"})
    clock.advance(1)
    await store.write(call_next, desk_id="desk-2")
    at_work = courier(store, {"email": mail}, at_once=1)
    await at_work.sweep()
    await at_work.settled()
    assert [letter.urgent for letter in mail.letters] == [True, False, False, False, False]


async def test_a_backlog_without_room_is_not_read_to_its_end(
    store: Store, queue: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch holds the branch's lock: a word to hundreds must not hold up the calls at the desks."""
    monkeypatch.setattr(messages, "_BATCH", 2)
    batches: list[int] = []

    @wraps(claim_messages)
    def counted(tx: Tx, **wanted: Any) -> Any:
        batches.append(wanted["most"])
        return claim_messages(tx, **wanted)

    for number in range(12):
        await store.write(join, queue_id=queue, contact={"phone": f"+346000000{number:02}"})
    slow = Slow()
    at_work = courier(store, {"sms": slow, "email": Recorder()}, at_once=2)
    monkeypatch.setattr(messages, "claim_messages", counted)
    await at_work.sweep()
    assert len(batches) == 2, "one that fills the channel, and one that finds it full"
    clock.advance(1)
    slow.go.set()
    await at_work.settled()
    assert slow.begun == 12


async def test_a_fault_in_one_branch_leaves_no_other_out(
    store: Store, queue: str, build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, tried = Recorder(), []
    other = build.queue("Baths", build.branch("Baths"), rules=QueueRules(ask_contact=AskContact.OPTIONAL))
    for queue_id in (queue, other):
        await store.write(join, queue_id=queue_id, contact=ANA)

    @wraps(claim_messages)
    def faulty_at_first(tx: Tx, **wanted: Any) -> Any:
        tried.append(wanted["branch_id"])
        if len(tried) == 1:
            raise ValueError
        return claim_messages(tx, **wanted)

    monkeypatch.setattr(messages, "claim_messages", faulty_at_first)
    at_work = courier(store, {"email": mail})
    assert await at_work.sweep() == 1
    await at_work.settled()
    assert len(set(tried)) == 2
    assert len(mail.letters) == 1


async def test_a_try_that_takes_too_long_is_broken_off_and_comes_again(
    store: Store, queue: str, clock: Clock
) -> None:
    slow = Slow()
    await store.write(join, queue_id=queue, contact={"phone": "+34600000001"})
    at_work = courier(store, {"sms": slow}, try_s=0.05)
    await at_work.sweep()
    await at_work.settled()
    assert states(store) == [("joined", "waiting", "timeout")]
    clock.advance(60)
    slow.go.set()
    await at_work.sweep()
    await at_work.settled()
    assert states(store) == [("joined", "sent", "")]


async def test_a_sender_that_stumbles_says_no_address_in_the_log(
    store: Store, queue: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await store.write(join, queue_id=queue, contact=ANA)
    at_work = courier(store, {"email": Broken()})
    await at_work.sweep()
    await at_work.settled()
    assert states(store) == [("joined", "waiting", "fault")]
    assert "RuntimeError" in caplog.text
    assert "ana@example.net" not in caplog.text


async def test_what_was_held_too_long_is_not_sent(store: Store, queue: str) -> None:
    """A process that was frozen between its claim and its send must not send any more."""
    mail, hours = Recorder(), iter(range(0, 1_000_000, 3600))
    await store.write(join, queue_id=queue, contact=ANA)
    at_work = courier(store, {"email": mail}, clock=lambda: float(next(hours)))
    await at_work.sweep()
    await at_work.settled()
    assert mail.letters == []
    assert states(store) == [("joined", "sending", "")]


async def test_an_outage_is_got_over(store: Store, queue: str, clock: Clock) -> None:
    mail = Recorder(outcome=Outcome(End.AGAIN, "unreachable"))
    for _ in range(3):
        await store.write(join, queue_id=queue, contact=ANA)
    at_work = courier(store, {"email": mail})
    for _ in range(4):
        await at_work.sweep()
        await at_work.settled()
        clock.advance(120)
    mail.outcome = SENT
    mail.letters.clear()
    await at_work.sweep()
    await at_work.settled()
    assert len(mail.letters) == len({letter.id for letter in mail.letters}) == 3
    assert {state for _, state, _ in states(store)} == {"sent"}


async def test_stopping_leaves_what_is_under_way_to_its_lease(store: Store, queue: str, clock: Clock) -> None:
    await store.write(join, queue_id=queue, contact=ANA)
    stopped = courier(store, {"email": Slow()}, lease_s=30)
    await stopped.sweep()
    await stopped.stop()
    assert states(store) == [("joined", "sending", "")]
    clock.advance(31)
    mail = Recorder()
    other = courier(store, {"email": mail})
    await other.sweep()
    await other.settled()
    assert len(mail.letters) == 1
