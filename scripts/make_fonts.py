"""Cut static/fonts/names-*.woff2: only the letters of the languages' own names, for the language switch.

    apt-get install fonttools python3-brotli
    /usr/bin/python3 scripts/make_fonts.py

Without them a page in English would fetch two whole fonts to write two words.
"""

from __future__ import annotations

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = Path(__file__).resolve().parent.parent / "src/nowserving/web/static/fonts"
NAMES = {"devanagari": "हिन्दी", "arabic": "العربية"}
WEIGHT = 550


def cut(script: str, name: str) -> None:
    """Write the font of one script, at one weight, with the letters of `name` and how they join."""
    font = instancer.instantiateVariableFont(TTFont(FONTS / f"noto-sans-{script}.woff2"), {"wght": WEIGHT})
    options = subset.Options(layout_features=["*"], hinting=False, name_IDs=[0, 1, 2, 13, 14])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=name)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(FONTS / f"names-{script}.woff2")


if __name__ == "__main__":
    for script, name in NAMES.items():
        cut(script, name)
