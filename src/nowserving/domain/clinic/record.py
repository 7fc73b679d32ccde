"""A record: who a guest is that comes back. And the words by which it is found again."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from nowserving.domain.messages.contact import email_from, phone_from
from nowserving.domain.text import fold_for_search, typed
from nowserving.domain.values import Reader, optional
from nowserving.errors import N_, invalid_field

MOST_NAME, MOST_NUMBER = 200, 40
# Fewer digits than this are no phone: half a town would have them.
_LEAST_DIGITS = 6
_END_DIGITS = 8
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOT_WORDS = re.compile(r"[^\w]+|_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of a guest who comes back. All of it is personal, and sealed where it is kept."""

    name: str
    birth_date: str | None = None
    phone: str | None = None
    email: str | None = None
    number: str = ""
    """What the clinic, or an insurance, calls them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A person's record at a branch, opened."""

    id: str
    branch_id: str
    person: Person
    edited: int
    created_at: int


def birth_date_from(value: object, pointer: str) -> str | None:
    """Return a date of birth as "1954-03-01", or None for an empty one; from 1850 on."""
    if value in (None, ""):
        return None
    try:
        if isinstance(value, str) and _DATE.fullmatch(value) and date.fromisoformat(value).year >= 1850:
            return value
    except ValueError:
        pass  # 30 February has the shape of a date and is none: refused below.
    raise invalid_field(pointer, "not_a_date", N_("This must be a date like 1954-03-01."))


PERSON: Mapping[str, Reader] = {
    "name": typed(MOST_NAME),
    "birth_date": birth_date_from,
    "phone": optional(phone_from),
    "email": optional(email_from),
    "number": typed(MOST_NUMBER, required=False),
}


def check_born(person: Person, today: str) -> None:
    """Raise Invalid for somebody who is not born yet; `today` is the branch's date."""
    if person.birth_date is not None and person.birth_date > today:
        raise invalid_field("/birth_date", "in_the_future", N_("This day is still to come."))


def person_to(person: Person) -> str:
    """Return a person as the text that is sealed."""
    known = {name: getattr(person, name) for name in PERSON if getattr(person, name)}
    return json.dumps(known, ensure_ascii=False)


def person_from(text: str) -> Person:
    """Return the person that such a text tells."""
    return Person(**json.loads(text))


def words_of(person: Person) -> frozenset[str]:
    """Return the words under which a person is found, each with a letter for what it is."""
    words = {f"n{part}" for part in name_parts(person.name)}
    if person.birth_date:
        words.add(f"d{person.birth_date}")
    if person.phone:
        words |= _phone_words(_digits(person.phone))
    if person.number:
        words.add(f"i{_number(person.number)}")
    return frozenset(words)


def asked_words(text: str) -> list[frozenset[str]]:
    """Return what somebody who searches means: a record must have one word of each set.

    A date is a birth date, digits are a phone or a number, anything else a part of the name; letters
    are folded as in every search, so that "JOSÉ" finds "José" and "Jose".
    """
    whole = unicodedata.normalize("NFKC", text).strip()
    if not whole:
        return []
    if len(_digits(whole)) >= _LEAST_DIGITS and not any(letter.isalpha() for letter in whole):
        return [_digits_mean(whole)]
    return [meant for part in whole.split() if (meant := _meant(part))]


def name_parts(name: str) -> set[str]:
    """Return the parts of a name as search knows them."""
    return {part for part in _NOT_WORDS.split(fold_for_search(name)) if part}


def _digits_mean(text: str) -> frozenset[str]:
    if _DATE.fullmatch(text):
        return frozenset({f"d{text}", f"i{_number(text)}"})
    return frozenset({f"i{_number(text)}", *_phone_words(_digits(text))})


def _meant(part: str) -> frozenset[str]:
    if any(letter.isdigit() for letter in part):
        return _digits_mean(part)
    # "O'Brien" is two parts of a name, and both must be there: the longest stands for all.
    return frozenset({f"n{max(name_parts(part), key=len)}"}) if name_parts(part) else frozenset()


def _phone_words(digits: str) -> set[str]:
    """Return a phone's words: with its country, and its end, which people say."""
    return {f"p{digits}", f"p{digits[-_END_DIGITS:]}"} if len(digits) >= _LEAST_DIGITS else set()


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(one)) for one in text if unicodedata.digit(one, None) is not None)


def _number(text: str) -> str:
    return _NOT_WORDS.sub("", fold_for_search(text))
