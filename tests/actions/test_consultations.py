"""Consultations begin and end with the serving stay; their notes are their writer's, and sealed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.clinic.consulting import (
    edit_note,
    finish_consultation,
    read_history,
    read_own,
    write_note,
)
from nowserving.actions.clinic.erasing import forget_reasons
from nowserving.actions.clinic.records import create_record
from nowserving.actions.clinic.sending import send_back, send_on
from nowserving.actions.clinic.visiting import attach
from nowserving.actions.layout.queues import archive_queue
from nowserving.actions.tickets.calling import call_chosen, call_next
from nowserving.actions.tickets.serving import finish, no_show, start, transfer
from nowserving.actions.tickets.undoing import undo
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import Forbidden, Invalid, NotFound, Stale
from nowserving.store import schema
from tests.actions.clinic import CABINET, DAILY, in_consultation, make_clinical
from tests.actions.office import AMIR, MARIA, SECOND, Office


def consultations(office: Office) -> list[dict[str, Any]]:
    query = select(schema.consultations).order_by(schema.consultations.c.from_at)
    return office.store.read_now(lambda reader: [dict(row._mapping) for row in reader.execute(query)])


def lasted(office: Office) -> list[float | None]:
    """Return how long each consultation lasted in seconds; None for one that goes on."""
    found = consultations(office)
    return [None if one["to_at"] is None else (one["to_at"] - one["from_at"]) / SECOND for one in found]


def notes(office: Office, since_at: int = 0, agent: str = MARIA) -> list[tuple[str, str]]:
    asked: Any = {"branch_id": office.hall.branch_id, "agent_id": agent, "since_at": since_at}
    found: Any = office.do(read_own, **asked, cabinet=CABINET, reading=DAILY)
    return [(one.note, one.outcome) for one in found]


def test_a_consultation_is_the_serving_stay(office: Office) -> None:
    ticket = in_consultation(make_clinical(office))
    assert lasted(office) == [None]
    office.clock.advance(600)
    office.do(finish_consultation, key=ticket.key, cabinet=CABINET, note="Rest", outcome="recovered")
    assert lasted(office) == [601.0]
    assert notes(office) == [("Rest", "recovered")]
    assert office.state(ticket) is State.DONE
    assert "Rest" not in str(consultations(office)) + str(office.events())


def test_other_queues_have_none(office: Office) -> None:
    ticket = in_consultation(office)
    assert office.conflict(write_note, key=ticket.key, cabinet=CABINET, note="Rest") == "not_clinical"
    office.do(finish, key=ticket.key)
    assert consultations(office) == []


def test_a_queue_that_becomes_clinical_while_somebody_is_served(office: Office) -> None:
    ticket = in_consultation(office)
    make_clinical(office)
    office.do(finish, key=ticket.key)
    assert consultations(office) == []


def test_whoever_was_called_and_not_started_is_started_by_the_finish(office: Office) -> None:
    make_clinical(office)
    ticket = office.join()
    office.call_next()
    office.do(finish_consultation, key=ticket.key, cabinet=CABINET, note="Rest")
    assert lasted(office) == [0.0]
    assert office.verbs(ticket)[-2:] == ["ticket.started", "ticket.finished"]


def test_calling_the_next_ends_the_one_before_and_the_note_can_follow(office: Office) -> None:
    make_clinical(office)
    in_consultation(office)
    office.join()
    office.call_next()
    (row,) = consultations(office)
    office.do(
        edit_note, consultation_id=row["id"], cabinet=CABINET, note="Line 1\nLine 2", outcome="referred"
    )
    assert notes(office) == [("Line 1\nLine 2", "referred")]


def test_nobody_writes_into_a_colleagues_consultation(office: Office) -> None:
    ticket = in_consultation(make_clinical(office))
    (row,) = consultations(office)
    for verb, more in ((write_note, {"key": ticket.key}), (edit_note, {"consultation_id": row["id"]})):
        refusal = office.refuses(verb, AMIR, cabinet=CABINET, note="Mine", **more)
        assert isinstance(refusal, Forbidden)
        assert refusal.code == "not_own_note"


def test_a_note_needs_somebody_who_is_being_served(office: Office) -> None:
    make_clinical(office)
    ticket = office.join()
    assert office.conflict(write_note, key=ticket.key, cabinet=CABINET, note="Rest") == "wrong_state"
    assert office.conflict(finish_consultation, key=ticket.key, cabinet=CABINET) == "wrong_state"


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"outcome": "died"}, "/outcome"),
        ({"note": "x" * 20_001}, "/note"),
        ({"note": 7}, "/note"),
        ({"note": "\x00"}, "/note"),
    ],
)
def test_a_wrong_note_or_outcome_is_refused(office: Office, given: Any, pointer: str) -> None:
    ticket = in_consultation(make_clinical(office))
    refusal = office.refuses(write_note, key=ticket.key, cabinet=CABINET, **given)
    assert isinstance(refusal, Invalid)
    assert refusal.fields[0].pointer == pointer


def test_an_outcome_that_the_queue_has_no_more_may_stay(office: Office) -> None:
    ticket = in_consultation(make_clinical(office))
    office.do(write_note, key=ticket.key, cabinet=CABINET, outcome="referred")
    office.rule(clinical=True, outcomes=("other",))
    office.do(write_note, key=ticket.key, cabinet=CABINET, note="More", outcome="referred")
    assert notes(office) == [("More", "referred")]


def test_an_edit_sees_what_it_overwrites(office: Office) -> None:
    ticket = in_consultation(make_clinical(office))
    office.do(finish_consultation, key=ticket.key, cabinet=CABINET, note="Rest")
    (row,) = consultations(office)
    asked = {"consultation_id": row["id"], "cabinet": CABINET, "note": "Walk"}
    assert isinstance(office.refuses(edit_note, expected=1, **asked), Stale)
    office.do(edit_note, expected=row["edited"], **asked)
    assert notes(office) == [("Walk", "")]


def test_a_consultation_that_is_not_there(office: Office) -> None:
    with pytest.raises(NotFound):
        office.do(edit_note, consultation_id="nothing", cabinet=CABINET, note="")


def test_a_consultation_that_was_undone_meanwhile(office: Office) -> None:
    in_consultation(make_clinical(office))
    (row,) = consultations(office)
    asked: Any = {"consultation_id": row["id"], "cabinet": CABINET, "note": ""}
    office.do(edit_note, **asked)
    office.do(undo, desk_id=office.hall.desk_1)
    assert isinstance(office.refuses(edit_note, **asked), NotFound)


def test_undo_of_a_finish_lets_the_same_consultation_go_on(office: Office) -> None:
    ticket = in_consultation(make_clinical(office))
    office.do(finish_consultation, key=ticket.key, cabinet=CABINET, note="Rest")
    office.do(undo, desk_id=office.hall.desk_1)
    assert lasted(office) == [None]
    office.do(finish_consultation, key=ticket.key, cabinet=CABINET, note="Rest more")
    assert notes(office) == [("Rest more", "")]


def test_undo_of_a_finish_before_any_start_leaves_nothing_behind(office: Office) -> None:
    ticket = office.join()
    make_clinical(office)
    office.call_next()
    office.do(finish, key=ticket.key)
    assert lasted(office) == [0.0]
    office.do(undo, desk_id=office.hall.desk_1)
    assert office.state(ticket) is State.CALLED
    assert consultations(office) == []


def test_undo_of_a_start_leaves_nothing_behind_unless_something_was_written(office: Office) -> None:
    ticket = in_consultation(make_clinical(office))
    office.do(undo, desk_id=office.hall.desk_1)
    assert consultations(office) == []
    office.do(start, key=ticket.key)
    office.do(write_note, key=ticket.key, cabinet=CABINET, note="Rest")
    office.do(undo, desk_id=office.hall.desk_1)
    assert notes(office) == [("Rest", "")]
    assert lasted(office) != [None]


def test_nobody_is_called_over_somebody_who_was_not_started(office: Office) -> None:
    """A second press, or a look at the wrong line, would write a visit of no time that never was."""
    make_clinical(office)
    first, second = office.joins(2)
    office.call_next()
    assert office.conflict(call_next, desk_id=office.hall.desk_1) == "not_started"
    assert office.conflict(call_chosen, desk_id=office.hall.desk_1, key=second.key) == "not_started"
    assert [office.state(one) for one in (first, second)] == [State.CALLED, State.WAITING]
    office.do(no_show, key=first.key)
    assert office.call_next().ticket.code == second.code
    assert consultations(office) == []


def sent_to_laboratory(office: Office) -> Ticket:
    """Return a ticket that the doctor has sent on, while two more wait for the doctor."""
    ticket = in_consultation(make_clinical(office))
    office.joins(2)
    office.do(send_on, key=ticket.key, queue_id=office.hall.licences, desk_id=office.hall.desk_1)
    return ticket


def test_whoever_is_sent_on_and_back_comes_next_with_the_same_code(office: Office) -> None:
    ticket = sent_to_laboratory(office)
    assert office.line() == ["A-002", "A-003"]
    assert office.line(office.hall.licences) == [ticket.code]
    office.call(ticket, office.hall.desk_2)
    office.do(start, AMIR, key=ticket.key)
    office.do(send_back, AMIR, key=ticket.key, desk_id=office.hall.desk_2)
    assert office.line() == [ticket.code, "A-002", "A-003"]
    assert office.events(ticket)[-1].data["why"] == "back"
    assert office.call_next().ticket.code == ticket.code
    office.do(start, key=ticket.key)
    assert [one["queue_id"] for one in consultations(office)] == [
        office.hall.passports,
        office.hall.licences,
        office.hall.passports,
    ]


def test_who_is_sent_further_still_comes_back_to_the_first(office: Office) -> None:
    ticket = sent_to_laboratory(office)
    third = office.build.queue("Pharmacy", office.hall.branch_id, prefix="P")
    office.do(send_on, key=ticket.key, queue_id=third)
    office.do(send_back, key=ticket.key)
    assert office.now(ticket).queue_id == office.hall.passports


def test_nobody_goes_back_who_was_not_sent_or_is_back(office: Office) -> None:
    ticket = sent_to_laboratory(office)
    office.do(send_back, key=ticket.key)
    assert office.conflict(send_back, key=ticket.key) == "not_sent"
    other = office.join()
    assert office.conflict(send_back, key=other.key) == "not_sent"


def test_nobody_goes_back_to_a_queue_that_is_closed_for_good(office: Office) -> None:
    ticket = sent_to_laboratory(office)
    office.do(archive_queue, queue_id=office.hall.passports, waiting="cancel")
    assert office.conflict(send_back, key=ticket.key) == "queue_archived"


def test_sending_again_from_home_is_a_new_way_back(office: Office) -> None:
    ticket = sent_to_laboratory(office)
    office.do(send_back, key=ticket.key)
    office.do(transfer, key=ticket.key, queue_id=office.hall.licences)
    office.do(send_back, key=ticket.key)
    assert office.line()[0] == ticket.code


def test_history_is_read_by_record_and_every_note_is_on_record(office: Office) -> None:
    ticket = in_consultation(make_clinical(office))
    given = {"name": "Ana"}
    record = office.do(create_record, branch_id=office.hall.branch_id, cabinet=CABINET, given=given)
    office.do(attach, key=ticket.key, cabinet=CABINET, record_id=record.id)
    office.do(finish_consultation, key=ticket.key, cabinet=CABINET, note="Rest", outcome="recovered")
    second = office.join()
    office.do(attach, key=second.key, cabinet=CABINET, record_id=record.id)
    office.call_next()
    office.do(start, key=second.key)
    history = office.do(read_history, record_id=record.id, cabinet=CABINET, reading=DAILY)
    assert [(one.note, one.to_at is None) for one in history] == [("", True), ("Rest", False)]
    query = select(schema.record_reads.c.what)
    assert office.store.read_now(lambda reader: list(reader.execute(query).scalars())) == ["note"]


def test_a_reason_of_nobody_goes_a_day_after_the_visit(office: Office) -> None:
    ticket = in_consultation(make_clinical(office))
    office.do(attach, key=ticket.key, cabinet=CABINET, reason="Cough")
    office.do(finish, key=ticket.key)
    branch_id = office.hall.branch_id
    assert office.do(forget_reasons, branch_id=branch_id) == 0
    office.clock.advance(25 * 3600)
    assert office.do(forget_reasons, branch_id=branch_id) == 1
    assert office.do(forget_reasons, branch_id=branch_id) == 0
