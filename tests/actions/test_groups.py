"""Many actions in one transaction: what is written once for all is what each would have written.

The office audits its books at the end of every test: stays, counters and numbers against the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from nowserving.actions.layout.queues import edit_queue, pause_queue
from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import cancel
from nowserving.actions.tickets.undoing import undo
from nowserving.errors import AppError, Conflict
from nowserving.store.engine.action import action
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Group, Tx
from nowserving.store.tickets.tickets import next_number, waiting_in
from tests.actions.office import Office
from tests.store.crowd import Crowd, one_group


@action(scope="queue_id")
def fall_over(tx: Tx, *, queue_id: str) -> None:
    """Draw a number, and fail."""
    next_number(tx, queue_id, "2026-11-23")
    raise Conflict("fallen", "It fell over.")


@contextmanager
def at_once(office: Office) -> Iterator[Crowd]:
    with one_group(office.store) as crowd:
        yield crowd


def codes(crowd: Crowd) -> list[str]:
    """Return the code of each answer: a ticket's, or a refusal's."""
    return [one.code if isinstance(one, AppError) else one.ticket.code for one in crowd.answers]


def test_joins_of_one_group_are_numbered_and_placed_in_their_order(office: Office) -> None:
    with at_once(office) as crowd:
        for queue_id in office.hall.queue_ids * 3:
            crowd.ask(join, queue_id=queue_id)

    assert codes(crowd) == ["A-001", "B-001", "A-002", "B-002", "A-003", "B-003"]
    assert [joined.position for joined in crowd.answers] == [1, 1, 2, 2, 3, 3]
    assert office.store.read_now(waiting_in, office.hall.passports) == 3


def test_a_group_of_joins_needs_few_statements(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    execute = Group.execute

    def counted(self: Group, statement: Statement, params: dict[str, Any]) -> None:
        ran.append(statement.text["sqlite"].split()[0])
        execute(self, statement, params)

    with at_once(office) as crowd:
        for _ in range(30):
            crowd.ask(join, queue_id=office.hall.passports)
        monkeypatch.setattr(Group, "execute", counted)

    assert codes(crowd)[-1] == "A-030"
    assert ran.count("INSERT") <= 32, "one a ticket, one for the first number"
    assert ran.count("SELECT") <= 8, "the lock, and what the first join has to know"


def test_a_ticket_may_come_be_called_and_go_within_one_group(office: Office) -> None:
    desk_id = office.hall.desk_1
    with at_once(office) as crowd:
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(call_next, desk_id=desk_id)
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(call_next, desk_id=desk_id)

    first, _, second, _ = (one.ticket for one in crowd.answers)
    assert office.stays(first) == [("waiting", None), ("called", desk_id), ("serving", desk_id)]
    assert office.stays(second) == [("waiting", None), ("called", desk_id)]
    assert office.store.read_now(waiting_in, office.hall.passports) == 0


def test_who_reads_the_line_within_a_group_sees_who_has_just_joined(office: Office) -> None:
    ahead = office.do(join, queue_id=office.hall.passports).ticket
    with at_once(office) as crowd:
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(undo, desk_id=office.hall.desk_1)
        crowd.ask(cancel, key=ahead.key)
        crowd.ask(call_next, desk_id=office.hall.desk_1)

    assert crowd.answers[1].ticket.key == ahead.key
    assert crowd.answers[4].ticket.key == crowd.answers[0].ticket.key


def test_a_queue_that_pauses_or_fills_up_within_a_group_refuses_the_rest(office: Office) -> None:
    queue_id = office.hall.passports
    with at_once(office) as crowd:
        crowd.ask(join, queue_id=queue_id)
        crowd.ask(edit_queue, queue_id=queue_id, changes={"rules": {"max_waiting": 2}})
        crowd.ask(join, queue_id=queue_id)
        crowd.ask(join, queue_id=queue_id)
        crowd.ask(pause_queue, queue_id=queue_id)
        crowd.ask(join, queue_id=queue_id)

    told = [one.code if isinstance(one, AppError) else "ok" for one in crowd.answers]
    assert told == ["ok", "ok", "ok", "queue_full", "ok", "queue_paused"]


def test_what_fails_after_it_wrote_takes_no_number_from_the_others(office: Office) -> None:
    with at_once(office) as crowd:
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(join, queue_id=office.hall.passports, name="Not asked for")
        crowd.ask(fall_over, queue_id=office.hall.passports)
        crowd.ask(join, queue_id=office.hall.passports)

    assert codes(crowd) == ["A-001", "invalid", "fallen", "A-002"]


def test_a_head_start_is_placed_among_those_of_its_own_group(office: Office) -> None:
    priorities = [{"code": "old", "name": "Over 70", "head_start_s": 600}]
    office.do(edit_queue, queue_id=office.hall.passports, changes={"rules": {"priorities": priorities}})
    with at_once(office) as crowd:
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(join, queue_id=office.hall.passports, priority="old")
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(join, queue_id=office.hall.passports, priority="old")

    assert [joined.position for joined in crowd.answers] == [1, 1, 3, 2]
