"""What the QR code of a stub says, and what the door answers."""

from __future__ import annotations

import pytest

from nowserving.domain.seats.stub import DoorAnswer, StubText, answer_at_door, taken_apart

TEXT = StubText("performance1", "serial-1", 3)
SIGNATURE = "s" * 86


def test_a_code_is_taken_apart_into_what_was_signed() -> None:
    code = f"{TEXT.signed_part('k1')}.{SIGNATURE}"

    found = taken_apart(code)

    assert found is not None
    assert (found.key_id, found.text, found.signature) == ("k1", TEXT, SIGNATURE)
    assert f"{found.signed_part}.{found.signature}" == code
    assert len(code) < 200


@pytest.mark.parametrize(
    "code",
    [
        "",
        "NS1",
        "https://example.org",
        "NS1.k.p.s.1." + "s" * 85,
        "NS2.k.p.s.1." + SIGNATURE,
        "NS1.k.p.s.-1." + SIGNATURE,
        "NS1.k.p.s.٣." + SIGNATURE,
        "NS1." + "k" * 500,
        "NS1.k.p.s.1.\n" + SIGNATURE,
    ],
)
def test_what_was_never_a_code_of_ours_is_none(code: str) -> None:
    assert taken_apart(code) is None


@pytest.mark.parametrize(
    ("performance_id", "version", "valid", "came", "answer"),
    [
        ("performance1", 3, True, False, DoorAnswer.YES),
        ("performance1", 3, True, True, DoorAnswer.ALREADY_IN),
        ("performance2", 3, True, True, DoorAnswer.WRONG_PERFORMANCE),
        ("performance1", None, False, False, DoorAnswer.UNKNOWN),
        ("performance1", 4, True, False, DoorAnswer.VOID),
        ("performance1", 3, False, True, DoorAnswer.VOID),
    ],
)
def test_the_door_has_five_answers(
    performance_id: str, version: int | None, answer: DoorAnswer, *, valid: bool, came: bool
) -> None:
    assert answer_at_door(TEXT, performance_id, version=version, valid=valid, came=came) is answer
