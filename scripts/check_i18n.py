"""Say what is wrong with the translations, and fail if anything is.

A catalogue is right when it has every message of the code and no other, nothing is empty or
fuzzy, the %(name)s places are those of the source, and each plural has all its forms.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from messages import LANGUAGES, PLURALS, extracted, is_said, places, stored, texts


def faults(language: str, source: Catalog, translated: Catalog) -> Iterator[str]:
    """Give every fault of one catalogue, as a sentence."""
    if str(translated.plural_forms) != PLURALS[language]:
        yield f"the header's Plural-Forms is not {PLURALS[language]!r}"
    for message in source:
        if not is_said(message):
            continue
        found = translated.get(message.id, message.context)
        if found is None:
            yield f"missing: {message.id!r} ({_where(message)})"
        else:
            yield from message_faults(language, found)
    yield from (f"not in the code any more: {message.id!r}" for message in obsolete(source, translated))


def message_faults(language: str, message: Message) -> Iterator[str]:
    """Give the faults of one translated message."""
    forms = texts(message.string)
    if message.fuzzy:
        yield f"fuzzy: {message.id!r}"
    if not all(forms):
        yield f"empty: {message.id!r}"
        return
    wanted = int(PLURALS[language].removeprefix("nplurals=")[0]) if message.pluralizable else 1
    if len(forms) != wanted:
        yield f"{len(forms)} forms in place of {wanted}: {message.id!r}"
    allowed = set().union(*(places(text) for text in texts(message.id)))
    for number, form in enumerate(forms):
        # "one person" may leave out its number; nothing else may.
        missing = allowed - places(form) - ({"n", "num", "count"} if message.pluralizable else set())
        if missing or places(form) - allowed:
            yield f"form {number} has other places than {sorted(allowed)}: {message.id!r}"


def obsolete(source: Catalog, translated: Catalog) -> list[Message]:
    """Return the messages that nobody says any more."""
    gone = [m for m in translated if is_said(m) and source.get(m.id, m.context) is None]
    return gone + list(translated.obsolete.values())


def _where(message: Message) -> str:
    return ", ".join(f"{path}:{line}" for path, line in message.locations[:2])


def main() -> int:
    """Check all languages; return how many faults there are, at most 1 to the shell."""
    source = extracted()
    count = 0
    for language in LANGUAGES:
        for fault in faults(language, source, stored(language)):
            count += 1
            print(f"{language}: {fault}")
    print(f"{len(source)} messages in {len(LANGUAGES)} languages, {count} faults")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
