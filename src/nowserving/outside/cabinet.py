"""The cabinet's lock: AES-256-GCM with a ring of keys, the newest last.

A sealed text is "<key id>.<nonce and cipher, base64url>". The row it belongs to is part of what is
authenticated, so that a note can't be moved to another person's row. A key's id is made from the key:
a wrong key is an unknown one, and opens nothing.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Never

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nowserving.domain.base64url import raw_of, url_safe
from nowserving.domain.clinic.cabinet import clinic_locked

KEY_BYTES = 32
_NONCE_BYTES = 12


class BadRing(ValueError):
    """What should be keys is none; the text says which line."""


def new_key() -> str:
    """Return a new key as its line in the ring."""
    return url_safe(os.urandom(KEY_BYTES))


def ring_of(text: str) -> tuple[bytes, ...]:
    """Return the keys of a ring, one a line or between commas, the newest last. Raises BadRing."""
    lines = [(place, line.split("#")[0].split(",")) for place, line in enumerate(text.splitlines(), 1)]
    return tuple(_key(one.strip(), place) for place, parts in lines for one in parts if one.strip())


def _key(line: str, place: int) -> bytes:
    try:
        key = raw_of(line)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadRing(f"line {place} is not a key of {KEY_BYTES} bytes in base64url")
    return key


class KeyedCabinet:
    """A cabinet with its keys."""

    def __init__(self, ring: Iterable[bytes], reread: Callable[[], Iterable[bytes]] = tuple) -> None:
        """Take the keys, the newest last. `reread` looks for more when one is met that is not known."""
        self._reread = reread
        self._take(ring)

    def _take(self, ring: Iterable[bytes]) -> None:
        keys = tuple(ring)
        self._ids = [key_id(key) for key in keys]
        self._seals: Mapping[str, AESGCM] = {key_id(key): AESGCM(_derived(key, b"seal")) for key in keys}
        self._words = [_derived(key, b"words") for key in reversed(keys)]

    @property
    def newest(self) -> str:
        """The id of the key that seals what is new."""
        return self._ids[-1]

    def seal(self, text: str, of: str) -> str:
        """Return a text sealed for one row."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._seals[self.newest].encrypt(nonce, text.encode(), of.encode())
        return f"{self.newest}.{url_safe(nonce + cipher)}"

    def open(self, sealed: str, of: str) -> str:
        """Return the text; raises Busy where the key is missing or the text was tampered with."""
        name, _, body = sealed.partition(".")
        if name not in self._seals:
            # Another process may have turned the ring since we read it.
            self._take(tuple(self._reread()) or self._ring_lost())
        if name not in self._seals:
            raise clinic_locked()
        try:
            raw = raw_of(body)
            return self._seals[name].decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], of.encode()).decode()
        except (InvalidTag, ValueError):
            raise clinic_locked() from None

    def hashes(self, word: str) -> tuple[str, ...]:
        """Return the hashes of a word, the newest key's first."""
        return tuple(hmac.new(key, word.encode(), sha256).hexdigest()[:40] for key in self._words)

    def _ring_lost(self) -> Never:
        raise clinic_locked()


class LockedCabinet:
    """A cabinet whose key is not there: it opens nothing and takes nothing in."""

    @property
    def newest(self) -> str:
        """Raise Busy: there is no key."""
        raise clinic_locked()

    def seal(self, _text: str, _of: str) -> Never:
        """Raise Busy: there is no key."""
        raise clinic_locked()

    def open(self, _sealed: str, _of: str) -> Never:
        """Raise Busy: there is no key."""
        raise clinic_locked()

    def hashes(self, _word: str) -> Never:
        """Raise Busy: there is no key."""
        raise clinic_locked()


def key_id(key: bytes) -> str:
    """Return the name that what a key seals bears."""
    return sha256(b"nowserving clinic key " + key).hexdigest()[:8]


def _derived(key: bytes, purpose: bytes) -> bytes:
    info = b"nowserving clinic " + purpose
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(key)
