"""Forms of plain pages: read within bounds, as text, each name once."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from nowserving.errors import N_, Malformed
from nowserving.web.wire import asgi

_MOST_FIELDS = 100
_KIND = "application/x-www-form-urlencoded"


async def form_of(
    request: Request, most: int = _MOST_FIELDS, *, most_bytes: int = asgi.MOST_BODY
) -> dict[str, str]:
    """Return the fields of a posted form. Raises TooLarge, and Malformed for what is no form of ours.

    `most` is how many fields an honest form has, `most_bytes` how long it is as it is sent.
    """
    raw = await asgi.read_body(request.scope, request.receive, most_bytes)
    if raw and not request.headers.get("content-type", "").startswith(_KIND):
        raise _no_form()
    try:
        text = raw.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError:
        raise _no_form() from None
    if len(dict(pairs)) < len(pairs):
        raise _no_form()
    return dict(pairs)


def _no_form() -> Malformed:
    return Malformed("malformed", N_("This form did not arrive in one piece."))
