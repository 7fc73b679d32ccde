"""Many desks call in one transaction: what is read and written once is what each would have read and written.

A group keeps what it has read until somebody writes where it was read. Each test here changes, between two
calls of one group, something that the second must see; it fails if the group keeps what it knew.
The office audits its books at the end of every test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from nowserving.actions.guests.erasing import erase_guest
from nowserving.actions.layout.branches import add_closure
from nowserving.actions.layout.desks import archive_desk, edit_desk
from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.tickets.calling import call_chosen, call_next
from nowserving.actions.tickets.desk_duty import pause_desk
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.moving import find, move
from nowserving.actions.tickets.serving import cancel, finish, requeue
from nowserving.domain.event import Event
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import AskContact
from nowserving.domain.tickets.ticket import State, Ticket, Verb
from nowserving.errors import AppError, Conflict
from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.statement import Changes, Statement
from nowserving.store.engine.tx import Group, Tx
from tests.actions.office import Office
from tests.actions.outbox import guest, kinds
from tests.store.crowd import Crowd, one_group


@action(scope="key")
def move_what_is_no_more(tx: Tx, *, key: str) -> Ticket:
    """Read a ticket, let somebody change it behind our back, and move what was read."""
    ticket = find(tx, key)
    gone = {"state": "left", "ended_at": tx.now}
    tx.execute(update(schema.tickets).where(schema.tickets.c.id == ticket.id).values(gone))
    return move(tx, ticket, Verb.CANCEL)


def called(crowd: Crowd) -> list[str]:
    """Return the codes that the calls of a group have called, or were refused with."""
    return [
        one.code if isinstance(one, AppError) else one.ticket.code
        for one in crowd.answers
        if isinstance(one, AppError) or hasattr(one, "desk")
    ]


@pytest.fixture
def commits(office: Office) -> list[list[str]]:
    """Note the verbs of every commit of the town hall."""
    seen: list[list[str]] = []

    def note(events: Any) -> None:
        verbs = [
            one.verb for one in events if isinstance(one, Event) and one.scope_id == office.hall.branch_id
        ]
        if verbs:
            seen.append(verbs)

    office.store.on_commit = note
    return seen


def test_a_group_of_calls_reads_and_writes_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.joins(9)
    for desk_id in office.hall.desk_ids:
        office.call_next(desk_id)
    ran: list[str] = []
    execute, change = Group.execute, Changes.change

    def executed(self: Group, statement: Statement, params: dict[str, Any]) -> None:
        ran.append(statement.text["sqlite"].split()[0])
        execute(self, statement, params)

    def changed(self: Changes, cursor: Any, dialect: str, rows: Any) -> int:
        ran.extend(["moved"] * len(rows))
        return change(self, cursor, dialect, rows)

    with one_group(office.store) as crowd:
        for desk_id in office.hall.desk_ids * 2:
            crowd.ask(call_next, desk_id=desk_id)
        monkeypatch.setattr(Group, "execute", executed)
        monkeypatch.setattr(Changes, "change", changed)

    assert called(crowd) == [f"A-{number:03d}" for number in range(4, 10)]
    assert ran.count("moved") <= 11, "of 18 moves: what nobody reads in between is never written"
    assert ran.count("SELECT") <= 9, "two locks, the desks, who is there, the line, its queue, whom to tell"


def test_whoever_joins_for_a_place_ahead_or_behind_is_called_in_order(office: Office) -> None:
    priorities = [{"code": "old", "name": "Over 70", "head_start_s": 600}]
    office.do(edit_queue, queue_id=office.hall.passports, changes={"rules": {"priorities": priorities}})
    office.joins(3)
    one, two, three = office.hall.desk_ids
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=one)
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(call_next, desk_id=two)
        crowd.ask(join, queue_id=office.hall.passports, priority="old")
        crowd.ask(call_next, desk_id=three)
        for desk_id in office.hall.desk_ids:
            crowd.ask(call_next, desk_id=desk_id)

    assert called(crowd) == ["A-001", "A-002", "A-005", "A-003", "A-004", "queue_empty"]


def test_whoever_has_left_the_line_is_not_called(office: Office, commits: list[list[str]]) -> None:
    _, _, third, _ = office.joins(4)
    commits.clear()
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(cancel, key=third.key)
        crowd.ask(call_next, desk_id=office.hall.desk_2)
        crowd.ask(call_next, desk_id=office.hall.desk_3)

    assert called(crowd) == ["A-001", "A-002", "A-004"]
    assert len(commits) == 1, "and nobody tried to"


def test_whoever_comes_back_to_the_front_is_called_first(office: Office) -> None:
    first, *_ = office.joins(3)
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(requeue, key=first.key, where=Where.FRONT)
        crowd.ask(call_next, desk_id=office.hall.desk_2)
        crowd.ask(call_next, desk_id=office.hall.desk_3)

    assert called(crowd) == ["A-001", "A-001", "A-002"]


def test_a_join_behind_a_call_stands_where_the_call_has_left_room(office: Office) -> None:
    with one_group(office.store) as crowd:
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(join, queue_id=office.hall.passports)

    assert [one.position for one in crowd.answers if hasattr(one, "position")] == [1, 1]


def test_a_closure_holds_for_the_next_join_of_its_group(office: Office) -> None:
    today = {"starts_on": "2026-11-23", "ends_on": "2026-11-23", "reason": ""}
    office.joins(1)
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(add_closure, branch_id=office.hall.branch_id, **today)
        crowd.ask(join, queue_id=office.hall.passports)

    assert getattr(crowd.answers[3], "code", None) == "queue_closed"


def test_who_is_at_a_desk_is_who_was_brought_there_last(office: Office) -> None:
    one, two, three = office.hall.desk_ids
    office.joins(5)
    first, second = (office.call_next(desk_id).ticket for desk_id in (one, two))
    with one_group(office.store) as crowd:
        crowd.ask(call_chosen, desk_id=three, key=first.key, anyway=True)
        crowd.ask(call_next, desk_id=one)
        crowd.ask(finish, key=second.key)
        crowd.ask(call_next, desk_id=three)
        crowd.ask(call_next, desk_id=two)

    finished = [
        one.finished.code if one.finished else None for one in crowd.answers if hasattr(one, "finished")
    ]
    assert finished == [None, None, "A-001", None]
    assert office.state(first) is State.DONE


def test_two_who_change_desks_within_a_group_are_never_at_one(
    office: Office, commits: list[list[str]]
) -> None:
    one, two, three = office.hall.desk_ids
    office.joins(2)
    first, second = (office.call_next(desk_id).ticket for desk_id in (one, two))
    commits.clear()
    with one_group(office.store) as crowd:
        crowd.ask(call_chosen, desk_id=three, key=first.key, anyway=True)
        crowd.ask(call_chosen, desk_id=one, key=second.key, anyway=True)
        crowd.ask(call_chosen, desk_id=two, key=first.key, anyway=True)

    assert [office.now(ticket).desk_id for ticket in (first, second)] == [two, one]
    assert len(commits) == 1, "no row was in another's way"


def test_a_name_that_is_erased_within_a_group_is_told_to_nobody(office: Office) -> None:
    office.rule(ask_name=True)
    office.join(name="Ana")
    guest_ = office.join(name="Amir")
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(erase_guest, key=guest_.key)
        crowd.ask(call_next, desk_id=office.hall.desk_2)

    assert [one.ticket.name for one in crowd.answers if hasattr(one, "desk")] == ["Ana", None]


@pytest.mark.parametrize(
    ("verb", "changes", "then"),
    [
        (edit_desk, {"changes": {"queue_ids": ["licences"]}}, "B-001"),
        (archive_desk, {}, "not_found"),
    ],
)
def test_what_a_desk_serves_is_what_it_serves_now(
    office: Office, verb: Callable[..., Any], changes: dict[str, Any], then: str
) -> None:
    office.joins(2)
    office.join(office.hall.licences)
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(verb, desk_id=office.hall.desk_2, **changes)
        crowd.ask(call_next, desk_id=office.hall.desk_2)

    assert called(crowd) == ["A-001", then]


def test_a_rule_that_is_edited_within_a_group_holds_for_the_next_call(office: Office) -> None:
    office.joins(2)
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        rules = {"check_in_window_s": 60}
        crowd.ask(edit_queue, queue_id=office.hall.passports, changes={"rules": rules})
        crowd.ask(call_next, desk_id=office.hall.desk_2)

    deadlines = [one.ticket.deadline_at for one in crowd.answers if hasattr(one, "desk")]
    assert deadlines[0] is None
    assert deadlines[1] is not None


def test_a_desk_that_pauses_within_a_group_opens_again(office: Office) -> None:
    office.joins(1)
    desk_id = office.hall.desk_1
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=desk_id)
        crowd.ask(cancel, key=office.everybody()[0].key)
        crowd.ask(pause_desk, desk_id=desk_id)
        crowd.ask(join, queue_id=office.hall.passports)
        crowd.ask(call_next, desk_id=desk_id)

    duty = [verb for verb in office.verbs() if verb.startswith("desk.")]
    assert duty == ["desk.paused", "desk.opened"]


def test_whoever_joins_with_a_number_within_a_group_is_told_when_it_is_near(office: Office) -> None:
    office.rule(ask_contact=AskContact.OPTIONAL, announce_nearly_at=1)
    office.joins(2)
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(join, queue_id=office.hall.passports, contact={"phone": "+34600000001"})
        crowd.ask(call_next, desk_id=office.hall.desk_2)

    assert kinds(office) == ["joined", "nearly"]


def test_whoever_comes_back_within_a_group_is_told_when_it_is_near(office: Office) -> None:
    office.rule(ask_contact=AskContact.OPTIONAL, announce_nearly_at=1)
    back = guest(office)
    office.joins(2)
    with one_group(office.store) as crowd:
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(call_next, desk_id=office.hall.desk_2)
        crowd.ask(requeue, key=back.key, where=Where.END)
        crowd.ask(call_next, desk_id=office.hall.desk_3)

    assert kinds(office) == ["joined", "turn", "nearly"]


def test_a_move_of_what_is_no_more_is_refused_and_spoils_nothing(office: Office) -> None:
    first, second = office.joins(2)
    with one_group(office.store) as crowd:
        crowd.ask(move_what_is_no_more, key=first.key)
        crowd.ask(call_next, desk_id=office.hall.desk_1)
        crowd.ask(call_next, desk_id=office.hall.desk_2)

    assert isinstance(crowd.answers[0], Conflict)
    assert crowd.answers[0].code == "wrong_state"
    assert called(crowd)[1:] == ["A-001", "A-002"]
    assert [office.state(one) for one in (first, second)] == [State.CALLED, State.CALLED]
