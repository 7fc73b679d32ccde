"""Forms as a browser without scripts sends them, and what a page shows."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import httpx2

from nowserving.web.looks.flash import WORDS
from tests.web.conftest import PASSWORD, Client

ORIGIN = {"Origin": "http://testserver"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", **ORIGIN}


async def send(client: Client, path: str, /, **fields: str) -> httpx2.Response:
    """Post a form. A field's name may hold "-", written "__" here."""
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    return await client.post(path, content=urlencode(named), headers=FORM)


async def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> httpx2.Response:
    """Sign a browser in."""
    return await send(client, "/sign-in", login=login, password=password, **more)


async def text_of(client: Client, path: str) -> str:
    """Return the HTML of a page that must be there."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def value_of(html: str, name: str) -> str | None:
    """Return what stands in an input of a page."""
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', html)
    value = found and re.search(r'value="([^"]*)"', found[0])
    return unescape(value[1]) if value else None


def refusal_of(html: str, name: str) -> str:
    """Return what a page says beside a field, or ""."""
    found = re.search(rf'id="{re.escape(name)}-error">.*?<span>(.*?)</span>', html, re.DOTALL)
    return unescape(found[1]).strip() if found else ""


def was_told(answer: httpx2.Response, said: str) -> bool:
    """Tell whether an answer leads to another page that will say this."""
    return (
        answer.status_code == 303
        and f"ns_said={said};" in answer.headers.get("set-cookie", "")
        and said in WORDS
    )
