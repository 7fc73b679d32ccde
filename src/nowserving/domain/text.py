"""Text that people typed: kept as they wrote it, made safe to store, show and search."""

from __future__ import annotations

import re
import unicodedata

from nowserving.errors import N_, invalid_field

MOST_MARKS = 4
"""Combining marks on one letter. Vietnamese needs two, pointed Hebrew three; Zalgo needs hundreds."""

# Controls break lines, lists, logs, printers and headers; PostgreSQL can't store NUL at all.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Overrides and embeddings could turn a neighbour's line around. What remains is shown in an
# isolated element (dir=auto), so nobody needs a direction control of their own.
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_BLANKS = re.compile(r"\s+")
# Letters by name only: they fill space and show nothing.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_JOINERS = "\u200c\u200d"
_ZERO_WIDTH = re.compile(r"[\u200b\u2060\ufeff\u00ad]")


def clean_text(
    value: object,
    pointer: str,
    max_length: int,
    *,
    required: bool = True,
) -> str:
    """Return what a person typed in its stored form, or refuse it naming the field.

    NFC, direction controls and useless zero-width characters removed, blanks trimmed; refused are
    control characters, stacks of combining marks, what nobody can see, and what is too long.
    """
    if not isinstance(value, str):
        raise invalid_field(pointer, "not_text", N_("This must be text."))
    if _FORBIDDEN.search(value):
        raise invalid_field(pointer, "bad_character", N_("There is a character here that text can't have."))
    text = _tidy(value[: max_length * 64])
    if _most_marks(text) > MOST_MARKS:
        raise invalid_field(pointer, "too_many_marks", N_("There are too many accents on one letter."))
    if not _visible(text):
        if required:
            raise invalid_field(pointer, "empty", N_("This must not be empty."))
        return ""
    if len(text) > max_length or len(value) > max_length * 64:
        message = N_("This may have %(most)s characters at most.")
        raise invalid_field(pointer, "too_long", message, most=max_length)
    return text


def fold_for_search(text: str) -> str:
    """Return the form under which different spellings of one name meet."""
    wide = unicodedata.normalize("NFKD", text).casefold()
    bare = (letter for letter in wide if unicodedata.category(letter)[0] not in "MC")
    return _BLANKS.sub(" ", "".join(bare)).strip().replace("ı", "i")


def _tidy(value: str) -> str:
    text = _ZERO_WIDTH.sub("", _DIRECTION.sub("", value))
    text = unicodedata.normalize("NFC", text)
    kept = (letter for place, letter in enumerate(text) if _keeps(text, place))
    return _BLANKS.sub(" ", "".join(kept)).strip()


def _keeps(text: str, place: int) -> bool:
    """Tell whether a character stays: joiners only between two characters that may need one."""
    if text[place] not in _JOINERS:
        return True
    return 0 < place < len(text) - 1 and not (_latin(text[place - 1]) or _latin(text[place + 1]))


def _latin(letter: str) -> bool:
    return letter.isspace() or unicodedata.name(letter, "").startswith("LATIN")


def _most_marks(text: str) -> int:
    most = run = 0
    for letter in text:
        run = run + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        most = max(most, run)
    return most


def _visible(text: str) -> bool:
    return any(letter not in _FILLERS and unicodedata.category(letter)[0] not in "ZCM" for letter in text)
