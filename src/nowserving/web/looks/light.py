"""Light pages: for phones on a slow line a page carries its own icons and travels compressed."""

from __future__ import annotations

import gzip
import re
from functools import cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from nowserving.web.looks.i18n import LANGUAGES, read_catalogue, script_messages
from nowserving.web.looks.static_files import static_files

_USE = re.compile(r'<use href="[^"#]*#([a-z0-9-]+)">')
_BODY = re.compile(r"<body[^>]*>")
_SYMBOL = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)


def light(request: Request, response: HTMLResponse) -> Response:
    """Return a page with its icons inside, compressed if the browser can read that.

    What is compressed holds no secret that an attacker could guess at by sending text along: the
    page repeats nothing of the request.
    """
    body = with_icons(bytes(response.body).decode()).encode()
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 6, mtime=0)
        headers["content-encoding"] = "gzip"
        headers["vary"] = f"{headers['vary']}, Accept-Encoding"
    made = Response(body, response.status_code, headers)
    made.raw_headers += [pair for pair in response.raw_headers if pair[0] == b"set-cookie"]
    return made


def with_icons(html: str) -> str:
    """Return a page that needs no sprite: each icon it uses is in it once."""
    used = sorted(set(_USE.findall(html)))
    symbols = "".join(_symbols()[name] for name in used)
    inside = _USE.sub(r'<use href="#icon-\1">', html)
    return _BODY.sub(lambda found: f"{found[0]}<svg hidden>{symbols}</svg>", inside, count=1)


@cache
def messages_of(code: str, folder: str) -> str:
    """Return what the scripts in js/FOLDER say in a language: a phone need not carry the back office."""
    return script_messages(LANGUAGES[code], read_catalogue(code), folder)


@cache
def _symbols() -> dict[str, str]:
    sprite = static_files().texts["icons/sprite.svg"].plain.decode()
    # On a page an icon's name could be something else's id.
    return {found[1]: found[0].replace('id="', 'id="icon-', 1) for found in _SYMBOL.finditer(sprite)}
