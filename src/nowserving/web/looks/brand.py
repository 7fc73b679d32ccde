"""An organisation's own accent colour, as a small style sheet whose address is the colour itself.

/brand/0b5c63.css needs no database and no inline style, and is cached for ever. The twin colours
(night, and the words on it) are computed here, so that text on the accent is always readable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from colorsys import hls_to_rgb, rgb_to_hls

from nowserving.domain.event import Event
from nowserving.domain.layout.colour import contrast, parts_of

_HEX = re.compile(r"[0-9a-f]{6}")
_LIGHT_GROUND, _DARK_GROUND = "ffffff", "111e20"


class Accent:
    """The organisation's colour as it is now, in memory: every page has it, and none reads it for that."""

    def __init__(self) -> None:
        self.colour = ""

    def on_events(self, events: Sequence[Event]) -> None:
        """Follow what the organisation changes."""
        for event in events:
            if event.verb.startswith("organisation."):
                self.colour = event.data.get("after", {}).get("accent", self.colour)


def brand_url(accent: str) -> str | None:
    """Return the style sheet's address for a colour like "#0b5c63"; None if it is not a colour."""
    colour = accent.lower().removeprefix("#")
    return f"/brand/{colour}.css" if _HEX.fullmatch(colour) else None


def brand_sheet(colour: str) -> str:
    """Return the CSS that re-themes a page with `colour`, for day and night."""
    day = readable(colour, _LIGHT_GROUND, 4.5)
    night = readable(colour, _DARK_GROUND, 7)
    return (
        "@layer tokens { :root { "
        f"--accent-light: #{day}; --on-accent-light: #{words_on(day)}; "
        f"--accent-dark: #{night}; --on-accent-dark: #{words_on(night)}; "
        "} }\n"
    )


def words_on(colour: str) -> str:
    """Return the ink, near black or white, that reads better on `colour`."""
    dark, white = "0a1416", "ffffff"
    return max((white, dark), key=lambda ink: contrast(ink, colour))


def readable(colour: str, ground: str, least: float) -> str:
    """Return `colour`, moved in lightness only as far as `least` contrast with `ground` needs."""
    hue, light, rich = rgb_to_hls(*parts_of(colour))
    step = -0.01 if contrast("000000", ground) > contrast("ffffff", ground) else 0.01
    while contrast(colour, ground) < least and 0 < light + step < 1:
        light += step
        colour = "".join(f"{round(part * 255):02x}" for part in hls_to_rgb(hue, light, rich))
    return colour
