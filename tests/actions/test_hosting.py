"""What a host does at the stand of a restaurant that seats by rule."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.layout.queues import archive_queue
from nowserving.actions.tickets.calling import call_chosen
from nowserving.actions.tickets.hosting import (
    call_now,
    correct,
    extend,
    resize,
    resize_own,
    run_late,
    seat,
    show_phone,
)
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import cancel, check_in, no_show, park
from nowserving.domain.tickets.rules import Admission, Counts, Fit, Overstay, PartyLimit
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import Invalid
from nowserving.store.layout import queue as queue_of
from tests.actions.office import GUEST, MARIA, SECOND, Office

MINUTE = 60 * SECOND


def restaurant(office: Office, seats: int = 4, **rules: Any) -> str:
    return office.rule(admission=Admission.AUTOMATIC, capacity=seats, counts=Counts.COVERS, **rules)


def seated(office: Office, size: int = 2) -> Ticket:
    return office.do(seat, key=office.join(party_size=size).key)


# Call now


def test_a_host_calls_a_party_out_of_turn_and_that_is_on_record(office: Office) -> None:
    restaurant(office, 4, check_in_window_s=300)
    _, first, second = (office.join(party_size=4) for _ in range(3))

    called = office.do(call_now, key=second.key)

    assert (called.state, called.desk_id, called.agent_id) == (State.CALLED, None, MARIA)
    assert called.deadline_at == office.clock.now + 300 * SECOND
    assert office.events()[-1].data["chosen"] is True
    assert office.line() == [first.code], "eight are inside where four may be: a person decided so"
    office.audit()


@pytest.mark.parametrize("away", [park, no_show])
def test_a_host_calls_whom_they_set_aside_or_missed(office: Office, away: Any) -> None:
    restaurant(office)
    ticket = office.join()
    office.do(away, key=ticket.key)

    assert office.do(call_now, key=ticket.key).state is State.CALLED


def test_a_party_that_is_called_again_has_the_whole_time_again(office: Office) -> None:
    restaurant(office, check_in_window_s=300)
    ticket = office.join()
    office.clock.advance(200)

    again = office.do(call_now, key=ticket.key)

    assert (again.calls, again.deadline_at) == (2, office.clock.now + 300 * SECOND)


@pytest.mark.parametrize("verb", [call_now, seat])
def test_where_desks_call_nobody_is_called_to_no_desk(office: Office, verb: Any) -> None:
    assert office.conflict(verb, key=office.join().key) == "called_at_desks"


@pytest.mark.parametrize("verb", [call_now, seat])
def test_who_has_gone_is_not_called(office: Office, verb: Any) -> None:
    restaurant(office)
    ticket = office.join()
    office.do(cancel, key=ticket.key)

    assert office.conflict(verb, key=ticket.key) == "wrong_state"


# Seat


def test_a_called_party_is_seated_with_the_limit_of_its_size(office: Office) -> None:
    restaurant(office, service_limit_s=3600, service_limit_by_party=(PartyLimit(3, 5400),))
    ticket = office.join(party_size=3)

    seated_ = office.do(seat, key=ticket.key)

    assert (seated_.state, seated_.deadline_at) == (State.SERVING, office.clock.now + 5400 * SECOND)
    assert office.verbs(ticket)[-1] == "ticket.started"


def test_a_waiting_party_is_seated_in_one_act(office: Office) -> None:
    restaurant(office)
    _, ticket = (office.join(party_size=4) for _ in range(2))

    assert office.do(seat, key=ticket.key).state is State.SERVING

    called, started = office.events(ticket)[-2:]
    assert (called.verb, started.verb) == ("ticket.called", "ticket.started")
    assert (called.data["chosen"], started.data["act"]) == (True, called.version)


def test_a_missed_party_that_comes_after_all_is_seated(office: Office) -> None:
    restaurant(office, check_in_window_s=60)
    ticket = office.join()
    office.clock.advance(60)
    office.do(lapse_overdue, branch_id=office.hall.branch_id)

    assert office.do(seat, key=ticket.key).state is State.SERVING


def test_who_sits_is_not_seated_twice(office: Office) -> None:
    restaurant(office)

    assert office.conflict(seat, key=seated(office).key) == "wrong_state"


# More time


def test_a_visit_is_extended_from_its_limit(office: Office) -> None:
    restaurant(office, service_limit_s=3600)
    ticket = seated(office)
    assert ticket.deadline_at is not None

    longer = office.do(extend, key=ticket.key, minutes=15)

    assert longer.deadline_at == ticket.deadline_at + 15 * MINUTE
    assert office.verbs()[-1] == "ticket.extended"


def test_a_call_is_extended_too(office: Office) -> None:
    restaurant(office, check_in_window_s=60)
    ticket = office.join()
    called = office.now(ticket)
    assert called.deadline_at is not None

    assert office.do(extend, key=ticket.key, minutes=5).deadline_at == called.deadline_at + 5 * MINUTE
    office.clock.now = called.deadline_at + MINUTE
    assert office.do(check_in, GUEST, key=ticket.key).state is State.SERVING


def test_time_that_is_over_is_extended_from_now(office: Office) -> None:
    restaurant(office, service_limit_s=60, overstay=Overstay.SHOW)
    ticket = seated(office)
    office.clock.advance(600)
    office.do(lapse_overdue, branch_id=office.hall.branch_id)

    longer = office.do(extend, key=ticket.key, minutes=10)

    assert (longer.deadline_at, longer.overstayed_at) == (office.clock.now + 10 * MINUTE, None)


def test_who_has_no_limit_has_none_that_could_be_longer(office: Office) -> None:
    restaurant(office)

    assert office.conflict(extend, key=seated(office).key, minutes=5) == "no_time_limit"
    assert office.conflict(extend, key=office.join(party_size=4).key, minutes=5) == "wrong_state"


@pytest.mark.parametrize("minutes", [0, -5, 601, 1.5, True, "5"])
def test_more_time_is_a_number_of_minutes(office: Office, minutes: Any) -> None:
    restaurant(office, service_limit_s=60)

    assert isinstance(office.refuses(extend, key=seated(office).key, minutes=minutes), Invalid)


# How many come


def test_a_waiting_party_that_gets_smaller_may_fit_at_once(office: Office) -> None:
    restaurant(office, 4)
    seated(office, 2)
    ticket = office.join(party_size=4)

    assert office.do(resize_own, GUEST, key=ticket.key, party_size=2).state is State.CALLED
    assert office.now(ticket).party_size == 2


def test_a_called_party_that_gets_smaller_makes_room_for_the_next(office: Office) -> None:
    restaurant(office, 4)
    first, second = office.join(party_size=4), office.join(party_size=2)

    office.do(resize, key=first.key, party_size=2)

    assert office.state(second) is State.CALLED


def test_a_party_at_the_table_grows_over_the_capacity_for_they_are_there(office: Office) -> None:
    restaurant(office, 4)
    ticket, waiting = seated(office, 4), office.join(party_size=1)

    assert office.do(resize, key=ticket.key, party_size=6).party_size == 6
    assert office.state(waiting) is State.WAITING
    office.do(resize, key=ticket.key, party_size=4)
    assert office.state(waiting) is State.WAITING, "over by two, then full: nobody fits"
    office.do(resize, key=ticket.key, party_size=3)
    assert office.state(waiting) is State.CALLED
    office.audit()


@pytest.mark.parametrize("how", ["called", "seated"])
def test_a_guest_changes_the_size_while_waiting_only(office: Office, how: str) -> None:
    restaurant(office)
    ticket = office.join() if how == "called" else seated(office)

    assert office.conflict(resize_own, GUEST, key=ticket.key, party_size=3) == "wrong_state"


def test_a_party_can_not_grow_over_the_largest_that_the_queue_takes(office: Office) -> None:
    restaurant(office, max_party=6)
    ticket = office.join(party_size=2)

    assert isinstance(office.refuses(resize, key=ticket.key, party_size=7), Invalid)


def test_the_same_size_changes_nothing(office: Office) -> None:
    restaurant(office)
    ticket = office.join(party_size=2)
    before = office.events()

    office.do(resize, key=ticket.key, party_size=2)

    assert office.events() == before


def test_a_larger_party_may_stay_as_long_as_one_that_came_so_large(office: Office) -> None:
    restaurant(office, 9, service_limit_s=3600, service_limit_by_party=(PartyLimit(5, 7200),))
    ticket = seated(office, 2)
    began = office.clock.now

    assert office.do(resize, key=ticket.key, party_size=5).deadline_at == began + 7200 * SECOND
    assert office.do(resize, key=ticket.key, party_size=2).deadline_at == began + 7200 * SECOND, (
        "one of them goes home, and the others finish their meal"
    )


def test_who_grows_after_the_limit_stays_as_long_as_their_new_size_may(office: Office) -> None:
    limits: dict[str, Any] = {"service_limit_s": 60, "service_limit_by_party": (PartyLimit(5, 7200),)}
    restaurant(office, 9, overstay=Overstay.SHOW, **limits)
    ticket = seated(office, 2)
    began = office.clock.now
    office.clock.advance(600)
    office.do(lapse_overdue, branch_id=office.hall.branch_id)

    larger = office.do(resize, key=ticket.key, party_size=5)

    assert (larger.deadline_at, larger.overstayed_at) == (began + 7200 * SECOND, None)


def test_a_gap_that_a_larger_party_leaves_by_growing_is_filled(office: Office) -> None:
    restaurant(office, 4, fit=Fit.STRICT)
    seated(office, 2)
    first, second = office.join(party_size=3), office.join(party_size=2)

    office.do(resize, key=first.key, party_size=5)

    assert office.state(second) is State.CALLED, "five never fit here, so nobody waits for them"


# Running late


def late_of(office: Office) -> int:
    found = office.store.read_now(queue_of, office.hall.passports)
    assert found is not None
    return found.late_s


def test_a_queue_says_how_late_it_runs(office: Office) -> None:
    queue_id = office.hall.passports

    assert office.do(run_late, queue_id=queue_id, minutes=20).late_s == 1200
    event = office.events()[-1]
    assert (event.verb, event.queue_id, event.data["late_s"]) == ("queue.late", queue_id, 1200)

    office.do(run_late, queue_id=queue_id, minutes=5)
    assert late_of(office) == 300, "what is said last is what counts"
    before = office.events()
    office.do(run_late, queue_id=queue_id, minutes=5)
    assert office.events() == before


def test_a_queue_that_is_closed_for_good_is_not_late(office: Office) -> None:
    office.do(archive_queue, queue_id=office.hall.passports)

    assert office.conflict(run_late, queue_id=office.hall.passports, minutes=5) == "archived"


@pytest.mark.parametrize("minutes", [-1, 601, 0.5, None])
def test_lateness_is_a_number_of_minutes(office: Office, minutes: Any) -> None:
    assert isinstance(office.refuses(run_late, queue_id=office.hall.passports, minutes=minutes), Invalid)


def test_a_desk_may_take_a_party_of_a_queue_that_calls_by_itself(office: Office) -> None:
    """The two ways of calling are one engine: nothing breaks where both are used."""
    restaurant(office)
    _, ticket = (office.join(party_size=4) for _ in range(2))

    office.do(call_chosen, desk_id=office.hall.desk_1, key=ticket.key)

    assert office.state(ticket) is State.CALLED
    office.audit()


def test_correcting_a_party_to_what_it_is_changes_nothing(office: Office) -> None:
    restaurant(office)
    ticket = office.join()
    version = len(office.events())

    assert office.do(correct, key=ticket.key, name="", note=None) == ticket
    assert len(office.events()) == version


def test_a_number_that_nobody_left_is_not_shown_and_not_on_record(office: Office) -> None:
    restaurant(office)
    ticket = office.join()
    version = len(office.events())

    assert office.do(show_phone, key=ticket.key) is None
    assert len(office.events()) == version
