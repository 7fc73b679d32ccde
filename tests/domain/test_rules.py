import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain.tickets.rules import (
    Admission,
    Counts,
    Fit,
    Overstay,
    PartyLimit,
    PriorityClass,
    QueueRules,
    rules_from,
    rules_to,
)
from nowserving.errors import Invalid


def faults(given: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        rules_from(given)
    return [(field.pointer, field.code) for field in refusal.value.fields]


counts = st.integers(1, 1000)
classes = st.lists(
    st.builds(
        PriorityClass,
        code=st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True),
        name=st.sampled_from(["Elderly", "أولوية", "Con niños"]),
        head_start_s=st.integers(0, 86_400),
    ),
    max_size=5,
    unique_by=lambda one: one.code,
).map(tuple)
limits = st.dictionaries(counts, counts, max_size=4).map(
    lambda steps: tuple(PartyLimit(size, steps[size]) for size in sorted(steps))
)
all_rules = st.builds(
    QueueRules,
    admission=st.sampled_from(Admission),
    capacity=st.integers(0, 1000),
    counts=st.sampled_from(Counts),
    check_in_window_s=st.none() | counts,
    service_limit_s=st.none() | counts,
    service_limit_by_party=limits,
    overstay=st.sampled_from(Overstay),
    rejoin_grace_s=st.none() | counts,
    fit=st.sampled_from(Fit),
    fit_passes=st.integers(0, 100),
    absence_limit_s=st.none() | st.integers(10, 1000),
    priorities=classes,
    last_ticket=st.none() | st.integers(0, 1440) | st.sampled_from(["00:00", "16:30"]),
    max_waiting=st.none() | counts,
    walk_ins=st.booleans(),
    one_per_device=st.booleans(),
    ask_name=st.booleans(),
    max_party=counts,
    max_recalls=st.none() | st.integers(0, 100),
    expected_service_s=st.none() | counts,
    announce_nearly_at=st.integers(0, 1000),
    public_name=st.sampled_from(["", "Second floor"]),
    ignore_hours=st.booleans(),
)


@given(all_rules)
def test_rules_read_back_from_json_unchanged(rules: QueueRules) -> None:
    assert rules_from(json.loads(json.dumps(rules_to(rules)))) == rules


def test_every_rule_can_be_written_and_read() -> None:
    assert list(rules_to(QueueRules())) == [field.name for field in dataclasses.fields(QueueRules)]
    assert rules_from({}) == QueueRules()


def test_a_queue_is_a_counter_unless_it_is_told_otherwise() -> None:
    rules = QueueRules()
    assert rules.admission is Admission.BY_AGENT
    assert rules.walk_ins
    assert not any((rules.remote_join, rules.ask_name, rules.ask_party, rules.ignore_hours))
    assert rules.service_limit(1) is None
    assert rules.overstay is Overstay.FREE
    assert rules.rejoin_grace_s is None
    assert rules.one_per_device


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("admission", "magic", "not_a_choice"),
        ("capacity", -1, "out_of_range"),
        ("capacity", True, "not_whole"),
        ("capacity", "10", "not_whole"),
        ("capacity", 10.0, "not_whole"),
        ("counts", None, "not_a_choice"),
        ("check_in_window_s", 0, "out_of_range"),
        ("service_limit_s", 86_401, "out_of_range"),
        ("overstay", "evict", "not_a_choice"),
        ("overstay", None, "not_a_choice"),
        ("rejoin_grace_s", 0, "out_of_range"),
        ("rejoin_grace_s", 86_401, "out_of_range"),
        ("fit", "loose", "not_a_choice"),
        ("fit_passes", None, "not_whole"),
        ("absence_limit_s", 9, "out_of_range"),
        ("last_ticket", -1, "out_of_range"),
        ("last_ticket", 1441, "out_of_range"),
        ("last_ticket", "24:00", "not_a_time"),
        ("last_ticket", True, "not_whole"),
        ("max_waiting", 10**9, "out_of_range"),
        ("walk_ins", 1, "not_flag"),
        ("remote_join", "yes", "not_flag"),
        ("one_per_device", None, "not_flag"),
        ("ask_name", None, "not_flag"),
        ("ask_party", 0, "not_flag"),
        ("max_party", 0, "out_of_range"),
        ("max_recalls", -1, "out_of_range"),
        ("expected_service_s", 0, "out_of_range"),
        ("announce_nearly_at", -1, "out_of_range"),
        ("public_name", "x" * 61, "too_long"),
        ("public_name", None, "not_text"),
        ("ignore_hours", 0, "not_flag"),
        ("colour", "red", "unknown_field"),
        ("service_limit_by_party", {}, "not_a_list"),
        ("service_limit_by_party", [[4, 60], [2, 60]], "not_rising"),
        ("service_limit_by_party", [[2, 60], [2, 90]], "not_rising"),
        ("priorities", "vip", "not_a_list"),
        ("outcomes", ["Home", "Home"], "twice"),
        ("priorities", [{"code": "a", "name": "A", "head_start_s": 1}] * 2, "twice"),
    ],
)
def test_a_value_that_is_no_rule_is_refused_by_name(field: str, value: object, code: str) -> None:
    assert faults({field: value}) == [(f"/rules/{field}", code)]


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ([[2]], "/rules/service_limit_by_party/0", "not_a_pair"),
        ([[2, 60, 3]], "/rules/service_limit_by_party/0", "too_many_values"),
        ([[2, 60], [0, 60]], "/rules/service_limit_by_party/1/0", "out_of_range"),
        ([[2, "60"]], "/rules/service_limit_by_party/0/1", "not_whole"),
    ],
)
def test_a_limit_by_party_is_refused_where_it_is_wrong(given: object, pointer: str, code: str) -> None:
    assert faults({"service_limit_by_party": given}) == [(pointer, code)]


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"code": "VIP"}, "/code", "bad_code"),
        ({"code": "vip class"}, "/code", "bad_code"),
        ({"code": "é"}, "/code", "bad_code"),
        ({"code": "_"}, "/code", "bad_code"),
        ({"name": " "}, "/name", "empty"),
        ({"head_start_s": -1}, "/head_start_s", "out_of_range"),
        ({"colour": 1}, "/colour", "unknown_field"),
    ],
)
def test_a_priority_class_is_refused_where_it_is_wrong(
    change: dict[str, object], where: str, code: str
) -> None:
    good = {"code": "vip", "name": "VIP", "head_start_s": 60}
    assert faults({"priorities": [good | change]}) == [(f"/rules/priorities/0{where}", code)]


def test_a_priority_class_needs_all_its_fields() -> None:
    assert faults({"priorities": [{"code": "vip"}]}) == [
        ("/rules/priorities/0/head_start_s", "required"),
        ("/rules/priorities/0/name", "required"),
    ]


def test_a_queue_that_calls_by_itself_needs_a_capacity() -> None:
    assert faults({"admission": "automatic"}) == [("/rules/capacity", "required")]
    assert rules_from({"admission": "automatic", "capacity": 0}).capacity == 0


@pytest.mark.parametrize(("counting", "units"), [(Counts.COVERS, 5), (Counts.PEOPLE, 1)])
def test_a_party_takes_its_covers_or_one_place(counting: Counts, units: int) -> None:
    assert QueueRules(counts=counting).units(5) == units


def test_the_service_limit_is_that_of_the_largest_size_reached() -> None:
    rules = rules_from({"service_limit_s": 60, "service_limit_by_party": [[3, 90], [6, 120]]})
    assert [rules.service_limit(size) for size in (1, 2, 3, 5, 6, 9)] == [60, 60, 90, 90, 120, 120]


def test_a_priority_has_the_head_start_of_its_class() -> None:
    rules = QueueRules(priorities=(PriorityClass("vip", "VIP", 60), PriorityClass("elderly", "Elderly", 600)))
    assert [rules.head_start(code) for code in ("", "vip", "elderly")] == [0, 60, 600]


def test_a_priority_that_the_queue_does_not_have_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        QueueRules().head_start("vip")
    assert [(field.pointer, field.code) for field in refusal.value.fields] == [
        ("/priority", "unknown_priority")
    ]


@pytest.mark.parametrize("channels", [["sms", "sms"], ["staff"]])
def test_channels_are_those_of_guests_each_once(channels: list[str]) -> None:
    assert faults({"channels": channels}) == [("/rules/channels", "bad_channels")]
