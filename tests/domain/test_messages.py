"""How a guest can be told, in which words, when, and by which road."""

from __future__ import annotations

import json
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain.messages.channels import GUEST_CHANNELS
from nowserving.domain.messages.contact import contact_from, email_from, phone_from, push_from
from nowserving.domain.messages.delivery import LONGEST_PAUSE_S, MOST_TRIES, channel_after, next_try_at
from nowserving.domain.messages.kinds import FOR_GUESTS, Kind, may_have
from nowserving.domain.messages.templates import DEFAULTS, VARIABLES, fill, one_line, template_from
from nowserving.domain.messages.wanted import Wanted, day_start, wanted_from, wanted_to, words_of
from nowserving.errors import Invalid

MADRID = ZoneInfo("Europe/Madrid")
NINE_US = 1_795_424_400_000_000  # 10:00 in Madrid
SUBSCRIPTION = {
    "endpoint": "https://push.example.net/abc?d=1",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


def refused(call: object, *arguments: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        call(*arguments)  # type: ignore[operator]
    return [(one.pointer, one.code) for one in caught.value.fields]


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("+34 600 123 456", "", "+34600123456"),
        ("0034600123456", "", "+34600123456"),
        ("098765-43210", "+91", "+919876543210"),
        ("(098765) 43210", "+91", "+919876543210"),
        ("+44 (0)20 7946 0958", "", "+442079460958"),
        ("٠٩٨٧٦٥٤٣٢١٠", "+91", "+919876543210"),
        ("+91 ९८७६५ ४३२१०", "", "+919876543210"),
        ("  ", "", None),
    ],
)
def test_a_number_is_stored_in_one_form(typed: str, country: str, stored: str | None) -> None:
    assert phone_from(typed, "/phone", country) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "600123456",
        "++34600123456",
        "+1",
        "+1234567890123456",
        "+34 600 CALL",
        "+0600123456",
        "+34\r\n600123456",
        5,
    ],
)
def test_what_is_no_number_is_refused(typed: object) -> None:
    assert refused(phone_from, typed, "/phone") == [("/phone", "bad_phone")]


@pytest.mark.parametrize("typed", ["+1 900 555 0100", "+881 612 345 678", "+870 773 111 222"])
def test_numbers_that_cost_a_fortune_are_refused(typed: str) -> None:
    assert refused(phone_from, typed, "/phone") == [("/phone", "phone_not_allowed")]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ana@Example.ORG", "ana@example.org"),
        (" ana+queue@example.co.uk ", "ana+queue@example.co.uk"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("", None),
    ],
)
def test_an_address_is_stored_in_one_form(typed: str, stored: str | None) -> None:
    assert email_from(typed, "/email") == stored


@pytest.mark.parametrize(
    "typed",
    [
        "ana",
        "a@b",
        "ana@localhost",
        "ana@[127.0.0.1]",
        "ana@10.0.0.1",
        "a b@example.org",
        '"a b"@example.org',
        "ana@exam_ple.org",
        "a@b@example.org",
        "ana@example.org\r\nBcc: eve@example.org",
        "ana@-example.org",
        "ana@" + "a" * 250 + ".org",
        "ana@" + "a" * 70 + ".org",
        None,
    ],
)
def test_what_is_no_address_is_refused(typed: object) -> None:
    assert refused(email_from, typed, "/email") == [("/email", "bad_email")]


def test_a_subscription_is_taken_as_the_browser_gives_it() -> None:
    assert push_from(SUBSCRIPTION, "/push") == SUBSCRIPTION


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"endpoint": "file:///etc/passwd"}, "/push/endpoint"),
        ({"endpoint": "https://user@push.example.net/"}, "/push/endpoint"),
        ({"endpoint": "https://push.example.net/\r\nX: y"}, "/push/endpoint"),
        ({"endpoint": "https://[::1"}, "/push/endpoint"),
        ({"endpoint": 7}, "/push/endpoint"),
        ({"endpoint": "https://push.example.net/" + "x" * 9_000}, "/push/endpoint"),
        ({"endpoint": "https://push.example.net:99999/"}, "/push/endpoint"),
        ({"endpoint": "https://push.example.net:0/"}, "/push/endpoint"),
        ({"endpoint": "https://push.example.net:x/"}, "/push/endpoint"),
        ({"endpoint": "http://push.example.net/"}, "/push/endpoint"),
        ({"p256dh": "short"}, "/push/p256dh"),
        ({"auth": "é" * 16}, "/push/auth"),
        ({"auth": "AAAA"}, "/push/auth"),
        ({"more": 1}, "/push/more"),
    ],
)
def test_a_subscription_that_is_none_is_refused(wrong: dict[str, object], pointer: str) -> None:
    assert [place for place, _ in refused(push_from, {**SUBSCRIPTION, **wrong}, "/push")] == [pointer]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.0.0.5", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]", "[fe80::1]", "[fd00::1]",
        "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "localhost", "LOCALHOST", "localhost.", "a.localhost",
        "printer", "redis.internal", "nas.local", "gate.lan", "x.home.arpa", "a..b",
    ],
)  # fmt: skip
def test_a_push_leads_out_of_the_house_only(host: str) -> None:
    wrong = {**SUBSCRIPTION, "endpoint": f"https://{host}/send"}
    assert refused(push_from, wrong, "/push") == [("/push/endpoint", "endpoint_not_public")]
    assert push_from(wrong, "/push", anywhere=True) == wrong


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/QA",
        "https://wns2-db5p.notify.windows.com/w/?token=abc",
        "https://93.184.216.34/push",
        "https://[2606:2800:220:1::1]:8443/push",
    ],
)
def test_a_real_push_service_is_taken(endpoint: str) -> None:
    assert push_from({**SUBSCRIPTION, "endpoint": endpoint}, "/push")["endpoint"] == endpoint


def test_a_contact_names_every_field_that_is_wrong() -> None:
    given_ = {"phone": "12", "email": "x", "fax": "1"}
    assert [place for place, _ in refused(contact_from, given_)] == [
        "/contact/phone",
        "/contact/email",
        "/contact/fax",
    ]


@pytest.mark.parametrize(
    "text",
    ["{{7*7}}", "{0.__class__}", "{code!r}", "{ code }", "{name}", "a { b", "b } a", "{}", "{code:>9}"],
)
def test_a_template_knows_names_and_nothing_else(text: str) -> None:
    assert refused(template_from, text, "/text") == [("/text", "unknown_variable")]


@pytest.mark.parametrize("text", ["<%= %>", "%s %n %(code)s", "<script>alert(1)</script>"])
def test_what_looks_like_a_program_elsewhere_is_plain_text(text: str) -> None:
    assert fill(template_from(text, "/text"), {"code": "A-001"}) == text


def test_what_a_value_brings_along_means_nothing() -> None:
    assert fill("{queue}: {code}", {"queue": "{code}", "code": "A-001"}) == "{code}: A-001"


def test_every_variable_may_stand_in_a_template_and_defaults_hold_no_other() -> None:
    everything = " ".join(f"{{{name}}}" for name in VARIABLES)
    assert template_from(everything, "/text") == everything
    assert [template_from(text, "/text") for words in DEFAULTS.values() for text in words]
    assert set(DEFAULTS) == set(Kind)


@given(st.text())
def test_a_subject_is_one_line_whatever_it_holds(text: str) -> None:
    assert not any(ord(letter) < 32 or letter in "\x7f\x85\u2028\u2029" for letter in one_line(text))


def test_a_visit_has_four_messages_and_one_of_them_says_that_it_is_the_guests_turn() -> None:
    had: list[Kind] = []
    for kind in (Kind.JOINED, Kind.LINE, Kind.LINE, Kind.LINE, Kind.NEARLY, Kind.TURN, Kind.MISSED):
        if may_have(kind, had):
            had.append(kind)
    assert had == [Kind.JOINED, Kind.LINE, Kind.LINE, Kind.TURN]


def test_an_ordinary_visit_has_all_four() -> None:
    had: list[Kind] = []
    for kind in (Kind.JOINED, Kind.NEARLY, Kind.TURN, Kind.MISSED):
        assert may_have(kind, had)
        had.append(kind)
    assert [kind for kind in FOR_GUESTS if may_have(kind, had)] == [Kind.TURN], "a call is always told"


@pytest.mark.parametrize(
    ("first", "last", "quiet"),
    [
        ("22:00", "07:00", False),
        ("09:30", "10:30", True),
        ("20:00", "10:01", True),
        ("20:00", "10:00", False),
        ("10:00", "10:00", False),
        (None, "12:00", False),
    ],
)
def test_quiet_hours_are_the_branchs_and_may_pass_midnight(first: str | None, last: str, quiet: bool) -> None:
    assert Wanted(quiet_from=first, quiet_until=last).quiet_at(NINE_US, MADRID) is quiet


def test_a_day_begins_at_the_branchs_midnight() -> None:
    assert day_start(NINE_US, MADRID) == NINE_US - 10 * 3600 * 1_000_000


def test_settings_come_back_as_they_went() -> None:
    given_ = {
        "quiet_from": "22:00",
        "quiet_until": "07:00",
        "sms_a_day": 5,
        "country_code": "+91",
        "templates": {"turn": {"hi": {"subject": "", "text": "{code}!"}}},
    }
    wanted = wanted_from(given_)
    assert wanted_from(json.loads(json.dumps(wanted_to(wanted)))) == wanted


def test_settings_name_what_is_wrong() -> None:
    given_ = {
        "quiet_from": "25:00",
        "sms_a_day": -1,
        "country_code": "91",
        "templates": {"turn": {"xx": {}, "en": {"text": "{oops}"}}, "failures": {}},
    }
    assert sorted(place for place, _ in refused(wanted_from, given_)) == [
        "/country_code",
        "/quiet_from",
        "/sms_a_day",
        "/templates/failures",
        "/templates/turn/en/text",
        "/templates/turn/xx",
    ]


def test_words_of_a_branch_stand_for_languages_it_has_not_written() -> None:
    wanted = wanted_from({"templates": {"turn": {"en": {"text": "{code} now"}}}})
    assert words_of(wanted, Kind.TURN, "ar")[0].text == "{code} now"
    assert words_of(wanted, Kind.NEARLY, "ar") == (DEFAULTS[Kind.NEARLY], True)


def test_a_long_text_without_a_subject_is_not_cut_within_a_name() -> None:
    text = "x" * 115 + "{link}"
    wanted = wanted_from({"templates": {"turn": {"en": {"text": text}}}})
    words, _ = words_of(wanted, Kind.TURN, "en")
    assert words.subject == text, "it is cut when its names are filled"


def test_pauses_double_with_chance_and_have_an_end() -> None:
    random = Random(1)
    pauses = [next_try_at(0, attempts, random) / 1_000_000 for attempts in range(1, 40)]
    assert 2.5 <= pauses[0] <= 7.5
    assert all(pause <= LONGEST_PAUSE_S * 1.5 for pause in pauses)
    assert sum(pauses[:MOST_TRIES]) > 300
    assert len({round(next_try_at(0, 3, random), -5) for _ in range(20)}) > 5


def test_a_provider_that_names_a_pause_gets_it_up_to_an_hour() -> None:
    assert next_try_at(0, 1, Random(1), retry_after_s=120) == 120_000_000
    assert next_try_at(0, 1, Random(1), retry_after_s=999_999) == 3_600_000_000


def test_roads_are_taken_in_order_and_each_once() -> None:
    order = GUEST_CHANNELS
    assert channel_after(order, {"sms", "push"}, "") == "push"
    assert channel_after(order, {"sms", "push"}, "push") == "sms"
    assert channel_after(order, {"sms", "push"}, "sms") is None
    assert channel_after(order, {"sms"}, "staff") == "sms"
    assert channel_after(order, set(), "") is None
