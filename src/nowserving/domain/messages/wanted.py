"""What a branch has set about its messages: one dataclass, and the strict way in and out of its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.screens import LANGUAGES
from nowserving.domain.messages.contact import country_code_from
from nowserving.domain.messages.kinds import AT_ANY_HOUR, FOR_GUESTS, OF_RESERVATIONS, OF_SEATS, Kind
from nowserving.domain.messages.templates import DEFAULTS, MOST_SUBJECT, Words, template_from
from nowserving.domain.values import Reader, optional, read_fields, time_of_day, whole_between
from nowserving.errors import N_, invalid_field

Templates = Mapping[str, Mapping[str, Words]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a branch wants its guests to be told."""

    quiet_from: str | None = None
    quiet_until: str | None = None
    """The hours "HH:MM", local, in which only what is `AT_ANY_HOUR` is told."""
    sms_a_day: int = 200
    """How many text messages a day may cost, from midnight to midnight; 0 sends none."""
    country_code: str = ""
    """What a phone number that names no country gets in front."""
    templates: Templates = field(default_factory=dict)
    """{kind: {language: words}}; what is left out has the product's own words."""

    def words(self, kind: Kind, language: str) -> Words | None:
        """Return the words that the branch has set for a kind and a language, or None."""
        return self.templates.get(kind, {}).get(language)

    def silences(self, kind: Kind, now_us: int, zone: ZoneInfo) -> bool:
        """Tell whether a message of a kind is left out at an instant (µs) because of the quiet hours."""
        return kind not in AT_ANY_HOUR and self.quiet_at(now_us, zone)

    def quiet_at(self, now_us: int, zone: ZoneInfo) -> bool:
        """Tell whether an instant (µs) lies in the quiet hours of a branch's time zone."""
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return False
        local = datetime.fromtimestamp(now_us / SECOND_US, zone)
        now = local.hour * 60 + local.minute
        first, last = time_of_day(self.quiet_from, ""), time_of_day(self.quiet_until, "")
        return first <= now < last if first < last else now >= first or now < last


def day_start(now_us: int, zone: ZoneInfo) -> int:
    """Return the instant (µs) at which the day of an instant began in a time zone."""
    local = datetime.fromtimestamp(now_us / SECOND_US, zone)
    # Where midnight comes twice, as a clock goes back over it, the day begins with the first.
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return round(midnight.timestamp() * SECOND_US)


def _time(value: object, pointer: str) -> object:
    time_of_day(value, pointer)
    return value


def _words(value: object, pointer: str) -> Words:
    readers: dict[str, Reader] = {
        "subject": lambda given, place: template_from(given, place, MOST_SUBJECT),
        "text": template_from,
    }
    return Words(**{"subject": "", "text": "", **read_fields(value, pointer, readers)})


def _by_language(value: object, pointer: str) -> Mapping[str, Words]:
    found: dict[str, Words] = read_fields(value, pointer, dict.fromkeys(LANGUAGES, _words))
    return {code: words for code, words in found.items() if any(words)}


def _templates(value: object, pointer: str) -> Templates:
    found = read_fields(
        value, pointer, {kind.value: _by_language for kind in (*FOR_GUESTS, *OF_RESERVATIONS, *OF_SEATS)}
    )
    return {kind: languages for kind, languages in found.items() if languages}


READERS: Mapping[str, Reader] = {
    "quiet_from": optional(_time),
    "quiet_until": optional(_time),
    "sms_a_day": whole_between(0, 100_000),
    "country_code": country_code_from,
    "templates": _templates,
}


def wanted_from(given: object, pointer: str = "") -> Wanted:
    """Return the settings that an object spells; raise Invalid naming every field that is wrong."""
    return Wanted(**read_fields(given, pointer, READERS))


def check_quiet_hours(wanted: Wanted, pointer: str = "") -> None:
    """Refuse quiet hours of which one end is missing, or that end as they begin: they would mean nothing.

    What is stored from before is read all the same. Raises Invalid.
    """
    first, last = wanted.quiet_from, wanted.quiet_until
    if (first is None) != (last is None):
        message = N_("Quiet hours need a beginning and an end. Leave both empty for none.")
        raise invalid_field(f"{pointer}/{'quiet_from' if first is None else 'quiet_until'}", "half", message)
    if first is not None and first == last:
        message = N_("Quiet hours that begin and end at the same time are none. Leave both empty for that.")
        raise invalid_field(f"{pointer}/quiet_until", "equal", message)


def wanted_to(wanted: Wanted) -> dict[str, Any]:
    """Return settings as JSON values; `wanted_from` reads them back unchanged."""
    plain: dict[str, Any] = {one.name: getattr(wanted, one.name) for one in fields(wanted)}
    plain["templates"] = {
        kind: {code: words._asdict() for code, words in languages.items()}
        for kind, languages in wanted.templates.items()
    }
    return plain


def words_of(wanted: Wanted, kind: Kind, language: str) -> tuple[Words, bool]:
    """Return the words for a kind and a language, and whether they are our own, still to be translated."""
    own = DEFAULTS[kind]
    given = wanted.words(kind, language) or wanted.words(kind, "en")
    if given is None or not given.text:
        return own, True
    # As long as it is: cut before it is filled, a name within its braces may be cut in two.
    return Words(given.subject or given.text, given.text), False
