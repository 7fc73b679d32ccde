"""Many bookings in one transaction: each is told what it would have been told alone."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from nowserving.actions.reservations.booking import book, hold, reserve
from nowserving.actions.reservations.changing import cancel_reservation, move_reservation
from nowserving.actions.reservations.services import create_service, edit_service
from nowserving.actions.reservations.standing_by import stand_by
from nowserving.domain.reservations.reservation import Reservation
from nowserving.errors import AppError
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Group
from nowserving.store.reservations import daybook
from tests.actions.surgery import DAY, MINUTE, TUESDAY, Surgery
from tests.store.crowd import one_group

Act = tuple[Any, dict[str, Any]]


@pytest.fixture(autouse=True)
def beside(surgery: Surgery) -> None:
    """Make another branch, in whose lock the writer waits until the whole group is there."""
    surgery.build.branch("Library")


def acts(surgery: Surgery, seed: int, day: int, other_id: str) -> list[Act]:
    """Draw what thirty people want on a day, some of whom have been promised a time there before."""
    random = Random(seed)
    before = [surgery.reserve(day + random.randrange(6) * 30 * MINUTE) for _ in range(4)]

    def one() -> Act:
        at = day + random.randrange(-1, 7) * 30 * MINUTE
        size = random.randrange(1, 3)
        mine: dict[str, Any] = {"reservation_key": random.choice(before).key}
        other: dict[str, Any] = {"service_id": other_id, "start_at": at, "name": "Eva"}
        rules = {"rules": {"capacity": random.randrange(2, 4)}}
        service_id = surgery.service.id
        return random.choices(
            [
                (reserve, {"service_id": service_id, "start_at": at, "size": size, "name": "Ana"}),
                (hold, {"service_id": service_id, "start_at": at, "size": size}),
                (reserve, other),
                (cancel_reservation, mine),
                (move_reservation, {**mine, "start_at": at}),
                (edit_service, {"service_id": service_id, "changes": rules}),
                (stand_by, {"service_id": service_id, "from_at": at, "to_at": at + 1}),
            ],
            weights=[8, 4, 3, 2, 3, 1, 1],
        )[0]

    return [one() for _ in range(30)]


def told(answer: Any, day: int) -> Any:
    """Return an answer without what two days can't share."""
    if isinstance(answer, Reservation):
        return answer.start_at - day, answer.desk_id, answer.size, answer.state
    if isinstance(answer, AppError):
        others: Any = answer.data.get("alternatives", [])
        return answer.code, [one["start_at"] - day for one in others]
    return type(answer).__name__


def together_and_alone(surgery: Surgery, seed: int) -> tuple[list[Any], list[Any]]:
    """Let a program run on one day in one transaction, and on another one by one."""
    surgery.rule(capacity=2, max_size=2)
    other = surgery.do(
        create_service,
        branch_id=surgery.branch_id,
        name="Vaccination",
        queue_id=surgery.queue_id,
        duration_s=1200,
        desk_ids=[surgery.rooms[0]],
    )
    found: list[list[Any]] = []
    for day in (TUESDAY, TUESDAY + 21 * DAY):
        surgery.rule(capacity=2, max_size=2)
        wanted = acts(surgery, seed, day, other.id)
        if not found:
            with one_group(surgery.store) as crowd:
                for verb, arguments in wanted:
                    crowd.ask(verb, **arguments)
            answers = crowd.answers
        else:
            answers = [alone(surgery, verb, arguments) for verb, arguments in wanted]
        found.append([told(one, day) for one in answers])
    return found[0], found[1]


def alone(surgery: Surgery, verb: Any, arguments: dict[str, Any]) -> Any:
    try:
        return surgery.store.write_now(verb, **arguments)
    except AppError as refusal:
        return refusal


@pytest.mark.parametrize("seed", range(6))
def test_whoever_books_in_a_group_is_told_what_they_are_told_alone(surgery: Surgery, seed: int) -> None:
    together, one_by_one = together_and_alone(surgery, seed)

    assert together == one_by_one
    surgery.audit()


def test_a_day_that_follows_no_cancellation_is_seen(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the note of what else was written, somebody is told what is not so."""

    class Deaf(daybook.Daybook):
        __slots__ = ()
        written = property(lambda _book: 0, lambda _book, _count: None)

    monkeypatch.setattr(daybook, "Daybook", Deaf)
    together, one_by_one = together_and_alone(surgery, 0)

    assert together != one_by_one


def test_a_group_of_bookings_reads_the_day_once(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    execute = Group.execute

    def counted(self: Group, statement: Statement, params: dict[str, Any]) -> None:
        ran.append(statement.text["sqlite"])
        execute(self, statement, params)

    surgery.rule(capacity=50)
    with one_group(surgery.store) as crowd:
        for _ in range(30):
            crowd.ask(reserve, service_id=surgery.service.id, start_at=TUESDAY, name="Ana")
        monkeypatch.setattr(Group, "execute", counted)

    assert all(isinstance(one, Reservation) for one in crowd.answers)
    assert sum("sum(reservations.size)" in one for one in ran) == 1
    assert sum(one.startswith("INSERT INTO reservations") for one in ran) == 30
    assert sum(one.startswith("UPDATE reservations") for one in ran) == 0
    # A code for each; the lock, the plan, the day, the branch's messages and the waiting list once.
    assert sum(one.startswith("SELECT") for one in ran) <= 40


def test_a_hold_is_booked_in_the_group_that_holds_the_next(surgery: Surgery) -> None:
    held = surgery.do(hold, service_id=surgery.service.id, start_at=TUESDAY)
    with one_group(surgery.store) as crowd:
        crowd.ask(reserve, service_id=surgery.service.id, start_at=TUESDAY, name="Ana")
        crowd.ask(book, reservation_key=held.key, name="Eva")
        crowd.ask(reserve, service_id=surgery.service.id, start_at=TUESDAY, name="Mia")

    # Two rooms, a place each: one is held, so only one is left.
    codes = [one.code if isinstance(one, AppError) else "ok" for one in crowd.answers]
    assert codes == ["ok", "ok", "slot_full"]
