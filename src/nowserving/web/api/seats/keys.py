"""The key of a house that signs stubs."""

from __future__ import annotations

from functools import lru_cache

from fastapi import Request

from nowserving.outside.stub_keys import StubKey, stub_key
from nowserving.secret_key import secret_key
from nowserving.web.house import house_of


def key_of(request: Request) -> StubKey:
    """Return the key with which the house of a request signs."""
    return _made(secret_key(house_of(request).settings))


@lru_cache(maxsize=8)
def _made(secret: bytes) -> StubKey:
    return stub_key(secret)
