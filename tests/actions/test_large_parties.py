"""Parties larger than the whole house: guests are sent to the host, who may let them wait all the same."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.tickets.hosting import resize, resize_own
from nowserving.actions.tickets.joining import join
from nowserving.domain.tickets.estimate import Pace
from nowserving.domain.tickets.rules import Admission, Counts
from nowserving.domain.tickets.ticket import State
from nowserving.errors import Invalid
from tests.actions.office import GUEST, KIOSK, MARIA, Office


def seats(office: Office, capacity: int, **rules: Any) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=capacity, counts=Counts.COVERS, **rules)


@pytest.mark.parametrize("actor", [GUEST, KIOSK, "key:website"])
def test_a_party_larger_than_all_seats_is_sent_to_the_host(office: Office, actor: str) -> None:
    seats(office, 6)

    refused = office.refuses(join, actor, queue_id=office.hall.passports, party_size=7)

    assert isinstance(refused, Invalid)
    [field] = refused.fields
    assert (field.pointer, field.code, dict(field.data)) == ("/party_size", "too_large", {"most": 6})
    assert office.join(party_size=6).state is State.CALLED


def test_staff_add_a_party_larger_than_all_seats_on_record_and_without_an_estimate(office: Office) -> None:
    seats(office, 6)
    pace = Pace(1, mean_s=600, samples=20)

    joined = office.do(join, MARIA, queue_id=office.hall.passports, party_size=7, pace=pace)

    assert (joined.ticket.state, joined.ticket.quoted) == (State.WAITING, None)
    assert office.events()[-1].data["too_large"] is True
    assert office.do(join, MARIA, queue_id=office.hall.passports, party_size=6, pace=pace).ticket.quoted


def test_a_capacity_of_nothing_is_a_pause_and_judges_nobodys_size(office: Office) -> None:
    seats(office, 0)

    assert office.join(party_size=4).state is State.WAITING


def test_a_guest_does_not_grow_larger_than_all_seats_and_staff_let_them(office: Office) -> None:
    seats(office, 6)
    office.join(party_size=6)
    waiting = office.join(party_size=2)

    refused = office.refuses(resize_own, GUEST, key=waiting.key, party_size=7)

    assert [field.code for field in refused.fields] == ["too_large"]
    assert office.do(resize, MARIA, key=waiting.key, party_size=7).party_size == 7
