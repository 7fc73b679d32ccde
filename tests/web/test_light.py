"""Pages for a slow line: their icons inside, compressed, and nothing of the back office."""

from __future__ import annotations

import gzip
import re

import pytest
from starlette.requests import Request

from nowserving.web.looks.light import light, messages_of, with_icons
from nowserving.web.looks.render import page
from nowserving.web.looks.static_files import static_files


def request(accept: str = "gzip") -> Request:
    headers = [(b"accept-encoding", accept.encode()), (b"host", b"testserver")]
    return Request(
        {"type": "http", "method": "GET", "path": "/", "query_string": b"lang=es", "headers": headers}
    )


def test_each_icon_is_in_the_page_once_under_a_name_of_its_own() -> None:
    sprite = static_files().url("icons/sprite.svg")
    use = f'<use href="{sprite}#copy"></use>'
    html = f'<html><body class="x"><button id="copy">{use}</button>{use}'
    made = with_icons(html)

    assert sprite not in made
    assert made.count('<symbol id="icon-copy"') == 1
    assert made.count('<use href="#icon-copy">') == 2
    assert made.startswith('<html><body class="x"><svg hidden><symbol')
    ids = re.findall(r'\bid="([^"]+)"', made)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("accept", "encoding"), [("gzip, br", "gzip"), ("identity", None)])
def test_a_light_page_is_compressed_for_whom_can_read_that(accept: str, encoding: str | None) -> None:
    asked = request(accept)
    made = light(asked, page(asked, "guest/unknown.html", sheet="light", status_code=404))
    body = bytes(made.body)

    assert made.headers.get("content-encoding") == encoding
    assert int(made.headers["content-length"]) == len(body)
    assert b"</html>" in (gzip.decompress(body) if encoding else body)
    assert made.status_code == 404


def test_a_light_page_keeps_its_cookies_and_its_language() -> None:
    asked = request()
    made = light(asked, page(asked, "guest/unknown.html", sheet="light"))

    assert made.headers["content-language"] == "es"
    assert made.headers["set-cookie"].startswith("ns_language=es;")
    assert "Accept-Encoding" in made.headers["vary"]


def test_the_light_sheet_names_no_font_to_fetch() -> None:
    sheet = static_files().texts["css/light.css"].plain.decode()

    assert "@font-face" not in sheet
    assert ".button" in sheet


def test_a_phone_carries_its_own_messages_and_the_shared_ones() -> None:
    said = messages_of("hi", "guest")

    assert "Your turn" in said
    assert "Connection lost, trying again." in said
    assert "Nobody is waiting. Time to breathe." not in said
