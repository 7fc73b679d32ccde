"""Colours that an admin may choose: readable ones."""

from __future__ import annotations

import re

from nowserving.errors import N_, invalid_field

LEAST_CONTRAST = 4.5
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def clean_accent(value: object, pointer: str = "/accent") -> str:
    """Return an accent colour like "#0b5c63", or "" for the product's own.

    White words stand on it, so WCAG's 4.5:1 against white is asked for.
    """
    if value == "":
        return ""
    colour = value.lower() if isinstance(value, str) else ""
    if not _COLOUR.fullmatch(colour):
        raise invalid_field(pointer, "not_a_colour", N_("This must be a colour like #0b5c63."))
    ratio = contrast(colour, "#ffffff")
    if ratio < LEAST_CONTRAST:
        message = N_(
            "White text can't be read on this colour: the contrast is %(ratio)s to 1 and must be 4.5 to 1. "
            "Choose a darker one."
        )
        raise invalid_field(pointer, "too_light", message, ratio=f"{ratio:.1f}")
    return colour


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def parts_of(colour: str) -> tuple[float, float, float]:
    """Return how red, green and blue a colour like "#0b5c63" or "0b5c63" is, each from 0 to 1."""
    digits = colour.removeprefix("#")
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)
        for part in parts_of(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
