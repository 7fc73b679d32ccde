"""What happens by itself: deadlines, and the end of a service day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nowserving.actions.tickets import lapsing
from nowserving.actions.tickets.hosting import run_late
from nowserving.actions.tickets.lapsing import close_day, lapse_overdue
from nowserving.actions.tickets.serving import check_in, finish, park, start
from nowserving.domain.calendar.hours import ALWAYS_OPEN, Hours, Interval
from nowserving.domain.tickets.rules import Admission, Overstay, QueueRules
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store.layout import queue as queue_of
from nowserving.store.tickets.tickets import branches_overdue
from tests.actions.office import GUEST, SECOND, Office
from tests.told import latest, verbs

NINE_TO_TWO = Hours(((Interval(9 * 60, 14 * 60),),) * 7)
SIX_TO_TWO_AT_NIGHT = Hours(((Interval(18 * 60, 2 * 60),),) * 7)


def sweep(office: Office, at: int) -> int:
    office.clock.now = at
    return office.store.write_now(lapse_overdue, branch_id=office.hall.branch_id)


# Deadlines


@pytest.mark.parametrize(("late_us", "lapses"), [(-1, False), (0, True), (1, True)])
def test_a_call_lapses_at_its_deadline_and_not_before(office: Office, late_us: int, lapses: bool) -> None:
    office.rule(check_in_window_s=60)
    ticket = office.join()
    deadline = office.call_next().ticket.deadline_at
    assert deadline is not None

    assert sweep(office, deadline + late_us) == int(lapses)

    assert office.state(ticket) is (State.NO_SHOW if lapses else State.CALLED)
    if lapses:
        event = office.events()[-1]
        assert (event.verb, event.actor, event.desk_id) == ("ticket.lapsed", "rule", office.hall.desk_1)
        assert office.now(ticket).ended_at == deadline + late_us


@pytest.mark.parametrize(("late_us", "lapses"), [(-1, False), (0, True), (1, True)])
def test_a_service_ends_at_its_limit_and_not_before(office: Office, late_us: int, lapses: bool) -> None:
    office.rule(service_limit_s=600)
    ticket = office.join()
    office.call_next()
    deadline = office.do(start, key=ticket.key).deadline_at
    assert deadline is not None

    assert sweep(office, deadline + late_us) == int(lapses)

    assert office.state(ticket) is (State.DONE if lapses else State.SERVING)
    if lapses:
        assert (office.events()[-1].verb, office.events()[-1].actor) == ("ticket.expired", "rule")


def test_without_a_limit_nothing_lapses(office: Office) -> None:
    office.joins(2)
    office.call_next()

    assert sweep(office, office.clock.now + 400 * 86_400 * SECOND) == 0


def test_a_guest_who_came_in_time_has_won(office: Office) -> None:
    office.rule(check_in_window_s=60)
    ticket = office.join()
    deadline = office.call_next().ticket.deadline_at
    assert deadline is not None
    office.clock.now = deadline - 1 - SECOND
    office.do(start, key=ticket.key)

    assert sweep(office, deadline + 1) == 0
    assert office.state(ticket) is State.SERVING


def test_after_an_outage_everything_overdue_happens_once_oldest_deadline_first(office: Office) -> None:
    office.rule(check_in_window_s=120)
    office.rule(office.hall.licences, check_in_window_s=60)
    late, early = office.join(), office.join(office.hall.licences)
    office.call_next(office.hall.desk_1)
    office.call_next(office.hall.desk_2)
    later = office.clock.now + 3600 * SECOND

    assert office.store.read_now(branches_overdue, later) == [office.hall.branch_id]
    assert [sweep(office, later), sweep(office, later), sweep(office, later + 1)] == [2, 0, 0]

    lapsed = [event.ticket_id for event in office.events() if event.verb == "ticket.lapsed"]
    assert lapsed == [early.id, late.id]
    assert office.store.read_now(branches_overdue, later) == []


def test_a_clock_that_steps_back_opens_no_deadline_again(office: Office) -> None:
    office.rule(check_in_window_s=60)
    ticket = office.join()
    office.call_next()
    sweep(office, office.clock.now + 60 * SECOND)
    office.clock.advance(-3600)

    assert sweep(office, office.clock.now) == 0
    assert office.state(ticket) is State.NO_SHOW


def test_a_sweep_minds_its_own_branch(office: Office) -> None:
    office.rule(check_in_window_s=60)
    office.join()
    office.call_next()
    office.clock.advance(60)

    assert office.store.write_now(lapse_overdue, branch_id="library") == 0


def test_a_batch_is_bounded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lapsing, "_BATCH", 2)
    office.rule(admission=Admission.AUTOMATIC, capacity=3, check_in_window_s=60)
    office.joins(3)
    later = office.clock.now + 3600 * SECOND

    assert [sweep(office, later) for _ in range(3)] == [2, 1, 0]


# A party that stays


@pytest.mark.parametrize("overstay", [Overstay.SHOW, Overstay.REMIND])
def test_a_party_may_stay_and_that_is_put_on_record_once(office: Office, overstay: Overstay) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=1, service_limit_s=600, overstay=overstay)
    first, second = office.joins(2)
    deadline = office.do(check_in, GUEST, key=first.key).deadline_at
    assert deadline is not None

    assert [sweep(office, deadline - 1), sweep(office, deadline), sweep(office, deadline + 9)] == [0, 1, 0]

    now = office.now(first)
    assert (now.state, now.deadline_at, now.overstayed_at) == (State.SERVING, None, deadline)
    assert (office.verbs(first)[-1], office.events()[-1].actor) == ("ticket.overstayed", "rule")
    assert office.state(second) is State.WAITING
    office.audit()
    assert office.do(finish, key=first.key).overstayed_at is None
    assert office.state(second) is State.CALLED


def test_who_is_let_go_frees_the_room_of_a_party(office: Office) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=1, service_limit_s=600, overstay=Overstay.FREE)
    first, second = office.joins(2)
    office.do(check_in, GUEST, key=first.key)

    sweep(office, office.clock.now + 600 * SECOND)

    assert (office.state(first), office.state(second)) == (State.DONE, State.CALLED)


def test_everything_that_an_outage_has_kept_waiting_happens_in_order(office: Office) -> None:
    rules: dict[str, Any] = {"check_in_window_s": 60, "service_limit_s": 600}
    office.rule(admission=Admission.AUTOMATIC, capacity=2, **rules)
    seated, called, third, fourth = office.joins(4)
    office.do(check_in, GUEST, key=seated.key)
    later = office.clock.now + 3600 * SECOND

    assert [sweep(office, later), sweep(office, later + 1)] == [2, 0]

    told = [(event.verb, event.ticket_id) for event in office.events() if event.at >= later]
    assert told == [
        ("ticket.lapsed", called.id),
        ("ticket.called", third.id),
        ("ticket.expired", seated.id),
        ("ticket.called", fourth.id),
    ]


# The end of the day


def at(text: str, zone: str = "Europe/Madrid") -> int:
    return round(
        datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp() * SECOND
    )


def annex(office: Office, hours: Hours, **rules: Any) -> str:
    branch_id = office.build.branch("Annex", hours=hours)
    queue_id = office.build.queue("Stamps", branch_id, prefix="S", rules=QueueRules(**rules))
    office.build.desk("Counter", branch_id, serves=[queue_id])
    return queue_id


def close(office: Office, time: str) -> int:
    office.clock.now = at(time)
    return office.store.write_now(close_day, branch_id="annex")


def join_at(office: Office, queue_id: str, time: str) -> Ticket:
    office.clock.now = at(time) - SECOND
    return office.join(queue_id)


def test_what_is_left_of_a_day_is_put_away_while_the_doors_are_closed(office: Office) -> None:
    queue_id = annex(office, NINE_TO_TWO)
    served, called, parked, waiting = (
        join_at(office, queue_id, f"2026-11-23 13:5{minute}:00") for minute in range(4)
    )
    office.call_next("counter")
    office.do(start, key=served.key)
    desk_2 = office.build.desk("Counter 2", "annex", serves=[queue_id])
    office.call_next(desk_2)
    office.do(park, key=parked.key)

    assert close(office, "2026-11-23 23:59:59") == 0, "it is still the same day: somebody may be on the way"
    assert close(office, "2026-11-24 00:00:00") == 4

    assert office.state(served) is State.DONE
    assert {office.state(one) for one in (called, parked, waiting)} == {State.CANCELLED}
    assert verbs(office.store, "annex")[-4:] == ["ticket.finished"] + ["ticket.cancelled"] * 3
    assert latest(office.store, "annex").actor == "rule"
    assert close(office, "2026-11-24 00:01:00") == 0


def test_nobody_is_put_away_while_the_doors_are_open(office: Office) -> None:
    queue_id = annex(office, SIX_TO_TWO_AT_NIGHT)
    ticket = join_at(office, queue_id, "2026-11-23 22:00:00")

    assert close(office, "2026-11-24 01:59:59") == 0
    assert office.state(ticket) is State.WAITING
    assert close(office, "2026-11-24 02:00:00") == 1


def test_a_place_that_never_closes_keeps_its_people(office: Office) -> None:
    queue_id = annex(office, ALWAYS_OPEN)
    ticket = join_at(office, queue_id, "2026-11-23 22:00:00")

    assert [close(office, f"2026-11-{day}") for day in (24, 25, 26, 30)] == [0, 0, 0, 0]
    assert office.state(ticket) is State.WAITING


def test_a_queue_that_ignores_the_hours_keeps_its_people(office: Office) -> None:
    annex(office, NINE_TO_TWO)
    emergency = office.build.queue("Emergency", "annex", prefix="E", rules=QueueRules(ignore_hours=True))
    others = join_at(office, "stamps", "2026-11-23 13:00:00")
    ticket = join_at(office, emergency, "2026-11-23 23:00:00")

    assert close(office, "2026-11-24 03:00:00") == 1
    assert (office.state(ticket), office.state(others)) == (State.WAITING, State.CANCELLED)


def test_a_server_that_was_off_at_night_tidies_up_in_the_morning(office: Office) -> None:
    """Or the first to be called would be those who went home yesterday."""
    queue_id = annex(office, NINE_TO_TWO)
    yesterday = join_at(office, queue_id, "2026-11-23 13:59:00")
    today = join_at(office, queue_id, "2026-11-24 09:05:00")

    assert close(office, "2026-11-24 09:10:00") == 1

    assert (office.state(yesterday), office.state(today)) == (State.CANCELLED, State.WAITING)


def test_the_day_of_a_branch_closes_by_its_own_clock(office: Office) -> None:
    branch_id = office.build.branch("Samoa", time_zone="Pacific/Apia", hours=NINE_TO_TWO)
    queue_id = office.build.queue("Stamps", branch_id, prefix="S")
    office.clock.now = at("2026-11-23 13:00:00", "Pacific/Apia")
    office.join(queue_id)

    office.clock.now = at("2026-11-23 23:59:59", "Pacific/Apia")
    assert office.store.write_now(close_day, branch_id=branch_id) == 0
    office.clock.now = at("2026-11-24 00:00:00", "Pacific/Apia")
    assert office.store.write_now(close_day, branch_id=branch_id) == 1


def test_closing_a_day_minds_its_own_branch(office: Office) -> None:
    annex(office, NINE_TO_TWO)
    ticket = office.join()

    assert close(office, "2026-11-25 03:00:00") == 0
    assert office.state(ticket) is State.WAITING


def test_those_who_are_put_away_make_room_for_those_of_today(office: Office) -> None:
    queue_id = annex(office, NINE_TO_TWO, admission=Admission.AUTOMATIC, capacity=1)
    join_at(office, queue_id, "2026-11-23 13:59:00")
    today = join_at(office, queue_id, "2026-11-24 09:05:00")

    assert close(office, "2026-11-24 09:10:00") == 1
    assert office.state(today) is State.CALLED


def test_no_queue_begins_its_day_as_late_as_it_ran_yesterday(office: Office) -> None:
    queue_id = annex(office, NINE_TO_TWO)
    office.clock.now = at("2026-11-23 13:00:00")
    office.do(run_late, queue_id=queue_id, minutes=20)

    close(office, "2026-11-23 13:59:00")
    assert late_of(office, queue_id) == 1200, "the doors are open"

    close(office, "2026-11-23 14:00:00")
    assert late_of(office, queue_id) == 0
    told = latest(office.store, "annex")
    assert (told.verb, told.actor) == ("queue.late", "rule")


def test_who_says_before_the_doors_open_that_it_will_be_late_is_still_believed(office: Office) -> None:
    queue_id = annex(office, NINE_TO_TWO)
    office.clock.now = at("2026-11-24 08:30:00")
    office.do(run_late, queue_id=queue_id, minutes=15)

    close(office, "2026-11-24 08:31:00")
    assert late_of(office, queue_id) == 900, "it is meant for the day that begins"

    close(office, "2026-11-24 14:00:00")
    assert late_of(office, queue_id) == 0


def test_lateness_of_friday_is_not_that_of_monday(office: Office) -> None:
    """Also where the server was off when the doors closed, and comes back days later."""
    weekdays = Hours((*((Interval(9 * 60, 14 * 60),),) * 5, (), ()))
    queue_id = annex(office, weekdays)
    office.clock.now = at("2026-11-27 13:00:00")
    office.do(run_late, queue_id=queue_id, minutes=15)

    close(office, "2026-11-30 08:00:00")

    assert late_of(office, queue_id) == 0


def late_of(office: Office, queue_id: str) -> int:
    found = office.store.read_now(queue_of, queue_id)
    assert found is not None
    return found.late_s


def test_a_day_closes_in_batches(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lapsing, "_BATCH", 2)
    queue_id = annex(office, NINE_TO_TWO)
    for minute in range(3):
        join_at(office, queue_id, f"2026-11-23 13:5{minute}:00")

    assert [close(office, "2026-11-24 00:00:00") for _ in range(3)] == [2, 1, 0]
