"""A person reads the product in their own language, with their own plurals."""

from __future__ import annotations

import json
from datetime import date

import pytest
from babel.messages.catalog import Catalog
from starlette.requests import HTTPConnection

from nowserving.web.looks import i18n
from nowserving.web.looks.i18n import LANGUAGES, accepted_language, language_of, localiser

NOON_IN_DELHI_US = 1_795_329_000_000_000  # 2026-11-22T06:30:00Z


def connection(query: str = "", cookie: str = "", accept: str = "") -> HTTPConnection:
    headers = [(b"cookie", cookie.encode()), (b"accept-language", accept.encode())]
    return HTTPConnection(
        {"type": "http", "path": "/", "query_string": query.encode(), "headers": headers, "scheme": "http"}
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en"),
        ("hi", "hi"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("AR-sa", "ar"),
        ("fr, de;q=0.9", "en"),
        ("fr, es;q=0.3, hi;q=0.5", "hi"),
        ("es;q=0, en;q=0.1", "en"),
        ("es;q=banana, hi;q=0.1", "hi"),
        ("es;q=NaN", "en"),
        ("es;q=1e9", "en"),
        (";;;,,,=", "en"),
        ("x," * 5000 + "es", "en"),
    ],
)
def test_the_browser_says_which_languages_its_owner_reads(header: str, expected: str) -> None:
    assert accepted_language(header) == expected


def test_a_choice_by_hand_comes_before_what_was_remembered_before_what_the_browser_says() -> None:
    assert language_of(connection("lang=ar", "ns_language=hi", "es")) == "ar"
    assert language_of(connection("", "ns_language=hi", "es")) == "hi"
    assert language_of(connection("", "", "es")) == "es"


@pytest.mark.parametrize("nonsense", ["xx", "../../etc/passwd", "en-GB", "%00"])
def test_an_unknown_language_is_no_choice(nonsense: str) -> None:
    assert language_of(connection(f"lang={nonsense}", f"ns_language={nonsense}", "es")) == "es"


def test_an_unknown_code_speaks_the_source_language() -> None:
    assert localiser("tlh").code == "en"


def test_only_arabic_runs_from_right_to_left() -> None:
    assert {code for code in LANGUAGES if localiser(code).direction == "rtl"} == {"ar"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_digits_are_latin_in_every_language(code: str) -> None:
    speaking = localiser(code)
    said = [
        speaking.format_number(1234567.5),
        speaking.format_time(NOON_IN_DELHI_US, "Asia/Kolkata"),
        speaking.format_date(NOON_IN_DELHI_US, "Asia/Kolkata"),
        speaking.format_datetime(NOON_IN_DELHI_US, "Asia/Kolkata"),
        speaking.format_duration(3900),
        speaking.format_wait(720, 1060),
    ]
    digits = {letter for text in said for letter in text if letter.isdigit()}
    assert digits <= set("0123456789")
    assert len(digits) > 5


def test_times_are_those_of_the_branch() -> None:
    assert localiser("es").format_time(NOON_IN_DELHI_US, "Asia/Kolkata") == "12:00"
    assert localiser("es").format_time(NOON_IN_DELHI_US, "Europe/Madrid") == "7:30"


def test_a_date_is_written_as_it_is_where_the_branch_is() -> None:
    speaking, day = localiser("en"), date(2026, 2, 28)
    assert speaking.format_date(NOON_IN_DELHI_US, "Asia/Kolkata") == "22 November 2026"
    assert speaking.format_date(day, "America/New_York") == "February 28, 2026"
    assert speaking.format_date(day, "Europe/London", "near") == "Sat 28 Feb"
    assert speaking.format_datetime(NOON_IN_DELHI_US, "Asia/Kolkata") == "22 Nov 2026, 12:00\u202fPM"
    # Where nothing is known of the place, as the language has it; and Arabic is not written in Britain.
    assert speaking.format_date(day) == "February 28, 2026"
    assert localiser("ar").format_date(day, "Europe/London") == localiser("ar").format_date(day)


@pytest.mark.parametrize(
    ("low_s", "high_s", "said"),
    [
        (720, 1060, "12 to 18 min"),
        (779, 1021, "12 to 18 min"),
        (2000, 2900, "30 to 50 min"),
        (600, 600, "10 to 11 min"),
        (0, 40, "under 2 min"),
        (30, 200, "under 4 min"),
        (0, 0, "under 2 min"),
        (6000, 7200, "100 to 120 min"),
        (6000, 7201, "1 h 30 min to 2 h 15 min"),
        (7200, 10800, "2 h to 3 h"),
        (0, 7800, "under 2 h 15 min"),
    ],
)
def test_an_estimate_is_rounded_outwards(low_s: float, high_s: float, said: str) -> None:
    assert localiser("en").format_wait(low_s, high_s) == said
    line = said.capitalize() if said.startswith("under") else f"About {said}"
    assert localiser("en").format_about(low_s, high_s) == line


@pytest.mark.parametrize(
    ("code", "said"),
    [("es", "2 h a 3 h"), ("hi", "2 घंटे से 3 घंटे"), ("ar", "ساعتان إلى 3 ساعات")],
)
def test_hours_have_the_plurals_of_their_language(code: str, said: str) -> None:
    assert localiser(code).format_wait(7200, 10800) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3600, "1 h"), (7500, "2 h 5 min"), (-5, "0 s")],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert localiser("en").format_duration(seconds) == said


def test_places_are_filled_by_name() -> None:
    speaking = localiser("en")
    assert speaking.gettext("Go to %(desk)s, %(code)s", code="A-001", desk="desk 3") == "Go to desk 3, A-001"
    assert speaking.ngettext("%(n)s person", "%(n)s people", 1) == "1 person"
    assert speaking.ngettext("%(n)s person", "%(n)s people", 0) == "0 people"


def test_an_empty_message_is_empty_and_not_the_header_of_the_catalogue() -> None:
    assert localiser("ar").gettext("") == ""


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_server_and_scripts_choose_the_same_plural_form(code: str) -> None:
    # Scripts choose by CLDR's categories, in this order; the server by the catalogue's rule.
    catalogue = i18n.read_catalogue(code)
    assert catalogue is not None
    categories = {"ar": ["zero", "one", "two", "few", "many", "other"]}.get(code, ["one", "other"])
    by_rule = localiser(code).translations.plural  # type: ignore[attr-defined]
    cldr = localiser(code).locale.plural_form
    for n in range(1000):
        assert categories[by_rule(n)] == cldr(n), (code, n)


def test_scripts_get_only_the_messages_that_scripts_say() -> None:
    catalogue = Catalog(locale="es")
    catalogue.add("Undo", "Deshacer", [("static/js/toast.js", 3)])
    catalogue.add("Secret plan", "Plan secreto", [("web/pages/admin.py", 3)])
    catalogue.add(("%(n)s ticket", "%(n)s tickets"), ("%(n)s turno", "%(n)s turnos"), [("a.js", 1)])
    catalogue.add("Not yet", "", [("b.js", 1)])
    document = json.loads(i18n.script_messages(LANGUAGES["es"], catalogue))
    assert document == {
        "language": "es",
        "messages": {"Undo": "Deshacer", "%(n)s ticket": ["%(n)s turno", "%(n)s turnos"]},
    }


def test_a_translation_can_not_end_the_script_element_that_carries_it() -> None:
    catalogue = Catalog(locale="es")
    catalogue.add("Undo", "</script><script>alert(1)</script>", [("a.js", 1)])
    text = i18n.script_messages(LANGUAGES["es"], catalogue)
    assert "<" not in text
    assert json.loads(text)["messages"]["Undo"].startswith("</script>")
