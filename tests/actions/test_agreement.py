"""Rules that contradict each other are refused by name and reason; what is stored from before stays."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.layout.queues import create_queue, edit_queue
from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.rules import Admission, QueueRules, rules_to
from nowserving.errors import Invalid
from nowserving.store.store import Store
from tests.builders import Builder, TownHall

SEATS: dict[str, Any] = {"admission": "automatic", "capacity": 10}
NEW: dict[str, Any] = {"verb": create_queue, "name": "Tables", "prefix": "T"}
PAIRS = [
    ({**SEATS, "overstay": "free"}, "overstay", {"service_limit_s": 3600}),
    ({**SEATS, "overstay": "free"}, "overstay", {"service_limit_by_party": [[1, 3600]]}),
    ({**SEATS, "overstay": "free"}, "overstay", {"overstay": "show"}),
    ({**SEATS, "counts": "covers"}, "ask_party", {"ask_party": True}),
    ({"rejoin_grace_s": 600}, "rejoin_grace_s", {"check_in_window_s": 300}),
]


def refused(store: Store, **asked: Any) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        store.write_now(**asked)
    return [field.pointer for field in refusal.value.fields]


@pytest.mark.parametrize(("rules", "field", "mended"), PAIRS)
def test_rules_that_contradict_each_other_are_refused_by_name(
    store: Store, town_hall: TownHall, rules: dict[str, Any], field: str, mended: dict[str, Any]
) -> None:
    new: dict[str, Any] = {
        "verb": create_queue,
        "branch_id": town_hall.branch_id,
        "name": "Tables",
        "prefix": "T",
    }

    assert refused(store, **new, rules=rules) == [f"/rules/{field}"]
    made: Queue = store.write_now(**new, rules={**rules, **mended})
    # The same by an edit: what was agreed before is taken back by saying the first again.
    back = {name: value for name, value in rules_to(QueueRules()).items() if name in mended} | rules
    edit: dict[str, Any] = {"verb": edit_queue, "queue_id": made.id, "changes": {"rules": back}}
    assert refused(store, **edit) == [f"/rules/{field}"]


def test_every_contradiction_is_named_at_once(store: Store, town_hall: TownHall) -> None:
    rules = {**SEATS, "overstay": "free", "counts": "covers", "rejoin_grace_s": 600}
    new: dict[str, Any] = {
        "verb": create_queue,
        "branch_id": town_hall.branch_id,
        "name": "Tables",
        "prefix": "T",
    }

    names = refused(store, **new, rules=rules)

    assert names == ["/rules/overstay", "/rules/ask_party", "/rules/rejoin_grace_s"]


def test_a_queue_that_says_nothing_of_the_end_of_a_visit_needs_no_limit(
    store: Store, town_hall: TownHall
) -> None:
    made = store.write_now(create_queue, branch_id=town_hall.branch_id, name="Hall", prefix="H", rules=SEATS)

    assert made.rules.service_limit_s is None


def test_an_older_contradiction_is_in_nobodys_way_until_one_of_its_rules_changes(
    store: Store, build: Builder, town_hall: TownHall
) -> None:
    old = QueueRules(admission=Admission.AUTOMATIC, capacity=10, rejoin_grace_s=600)
    queue_id = build.queue("Tables", town_hall.branch_id, prefix="T", rules=old)
    edit: dict[str, Any] = {"verb": edit_queue, "queue_id": queue_id}

    whole = {**rules_to(old), "capacity": 12}
    assert store.write_now(**edit, changes={"name": "Terrace", "rules": whole}).rules.capacity == 12
    assert refused(store, **edit, changes={"rules": {**whole, "rejoin_grace_s": 900}}) == [
        "/rules/rejoin_grace_s"
    ]
