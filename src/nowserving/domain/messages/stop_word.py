"""The word that stops messages, sent back by text message, in the languages of the house and those next door.

The whole message must be the word: "Stop at the bank first?" is no wish to hear nothing more.
"""

from __future__ import annotations

import unicodedata

_WORDS = (
    "STOP STOPP STOPALL STOPSMS UNSUBSCRIBE OPTOUT ARRET ARRETER ARRETEZ BAJA ALTO PARAR BASTA FERMA STOPPEN "
    "STOPPA रोकें रोको बंद توقف إيقاف ايقاف الغاء إلغاء قف"
)
_MOST = 200


def _plain(text: str) -> str:
    """Return a text without marks, signs, spaces and cases: "Arrêt !" is ARRET."""
    parts = unicodedata.normalize("NFKD", text.upper())
    # Devanagari's vowels are marks that belong to the word.
    kept = (letter for letter in parts if letter.isalpha() or unicodedata.category(letter) == "Mc")
    return "".join(kept)


_PLAIN = frozenset(_plain(word) for word in _WORDS.split())


def is_stop_word(text: str) -> bool:
    """Tell whether a text message asks us to send nothing more."""
    return len(text) <= _MOST and _plain(text) in _PLAIN
