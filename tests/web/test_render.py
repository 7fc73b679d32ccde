"""Pages speak the reader's language, escape what people typed, and contain nothing inline."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jinja2 import UndefinedError
from starlette.types import Scope

from nowserving.web.looks.i18n import LANGUAGES, localiser
from nowserving.web.looks.render import MIRRORED, environment, icon, icon_names, page, render

GUIDE = "start/style_guide.html"


def scope(query: str = "", scheme: str = "http", **headers: str) -> Scope:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "method": "GET",
        "path": "/guide",
        "query_string": query.encode(),
        "headers": raw,
        "scheme": scheme,
        "server": ("testserver", 80),
    }


def said(source: str, language: str = "en", **context: Any) -> str:
    """Render a template given as text."""
    return render(environment().from_string(source), localiser(language), **context)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_says_its_language_and_direction(code: str) -> None:
    answer = page(scope(f"lang={code}"), GUIDE)
    html = bytes(answer.body).decode()
    assert f'<html lang="{code}" dir="{localiser(code).direction}"' in html
    assert answer.headers["content-language"] == code
    assert answer.headers["vary"] == "Accept-Language, Cookie"


def test_every_language_is_offered_by_its_own_name_at_the_same_address() -> None:
    html = bytes(page(scope("desk=3&lang=hi"), GUIDE).body).decode()
    for language in LANGUAGES.values():
        assert f'href="?desk=3&amp;lang={language.code}"' in html
        assert language.name in html


def test_a_chosen_language_is_remembered() -> None:
    cookie = page(scope("lang=ar"), GUIDE).headers["set-cookie"]
    assert cookie.startswith("ns_language=ar;")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_the_choice_travels_only_over_https_where_there_is_https() -> None:
    assert "Secure" in page(scope("lang=ar", "https"), GUIDE).headers["set-cookie"]


@pytest.mark.parametrize("query", ["", "lang=xx"])
def test_nothing_is_remembered_that_was_not_chosen(query: str) -> None:
    assert "set-cookie" not in page(scope(query, accept_language="hi"), GUIDE).headers


def test_status_and_headers_are_those_of_the_caller() -> None:
    answer = page(
        scope(),
        "errors/error.html",
        status_code=404,
        status=404,
        headers={"X-Reason": "gone"},
        heading="Not here",
        detail="There is nothing here.",
    )
    assert (answer.status_code, answer.headers["x-reason"]) == (404, "gone")


@pytest.mark.parametrize("template", [GUIDE])
def test_a_page_has_nothing_inline_and_nothing_from_elsewhere(template: str) -> None:
    html = bytes(page(scope(), template).body).decode()
    assert not re.findall(r"\sstyle=|<style|\son[a-z]+=|javascript:|data:", html)
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", html)
    inline = re.findall(r"<script(?![^>]*(?:src=|application/json))", html)
    assert not inline


def test_what_people_typed_is_text() -> None:
    ticket = said(
        '{% import "layouts/macros.html" as ui %}{{ ui.ticket_code(code) }}', code="<img src=x onerror=y>"
    )
    assert "<img" not in ticket
    assert "&lt;img" in ticket
    assert "&lt;b&gt;" in said('{{ _("Hello %(name)s", name=name) }}', name="<b>")


def test_a_missing_value_is_a_mistake_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        said("{{ nobody }}")


def test_a_ticket_code_is_kept_left_to_right() -> None:
    html = said('{% import "layouts/macros.html" as ui %}{{ ui.ticket_code("A-012", "hero") }}', "ar")
    assert html.startswith('<bdi class="number number--hero" dir="ltr">')
    assert re.sub(r"<[^>]*>", "", html) == "A-012"


def test_icons_that_point_are_mirrored_and_others_are_not() -> None:
    assert "icon--mirrored" in icon("arrow-right")
    assert "icon--mirrored" not in icon("clock")
    assert icon_names() >= MIRRORED


def test_an_unknown_icon_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="unicorn"):
        icon("unicorn")


def test_the_language_of_one_page_does_not_leak_into_the_next() -> None:
    first = said("{{ 1234.5 | number }}", "es")
    second = said("{{ 1234.5 | number }}", "en")
    assert (first, second) == ("1.234,5", "1,234.5")


def test_plurals_are_escaped_and_filled() -> None:
    source = '{{ ngettext("%(num)s guest of %(who)s", "%(num)s guests of %(who)s", n, who=who) }}'
    assert said(source, n=2, who="<i>") == "2 guests of &lt;i&gt;"
