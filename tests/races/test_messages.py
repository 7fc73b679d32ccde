"""A message is sent if and only if what it tells of is committed, with couriers killed at each step.

One provider hears of everything. It takes a message and never answers, hangs up, breaks, answers twice.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from nowserving.domain.tickets.rules import AskContact, QueueRules
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.store import Store
from tests.builders import Builder
from tests.processes import Child, several
from tests.provider import Mood, Provider, running_provider, wait_until
from tests.races.evidence import Evidence, length
from tests.races.post import LEASE_S, deliver, join_and_deliver, join_with_contacts

MOODS: list[Mood] = ["take", "take", "hang", "take", "break", "hang_up", "twice", "take", "trickle", "refuse"]
MANY = 30
STEPS = ("claimed", "sent")


def hall(url: str) -> str:
    """Make a branch whose guests are asked how to be told; return its queue."""
    builder = Builder(url)
    branch_id = builder.branch("Town Hall")
    queue_id = builder.queue("Passports", branch_id, rules=QueueRules(ask_contact=AskContact.OPTIONAL))
    # The day's limit of text messages is not what is tried here.
    builder.insert(schema.message_settings, branch_id=branch_id, settings='{"sms_a_day": 100000}')
    builder.close()
    return queue_id


def _rows(reader: Reader) -> list[tuple[str, str, str]]:
    tickets, messages = schema.tickets, schema.messages
    wanted = select(messages.c.id, messages.c.state, tickets.c.code).join_from(
        messages, tickets, tickets.c.id == messages.c.ticket_id
    )
    found: Any = reader.execute(wanted)
    return [(one, state, code) for one, state, code in found]


def _codes(reader: Reader) -> list[str]:
    return list(reader.execute(select(schema.tickets.c.code)).scalars())


@contextmanager
def looking(url: str) -> Iterator[Store]:
    store = Store(url)
    store.open_for_reading()
    yield store
    store.close()


def wrong(store: Store, provider: Provider) -> list[str]:
    """Return everything that is not as it must be, once all has been delivered."""
    rows, codes = store.read_now(_rows), store.read_now(_codes)
    known = {message_id: code for message_id, _, code in rows}
    heard = Counter(str(one["id"]) for one in list(provider.taken))
    found = [f"{one} was sent and is no message" for one in heard if one not in known]
    found += [f"{code} was never told" for one, code in known.items() if not heard[one]]
    found += [f"{code} has no message" for code in codes if code not in known.values()]
    per_code = Counter(known.values())
    found += [f"{code} has {count} messages of one kind" for code, count in per_code.items() if count > 1]
    shown = {one["id"]: one["text"] for one in list(provider.taken)}
    said = [f"{shown[one]} does not say {known[one]}" for one in shown if one in known]
    return found + [words for words in said if words.split(" does not say ")[1] not in words]


def rush(
    url: str,
    guests: int,
    count: int,
    without: tuple[str, ...] = (),
    moods: list[Mood] | None = None,
    steps: tuple[str, ...] = STEPS,
    patience_s: float = 120,
) -> tuple[list[str], Provider]:
    """Let guests join and couriers deliver; couriers are killed between the steps and replaced.

    What was tried often waits minutes for its next try: who sends much has `patience_s` for the last.
    """
    queue_id = hall(url)
    with running_provider(*(moods or _shuffled())) as provider, looking(url) as store, ExitStack() as ends:
        joiners = ends.enter_context(
            several(guests, join_with_contacts, url, without, queue_id, count, provider.url)
        )
        for joiner in joiners:
            assert joiner.pipe.recv() == "ready"
            joiner.pipe.send("go")
        for step in steps:
            courier = Child(deliver, url, without, provider.url, step, 0.2, 0)
            ends.callback(courier.close)
            assert courier.pipe.recv() == "ready"
            until = time.monotonic() + 2 * LEASE_S
            while courier.process.is_alive() and time.monotonic() < until:
                time.sleep(0.02)
            courier.close()
        joiners[0].close()
        for joiner in joiners[1:]:
            assert joiner.join(300) == 0
        provider.moods[:] = ["take"]
        last = Child(deliver, url, without, provider.url, "", 0.0, 0)
        ends.callback(last.close)
        assert last.pipe.recv() == "ready"
        _drain(store, last, patience_s)
        last.pipe.send("stop")
        last.join()
        return wrong(store, provider), provider


def _shuffled() -> list[Mood]:
    return [*MOODS * 200]


def _drain(store: Store, courier: Child, patience_s: float = 120) -> None:
    def over() -> bool:
        # It says over the pipe how each settling ended, and stands still once nobody reads that.
        while courier.pipe.poll():
            courier.pipe.recv()
        return all(state not in ("waiting", "sending") for _, state, _ in store.read_now(_rows))

    wait_until(over, patience_s)


on_postgresql = pytest.mark.parametrize("altered_url", ["postgresql"], indirect=True)


@pytest.mark.timeout(300)
@pytest.mark.postgres
@on_postgresql
def test_couriers_are_killed_at_each_step(altered_url: str, evidence: Evidence) -> None:
    found, provider = rush(altered_url, guests=2, count=MANY)

    assert found == []
    assert provider.taken
    evidence.row(
        "messages",
        "PostgreSQL, 3 processes",
        f"{2 * MANY} joins, every third rolled back, a provider that hangs, breaks and hangs up; "
        "couriers killed between claim and send, and between send and done",
    )


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.postgres
@on_postgresql
def test_couriers_are_killed_at_each_step_again_and_again(altered_url: str, evidence: Evidence) -> None:
    count = max(MANY, length("PROVE_OPERATIONS") // 100)
    found, provider = rush(altered_url, guests=4, count=count, steps=STEPS * 5, patience_s=1800)

    assert found == []
    again = len(provider.taken) - len({one["id"] for one in provider.taken})
    evidence.row(
        "messages",
        "PostgreSQL, 5 processes",
        f"{4 * count} joins, every third rolled back; {len(provider.taken)} deliveries, {again} of them "
        "a second time with the same message id, after a time-out or a kill",
    )


@pytest.mark.prove
@pytest.mark.control
@pytest.mark.timeout(300)
@pytest.mark.postgres
@on_postgresql
def test_control_without_the_outbox_rolled_back_joins_are_told(altered_url: str, evidence: Evidence) -> None:
    found, _ = rush(altered_url, guests=2, count=MANY, without=("tell_at_once",), moods=["take"])

    assert [one for one in found if "is no message" in one]
    evidence.control(
        "messages", "PostgreSQL, 3 processes", "the outbox: told at once, inside the act", found[0]
    )


@pytest.mark.prove
@pytest.mark.control
@pytest.mark.timeout(300)
@pytest.mark.postgres
@on_postgresql
def test_control_without_the_lease_a_killed_couriers_messages_are_lost(
    altered_url: str, evidence: Evidence
) -> None:
    found, _ = rush(altered_url, guests=2, count=MANY, without=("no_lease",), moods=["take"])

    assert [one for one in found if "never told" in one]
    evidence.control(
        "messages", "PostgreSQL, 3 processes", "the lease: done as soon as it is claimed", found[0]
    )


@pytest.mark.timeout(300)
def test_a_server_on_sqlite_is_killed_at_each_step(sqlite_url: str, evidence: Evidence) -> None:
    queue_id = hall(sqlite_url)
    with running_provider(*_shuffled()) as provider, ExitStack() as ends:
        for step in STEPS:
            server = Child(join_and_deliver, sqlite_url, (), provider.url, queue_id, step, MANY // 2)
            ends.callback(server.close)
            assert server.pipe.recv() == "ready"
            server.process.join(2 * LEASE_S)
            server.close()
        provider.moods[:] = ["take"]
        server = Child(join_and_deliver, sqlite_url, (), provider.url, queue_id, "", 0)
        ends.callback(server.close)
        assert server.pipe.recv() == "ready"
        with looking(sqlite_url) as store:
            _drain(store, server)
            found = wrong(store, provider)
        server.pipe.send("stop")
        server.join()

    assert found == []
    assert provider.taken
    evidence.row(
        "messages",
        "SQLite, 1 process",
        f"{MANY} joins, every third rolled back; the server killed between claim and send, "
        "and between send and done",
    )


def frozen(url: str, without: tuple[str, ...] = ()) -> tuple[list[Any], list[str], Provider]:
    """Freeze a courier in the middle of a send, past its lease; let another deliver; let it go on.

    Returns what the frozen one says of its settling, what is wrong, and the provider.
    """
    queue_id = hall(url)
    with running_provider("hang") as provider, looking(url) as store, ExitStack() as ends:
        (joiner,) = ends.enter_context(several(1, join_with_contacts, url, (), queue_id, 1, provider.url))
        joiner.pipe.recv()
        joiner.pipe.send("go")
        joiner.join()
        first = Child(deliver, url, without, provider.url, "", 0.0, 0)
        ends.callback(first.close)
        assert first.pipe.recv() == "ready"
        wait_until(lambda: provider.taken)
        os.kill(first.pid, signal.SIGSTOP)
        time.sleep(LEASE_S + 0.3)
        second = Child(deliver, url, without, provider.url, "", 0.0, 0)
        ends.callback(second.close)
        assert second.pipe.recv() == "ready"
        wait_until(lambda: len(provider.taken) > 1)
        os.kill(first.pid, signal.SIGCONT)
        wait_until(lambda: first.pipe.poll(0.1))
        said = [first.pipe.recv()]
        provider.moods[:] = ["take"]
        provider.over.set()
        _drain(store, second)
        return said, wrong(store, provider), provider


@pytest.mark.timeout(120)
@pytest.mark.postgres
@on_postgresql
def test_who_was_frozen_past_the_lease_is_fenced_off(altered_url: str, evidence: Evidence) -> None:
    said, found, provider = frozen(altered_url)

    assert [word for word, _ in said] == ["fenced off"]
    assert found == []
    assert len({one["id"] for one in provider.taken}) == 1
    evidence.row(
        "messages", "PostgreSQL, 2 processes", "a courier frozen in a send, past its lease, then resumed"
    )


@pytest.mark.control
@pytest.mark.timeout(120)
@pytest.mark.postgres
@on_postgresql
def test_control_without_the_fence_the_frozen_one_decides(altered_url: str, evidence: Evidence) -> None:
    said, _, _ = frozen(altered_url, without=("no_fence",))

    assert [word for word, _ in said] == ["held"]
    evidence.control(
        "messages", "PostgreSQL, 2 processes", "the fence", "the frozen courier settled another's message"
    )
