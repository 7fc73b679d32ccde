"""Time zones to choose from: those of places, by region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

_REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def zones_by_region() -> Mapping[str, tuple[str, ...]]:
    """Return the IANA zones of places, sorted, by the part before the slash; UTC last."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for zone in sorted(available_timezones()):
        region, slash, _ = zone.partition("/")
        if slash and region in _REGIONS:
            found[region].append(zone)
    return {**{region: tuple(zones) for region, zones in found.items()}, "UTC": ("UTC",)}
