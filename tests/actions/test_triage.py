"""Triage: a class is worth its head start whenever it is given, "now" comes next, and why is on record."""

from __future__ import annotations

from nowserving.actions.clinic.pausing import pause_and_tell
from nowserving.actions.clinic.triage import take_over_line, triage
from nowserving.actions.tickets.serving import park
from nowserving.domain.clinic.visit import Why
from nowserving.domain.tickets.rules import PriorityClass
from nowserving.errors import Invalid
from tests.actions.office import Office

CLASSES = (PriorityClass("pain", "In pain", 120), PriorityClass("child", "Child", 60))


def test_a_class_moves_a_ticket_by_its_head_start(office: Office) -> None:
    office.rule(priorities=CLASSES)
    first = office.join()
    office.clock.advance(100)
    second, third = office.joins(2)
    office.do(triage, key=third.key, why=Why.URGENT, priority="pain")
    assert office.line() == [third.code, first.code, second.code]
    event = office.events(third)[-1]
    assert (event.verb, event.data["why"]) == ("ticket.triaged", "urgent")
    assert event.data["after"]["priority"] == "pain"


def test_a_class_that_is_given_later_is_worth_what_it_would_have_been(office: Office) -> None:
    office.rule(priorities=CLASSES)
    ticket = office.join(priority="child")
    office.clock.advance(1000)
    office.do(triage, key=ticket.key, why=Why.URGENT, priority="pain")
    assert ticket.rank - office.now(ticket).rank == 60_000_000
    office.do(triage, key=ticket.key, why=Why.CORRECTION, priority="")
    assert office.now(ticket).rank == ticket.rank + 60_000_000


def test_now_comes_next(office: Office) -> None:
    first, second, third = office.joins(3)
    office.do(triage, key=third.key, why=Why.URGENT, now=True)
    assert office.line() == [third.code, first.code, second.code]
    assert office.now(office.do(triage, key=third.key, why=Why.URGENT, now=True)).code == third.code
    assert office.verbs(third).count("ticket.triaged") == 1


def test_a_class_of_the_same_worth_changes_no_place(office: Office) -> None:
    office.rule(priorities=(*CLASSES, PriorityClass("old", "Elderly", 60)))
    ticket = office.join(priority="child")
    assert office.do(triage, key=ticket.key, why=Why.CORRECTION, priority="old").rank == ticket.rank
    assert office.do(triage, key=ticket.key, why=Why.CORRECTION).priority == "old"


def test_a_class_that_came_along_from_elsewhere_is_worth_nothing_here(office: Office) -> None:
    office.rule(priorities=CLASSES)
    ticket = office.join(priority="pain")
    office.rule(priorities=CLASSES[1:])
    office.do(triage, key=ticket.key, why=Why.CORRECTION, priority="child")
    assert ticket.rank - office.now(ticket).rank == 60_000_000


def test_what_can_not_be_triaged(office: Office) -> None:
    ticket = office.join()
    refusal = office.refuses(triage, key=ticket.key, why=Why.URGENT, priority="pain")
    assert isinstance(refusal, Invalid)
    office.do(park, key=ticket.key)
    assert office.conflict(triage, key=ticket.key, why=Why.URGENT, now=True) == "wrong_state"


def test_a_replacement_takes_the_line_over_in_the_order_of_arrival(office: Office) -> None:
    first = office.join()
    theirs = office.join(office.hall.licences)
    second, aside = office.joins(2)
    office.do(park, key=aside.key)
    moved = office.do(take_over_line, queue_id=office.hall.passports, to_queue_id=office.hall.licences)
    assert [one.code for one in moved] == [first.code, second.code]
    assert office.line() == []
    assert office.line(office.hall.licences) == [first.code, theirs.code, second.code]
    assert office.events(first)[-1].data["why"] == "takeover"


def test_a_pause_tells_the_doctors_line_and_no_other(office: Office) -> None:
    office.rule(clinical=True)
    office.do(pause_and_tell, desk_id=office.hall.desk_1, text="Back in 10 min.")
    assert office.desk(office.hall.desk_1).state == "paused"
    told = [event for event in office.events() if event.verb == "queue.told"]
    assert [(event.queue_id, event.data["text"]) for event in told] == [
        (office.hall.passports, "Back in 10 min.")
    ]


def test_nobody_rests_while_somebody_is_at_the_desk(office: Office) -> None:
    office.rule(clinical=True)
    office.join()
    office.call_next()
    asked = {"desk_id": office.hall.desk_1, "text": "Back in 10 min."}
    assert office.conflict(pause_and_tell, **asked) == "desk_busy"


def test_a_line_goes_to_another_queue_of_the_branch_only(office: Office) -> None:
    for queue_id in ("loans", "nothing", office.hall.passports):
        refusal = office.refuses(take_over_line, queue_id=office.hall.passports, to_queue_id=queue_id)
        assert isinstance(refusal, Invalid)
