"""QR codes as SVG that the strictest policy lets pass: attributes only, dark on light by night too."""

from __future__ import annotations

import io
import re

import segno
from starlette.requests import Request

from nowserving.web.house import house_of

# The quiet zone that the standard asks for, in modules.
_QUIET = 4
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def is_key(key: str) -> bool:
    """Tell whether this has the shape of a ticket key."""
    return _KEY.fullmatch(key) is not None


def ticket_page(request: Request, key: str) -> str:
    """Return the address of a ticket's page as a phone reaches it: the public one, if a setting names it."""
    base = house_of(request).settings.base_url
    return f"{base or str(request.base_url).rstrip('/')}/t/{key}"


def qr_svg(text: str) -> bytes:
    """Return `text` as a QR code that takes whatever size it is given."""
    code = segno.make_qr(text, error="m")
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=_QUIET, dark="#000", light="#fff", xmldecl=False, omitsize=True)
    return picture.getvalue()
