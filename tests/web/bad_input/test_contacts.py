"""HARDENING section 4, rows 21 to 25, and the words of messages: at the API and in the guests' forms."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.web.bad_input.siege import PROBLEM, Siege, problem_in, refused_fields
from tests.web.bad_input.test_replays import a_queue, join

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
LONG = "a" * 64

PHONES = [
    (21, "+91 98765 43210", "…210"),
    (21, "0091-98765-43210", "…210"),
    (21, "+44 (0)20 7946 0958", "…958"),
    (21, "+٩١ ٩٨٧٦٥ ٤٣٢١١", "…211"),
    (21, "+91 ९८७६५ ४३२१२", "…212"),
]
NO_PHONES = [
    (21, "098765-43210", "bad_phone"),
    (22, "+1", "bad_phone"),
    (22, "+1234567890123456", "bad_phone"),
    (22, "++919876543210", "bad_phone"),
    (22, "+34 600 CALL ME", "bad_phone"),
    (22, "+34600123456;ext=1", "bad_phone"),
    (22, "+34600123456\r\nX: y", "bad_phone"),
    (22, "+34600\x00123456", "bad_phone"),
    (22, "+²34600123456", "bad_phone"),
    (22, "+" + "9" * 5_000, "bad_phone"),
    (22, "' OR 1=1--", "bad_phone"),
    (22, "+1 900 555 0100", "phone_not_allowed"),
    (22, "+881 612 345 678", "phone_not_allowed"),
]
ADDRESSES = [
    (25, "ana@Example.ORG", "a…@example.org"),
    (25, "ana+queue@example.co.uk", "a…@example.co.uk"),
    (25, "ana@bücher.example", "a…@xn--bcher-kva.example"),
    (25, "'ana'@example.org", "'…@example.org"),
]
NO_ADDRESSES = [
    *(
        (25, value, "bad_email")
        for value in (
            "a@b",
            "x@localhost",
            "x@[127.0.0.1]",
            "x@127.0.0.1",
            '"a b"@example.org',
            "a b@example.org",
            "a@b@example.org",
            "@example.org",
            "ana@",
            "ana.@example.org",
            "ana@-example.org",
            "ana@exam\u0000ple.org",
            "ana@example.org\r\nBcc: eve@example.org",
            "ana\r\nBcc:eve@example.org",
            "ana@example.org, eve@example.org",
            "<ana@example.org>",
            f"{LONG}a@example.org",
            f"ana@{LONG}.example.org",
            "a@" + "b." * 200 + "org",
            "ana@\ud7ff\uffff.example",
        )
    ),
]
GOOD = [("phone", *one) for one in PHONES] + [("email", *one) for one in ADDRESSES]
BAD = [("phone", *one) for one in NO_PHONES] + [("email", *one) for one in NO_ADDRESSES]


@pytest.fixture(scope="module")
def _queues() -> dict[str, tuple[str, str]]:
    return {}


@pytest.fixture
def asking(siege: Siege, _queues: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """A queue that asks guests how to be told, and the key of a ticket in it: one for each server."""
    if siege.server.base not in _queues:
        queue, _ = a_queue(siege, ask_contact="optional", remote_join=True, one_per_device=False)
        _queues[siege.server.base] = queue, join(siege, queue).json()["data"]["key"]
    return _queues[siege.server.base]


def change(siege: Siege, key: str, given: Any) -> httpx2.Response:
    return siege.call("PUT", f"/tickets/{key}/contact", given, as_=None)


def send(siege: Siege, path: str, form: dict[str, str]) -> httpx2.Response:
    """Send a form as a phone does that was never here before: its cookies are nobody else's."""
    return httpx2.post(siege.server.base + path, data=form, headers=FORM, timeout=30)


@pytest.mark.parametrize(
    ("field", "row", "value", "shown"), GOOD, ids=[f"row {row}: {value}" for _, row, value, _ in GOOD]
)
def test_what_can_be_reached_is_kept_in_one_form(
    siege: Siege, asking: tuple[str, str], field: str, row: int, value: str, shown: str
) -> None:
    queue, _ = asking
    made = join(siege, queue, {"contact": {field: value}})
    assert made.status_code == 201, made.text
    key = made.json()["data"]["key"]
    assert siege.data("GET", f"/tickets/{key}/contact")[field] == shown
    assert value not in made.text
    assert siege.call("POST", f"/tickets/{key}/cancel", as_="agent").status_code == 200


@pytest.mark.parametrize(
    ("field", "row", "value", "code"), BAD, ids=[f"row {row}: {value[:20]!a}" for _, row, value, _ in BAD]
)
def test_what_can_not_be_reached_is_refused_at_every_door(
    siege: Siege, asking: tuple[str, str], field: str, row: int, value: str, code: str
) -> None:
    queue, key = asking
    refused = {f"/contact/{field}": code}
    with siege.unchanged():
        answer = join(siege, queue, {"contact": {field: value}})
        assert refused_fields(answer) == refused
        # A refusal tells nobody what was typed.
        assert value not in answer.text
        assert refused_fields(change(siege, key, {field: value})) == refused
        for path in (f"/q/{queue}", f"/t/{key}/contact"):
            page = send(siege, path, {field: value, "once": "x" * 22})
            assert page.status_code in (400, 422), path
            assert "Traceback" not in page.text


@pytest.mark.parametrize("value", [7, 1.5, True, [], {}, ["+34600123456"]], ids=repr)
@pytest.mark.parametrize("field", ["phone", "email", "push"])
def test_what_is_another_kind_is_refused(
    siege: Siege, asking: tuple[str, str], field: str, value: Any
) -> None:
    queue, key = asking
    with siege.unchanged():
        for answer in (join(siege, queue, {"contact": {field: value}}), change(siege, key, {field: value})):
            found = refused_fields(answer)
            assert all(pointer.startswith(f"/contact/{field}") for pointer in found), found
            assert found


def test_a_contact_is_an_object_of_known_fields(siege: Siege, asking: tuple[str, str]) -> None:
    queue, key = asking
    with siege.unchanged():
        wrong: list[Any] = [[], "x", 7, {"fax": "+34600123456"}, {"stopped_at": 1}]
        for given in wrong:
            assert refused_fields(join(siege, queue, {"contact": given}))
        for given in wrong[:3]:
            assert problem_in(change(siege, key, given), 400, 422)
        assert refused_fields(change(siege, key, {"fax": "1"})) == {"/contact/fax": "unknown_field"}


def test_row_23_the_same_number_many_times_is_stopped(siege: Siege, asking: tuple[str, str]) -> None:
    queue, key = asking
    wish = {"contact": {"phone": "+34 600 999 001"}}
    made = [join(siege, queue, wish) for _ in range(9)]
    assert [answer.status_code for answer in made] == [201] * 8 + [429]
    refusal = made[-1]
    assert problem_in(refusal, 429)["code"] == "too_many_visits"
    assert refusal.headers["retry-after"]
    with siege.unchanged():
        assert problem_in(change(siege, key, wish["contact"]), 429)["code"] == "too_many_visits"


def test_row_24_whoever_asks_to_stop_is_told_nothing_more_in_any_visit(
    siege: Siege, asking: tuple[str, str]
) -> None:
    queue, _ = asking
    wish = {"contact": {"phone": "+34 600 999 002"}}
    theirs = join(siege, queue, wish).json()["data"]["key"]
    assert send(siege, f"/stop/{theirs}", {}).status_code == 200
    again = join(siege, queue, wish).json()["data"]["key"]
    assert siege.data("GET", f"/tickets/{again}/contact")["stopped"] is True


KEPT = [
    "{branch}: {code}, {desk}",
    "O'Brien-Ñandú Jr.",
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE messages;--",
    "%s%n %(code)s",
    '=HYPERLINK("http://x")',
    "ب12 عربى",
    "🎉",
]
NO_TEMPLATES = [
    *((value, "unknown_variable") for value in ("{{7*7}}", "${7*7}", "{0.__class__}", "{code!r}", "{code")),
    *((value, "unknown_variable") for value in ("code}", "{}", "{ code }", "{code.key}", "{phone}")),
    *((value, "bad_character") for value in ("a\x00b", "\x1b[2J", "a\u2028b")),
    ("Z" + "\u0351" * 30, "too_many_marks"),
    ("x" * 601, "too_long"),
]


def templates(value: object, part: str = "text") -> dict[str, Any]:
    return {"templates": {"turn": {"en": {part: value}}}}


def test_words_of_a_message_are_text_and_known_names_and_no_more(siege: Siege) -> None:
    path = f"/branches/{siege.hall.branch_id}/message-settings"
    for value in KEPT:
        saved = siege.data("PATCH", path, templates(value))
        assert saved["templates"]["turn"]["en"]["text"] == value
    with siege.unchanged():
        for value, code in NO_TEMPLATES:
            assert refused_fields(siege.call("PATCH", path, templates(value))) == {
                "/templates/turn/en/text": code
            }, ascii(value)
        subject = siege.call("PATCH", path, templates("\r\nBcc: x@y", "subject"))
        assert refused_fields(subject) == {"/templates/turn/en/subject": "bad_character"}
        assert refused_fields(siege.call("PATCH", path, templates("x" * 121, "subject")))
        others: list[Any] = [None, 7, [], {}]
        for other in others:
            assert refused_fields(siege.call("PATCH", path, templates(other))), other


@pytest.mark.parametrize(
    "given",
    [
        {"templates": {"nothing": {"en": {"text": "x"}}}},
        {"templates": {"turn": {"xx": {"text": "x"}}}},
        {"templates": {"turn": {"en": {"body": "x"}}}},
        {"templates": {"turn": {"en": "x"}}},
        {"templates": {"turn": []}},
        {"templates": "x"},
        {"quiet_from": "25:00"},
        {"quiet_from": "22:00", "quiet_until": None},
        {"sms_a_day": -1},
        {"sms_a_day": 10**400},
        {"sms_a_day": "5"},
        {"country_code": "34"},
        {"country_code": "+34\r\n"},
        {"alert_url": "file:///etc/passwd"},
        {"alert_url": "x" * 5_000},
        {"unknown": 1},
    ],
    ids=lambda given: str(given)[:50],
)
def test_settings_of_messages_that_mean_nothing_are_refused(siege: Siege, given: dict[str, Any]) -> None:
    with siege.unchanged():
        answer = siege.call("PATCH", f"/branches/{siege.hall.branch_id}/message-settings", given)
        assert problem_in(answer, 400, 422)
        assert answer.headers["content-type"] == PROBLEM
