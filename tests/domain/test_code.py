import pytest

from nowserving.domain.tickets.code import clean_prefix, ticket_code
from nowserving.errors import Invalid


@pytest.mark.parametrize(
    ("prefix", "number", "code"),
    [
        ("A", 1, "A-001"),
        ("C", 42, "C-042"),
        ("X9", 999, "X9-999"),
        ("A", 1000, "A-1000"),
        ("A", 123456, "A-123456"),
    ],
)
def test_a_code_has_three_digits_and_grows(prefix: str, number: int, code: str) -> None:
    assert ticket_code(prefix, number) == code


@pytest.mark.parametrize(("given", "prefix"), [("A", "A"), ("b", "B"), ("Rx1", "RX1"), ("IO", "IO")])
def test_a_prefix_is_kept_in_capitals(given: str, prefix: str) -> None:
    assert clean_prefix(given) == prefix


@pytest.mark.parametrize(
    "given", ["", "1A", "ABCD", "A-", " A", "A ", "A\n", "Ä", "ß", "А", "Ａ", "A１", "\ud800", "../"]
)
def test_what_can_not_be_read_typed_and_spoken_everywhere_is_no_prefix(given: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_prefix(given, "/prefix")
    assert [(field.pointer, field.code) for field in refusal.value.fields] == [("/prefix", "bad_prefix")]


@pytest.mark.parametrize("given", [None, 1, True, ["A"]])
def test_a_prefix_is_text(given: object) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_prefix(given)
    assert refusal.value.fields[0].code == "not_text"
