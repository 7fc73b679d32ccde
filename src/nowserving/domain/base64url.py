"""Bytes as text that may stand in an address: URL-safe base64 without padding, as keys are written."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode


def url_safe(raw: bytes) -> str:
    """Return bytes as text."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def raw_of(text: str) -> bytes:
    """Return the bytes that a text stands for, with or without its padding; raises ValueError for none."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
