"""The guest on the way: saying so, coming in time, coming too late, coming back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nowserving.actions.layout.queues import archive_queue, pause_queue
from nowserving.actions.tickets import arriving
from nowserving.actions.tickets.arriving import coming, rejoin
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import check_in, leave, no_show, requeue
from nowserving.domain.calendar.hours import NEVER_OPEN, hours_to
from nowserving.domain.tickets.rank import Where, rejoined
from nowserving.domain.tickets.rules import Admission, Counts, PriorityClass
from nowserving.domain.tickets.ticket import State, Ticket, coming_from, is_promise
from nowserving.errors import Gone, Invalid
from nowserving.store import schema
from nowserving.store.engine.tx import Tx
from tests.actions.office import GUEST, SECOND, Office

MINUTE = 60 * SECOND
WINDOW_S = 60


def restaurant(office: Office, seats: int = 1, **rules: Any) -> str:
    defaults: dict[str, Any] = {"check_in_window_s": WINDOW_S, "rejoin_grace_s": 600}
    return office.rule(
        admission=Admission.AUTOMATIC, capacity=seats, counts=Counts.COVERS, **{**defaults, **rules}
    )


def missed(office: Office, **rules: Any) -> Ticket:
    """Return a party that was called and did not come in time."""
    restaurant(office, **rules)
    ticket = office.join()
    office.clock.advance(WINDOW_S)
    office.do(lapse_overdue, branch_id=office.hall.branch_id)
    return office.now(ticket)


# On the way


def test_who_waits_or_is_called_may_say_that_they_are_coming(office: Office) -> None:
    restaurant(office)
    called, waiting = office.joins(2)

    for ticket in (called, waiting):
        before = office.now(ticket)
        after = office.do(coming, GUEST, key=ticket.key, minutes=5)
        assert after.coming_at is not None
        assert is_promise(after.coming_at), "a whole minute, as the clock on the wall shows it"
        assert 0 <= after.coming_at - (office.clock.now + 5 * MINUTE) < MINUTE
        assert (after.state, after.rank, after.deadline_at) == (before.state, before.rank, before.deadline_at)
    assert office.verbs()[-2:] == ["ticket.coming"] * 2
    office.audit()


def test_who_says_no_time_is_here_at_any_moment(office: Office) -> None:
    restaurant(office)

    said_at = office.do(coming, GUEST, key=office.join().key).coming_at

    assert said_at == office.clock.now
    assert not is_promise(said_at)


def test_who_says_so_at_a_whole_minute_has_promised_nothing_either() -> None:
    assert not is_promise(coming_from(10 * MINUTE, 0))
    assert coming_from(10 * MINUTE, 5) == 15 * MINUTE


def test_who_sits_is_not_on_the_way_any_more(office: Office) -> None:
    restaurant(office)
    ticket = office.join()
    office.do(coming, GUEST, key=ticket.key, minutes=1)

    assert office.do(check_in, GUEST, key=ticket.key).coming_at is None
    assert office.conflict(coming, GUEST, key=ticket.key) == "wrong_state"


@pytest.mark.parametrize("minutes", [-1, 121, 1.5, "5", True])
def test_the_way_takes_a_number_of_minutes(office: Office, minutes: Any) -> None:
    restaurant(office)

    assert isinstance(office.refuses(coming, GUEST, key=office.join().key, minutes=minutes), Invalid)


# The last moment


@pytest.mark.parametrize(("early_us", "wins"), [(1, True), (0, False), (-1, False)])
def test_a_guest_checks_in_until_the_deadline_and_not_a_microsecond_later(
    office: Office, early_us: int, wins: bool
) -> None:
    restaurant(office)
    ticket = office.join()
    deadline = office.now(ticket).deadline_at
    assert deadline is not None
    office.clock.now = deadline - early_us - SECOND

    if wins:
        assert office.do(check_in, GUEST, key=ticket.key).state is State.SERVING
    else:
        assert office.refuses(check_in, GUEST, key=ticket.key).code == "lapsed"


@pytest.mark.parametrize("verb", [check_in, coming])
@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("grace_s", [None, 600])
def test_who_is_too_late_is_told_so_in_the_same_words_swept_or_not(
    office: Office, verb: Any, swept: bool, grace_s: int | None
) -> None:
    restaurant(office, rejoin_grace_s=grace_s)
    ticket = office.join()
    office.clock.advance(WINDOW_S)
    if swept:
        office.do(lapse_overdue, branch_id=office.hall.branch_id)

    refusal = office.refuses(verb, GUEST, key=ticket.key)

    assert isinstance(refusal, Gone)
    assert refusal.code == "lapsed"
    assert refusal.data == {"state": "no_show", "may_rejoin": grace_s is not None}


def test_two_phones_of_one_party_check_in_once(office: Office) -> None:
    restaurant(office)
    ticket = office.join()
    office.do(check_in, GUEST, key=ticket.key)

    assert office.conflict(check_in, GUEST, key=ticket.key) == "wrong_state"
    assert office.verbs(ticket).count("ticket.checked_in") == 1


# Back after a missed call


def test_who_missed_the_call_comes_back_behind_half_of_the_line(office: Office) -> None:
    ticket = missed(office)
    guests = office.joins(5)  # The first of them is called at once.

    back = office.do(rejoin, GUEST, key=ticket.key)

    assert back.state is State.WAITING
    ahead, behind = [one.code for one in guests[1:3]], [one.code for one in guests[3:]]
    assert office.line() == [*ahead, ticket.code, *behind]
    assert (back.rejoin_until_at, back.ended_at, office.verbs()[-1]) == (None, None, "ticket.rejoined")
    office.audit()


def test_who_comes_back_where_there_is_room_is_called_at_once(office: Office) -> None:
    assert office.do(rejoin, GUEST, key=missed(office).key).state is State.CALLED


def test_nobody_comes_back_to_a_better_place_than_the_one_that_was_called(office: Office) -> None:
    """Or it would be worth something to miss a call: here four with a head start stand before it now."""
    restaurant(office, priorities=(PriorityClass("elderly", "Elderly", 3600),))
    ticket = office.join()
    office.clock.advance(WINDOW_S)
    office.do(lapse_overdue, branch_id=office.hall.branch_id)
    office.join()
    elderly = [office.join(priority="elderly") for _ in range(4)]

    office.do(rejoin, GUEST, key=ticket.key)

    assert office.line() == [*(one.code for one in elderly), ticket.code]


@pytest.mark.parametrize(("own", "middle", "rank"), [(5, 9, 9), (9, 5, 9), (7, 7, 7)])
def test_the_place_between_is_never_before_the_own_one(own: int, middle: int, rank: int) -> None:
    assert rejoined(own, middle) == rank


@pytest.mark.parametrize(("late_us", "comes"), [(-1, True), (0, False), (1, False)])
def test_the_time_to_come_back_ends(office: Office, late_us: int, comes: bool) -> None:
    ticket = missed(office)
    assert ticket.rejoin_until_at == office.clock.now + 600 * SECOND
    office.clock.now = ticket.rejoin_until_at + late_us - SECOND

    if comes:
        assert office.do(rejoin, GUEST, key=ticket.key).state is State.CALLED
    else:
        refusal = office.refuses(rejoin, GUEST, key=ticket.key)
        assert (refusal.code, type(refusal)) == ("rejoin_over", Gone)


def test_the_time_to_come_back_begins_when_the_call_lapsed_also_after_an_outage(office: Office) -> None:
    restaurant(office)
    ticket = office.join()
    office.clock.advance(3600)
    office.do(lapse_overdue, branch_id=office.hall.branch_id)

    assert office.now(ticket).rejoin_until_at == office.clock.now + 600 * SECOND


def test_who_comes_back_before_any_sweep_has_been_there_lapses_first(office: Office) -> None:
    restaurant(office)
    ticket, other = office.joins(2)
    office.clock.advance(WINDOW_S)

    assert office.do(rejoin, GUEST, key=ticket.key).state is State.WAITING

    assert office.verbs(ticket)[-2:] == ["ticket.lapsed", "ticket.rejoined"]
    assert office.state(other) is State.CALLED, "it had its chance; the next one goes first"


def test_a_queue_that_takes_nobody_back_says_so(office: Office) -> None:
    ticket = missed(office, rejoin_grace_s=None)

    assert office.conflict(rejoin, GUEST, key=ticket.key) == "no_rejoin"


def test_whom_staff_sent_away_does_not_come_back_by_the_own_hand(office: Office) -> None:
    restaurant(office)
    ticket = office.join()
    office.do(no_show, key=ticket.key)

    assert office.conflict(rejoin, GUEST, key=ticket.key) == "no_rejoin"


def test_only_who_missed_a_call_comes_back(office: Office) -> None:
    restaurant(office)
    called, waiting = office.joins(2)

    assert office.conflict(rejoin, GUEST, key=called.key) == "wrong_state"
    assert office.conflict(rejoin, GUEST, key=waiting.key) == "wrong_state"


def test_nobody_comes_back_twice_for_one_missed_call(office: Office) -> None:
    ticket = missed(office)
    office.do(requeue, key=ticket.key, where=Where.FRONT)

    assert office.now(ticket).rejoin_until_at is None
    assert office.conflict(rejoin, GUEST, key=ticket.key) == "wrong_state"


def test_a_queue_that_is_closed_for_good_takes_nobody_back(office: Office) -> None:
    ticket = missed(office)
    office.do(archive_queue, queue_id=office.hall.passports)

    assert office.conflict(rejoin, GUEST, key=ticket.key) == "queue_archived"


def test_a_closed_place_takes_nobody_back(office: Office) -> None:
    ticket = missed(office)
    office.build.change(schema.branches, office.hall.branch_id, hours=json.dumps(hours_to(NEVER_OPEN)))

    assert office.conflict(rejoin, GUEST, key=ticket.key) == "queue_closed"


def test_a_queue_that_ignores_the_hours_takes_people_back_at_any_time(office: Office) -> None:
    ticket = missed(office, ignore_hours=True)
    office.build.change(schema.branches, office.hall.branch_id, hours=json.dumps(hours_to(NEVER_OPEN)))

    assert office.do(rejoin, GUEST, key=ticket.key).state is State.CALLED


def test_a_paused_queue_takes_nobody_back(office: Office) -> None:
    ticket = missed(office)
    office.do(pause_queue, queue_id=office.hall.passports)

    assert office.conflict(rejoin, GUEST, key=ticket.key) == "queue_paused"


def test_a_phone_that_has_joined_again_does_not_get_the_missed_place_as_well(office: Office) -> None:
    restaurant(office, remote_join=True)
    phone = {"queue_id": office.hall.passports, "remote": True, "joined_from": "one"}
    ticket = office.do(join, GUEST, **phone).ticket
    office.clock.advance(WINDOW_S)
    office.do(lapse_overdue, branch_id=office.hall.branch_id)
    again = office.do(join, GUEST, **phone).ticket

    assert office.conflict(rejoin, GUEST, key=ticket.key) == "one_place_only"

    office.do(leave, GUEST, key=again.key)
    assert office.do(rejoin, GUEST, key=ticket.key).state is State.CALLED


def test_a_refusal_to_come_back_writes_nothing_on_the_way(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has written and is refused costs everybody in its group the transaction."""
    restaurant(office, rejoin_grace_s=None)
    ticket = office.join()
    office.clock.advance(WINDOW_S)
    lapsed: list[Ticket] = []

    def noted(_: Tx, ticket: Ticket) -> Ticket:
        lapsed.append(ticket)
        return ticket

    monkeypatch.setattr(arriving, "lapse", noted)

    assert office.conflict(rejoin, GUEST, key=ticket.key) == "no_rejoin"
    assert lapsed == []
