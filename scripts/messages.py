"""What the translators' catalogues and the code have in common: shared by check_i18n and update_i18n."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "src/nowserving/locales"
LANGUAGES = ("hi", "es", "ar")

# As in CLDR and in js/i18n.js. Babel's own rule for Arabic swaps the last two forms.
PLURALS = {
    "hi": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2"
    " : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}
KEYWORDS = {
    "N_": None,
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "t": None,
    "tn": (1, 2),
}
_PLACE = re.compile(r"%\((\w+)\)[sd]")


def extracted() -> Catalog:
    """Return every message of the code and the templates, with the places where it is said."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file, "babel.cfg")  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="Now Serving", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        ROOT, methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for path, line, message, comments, context in found:
        catalogue.add(message, None, [(path, line)], auto_comments=comments, context=context)
    return catalogue


def stored(language: str) -> Catalog:
    """Return the catalogue of a language as it is committed."""
    path = LOCALES / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, header_comment="")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def places(text: str) -> set[str]:
    """Return the names of the %(name)s places in a text."""
    return set(_PLACE.findall(text))


def texts(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return a message's text, or its forms, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def is_said(message: Message) -> bool:
    """Tell a real message from the catalogue's header."""
    return bool(message.id)
