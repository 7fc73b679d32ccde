"""HARDENING section 4, rows 1 to 20: names and free text, on every field of every route."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from nowserving.domain.text import clean_text
from nowserving.errors import Invalid
from tests.web.bad_input.fields import EDITED, FIELDS, TextField
from tests.web.bad_input.naughty import NAUGHTY
from tests.web.bad_input.siege import KEYS, Siege, problem_in, refused_fields

every_field = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
every_edit = pytest.mark.parametrize("field", EDITED, ids=lambda field: field.name)

EMPTY = ["", "   ", "\u00a0", "\u200b", "\u3164", "\u2800", "\u00ad", "\u200e"]
KEPT = [
    (2, "李"),
    (3, "O'Brien-Ñandú Jr."),
    (3, "Null"),
    (3, "None"),
    (3, "undefined"),
    (3, "True"),
    (3, "NaN"),
    (4, "<script>alert(1)</script>"),
    (4, "<img src=x onerror=alert(1)>"),
    (4, '"><svg onload=alert(1)>'),
    (4, "javascript:alert(1)"),
    (5, "Robert'); DROP TABLE tickets;--"),
    (5, "' OR 1=1--"),
    (6, "{{7*7}}"),
    (6, "${7*7}"),
    (6, "<%= 7*7 %>"),
    (6, "%s%n %(code)s"),
    (6, "{0.__class__}"),
    (8, "ب12 عربى"),
    (8, "שלום 7"),
    (9, "👨‍👩‍👧"),
    (9, "می‌خواهم"),
    (11, "Ｊｏｈｎ"),
    (11, "İıßẞ"),
    (15, "🎉"),
    (16, '=HYPERLINK("http://x")'),
    (16, "+1"),
    (16, "-2"),
    (16, "@SUM"),
    (19, '<speak>&"Tom & Jerry"'),
    (20, "../../etc/passwd"),
    (20, "CON"),
    (20, "nul.txt"),
]
CHANGED = [
    (7, "a\u202eb\u202c", "ab"),
    (7, "\u2066left open", "left open"),
    (9, "ad\u200bmin", "admin"),
    (9, "ad\u200dmin", "admin"),
    (11, "e\u0301", "é"),
    (1, "  two   words ", "two words"),
]
REFUSED = [
    (2, "x" * 10_000, "too_long"),
    (10, "Z" + "\u0351" * 30, "too_many_marks"),
    (13, "a\x00b", "bad_character"),
    (13, "a\x07b", "bad_character"),
    (13, "a\x7fb", "bad_character"),
    (13, "a\r\nb", "bad_character"),
    (13, "a\u2028b", "bad_character"),
    (17, "\r\nBcc: x@y", "bad_character"),
    (18, "\x1b[2J", "bad_character"),
    (18, "\x1d!\x11big", "bad_character"),
]


@every_field
def test_row_1_what_nobody_can_see_is_empty(siege: Siege, field: TextField) -> None:
    for value in EMPTY:
        if field.required:
            with siege.unchanged():
                assert refused_fields(field.send(siege, value)) == {field.pointer: "empty"}
        else:
            assert field.stored(field.send(siege, value)) == ""


@pytest.mark.parametrize(("row", "value"), KEPT, ids=[f"row {row}: {value}" for row, value in KEPT])
def test_what_is_only_text_stays_as_it_is(siege: Siege, row: int, value: str) -> None:
    for field in EDITED:
        answer = field.send(siege, value)
        assert answer.status_code == 200, f"{field.name}: {answer.text}"
        assert field.stored(answer) == value


@pytest.mark.parametrize(
    ("row", "value", "stored"), CHANGED, ids=[f"row {row}: {value!a}" for row, value, _ in CHANGED]
)
def test_what_hides_in_text_is_taken_out(siege: Siege, row: int, value: str, stored: str) -> None:
    for field in EDITED:
        answer = field.send(siege, value)
        assert answer.status_code == 200, f"{field.name}: {answer.text}"
        assert field.stored(answer) == stored


@pytest.mark.parametrize(
    ("row", "value", "code"), REFUSED, ids=[f"row {row}: {value[:9]!a}" for row, value, _ in REFUSED]
)
def test_what_is_no_text_is_refused(siege: Siege, row: int, value: str, code: str) -> None:
    with siege.unchanged():
        for field in FIELDS:
            assert refused_fields(field.send(siege, value)) == {field.pointer: code}, field.name


@every_field
def test_row_2_the_longest_text_fits_and_one_more_does_not(siege: Siege, field: TextField) -> None:
    longest = "ü" * field.most
    assert field.stored(field.send(siege, longest)) == longest
    with siege.unchanged():
        assert refused_fields(field.send(siege, longest + "ü")) == {field.pointer: "too_long"}
        assert problem_in(field.send(siege, "x" * 1_000_000), 413)["code"] == "too_large"


@pytest.mark.parametrize("value", [None, 7, 1.5, True, [], {}, ["x"]], ids=repr)
def test_row_62_what_is_another_kind_is_no_text(siege: Siege, value: Any) -> None:
    with siege.unchanged():
        for field in FIELDS:
            assert refused_fields(field.send(siege, value)) == {field.pointer: "not_text"}, field.name


def test_row_12_a_look_alike_name_is_refused(siege: Siege) -> None:
    staff = f"/staff/{siege.hall.amir}"
    with siege.unchanged():
        mixed = siege.call("PATCH", staff, {"name": "аdmin"})
        assert refused_fields(mixed) == {"/name": "mixed_alphabets"}
        login = siege.call("PATCH", staff, {"login": "аdmin"})
        assert refused_fields(login) == {"/login": "bad_login"}


BROKEN = [
    (b'{"name": "\\ud800"}', 400),
    (b'{"\\ud800": 1}', 400),
    (b'{"name": "\\udc00\\ud800"}', 400),
    (b'{"name": "\xff\xfe"}', 400),
    (b'{"name": "\xc0\xaf"}', 400),
    (b'{"name": "\xed\xa0\x80"}', 400),
    ('{"name": "x"}'.encode("utf-16"), 400),
    (b"\xef\xbb\xbf" + b'{"name": "x"}', 400),
]


@pytest.mark.parametrize(("body", "code"), BROKEN, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("path", ["/queues/{}", "/queues/{}/tickets"])
def test_row_14_broken_utf_8_is_refused(siege: Siege, path: str, body: bytes, code: int) -> None:
    headers = {"Content-Type": "application/json", "X-API-Key": KEYS["admin"]}
    method = "POST" if "tickets" in path else "PATCH"
    with siege.unchanged():
        answer = siege.client.request(
            method, "/api/v1" + path.format(siege.queue), content=body, headers=headers
        )
        assert problem_in(answer, code)["code"] == "malformed"


def test_row_4_what_looks_like_markup_is_inert_on_pages(siege: Siege) -> None:
    markup = '<img src=x onerror="alert(1)">'
    siege.data("PATCH", f"/queues/{siege.queue}", {"name": markup})
    siege.data("PATCH", f"/branches/{siege.hall.branch_id}", {"name": markup, "screens": {"ticker": markup}})
    ticket = siege.data("POST", f"/queues/{siege.queue}/tickets", as_="kiosk")
    cookie = {"Cookie": siege.as_maria()["Cookie"]}
    pages = ["/", "/desk", f"/t/{ticket['key']}", f"/kiosk?branch={siege.hall.branch_id}"]
    pages += [f"/overview/{siege.hall.branch_id}", f"/display?branch={siege.hall.branch_id}"]
    shown = 0
    for page in pages:
        text = siege.client.get(page, headers=cookie, follow_redirects=True).text
        assert "<img src=x" not in text, page
        shown += "&lt;img src=x" in text or "\\u003cimg src=x" in text
    assert shown >= 3


@every_edit
def test_the_naughty_strings_are_kept_whole_or_refused(
    siege: Siege, field: TextField, request: pytest.FixtureRequest
) -> None:
    """Our own selection in the manner of the Big List of Naughty Strings, one after another.

    SQLite's server is sent each at every field; PostgreSQL's each at one, for what differs is the database.
    """
    dealt = slice(EDITED.index(field), None, len(EDITED))
    for value in NAUGHTY[dealt] if "postgresql" in request.node.name else NAUGHTY:
        answer = field.send(siege, value)
        assert answer.status_code in (200, 422), f"{value!a}: {answer.text}"
        kept, refused = _expected(field, value)
        if answer.status_code == 422:
            assert refused_fields(answer)[field.pointer] in (refused, "mixed_alphabets"), ascii(value)
        else:
            assert field.stored(answer) == kept, ascii(value)


def _expected(field: TextField, value: str) -> tuple[str | None, str]:
    """Return what the domain keeps of a text, or the code with which it refuses it."""
    try:
        kept = clean_text(value, field.pointer, field.most, required=field.required)
    except Invalid as refusal:
        return None, refusal.fields[0].code
    assert unicodedata.is_normalized("NFC", kept)
    return kept, ""
