"""Text that people typed: kept as they wrote it, made safe to store, show and search."""

from __future__ import annotations

import re
import unicodedata

from nowserving.domain.values import Reader
from nowserving.errors import N_, invalid_field

MOST_MARKS = 6
"""Combining marks on one letter. Vietnamese needs two, pointed Hebrew and Tibetan five, Zalgo hundreds."""

# Controls break lines, lists, logs, printers and headers; PostgreSQL can't store NUL at all.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Overrides, embeddings and isolates could turn a neighbour's line around. Every page shows typed
# text in an isolated element (dir=auto), so nobody needs a direction control of their own.
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ZERO_WIDTH = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
_JOINERS = re.compile(r"([\u200c\u200d])[\u200c\u200d]*")
_BLANKS = re.compile(r"\s+")
# Letters by name only, and code points that are set aside to show nothing.
_UNSEEN = re.compile(r"[\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]")
# How much longer than allowed a text may arrive, because tidying can shorten it.
_SLACK = 8


def clean_text(value: object, pointer: str, max_length: int, *, required: bool = True) -> str:
    """Return what a person typed in its stored form, or refuse it naming the field.

    NFC, direction controls and useless zero-width characters removed, blanks made single and
    trimmed. Refused are control characters, stacks of combining marks, what nobody can see (unless
    it is not `required`: then it is ""), and what is too long.
    """
    if not isinstance(value, str):
        raise invalid_field(pointer, "not_text", N_("This must be text."))
    if _FORBIDDEN.search(value):
        raise invalid_field(pointer, "bad_character", N_("There is a character here that text can't have."))
    # Normalising takes quadratic time on a long run of marks: only an honest length gets there.
    text = _tidy(value) if len(value) <= max_length * _SLACK else value
    if len(text) > max_length:
        message = N_("This may have %(most)s characters at most.")
        raise invalid_field(pointer, "too_long", message, most=max_length)
    if _most_marks(text) > MOST_MARKS:
        raise invalid_field(pointer, "too_many_marks", N_("There are too many accents on one letter."))
    if any(_visible(letter) for letter in text):
        return text
    if required:
        raise invalid_field(pointer, "empty", N_("This must not be empty."))
    return ""


def typed(max_length: int, *, required: bool = True) -> Reader:
    """Return a reader of text that people type, of so many characters at most."""
    return lambda value, pointer: clean_text(value, pointer, max_length, required=required)


def clean_code(value: object, pointer: str) -> str:
    """Return the code under which an admin files something, like "over_65", or refuse it."""
    code = clean_text(value, pointer, 32)
    if not (code.isascii() and code.replace("_", "").isalnum() and code == code.lower()):
        message = N_("A code is made of the letters a to z, digits and underscores.")
        raise invalid_field(pointer, "bad_code", message)
    return code


def fold_for_search(text: str) -> str:
    """Return the form under which different spellings of one name meet: "Ｊosé" and "jose", "İ" and "ı"."""
    wide = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in wide if not _is_accent(letter))
    return _BLANKS.sub(" ", bare).strip().replace("ı", "i")


def _tidy(value: str) -> str:
    text = _ZERO_WIDTH.sub("", _DIRECTION.sub("", value))
    text = _JOINERS.sub(r"\1", unicodedata.normalize("NFC", text))
    kept = "".join(letter for place, letter in enumerate(text) if _has_use(text, place))
    # Once more, because a letter and its accent may have met where a joiner was taken out.
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", kept)).strip()


def _has_use(text: str, place: int) -> bool:
    """Tell whether a character stays: a joiner only between two that it may join, as in Persian or emoji."""
    if not _JOINERS.match(text[place]):
        return True
    return 0 < place < len(text) - 1 and not (_never_joins(text[place - 1]) or _never_joins(text[place + 1]))


def _never_joins(letter: str) -> bool:
    return letter.isascii() or letter.isspace() or unicodedata.name(letter, "").startswith("LATIN ")


def _most_marks(text: str) -> int:
    most = run = 0
    for letter in text:
        run = run + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        most = max(most, run)
    return most


def _visible(letter: str) -> bool:
    hidden = unicodedata.category(letter) in ("Cc", "Cf", "Mn", "Me", "Zs") or _UNSEEN.match(letter)
    return not hidden


def _is_accent(letter: str) -> bool:
    """Tell whether search does without this: an accent, a Hebrew or Arabic point, a joiner.

    The vowel signs of Indic scripts and of Thai are letters to their readers, and stay.
    """
    place = unicodedata.combining(letter)
    return 10 <= place <= 36 or place >= 202 or unicodedata.category(letter) == "Cf"
