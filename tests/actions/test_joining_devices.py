"""Joining with more than a place: a note, a quote, and the device that asks."""

from __future__ import annotations

import pytest

from nowserving.actions.tickets.joining import Joined, join
from nowserving.actions.tickets.serving import leave
from nowserving.actions.tickets.tidying import forget_names
from nowserving.actions.tickets.undoing import undo_leave
from nowserving.domain.tickets.rules import Admission
from nowserving.domain.tickets.ticket import State
from nowserving.errors import Invalid
from tests.actions.office import GUEST, Office

# What staff add, and what the guest was told


def test_staff_note_what_they_must_not_forget_and_no_event_tells_it(office: Office) -> None:
    ticket = office.do(join, queue_id=office.hall.passports, note="  Window table  ").ticket

    assert office.now(ticket).note == "Window table"
    (event,) = office.events(ticket)
    assert "Window" not in str(event.data)
    assert event.data["named"], "memory must read what no event may carry"


@pytest.mark.parametrize("note", [None, "", " "])
def test_no_note_is_none(office: Office, note: str | None) -> None:
    assert office.do(join, queue_id=office.hall.passports, note=note).ticket.note is None


@pytest.mark.parametrize("note", ["x" * 301, "a\x00b"])
def test_a_note_is_short_text(office: Office, note: str) -> None:
    refusal = office.refuses(join, queue_id=office.hall.passports, note=note)

    assert isinstance(refusal, Invalid)
    assert refusal.fields[0].pointer == "/note"


def test_a_ticket_keeps_what_the_guest_was_told(office: Office) -> None:
    ticket = office.join(quoted=(600, 900))

    assert (office.now(ticket).quoted_low_s, office.now(ticket).quoted_high_s) == (600, 900)
    assert office.events(ticket)[0].data["quoted"] == [600, 900]
    assert "quoted" not in office.events(office.join())[0].data


# One open place for each device


def from_afar(office: Office, device: str | None, queue_id: str | None = None) -> Joined:
    wanted = queue_id or office.hall.passports
    return office.do(join, GUEST, queue_id=wanted, remote=True, joined_from=device)


def test_a_phone_that_joins_again_gets_its_own_place_back(office: Office) -> None:
    office.rule(remote_join=True, max_waiting=2)
    first, other = from_afar(office, "one"), from_afar(office, "two")
    before = office.events()

    again = from_afar(office, "one")

    assert (again.ticket, again.again) == (office.now(first.ticket), True), "also where the line is full"
    assert not first.again
    assert not other.again
    assert office.events() == before


def test_a_phone_that_was_called_gets_its_call_back(office: Office) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=1, remote_join=True)
    from_afar(office, "one")

    assert from_afar(office, "one").ticket.state is State.CALLED


def test_a_phone_joins_anew_when_its_visit_is_over(office: Office) -> None:
    office.rule(remote_join=True)
    first = from_afar(office, "one").ticket
    office.do(leave, GUEST, key=first.key)

    assert from_afar(office, "one").ticket.code == "A-002"


def test_a_phone_that_has_joined_again_does_not_get_the_place_it_left_as_well(office: Office) -> None:
    office.rule(remote_join=True)
    first = from_afar(office, "one").ticket
    office.do(leave, GUEST, key=first.key)
    second = from_afar(office, "one").ticket

    assert office.conflict(undo_leave, GUEST, key=first.key) == "one_place_only"

    office.do(leave, GUEST, key=second.key)
    assert office.do(undo_leave, GUEST, key=first.key).state is State.WAITING


def test_where_a_phone_may_have_several_places_it_gets_the_one_it_left_back(office: Office) -> None:
    office.rule(remote_join=True, one_per_device=False)
    first = from_afar(office, "one").ticket
    office.do(leave, GUEST, key=first.key)
    from_afar(office, "one")

    assert office.do(undo_leave, GUEST, key=first.key).state is State.WAITING


def test_a_phone_has_one_place_in_each_queue(office: Office) -> None:
    for queue_id in office.hall.queue_ids:
        office.rule(queue_id, remote_join=True)

    codes = [from_afar(office, "one", queue_id).ticket.code for queue_id in office.hall.queue_ids]

    assert codes == ["A-001", "B-001"]


def test_a_queue_may_give_a_phone_several_places(office: Office) -> None:
    office.rule(remote_join=True, one_per_device=False)

    assert [from_afar(office, "one").ticket.code for _ in range(2)] == ["A-001", "A-002"]


def test_phones_that_nobody_knows_are_different_phones(office: Office) -> None:
    office.rule(remote_join=True)

    assert [from_afar(office, None).ticket.code for _ in range(2)] == ["A-001", "A-002"]


def test_no_event_tells_the_device(office: Office) -> None:
    office.rule(remote_join=True)
    from_afar(office, "a-device-hash")

    assert "a-device-hash" not in str([event.data for event in office.events()])


def test_name_note_and_device_are_forgotten_a_day_later(office: Office) -> None:
    office.rule(remote_join=True, ask_name=True)
    more = {"remote": True, "joined_from": "one", "name": "Asha", "note": "Window table"}
    ticket = office.do(join, GUEST, queue_id=office.hall.passports, **more).ticket
    office.do(leave, GUEST, key=ticket.key)
    office.clock.advance(24 * 3600 + 1)

    assert office.store.write_now(forget_names, branch_id=office.hall.branch_id) == 1

    now = office.now(ticket)
    assert (now.name, now.note, now.joined_from) == (None, None, None)
    assert office.store.write_now(forget_names, branch_id=office.hall.branch_id) == 0
