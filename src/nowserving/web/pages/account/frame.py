"""What the pages of an account share."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from nowserving.errors import AppError
from nowserving.web.pages.booking.frame import own_page
from nowserving.web.pages.guest.frame import HEADERS, field_words_of, words_of


def account_page(
    request: Request,
    template: str,
    *,
    error: AppError | None = None,
    after: BackgroundTask | None = None,
    **context: Any,
) -> Response:
    """Return a page of an account, with what was refused; `after` is done once it is out."""
    errors = field_words_of(request, error)
    response = own_page(
        request,
        template,
        status_code=error.status if error else 200,
        errors=errors,
        error=words_of(request, error) if error and not errors else "",
        **context,
    )
    response.background = after
    return response


def to(path: str) -> Response:
    """Return the way to another page after a form."""
    return RedirectResponse(path, 303, HEADERS)
