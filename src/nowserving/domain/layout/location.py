"""Where a place is on the globe, and how far a phone is from it.

What a phone says of itself is a courtesy and no proof: it can be set to say anything. It keeps people from
checking in out of impatience, and nobody from cheating.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from nowserving.domain.values import Reader, read_fields
from nowserving.errors import N_, Conflict, invalid_field

_MEAN_RADIUS_M = 6_371_008.8
"""Of the Earth, (2a + b) / 3 of the GRS 80 ellipsoid: H. Moritz, "Geodetic Reference System 1980",
Journal of Geodesy 74 (2000), 128-133. A sphere of it is wrong by half a percent at most."""
_HALF_ROUND_M = 20_100_000
"""Half the way round the Earth: a phone that is less sure than that would be nowhere."""


class Location(TypedDict):
    """A point on the globe, in degrees (WGS 84): north and east are positive."""

    latitude: float
    longitude: float


class Whereabouts(NamedTuple):
    """Where a phone says it is; `accuracy_m` is the radius that it is sure of, in metres."""

    location: Location
    accuracy_m: float


def _number_between(low: int, high: int) -> Reader:
    def read(value: object, pointer: str) -> float:
        # NaN is in no range, whatever it is compared with; True is no number here.
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        message = N_("This must be a number from %(low)s to %(high)s.")
        raise invalid_field(pointer, "out_of_range", message, low=low, high=high)

    return read


_POINT: Mapping[str, Reader] = {"latitude": _number_between(-90, 90), "longitude": _number_between(-180, 180)}
_SAID: Mapping[str, Reader] = {**_POINT, "accuracy_m": _number_between(0, _HALF_ROUND_M)}
_NEEDED = frozenset(_POINT)


def location_from(given: object, pointer: str) -> Location:
    """Return the point that an object spells; raises Invalid naming every field that is wrong."""
    read = read_fields(given, pointer, _POINT, required=_NEEDED)
    return Location(latitude=read["latitude"], longitude=read["longitude"])


def whereabouts_from(given: object, pointer: str) -> Whereabouts:
    """Return what a phone says of itself, {latitude, longitude, accuracy_m}; raises Invalid."""
    read = read_fields(given, pointer, _SAID, required=_NEEDED)
    location = Location(latitude=read["latitude"], longitude=read["longitude"])
    return Whereabouts(location, read.get("accuracy_m", 0.0))


def distance_m(one: Location, other: Location) -> float:
    """Return how far two points are from each other over the ground, in metres.

    The haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984), 159. It
    stays exact for points that are close together, where the law of cosines does not.
    """
    here, there = math.radians(one["latitude"]), math.radians(other["latitude"])
    east = math.radians(other["longitude"] - one["longitude"])
    share = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(east / 2) ** 2
    # Rounding may bring opposite ends of the Earth a hair above 1.
    return 2 * _MEAN_RADIUS_M * math.asin(math.sqrt(min(1.0, share)))


def check_near(branch: Location | None, near_m: int, phone: Whereabouts | None) -> None:
    """Refuse a phone that is farther from the branch than `near_m`, or that has not said where it is.

    How vague the phone is counts in the guest's favour, up to `near_m`: indoors a phone may be off by a
    hundred metres, and one that knows only the town proves nothing. Raises Conflict `where_unknown` or
    `not_near`, which names the distance.
    """
    if phone is None or branch is None:
        message = N_(
            "We can't tell whether you are here. Please check in at the kiosk or at the desk, with your code."
        )
        raise Conflict("where_unknown", message)
    away = distance_m(branch, phone.location)
    if away - min(phone.accuracy_m, near_m) > near_m:
        raise _not_near(away)


def _not_near(away_m: float) -> Conflict:
    tenths = max(1, round(away_m / 100))
    message = N_(
        "You seem to be about %(distance_km)s km away. Check in when you are here, at the kiosk or the desk."
    )
    return Conflict("not_near", message, distance_km=tenths / 10 if tenths < 100 else round(tenths / 10))
