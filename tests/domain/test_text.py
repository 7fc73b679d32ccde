import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain.text import MOST_MARKS, clean_text, fold_for_search
from nowserving.errors import Invalid

FAMILY = "👨\u200d👩\u200d👧"
PERSIAN = "می\u200cخواهم"


def clean(value: object, max_length: int = 200) -> str:
    return clean_text(value, "/name", max_length)


def fault(value: object, max_length: int = 200) -> str:
    with pytest.raises(Invalid) as refusal:
        clean(value, max_length)
    (field,) = refusal.value.fields
    assert field.pointer == "/name"
    return field.code


@pytest.mark.parametrize(
    "name",
    [
        *("李", "O'Brien-Ñandú Jr.", "Null", "None", "undefined", "True", "NaN", "🎉", FAMILY, PERSIAN, "❤️"),
        *(
            "<script>alert(1)</script>",
            '"><svg onload=x>',
            "javascript:alert(1)",
            "Robert'); DROP TABLE tickets;--",
        ),
        *(
            "{{7*7}}",
            "${7*7}",
            "<%= %>",
            "%s%n",
            "{0.__class__}",
            "=HYPERLINK(1)",
            "+1",
            "-2",
            "@SUM",
            "A & B",
        ),
        *(
            "../../etc/passwd",
            "CON",
            "nul.txt",
            "ب12",
            "אבג",
            "नमस्ते",
            "สวัสดี",
            "Trần Thị Ngọc",
            "བསྒྲུབས",
            "x" * 200,
        ),
    ],
)
def test_a_name_is_kept_exactly_as_it_was_written(name: str) -> None:
    assert clean(unicodedata.normalize("NFC", name)) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "   ",
        "\u00a0",
        "\u200b",
        "\u3164",
        "\uffa0",
        "\u115f\u1160",
        "\u2800",
        "\u2060",
        "\u200d",
        "\u202e",
        "\u3000",
        *("\ufeff \u00ad", "\u0301", "\U000e0041", "\ufff0"),
    ],
)
def test_what_nobody_can_see_is_empty(nothing: str) -> None:
    assert fault(nothing) == "empty"
    assert clean_text(nothing, "/name", 20, required=False) == ""


@pytest.mark.parametrize(
    "broken",
    [
        "a\u0000b",
        "a\x1b[2J",
        "a\x07",
        "a\x7f",
        "a\x85",
        "a\r\nBcc: x@y",
        "a\nb",
        "a\tb",
        "a\u2028b",
        "a\u2029b",
        *("\ud800", "a\udfff", "\ud83d\ude00"),
    ],
)
def test_what_breaks_lines_printers_or_databases_is_refused(broken: str) -> None:
    assert fault(broken) == "bad_character"


@pytest.mark.parametrize("other", [None, 3, True, b"a", ["a"], {"a": 1}])
def test_only_text_is_text(other: object) -> None:
    assert fault(other) == "not_text"


def test_length_counts_characters_after_tidying() -> None:
    assert clean("e\u0301" * 5, 5) == "é" * 5
    assert clean(f"  {'x' * 5}  ", 5) == "x" * 5
    assert fault("x" * 6, 5) == "too_long"
    assert fault("x" * 10_000) == "too_long"
    assert fault(" " * 10_000) == "too_long"


@pytest.mark.parametrize(
    "control", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
def test_nobody_turns_a_neighbours_line_around(control: str) -> None:
    assert clean(f"a{control}b") == "ab"


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u200c", "\u200d", "\u200c\u200d\u200c"]
)
@pytest.mark.parametrize("around", [("a", "b"), ("1", "2"), ("é", "x"), ("", "a"), ("a", "")])
def test_nothing_hides_inside_a_latin_word(hidden: str, around: tuple[str, str]) -> None:
    assert clean(around[0] + hidden + around[1]) == "".join(around)


def test_a_joiner_stays_only_between_two_letters_that_it_joins() -> None:
    assert clean("م\u200c x") == "م x"
    assert clean("🎉\u200da") == "🎉a"
    assert clean("م\u200c\u200cخ") == "م\u200cخ"


def test_a_letter_and_its_accent_meet_where_a_joiner_was() -> None:
    assert clean("Jose\u200c\u0301") == "José"


def test_blanks_are_single_and_plain() -> None:
    assert clean("\u00a0Ana \u3000 María ") == "Ana María"


def test_accents_do_not_pile_up() -> None:
    assert clean("q" + "\u0323" * MOST_MARKS)
    assert fault("q" + "\u0323" * (MOST_MARKS + 1)) == "too_many_marks"
    assert fault("H" + "\u0335" * 190) == "too_many_marks"


@given(st.text(max_size=60))
def test_clean_text_is_safe_and_stays_the_same_when_cleaned_again(value: str) -> None:
    try:
        once = clean(value)
    except Invalid:
        return
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    once.encode("utf-8")
    assert not {unicodedata.bidirectional(letter) for letter in once} & {
        "LRO",
        "RLO",
        "LRE",
        "RLE",
        "LRI",
        "RLI",
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José", "jose"),
        ("Jose\u0301", "José"),
        ("Ｊｏｈｎ", "john"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("Straße", "STRASSE"),
        ("ẞ", "ss"),
        ("مُحَمَّد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        (PERSIAN, "میخواهم"),
        (" Ana  María ", "ana maria"),
        ("ﬁn", "fin"),
    ],
)
def test_spellings_of_one_name_meet_in_search(one: str, other: str) -> None:
    assert fold_for_search(one) == fold_for_search(other)


@pytest.mark.parametrize(("one", "other"), [("कि", "का"), ("กี", "กู"), ("Ana", "Ama"), ("аdmin", "admin")])
def test_different_names_stay_apart_in_search(one: str, other: str) -> None:
    assert fold_for_search(one) != fold_for_search(other)
