"""The log in words: every verb has a sentence, and no sentence gives a guest away."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from nowserving.domain.event import Event
from nowserving.web.looks.event_words import SENTENCES, actor_of, sentence_of
from nowserving.web.looks.i18n import localiser
from tests import house

ENGLISH = localiser("en")
NAMES = {
    "desk:d3": "Desk 3",
    "desk:d1": "Desk 1",
    "queue:qa": "Passports",
    "queue:qb": "Licences",
    "staff:s1": "Maria Lopez",
    "key:k1": "Website",
}
CALLED = Event(
    scope_id="b1",
    version=7,
    at=0,
    verb="ticket.called",
    actor="staff:s1",
    ticket_id=1,
    queue_id="qa",
    desk_id="d3",
    data={"key": "secret-key-of-the-guest", "code": "A-004", "before": {}, "after": {}},
)


def said(**changes: Any) -> str:
    data = {**CALLED.data, **changes.pop("data", {})}
    return sentence_of(ENGLISH, replace(CALLED, **changes, data=data), NAMES)


def test_every_verb_that_is_emitted_has_a_sentence() -> None:
    subjects = (
        "ticket|guest|feedback|desk|queue|department|branch|closure|device|staff|account|api_key|organisation"
        "|record|visit|consultation|reservation|standby|service|roster|absence|special_day"
        "|seat_map|seats|hold|booking|stub|seat_standby"
        "|show|performance|lobby|pass"
    )
    written = {
        verb
        for module in house.read(house.SOURCE / "actions")
        for verb in re.findall(rf'"((?:{subjects})\.[a-z_]+)"', module.text)
    }
    assert len(written) > 50
    assert sorted(written - SENTENCES.keys()) == []
    assert sorted(SENTENCES.keys() - written) == ["ticket.chosen", "ticket.too_large"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Desk 3 called A-004"),
        ({"desk_id": None, "actor": "rule"}, "A-004 was called"),
        ({"data": {"chosen": True}}, "Desk 3 chose A-004 and called it"),
        (
            {"verb": "ticket.taken", "data": {"before": {"desk_id": "d1"}}},
            "Desk 3 took A-004 over from Desk 1",
        ),
        (
            {"verb": "ticket.transferred", "data": {"before": {"queue_id": "qb"}}},
            "A-004 moved from Licences to Passports",
        ),
        ({"verb": "queue.edited", "data": {"name": "Old name"}}, "The queue Old name was changed"),
        ({"verb": "staff.signed_in", "data": {"staff_id": "s1"}}, "Maria Lopez signed in"),
        (
            {"verb": "closure.added", "data": {"after": {"starts_on": "24 Dec", "ends_on": "26 Dec"}}},
            "Closed from 24 Dec to 26 Dec",
        ),
        ({"verb": "ticket.invented"}, "ticket.invented"),
    ],
)
def test_what_happened_is_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert said(**changes) == sentence


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        ("staff:s1", "Maria Lopez"),
        ("key:k1", "Website"),
        ("guest", "The guest"),
        ("rule", "By itself"),
        ("staff:gone", "Somebody"),
    ],
)
def test_who_did_it_is_told_in_words(actor: str, name: str) -> None:
    assert actor_of(ENGLISH, actor, NAMES) == name


def test_no_sentence_has_a_place_for_the_key_or_the_guests_name() -> None:
    ticket = [text for verb, texts in SENTENCES.items() if verb.startswith("ticket.") for text in texts]
    assert not [text for text in ticket if "%(name)s" in text or "%(key)s" in text]
    assert not [verb for verb in SENTENCES if "secret-key" in said(verb=verb)]
