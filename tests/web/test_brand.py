"""An organisation's colour re-themes every page, and its texts stay readable whatever the colour."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from nowserving.web.looks.brand import brand_css, brand_sheet, brand_url, contrast, readable, words_on

COLOURS = ["0b5c63", "ffff00", "ffffff", "000000", "ff0000", "777777", "c0ffee", "1b1503"]


@pytest.mark.parametrize("colour", COLOURS)
def test_words_on_the_accent_and_the_accent_on_the_page_are_readable(colour: str) -> None:
    sheet = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6})", brand_sheet(colour)))
    assert contrast(sheet["accent-light"], "ffffff") >= 4.5
    assert contrast(sheet["accent-dark"], "111e20") >= 7
    assert contrast(sheet["accent-light"], sheet["on-accent-light"]) >= 4.5
    assert contrast(sheet["accent-dark"], sheet["on-accent-dark"]) >= 4.5


def test_a_colour_that_is_good_already_stays_as_it_is() -> None:
    assert readable("0b5c63", "ffffff", 4.5) == "0b5c63"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)
    assert words_on("ffc53d") == "0a1416"
    assert words_on("0b5c63") == "ffffff"


@pytest.mark.parametrize("nonsense", ["", "red", "#12345", "#1234567", "#12345g", "0b5c63;}", "#0b5c63\n"])
def test_only_a_colour_is_a_colour(nonsense: str) -> None:
    assert brand_url(nonsense) is None


def test_the_address_is_the_colour() -> None:
    client = TestClient(Starlette(routes=[Route("/brand/{colour}.css", brand_css)]))
    address = brand_url("#0B5C63")
    assert address == "/brand/0b5c63.css"
    answer = client.get(address)
    assert "--accent-light: #0b5c63" in answer.text
    assert answer.headers["content-type"].startswith("text/css")
    assert client.get("/brand/nonsense.css").status_code == 404
