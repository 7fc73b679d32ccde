"""What guests say after their visit, and what is left of them when they want nothing left."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.guests.erasing import erase_guest, forget_comments
from nowserving.actions.guests.feedback import give_feedback
from nowserving.actions.tickets.serving import finish
from nowserving.domain.retention import COMMENTS_KEPT_US
from nowserving.domain.tickets.ticket import FINAL, State
from nowserving.store import schema
from nowserving.store.guests.feedback import answer_of, said_of
from tests.actions.acts import ticket_in
from tests.actions.office import GUEST, SECOND, Office


def answers(office: Office) -> list[tuple[int, str | None]]:
    query = select(schema.feedback.c.face, schema.feedback.c.comment)
    return [tuple(row) for row in office.store.read_now(lambda reader: reader.execute(query).all())]


def row_of(office: Office, key: str) -> Any:
    query = select(schema.tickets).where(schema.tickets.c.key == key)
    return office.store.read_now(lambda reader: reader.execute(query).mappings().one())


def test_a_guest_says_how_it_was_and_the_event_keeps_the_comment_to_itself(office: Office) -> None:
    ticket = ticket_in(office, State.DONE)
    office.do(give_feedback, GUEST, key=ticket.key, face=4, comment="  Kind and\r\nquick ")

    assert answers(office) == [(4, "Kind and quick")]
    event = office.events()[-1]
    assert (event.verb, event.actor, event.data["face"]) == ("feedback.given", GUEST, 4)
    assert "Kind" not in str(event.data)


def test_a_second_answer_replaces_the_first(office: Office) -> None:
    ticket = ticket_in(office, State.DONE)
    office.do(give_feedback, GUEST, key=ticket.key, face=1, comment="No!")
    office.do(give_feedback, GUEST, key=ticket.key, face=5)

    assert answers(office) == [(5, None)]


@pytest.mark.parametrize("state", sorted(set(State) - {State.DONE}))
def test_only_a_visit_that_is_done_is_asked_about(office: Office, state: State) -> None:
    ticket = ticket_in(office, state)
    assert office.conflict(give_feedback, GUEST, key=ticket.key, face=3) == "wrong_state"


@pytest.mark.parametrize(
    "bad", [{"face": 0}, {"face": 6}, {"face": "3"}, {"face": 3, "comment": "x" * 501}], ids=str
)
def test_what_is_no_answer_is_refused(office: Office, bad: dict[str, Any]) -> None:
    ticket = ticket_in(office, State.DONE)
    assert office.refuses(give_feedback, GUEST, key=ticket.key, **bad).code == "invalid"


def test_the_admin_sees_mean_faces_and_comments_of_one_queue(office: Office) -> None:
    for face, comment in ((5, "Lovely"), (4, ""), (2, "Slow")):
        ticket = office.join()
        office.call_next()
        office.do(finish, key=ticket.key)
        office.do(give_feedback, GUEST, key=ticket.key, face=face, comment=comment)
    said = office.store.read_now(said_of, office.hall.passports, 0)

    assert (said.answers, said.faces) == (3, {5: 1, 4: 1, 2: 1})
    assert said.mean == pytest.approx(11 / 3)
    assert [one.comment for one in said.comments] == ["Slow", "Lovely"]
    assert office.store.read_now(said_of, office.hall.licences, 0).mean is None


@pytest.mark.parametrize("state", list(State))
def test_all_that_is_personal_goes_and_the_number_stays(office: Office, state: State) -> None:
    office.rule(ask_name=True)
    ticket = ticket_in(office, state)
    if state is State.DONE:
        office.do(give_feedback, GUEST, key=ticket.key, face=2, comment="I am Asha")
    personal = {"name": "Asha", "note": "blue coat", "joined_from": "hash", "reach": 1}
    office.build.change(schema.tickets, ticket.id, **personal)
    office.build.insert(
        schema.contacts, ticket_id=ticket.id, branch_id=ticket.branch_id, phone="+34600123456", created_at=1
    )
    office.do(erase_guest, GUEST, key=ticket.key)

    row = row_of(office, ticket.key)
    assert (row["name"], row["note"], row["reach"]) == (None, None, 0)
    # While the place is open, its device has one place and no other.
    assert row["joined_from"] == (None if state in FINAL else "hash")
    assert (row["code"], row["state"]) == (ticket.code, state)
    assert office.store.read_now(lambda reader: reader.execute(select(schema.contacts)).all()) == []
    assert [comment for _, comment in answers(office)] == ([None] if state is State.DONE else [])


def test_comments_go_after_a_month_and_their_faces_stay(office: Office) -> None:
    ticket = ticket_in(office, State.DONE)
    office.do(give_feedback, GUEST, key=ticket.key, face=2, comment="Slow")
    given = office.store.read_now(answer_of, ticket.key)
    assert given
    forgotten = []
    for now in (given.given_at + COMMENTS_KEPT_US, given.given_at + COMMENTS_KEPT_US + SECOND):
        office.clock.now = now
        forgotten.append(office.store.write_now(forget_comments, branch_id=office.hall.branch_id))

    assert forgotten == [0, 1]
    assert answers(office) == [(2, None)]
