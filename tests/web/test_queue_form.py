"""A queue's form: what it shows and sends back unchanged changes nothing."""

from __future__ import annotations

from dataclasses import fields

from nowserving.domain.layout.branch import Queue
from nowserving.domain.messages.channels import Channel
from nowserving.domain.tickets.rules import (
    Admission,
    AskContact,
    Counts,
    Fit,
    Overstay,
    PartyLimit,
    PriorityClass,
    QueueRules,
    rules_from,
    rules_to,
)
from nowserving.web.forms.queue_form import changes_from, fields_of, rows_shown

SEATS = QueueRules(
    admission=Admission.AUTOMATIC,
    capacity=40,
    counts=Counts.COVERS,
    check_in_window_s=600,
    service_limit_s=5400,
    service_limit_by_party=(PartyLimit(4, 7200), PartyLimit(8, 9000)),
    overstay=Overstay.SHOW,
    rejoin_grace_s=900,
    fit=Fit.FILL,
    fit_passes=3,
    priorities=(PriorityClass("elderly", "Elderly", 900), PriorityClass("over_65", "Other", 90)),
    last_ticket=30,
    max_waiting=60,
    walk_ins=False,
    remote_join=True,
    one_per_device=False,
    ask_name=True,
    ask_party=True,
    max_party=12,
    max_recalls=2,
    expected_service_s=2700,
    announce_nearly_at=5,
    announce_nearly_minutes=10,
    ask_contact=AskContact.OPTIONAL,
    channels=(Channel.SMS, Channel.EMAIL),
    alert_first=True,
    public_name="Ground floor",
    clinical=True,
    outcomes=("recovered", "referred"),
)


def queue(rules: QueueRules) -> Queue:
    return Queue(
        id="q1",
        branch_id="b1",
        department_id=None,
        name="Tables",
        prefix="T",
        icon="",
        place=1,
        rules=rules,
        paused_at=None,
        waiting=0,
        late_s=0,
        edited=1,
        archived_at=None,
    )


def test_what_is_shown_and_sent_back_is_what_was() -> None:
    for rules in (QueueRules(), SEATS):
        sent = changes_from(fields_of(queue(rules)))["rules"]
        assert rules_from({**rules_to(rules), **sent}) == rules


def test_what_a_program_has_set_is_shown_whole_and_comes_back() -> None:
    many = QueueRules(
        priorities=tuple(PriorityClass(f"class_{n}", f"Class {n}", 60 * n) for n in range(20)),
        service_limit_by_party=tuple(PartyLimit(size, 600 * size) for size in range(2, 10)),
    )
    shown = fields_of(queue(many))

    assert rows_shown(shown) == {"class_rows": 20, "party_rows": 9}
    assert rows_shown(fields_of(queue(QueueRules()))) == {"class_rows": 6, "party_rows": 5}
    assert rules_from({**rules_to(many), **changes_from(shown)["rules"]}) == many


def test_a_class_comes_back_with_all_that_is_kept_of_it() -> None:
    """The form writes every class anew: what it had no field for would be lost with the next edit."""
    sent = changes_from(fields_of(queue(SEATS)))["rules"]["priorities"]
    assert [set(one) for one in sent] == [{field.name for field in fields(PriorityClass)}] * 2
