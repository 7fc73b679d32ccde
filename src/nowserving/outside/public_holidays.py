"""Public holidays of 250 countries and their regions: computed by a package, nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any


@cache
def _package() -> Any:
    import holidays  # noqa: PLC0415 - it takes a quarter of a second, and is needed once a year.

    return holidays


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """Return the countries that are known, by ISO code, each with the codes of its regions."""
    found = _package().list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in sorted(found.items())}


def regions(country: str) -> Mapping[str, str]:
    """Return the regions of a known country by code, each with its name there, in the order of the names."""
    names = _package().country_holidays(country).get_subdivision_aliases()
    found = {code: _name(code, names.get(code, ())) for code in countries()[country]}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _name(code: str, aliases: Any) -> str:
    """Return the first alias that is a word and not another code."""
    return next((one for one in aliases if len(one) > 3), code)


def public_holidays(country: str, region: str, year: int, language: str) -> list[tuple[date, str]]:
    """Return the holidays of a year, earliest first, named in `language` where the package can.

    `region` is "" for what the whole country keeps. Country and region must be known.
    """
    package = _package()
    known = package.country_holidays(country)
    spoken = (one for one in known.supported_languages if one.partition("_")[0] == language)
    wanted = next(spoken, known.default_language)
    found = package.country_holidays(country, subdiv=region or None, years=year, language=wanted)
    return sorted(found.items())
