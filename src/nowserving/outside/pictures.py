"""Pictures that letters take along."""

from __future__ import annotations

import io

import segno

# The quiet zone that the standard asks for, in modules; and pixels for each, sharp on any phone and on paper.
_QUIET = 4
_PIXELS = 5


def qr_png(text: str) -> bytes:
    """Return `text` as a QR code."""
    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", border=_QUIET, scale=_PIXELS)
    return picture.getvalue()
