"""`nowserving check`: nothing to find in an honest history, and every broken row found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import reserve
from nowserving.actions.reservations.services import create_service
from nowserving.actions.tickets.calling import call_chosen, call_next, recall
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import (
    cancel,
    finish,
    leave,
    no_show,
    park,
    postpone,
    requeue,
    start,
    transfer,
)
from nowserving.actions.tickets.undoing import undo, undo_leave
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import Admission, AskContact, Counts, Fit, PriorityClass, QueueRules
from nowserving.store.care.checks import LATE_S, run_checks
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.conftest import Clock


@pytest.fixture
def store(altered_url: str, clock: Clock) -> Iterator[Store]:
    """Open a store whose tables the test may alter."""
    opened = Store(altered_url, clock=clock, random=Random(1))
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def build(altered_url: str) -> Iterator[Builder]:
    builder = Builder(altered_url)
    yield builder
    builder.close()


@pytest.fixture
def morning(store: Store, build: Builder, town_hall: TownHall, clock: Clock) -> TownHall:
    """A morning in which everything happened once, and nothing wrong."""

    def act(verb: Callable[..., Any], **arguments: Any) -> Any:
        clock.advance(20)
        answer: Any = store.write_now(verb, actor="staff:maria-lopez", **arguments)
        return answer

    urgent = QueueRules(priorities=(PriorityClass("urgent", "Urgent", 3600),), check_in_window_s=60)
    post = build.queue("Post", town_hall.branch_id, prefix="P", rules=urgent)
    window = build.desk("Window", town_hall.branch_id, serves=[post], agent_id=town_hall.maria)
    covers = QueueRules(admission=Admission.AUTOMATIC, capacity=6, counts=Counts.COVERS, fit=Fit.FILL)
    lunch = build.queue("Lunch", town_hall.branch_id, prefix="L", rules=covers)
    keys = [act(join, queue_id=town_hall.passports).ticket.key for _ in range(14)]
    act(call_next, desk_id=town_hall.desk_1)
    act(recall, key=keys[0])
    act(start, key=keys[0])
    act(call_next, desk_id=town_hall.desk_2)
    act(no_show, key=keys[1])
    act(requeue, key=keys[1], where=Where.MIDDLE)
    act(call_next, desk_id=town_hall.desk_1)
    act(park, key=keys[2])
    act(requeue, key=keys[2], where=Where.END)
    act(transfer, key=keys[3], queue_id=town_hall.licences)
    act(postpone, key=keys[4], places=3)
    act(leave, key=keys[5])
    act(undo_leave, key=keys[5])
    act(cancel, key=keys[6])
    act(call_chosen, desk_id=town_hall.desk_1, key=keys[9])
    act(call_chosen, desk_id=town_hall.desk_2, key=keys[9], anyway=True)
    act(finish, key=keys[9])
    act(call_next, desk_id=town_hall.desk_2)
    act(undo, desk_id=town_hall.desk_2)
    act(call_next, desk_id=town_hall.desk_2)
    for priority in ("", "", "urgent"):
        act(join, queue_id=post, priority=priority)
    act(call_next, desk_id=window)
    clock.advance(120)
    act(lapse_overdue, branch_id=town_hall.branch_id)
    parties = [act(join, queue_id=lunch, party_size=size).ticket.key for size in (4, 5, 2, 2)]
    act(start, key=parties[0])
    act(finish, key=parties[0])
    told = build.queue(
        "Told", town_hall.branch_id, prefix="M", rules=QueueRules(ask_contact=AskContact.OPTIONAL)
    )
    act(join, queue_id=told, contact={"phone": "+34600000001"})
    act(call_next, desk_id=window)
    wanted: dict[str, Any] = {"queue_id": post, "name": "Parcels", "duration_s": 1800, "desk_ids": [window]}
    # At the instant of the last call: its deadline is what some tests wait for.
    parcels = store.write_now(create_service, branch_id=town_hall.branch_id, **wanted)
    soon = clock.now - clock.now % 3_600_000_000 + 7_200_000_000
    promised = store.write_now(reserve, service_id=parcels.id, start_at=soon, name="Ana")
    store.write_now(reserve, service_id=parcels.id, start_at=soon + 1_800_000_000, name="Eva")
    store.write_now(arrive, reservation_key=promised.key, by_staff=True)
    return town_hall


def tamper(url: str, statement: str) -> None:
    """Change rows behind our back, with whatever the database itself would refuse switched off."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX IF EXISTS uq_tickets_open_call"))
        connection.execute(text("DROP INDEX IF EXISTS uq_stays_open"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        assert connection.exec_driver_sql(statement).rowcount != 0
    engine.dispose()


def violations(store: Store, clock: Clock) -> dict[str, tuple[str, ...]]:
    """Return the sentences of every check that found something."""
    found = store.read_now(run_checks, clock())
    return {one.name: one.violations for one in found if one.violations}


def test_an_honest_history_has_nothing_to_find(store: Store, morning: TownHall, clock: Clock) -> None:
    assert violations(store, clock) == {}


def test_every_check_looks_at_something(store: Store, morning: TownHall, clock: Clock) -> None:
    # A town hall sells no seats: tests/actions/test_seat_checks.py and test_pass_checks.py look at those.
    unseen = [one.name for one in store.read_now(run_checks, clock()) if not one.checked]
    assert unseen == ["seats", "passes"]


def test_an_empty_database_is_in_order(store: Store, clock: Clock) -> None:
    found = store.read_now(run_checks, clock())

    assert [one.violations for one in found] == [()] * len(found)


BREAKS = [
    ("promises", "UPDATE reservations SET branch_id = 'library'", "there is no such ticket"),
    (
        "messages",
        "UPDATE messages SET occasion = occasion + 1",
        "tells of nothing that happened",
    ),
    (
        "one ticket, one desk",
        "UPDATE tickets SET desk_id = 'desk-2' WHERE desk_id IS NOT NULL",
        "desk desk-2 has",
    ),
    (
        "one ticket, one desk",
        (
            "INSERT INTO stays (ticket_id, branch_id, queue_id, state, desk_id, from_at)"
            " SELECT ticket_id, branch_id, queue_id, state, 'desk-3', from_at FROM stays"
            " WHERE state = 'called' AND to_at IS NULL"
        ),
        "is called 2 times at once",
    ),
    (
        "one ticket, one desk",
        "UPDATE tickets SET desk_id = 'front-desk' WHERE desk_id = 'desk-2'",
        "is at desk front-desk, of another branch",
    ),
    ("numbers without gaps", "DELETE FROM tickets WHERE number = 14", "13 tickets, 13 numbers, highest 13"),
    ("numbers without gaps", "DELETE FROM tickets WHERE number = 9", "13 tickets, 13 numbers, highest 14"),
    ("numbers without gaps", "UPDATE numbers SET last = last + 1", "last given 15"),
    ("numbers without gaps", "DELETE FROM numbers", "last given 0"),
    (
        "numbers without gaps",
        "UPDATE tickets SET joined_at = joined_at - 3600000000 WHERE code = 'A-008'",
        "A-008 of 2026-11-23 joined before the number before it",
    ),
    ("waiting counters", "UPDATE queues SET waiting = waiting + 1 WHERE id = 'passports'", "queue passports"),
    ("waiting counters", "UPDATE queues SET waiting = 3 WHERE id = 'loans'", "there are 0"),
    (
        "one open stay",
        "UPDATE stays SET to_at = from_at WHERE to_at IS NULL AND state = 'waiting'",
        "has 0 open stays",
    ),
    ("one open stay", "UPDATE stays SET state = 'parked' WHERE state = 'waiting'", "0 of them fitting"),
    ("one open stay", "UPDATE stays SET queue_id = 'post' WHERE to_at IS NULL", "0 of them fitting"),
    ("one open stay", "UPDATE stays SET desk_id = 'desk-3' WHERE to_at IS NULL", "0 of them fitting"),
    ("one open stay", "UPDATE tickets SET since_at = since_at + 1", "0 of them fitting"),
    (
        "one open stay",
        (
            "INSERT INTO stays (ticket_id, branch_id, queue_id, state, from_at)"
            " SELECT id, branch_id, queue_id, 'waiting', joined_at FROM tickets WHERE state = 'cancelled'"
        ),
        "is cancelled and has 1 open stays",
    ),
    (
        "stays without gaps",
        "UPDATE stays SET to_at = to_at - 1 WHERE state = 'called' AND to_at > from_at",
        "a stay begins",
    ),
    ("stays without gaps", "UPDATE stays SET from_at = from_at - 1 WHERE state = 'serving'", "a stay begins"),
    ("stays without gaps", "UPDATE tickets SET joined_at = joined_at + 1 WHERE number = 5", "a stay begins"),
    (
        "stays without gaps",
        "UPDATE events SET verb = 'ticket.recalled' WHERE verb = 'ticket.requeued'",
        "a stay begins",
    ),
    ("ends", "UPDATE tickets SET ended_at = ended_at + 1 WHERE state = 'done'", "its end does not fit"),
    ("versions without gaps", "DELETE FROM events WHERE version = 7", "events, 1 to"),
    ("versions without gaps", "DELETE FROM events WHERE version = 1", "events, 2 to"),
    (
        "versions without gaps",
        "UPDATE branches SET version = version + 1 WHERE id = 'library'",
        "1 and has 0",
    ),
    ("versions without gaps", "UPDATE organisations SET version = 9", "scope organisation is at version 9"),
    (
        "versions without gaps",
        "UPDATE events SET at = at - 3600000000 WHERE version = 9",
        "version 9: earlier than the one before",
    ),
    ("tickets as told", "UPDATE tickets SET state = 'parked' WHERE number = 12", "state is parked"),
    ("tickets as told", "UPDATE tickets SET rank = rank + 1 WHERE state = 'waiting'", "rank is"),
    ("tickets as told", "DELETE FROM events WHERE verb = 'ticket.joined'", "its events say nothing"),
    (
        "tickets as told",
        "UPDATE events SET at = at - 3600000000 WHERE verb = 'ticket.lapsed'",
        "its deadline",
    ),
    ("tickets as told", "DELETE FROM events WHERE verb = 'ticket.called'", "the events before say waiting"),
]


@pytest.mark.parametrize(("check", "break_it", "said"), BREAKS, ids=[said for _, _, said in BREAKS])
def test_a_broken_row_is_found(
    store: Store,
    morning: TownHall,
    clock: Clock,
    altered_url: str,
    check: str,
    break_it: str,
    said: str,
) -> None:
    tamper(altered_url, break_it)

    found = violations(store, clock)

    assert said in "\n".join(found.get(check, ()))


@pytest.mark.parametrize("altered_url", ["postgresql"], indirect=True)
def test_a_number_given_twice_is_found(
    store: Store, morning: TownHall, clock: Clock, altered_url: str
) -> None:
    tamper(altered_url, "ALTER TABLE tickets DROP CONSTRAINT uq_tickets_number_queue_id_service_day_number")
    tamper(altered_url, "UPDATE tickets SET number = 13 WHERE number = 14")

    # Which of the two comes first in the order of numbers is anybody's guess, so a second fault may be named.
    sentence, *_ = violations(store, clock)["numbers without gaps"]

    assert "14 tickets, 13 numbers, highest 13, last given 14" in sentence


def test_a_deadline_that_nobody_saw_is_found(store: Store, morning: TownHall, clock: Clock) -> None:
    clock.advance(60 + LATE_S - 1)
    assert violations(store, clock) == {}

    clock.advance(40)

    assert list(violations(store, clock)) == ["deadlines"]


def test_calling_out_of_turn_with_nothing_on_record_is_found(
    store: Store, morning: TownHall, clock: Clock, altered_url: str
) -> None:
    tamper(altered_url, "UPDATE events SET data = replace(data, 'chosen', 'hidden')")

    (sentences,) = violations(store, clock).values()

    assert "A-010 overtook A-00" in sentences[0]


def test_a_rule_that_passes_somebody_with_nothing_on_record_is_found(
    store: Store, morning: TownHall, clock: Clock, altered_url: str
) -> None:
    tamper(altered_url, "UPDATE events SET verb = 'ticket.noticed' WHERE verb = 'ticket.passed'")
    tamper(altered_url, """UPDATE events SET data = replace(data, '"party_size":5', '"party_size":2')""")
    tamper(altered_url, "UPDATE tickets SET party_size = 2 WHERE party_size = 5")

    assert any("L-003 overtook L-002" in one for one in violations(store, clock)["order of calls"])
