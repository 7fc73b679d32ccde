"""Bring the catalogues up to date with the code: new messages come in empty, old ones go.

Nothing is guessed from similar messages: a wrong translation that looks right is worse than none.
Run it after changing texts, translate what is empty, then run check_i18n.py.
"""

from __future__ import annotations

from datetime import UTC, datetime

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from messages import LANGUAGES, LOCALES, PLURALS, extracted, is_said, stored, texts

# A catalogue's dates would change with every run and tell nothing that the history doesn't.
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_HEADER = """# Now Serving, {name}.
# Made by scripts/update_i18n.py; translate the empty ones, keep the %(name)s places.
#"""
_NAMES = {"hi": "Hindi", "es": "Spanish", "ar": "Arabic"}


def updated(language: str, source: Catalog) -> Catalog:
    """Return the catalogue of `language` with exactly the messages of `source`."""
    before = stored(language)
    after = Catalog(
        locale=language,
        project="Now Serving",
        version="1",
        header_comment=_HEADER.format(name=_NAMES[language]),
        creation_date=_LONG_AGO,
        revision_date=_LONG_AGO,
        last_translator="Now Serving",
        language_team=_NAMES[language],
        fuzzy=False,
    )
    for message in source:
        if not is_said(message):
            continue
        known = before.get(message.id, message.context)
        said = known.string if known and texts(known.string) != ("",) else None
        # A path is enough to find a message; line numbers would change with every edit.
        locations = sorted({(path, 0) for path, _ in message.locations})
        after.add(message.id, said, locations, auto_comments=message.auto_comments, context=message.context)
    return after


def write(language: str, catalogue: Catalog) -> None:
    """Write a catalogue, sorted by message, with the plural rule that the scripts know."""
    path = LOCALES / f"{language}.po"
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=False)
    lines = path.read_text().splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith('"Plural-Forms:'))
    end = next(number for number, line in enumerate(lines) if number > start and line.startswith('"MIME'))
    lines[start:end] = [f'"Plural-Forms: {PLURALS[language]}\\n"\n']
    path.write_text("".join(lines))


def main() -> None:
    """Update every language."""
    source = extracted()
    for language in LANGUAGES:
        write(language, updated(language, source))
    print(f"{len(source)} messages in {', '.join(LANGUAGES)}")


if __name__ == "__main__":
    main()
