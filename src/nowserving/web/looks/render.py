"""Templates to HTML: one Jinja environment, autoescaped and strict, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from starlette.types import Scope

from nowserving.web.house import HOUSE
from nowserving.web.looks.brand import brand_url
from nowserving.web.looks.i18n import LANGUAGE_COOKIE, LANGUAGES, Localiser, language_of, localiser
from nowserving.web.looks.static_files import static_files

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_YEAR_S = 365 * 24 * 3600

# Icons that point along the line of reading, and so are mirrored in right-to-left scripts.
MIRRORED = frozenset(
    "arrow-right arrow-left chevron-right chevron-left log-out log-in skip-forward undo-2 redo-2 "
    "corner-up-left external-link share-2 send list-restart".split()
)

# The language that is being rendered right now. Rendering is synchronous, so this never crosses
# an await; it lets macros and filters speak the language without being handed it.
_speaking: ContextVar[Localiser] = ContextVar("speaking")


def page(
    connection: HTTPConnection | Scope,
    template: str,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Return `template` as an HTML answer in the language that the caller reads.

    The template sees `context` and: `localiser`, `languages` (for the switch), `path`, the house's `accent`.
    A language chosen by ?lang= is remembered in a cookie.
    """
    if not isinstance(connection, HTTPConnection):
        connection = HTTPConnection(connection)
    speaking = localiser(language_of(connection))
    house = connection.scope.get(HOUSE)
    shown = {"accent": house.accent.colour if house else "", **context}
    html = render(
        template,
        speaking,
        languages=_language_links(connection, speaking),
        path=connection.url.path,
        **shown,
    )
    response = HTMLResponse(html, status_code, dict(headers or {}))
    response.headers["Content-Language"] = speaking.code
    response.headers["Vary"] = "Accept-Language, Cookie"
    if connection.query_params.get("lang") == speaking.code:
        _remember(response, speaking.code, secure=connection.url.scheme == "https")
    return response


def render(template: str | Template, speaking: Localiser, /, **context: Any) -> str:
    """Return the text of `template` in the language of `speaking`."""
    token = _speaking.set(speaking)
    try:
        return environment().get_template(template).render(localiser=speaking, **context)
    finally:
        _speaking.reset(token)


def icon(name: str, *, large: bool = False) -> Markup:
    """Return a picture from the sprite. It is always beside a word, so it is hidden from readers."""
    if name not in icon_names():
        raise LookupError(f"no icon {name!r}; scripts/make_icons.py says how to add one")
    classes = "icon" + (" icon--mirrored" if name in MIRRORED else "") + (" icon--large" if large else "")
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(classes, static_files().url("icons/sprite.svg"), name)


@cache
def icon_names() -> frozenset[str]:
    """Return the names of the icons in the sprite."""
    sprite = static_files().texts["icons/sprite.svg"].plain.decode()
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite))


@cache
def environment() -> Environment:
    """Return the Jinja environment, made once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True
    )
    made.globals.update(icon=icon, asset=lambda name: static_files().url(name), brand_url=brand_url)
    made.filters.update(_filters())
    return made


def _gettext(message: str) -> str:
    return _speaking.get().gettext(message)


def _ngettext(singular: str, plural: str, n: int) -> str:
    # Jinja fills the places itself, because it escapes what goes in.
    return _speaking.get().translations.ngettext(singular, plural, n)


def _filters() -> dict[str, Any]:
    """Return the filters that say a value in the language being rendered."""
    return {
        "time": lambda at_us, zone: _speaking.get().format_time(at_us, zone),
        "date": lambda at, zone="UTC", form="long": _speaking.get().format_date(at, zone, form),
        "datetime": lambda at_us, zone, **more: _speaking.get().format_datetime(at_us, zone, **more),
        "zone_name": lambda zone: _speaking.get().format_zone(zone),
        "number": lambda value: _speaking.get().format_number(value),
        "price": lambda price: _speaking.get().format_price(price),
        "duration": lambda seconds: _speaking.get().format_duration(seconds),
        "wait": lambda estimate: _speaking.get().format_wait(*estimate),
        "about": lambda estimate: _speaking.get().format_about(*estimate),
        "translated": lambda message, **data: _speaking.get().gettext(message, **data),
    }


def _language_links(connection: HTTPConnection, speaking: Localiser) -> list[dict[str, Any]]:
    """Return the language switch: each language by its own name, at the address of this page."""
    rest = [(key, value) for key, value in connection.query_params.multi_items() if key != "lang"]
    return [
        {
            "code": language.code,
            "name": language.name,
            "direction": language.direction,
            "href": "?" + urlencode([*rest, ("lang", language.code)]),
            "current": language.code == speaking.code,
        }
        for language in LANGUAGES.values()
    ]


def _remember(response: HTMLResponse, code: str, *, secure: bool) -> None:
    response.set_cookie(
        LANGUAGE_COOKIE, code, max_age=_YEAR_S, path="/", secure=secure, httponly=True, samesite="lax"
    )
