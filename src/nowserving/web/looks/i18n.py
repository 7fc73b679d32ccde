"""Languages: which one a person reads, and everything that is said to them in it.

The English source is the message itself. The other languages are gettext catalogues
(locales/*.po), read once when first used, so a fresh clone needs no compile step.
"""

from __future__ import annotations

import gettext
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, numbers
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection

LOCALES = Path(__file__).resolve().parents[2] / "locales"
LANGUAGE_COOKIE = "ns_language"
# A longer wait is said in hours.
_LONG_MIN = 120
_EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the product speaks: its code, its name in itself, where its lines begin."""

    code: str
    name: str
    direction: str = "ltr"


LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language("en", "English"),
        Language("hi", "हिन्दी"),
        Language("es", "Español"),
        Language("ar", "العربية", "rtl"),
    )
}
SOURCE = "en"


@dataclass(frozen=True, slots=True)
class Localiser:
    """All that depends on the reader's language: words, plurals, numbers, dates.

    Digits are Latin everywhere, as on the displays and the printed tickets, so that a number
    looks the same wherever a guest meets it.
    """

    language: Language
    locale: Locale
    translations: gettext.NullTranslations
    script_messages: str

    @property
    def code(self) -> str:
        """Return the language's code, for `lang` attributes."""
        return self.language.code

    @property
    def direction(self) -> str:
        """Return "ltr" or "rtl", for `dir` attributes."""
        return self.language.direction

    def gettext(self, message: str, /, **data: object) -> str:
        """Return `message` in this language with its %(name)s places filled."""
        text = self.translations.gettext(message) if message else ""
        return text % data if data else text

    def ngettext(self, singular: str, plural: str, n: int, /, **data: object) -> str:
        """Return the form of the message that fits `n`, with %(n)s and the other places filled."""
        return self.translations.ngettext(singular, plural, n) % {"n": n, **data}

    def format_number(self, value: float) -> str:
        """Return a number with this language's separators and Latin digits."""
        return numbers.format_decimal(value, locale=self.locale, numbering_system="latn")

    def format_price(self, price: Mapping[str, Any]) -> str:
        """Return a price: the organiser's own words, or the amount as this language writes its currency."""
        if price.get("text") or price.get("amount_minor") is None:
            return str(price.get("text") or "")
        digits = numbers.get_currency_precision(price["currency"])
        amount = Decimal(price["amount_minor"]).scaleb(-digits)
        return numbers.format_currency(amount, price["currency"], locale=self.locale, numbering_system="latn")

    def format_time(self, at_us: int, zone: str) -> str:
        """Return the time of day of an instant, on the clock of `zone`."""
        return dates.format_time(_local(at_us, zone), "short", locale=self.locale)

    def format_date(self, at: int | date, zone: str = "UTC", form: str = "long") -> str:
        """Return the date of an instant in `zone`, or of a plain date, in the order used where `zone` is.

        The form is one of CLDR's, or "near": weekday, day and month, for what is not a year away.
        """
        day = at if isinstance(at, date) else _local(at, zone).date()
        there = _as_written(self.locale, zone)
        if form == "near":
            return dates.format_skeleton("MMMEd", day, locale=there)
        return dates.format_date(day, form, locale=there)

    def format_datetime(self, at_us: int, zone: str, *, seconds: bool = False) -> str:
        """Return date and time of an instant, on the clock of `zone`: to the minute, or with its seconds."""
        pattern = str(dates.get_datetime_format("medium", self.locale)).replace("'", "")
        day = self.format_date(at_us, zone, "medium")
        time = dates.format_time(_local(at_us, zone), "medium" if seconds else "short", locale=self.locale)
        return pattern.replace("{0}", time).replace("{1}", day)

    def format_zone(self, zone: str) -> str:
        """Return what people call a time zone: the city whose clock it is."""
        return dates.get_timezone_location(ZoneInfo(zone), locale=self.locale, return_city=True)

    def format_duration(self, seconds: float) -> str:
        """Return a length of time as people say it: "40 s", "12 min", "1 h 5 min"."""
        whole = max(0, round(seconds))
        if whole < 60:
            return self.gettext("%(seconds)s s", seconds=whole)
        return self._hours(whole // 60)

    def _hours(self, whole: int) -> str:
        """Return so many minutes in words, with hours where there are any: "45 min", "2 h", "2 h 15 min"."""
        hours, minutes = divmod(whole, 60)
        said = self.gettext("%(minutes)s min", minutes=minutes)
        if not hours:
            return said
        whole_hours = self.ngettext("%(n)s h", "%(n)s h", hours)
        return (
            self.gettext("%(hours)s %(minutes)s", hours=whole_hours, minutes=said) if minutes else whole_hours
        )

    def format_wait(self, low_s: float, high_s: float) -> str:
        """Return an estimate as a range, rounded outwards so that it promises nothing.

        It is in minutes, and from two hours on in hours and quarters of one.
        """
        low, high = _minutes(low_s, high_s)
        if high > _LONG_MIN and low < 1:
            return self.gettext("under %(high)s", high=self._hours(high))
        if high > _LONG_MIN:
            return self.gettext("%(low)s to %(high)s", low=self._hours(low), high=self._hours(high))
        if low < 1:
            return self.gettext("under %(high)s min", high=high)
        return self.gettext("%(low)s to %(high)s min", low=low, high=high)

    def format_about(self, low_s: float, high_s: float) -> str:
        """Return the same range as a line of its own: "About 12 to 18 min", "Under 3 min"."""
        low, high = _minutes(low_s, high_s)
        if high > _LONG_MIN and low < 1:
            return self.gettext("Under %(high)s", high=self._hours(high))
        if high > _LONG_MIN:
            return self.gettext("About %(low)s to %(high)s", low=self._hours(low), high=self._hours(high))
        if low < 1:
            return self.gettext("Under %(high)s min", high=high)
        return self.gettext("About %(low)s to %(high)s min", low=low, high=high)


def _minutes(low_s: float, high_s: float) -> tuple[int, int]:
    step = 15 if high_s > _LONG_MIN * 60 else 5 if high_s > 30 * 60 else 1
    low = int(low_s // 60 // step) * step
    high = max(-int(-high_s // 60 // step) * step, low + step)
    return low, high if low else max(high, 2)


@cache
def _as_written(locale: Locale, zone: str) -> Locale:
    """Return the locale of the country whose clock `zone` is: London and Boston write dates differently."""
    country = get_global("zone_territories").get(zone)
    try:
        return Locale(locale.language, country) if country else locale
    except UnknownLocaleError:
        return locale


def _local(at_us: int, zone: str) -> datetime:
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(ZoneInfo(zone))


@cache
def localiser(code: str) -> Localiser:
    """Return the localiser of a language; an unknown code gives the source language."""
    language = LANGUAGES.get(code, LANGUAGES[SOURCE])
    catalogue = read_catalogue(language.code)
    return Localiser(
        language, Locale(language.code), _translations(catalogue), script_messages(language, catalogue)
    )


def read_catalogue(code: str) -> Catalog | None:
    """Return the messages of locales/CODE.po, or None for the source language."""
    path = LOCALES / f"{code}.po"
    if code == SOURCE or not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=code)


def _translations(catalogue: Catalog | None) -> gettext.NullTranslations:
    if catalogue is None:
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def script_messages(language: Language, catalogue: Catalog | None, folder: str = "") -> str:
    """Return the JSON catalogue of the few messages that JavaScript says (js/i18n.js).

    With `folder`, only those of js/FOLDER (of several, parted by spaces) and of what every page shares.
    """
    found: dict[str, str | list[str]] = {}
    for message in catalogue or ():
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        # One that nobody has translated yet is said in English.
        if forms and all(forms) and any(_is_said(path, folder) for path, _ in message.locations):
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = forms[0] if isinstance(message.id, str) else forms
    document = {"language": language.code, "messages": found}
    # "<" can't close the script element that carries this.
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _is_said(path: str, folder: str) -> bool:
    name = path.partition("/static/js/")[2]
    folders = tuple(f"{one}/" for one in folder.split())
    return path.endswith(".js") and (not folder or "/" not in name or name.startswith(folders))


def language_of(connection: HTTPConnection) -> str:
    """Return the code of the language to answer in: ?lang=, then the cookie, then Accept-Language."""
    asked = connection.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    remembered = connection.cookies.get(LANGUAGE_COOKIE, "")
    if remembered in LANGUAGES:
        return remembered
    return accepted_language(connection.headers.get("accept-language", ""))


def accepted_language(header: str) -> str:
    """Return the best language for an Accept-Language header; the source language if none fits."""
    best, best_quality = SOURCE, 0.0
    for part in header.split(",")[:20]:
        tag, _, weight = part.strip().partition(";")
        code = tag.strip().lower().partition("-")[0]
        quality = _quality(weight)
        if code in LANGUAGES and quality > best_quality:
            best, best_quality = code, quality
    return best


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
