"""What all pages of a guest share: they are light, in the reader's language, and kept by nobody."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from nowserving.errors import AppError
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.looks.light import light, messages_of
from nowserving.web.looks.render import page

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow, noarchive"}


def guest_page(request: Request, template: str, *, status_code: int = 200, **context: Any) -> Response:
    """Return a page for a guest's phone."""
    made = page(
        request,
        template,
        status_code=status_code,
        headers=HEADERS,
        sheet="light",
        messages=messages_of(language_of(request), "guest"),
        **context,
    )
    return light(request, made)


def nothing_here(request: Request, template: str) -> Response:
    """Return the kind words for an address that leads nowhere; they are the same for every one."""
    return guest_page(request, template, status_code=404)


def words_of(request: Request, error: AppError) -> str:
    """Return what a refusal says, in the reader's language."""
    speaking = localiser(language_of(request))
    told = [speaking.gettext(field.message, **dict(field.data)) for field in error.fields]
    return " ".join(told) or speaking.gettext(error.message, **error.data)


def field_words_of(request: Request, error: AppError | None) -> dict[str, str]:
    """Return what a refusal says of each field, by its pointer, in the reader's language."""
    speaking = localiser(language_of(request))
    fields = error.fields if error else ()
    return {field.pointer: speaking.gettext(field.message, **dict(field.data)) for field in fields}


def public_base(request: Request) -> str:
    """Return the address by which the reader's browser reaches us, without a slash at its end.

    It stands in QR codes and links of the reader's own page. For others' eyes there is `vouched_base`.
    """
    return house_of(request).settings.base_url or str(request.base_url).rstrip("/")
