"""What an admin may say about the screens of a branch and about one device."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.domain.screens import DEVICE, SCREENS, device_settings_from, paper_mm, screens_from
from nowserving.errors import Invalid


def test_what_is_left_out_has_its_default() -> None:
    assert screens_from({}) == SCREENS
    assert device_settings_from({}) == DEVICE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "fr"),
        ("theme", "pink"),
        ("layout", ""),
        ("paper", 80),
        ("volume", 101),
    ],
)
def test_a_device_chooses_among_what_there_is(field: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        device_settings_from({field: value})
    assert [error.pointer for error in caught.value.fields] == [f"/settings/{field}"]


@pytest.mark.parametrize(
    ("screens", "device", "expected"),
    [
        ({}, {}, 80),
        ({"paper_mm": 58}, {"paper": "branch"}, 58),
        ({"print_tickets": False}, {}, 0),
        ({"print_tickets": False}, {"paper": "58"}, 58),
        ({"paper_mm": 58}, {"paper": "80"}, 80),
        ({}, {"paper": "none"}, 0),
    ],
)
def test_a_kiosk_prints_as_its_branch_says_unless_it_knows_better(
    screens: dict[str, Any], device: dict[str, Any], expected: int
) -> None:
    assert paper_mm(screens, device) == expected
