"""What an admin may say about the screens of a branch and about one device."""

from __future__ import annotations

import pytest

from nowserving.domain.layout.screens import DEVICE, SCREENS, device_settings_from, screens_from
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
