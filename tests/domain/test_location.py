"""How near a phone is to a branch: known distances, the edges of the rule, and what is no place."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain.layout.location import (
    Location,
    Whereabouts,
    check_near,
    distance_m,
    location_from,
    whereabouts_from,
)
from nowserving.errors import Conflict, Invalid
from tests.told import refused

HALF_ROUND_M = math.pi * 6_371_008.8


def place(latitude: float, longitude: float) -> Location:
    return Location(latitude=latitude, longitude=longitude)


HERE = place(41.3825, 2.1769)
BOTH_WRONG = dict.fromkeys(("/location/latitude", "/location/longitude"), "out_of_range")
POINTS = st.builds(place, st.floats(-90, 90), st.floats(-180, 180))


def north_of_here(metres: float) -> Location:
    return place(HERE["latitude"] + math.degrees(metres / 6_371_008.8), HERE["longitude"])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (HERE, HERE, 0),
        # Barcelona to Madrid, New York to London, and a step over the date line near Fiji.
        (HERE, place(40.4168, -3.7038), 505_000),
        (place(40.7128, -74.0060), place(51.5074, -0.1278), 5_570_000),
        (place(-17.0, 179.9995), place(-17.0, -179.9995), 106),
        (place(90, 0), place(90, 120), 0),
        (place(0, 0), place(0, 180), HALF_ROUND_M),
        (place(90, 0), place(-90, 0), HALF_ROUND_M),
    ],
)
def test_known_distances(one: Location, other: Location, expected: float) -> None:
    assert distance_m(one, other) == pytest.approx(expected, rel=0.005, abs=0.001)


@given(POINTS, POINTS)
def test_it_is_as_far_there_as_back_and_never_farther_than_half_way_round(
    one: Location, other: Location
) -> None:
    assert distance_m(one, other) == pytest.approx(distance_m(other, one))
    assert 0 <= distance_m(one, other) <= HALF_ROUND_M + 1


@pytest.mark.parametrize(
    ("away_m", "accuracy_m", "may"),
    [
        (99, 0, True),
        (101, 0, False),
        (180, 81, True),
        (180, 79, False),
        # A phone that knows only the town proves nothing: what is vague counts up to the radius itself.
        (199, 5_000, True),
        (201, 5_000, False),
    ],
)
def test_a_phone_is_near_within_the_radius(away_m: float, accuracy_m: float, *, may: bool) -> None:
    phone = Whereabouts(north_of_here(away_m), accuracy_m)
    if may:
        check_near(HERE, 100, phone)
        return
    with pytest.raises(Conflict) as caught:
        check_near(HERE, 100, phone)
    assert caught.value.code == "not_near"


@pytest.mark.parametrize(
    ("away_m", "words"),
    [(201, "about 0.2 km away"), (1_494, "about 1.5 km away"), (9_940, "9.9 km"), (505_400, "505 km")],
)
def test_a_refusal_names_the_distance_and_the_way(away_m: float, words: str) -> None:
    with pytest.raises(Conflict) as caught:
        check_near(HERE, 100, Whereabouts(north_of_here(away_m), 0))
    said = caught.value.message % caught.value.data
    assert words in said
    assert "at the kiosk or the desk" in said


@pytest.mark.parametrize(("branch", "phone"), [(HERE, None), (None, Whereabouts(HERE, 0)), (None, None)])
def test_who_can_not_be_compared_goes_to_the_kiosk(
    branch: Location | None, phone: Whereabouts | None
) -> None:
    with pytest.raises(Conflict) as caught:
        check_near(branch, 100, phone)
    assert caught.value.code == "where_unknown"
    assert "at the kiosk" in caught.value.message


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"latitude": 90.1, "longitude": 0}, {"/location/latitude": "out_of_range"}),
        ({"latitude": 0, "longitude": -180.5}, {"/location/longitude": "out_of_range"}),
        ({"latitude": math.nan, "longitude": math.inf}, BOTH_WRONG),
        ({"latitude": "41", "longitude": True}, BOTH_WRONG),
        ({"latitude": 10**400, "longitude": 0}, {"/location/latitude": "out_of_range"}),
        ({"latitude": 0}, {"/location/longitude": "required"}),
        ({"latitude": 0, "longitude": 0, "height": 1}, {"/location/height": "unknown_field"}),
        ([41, 2], {"/location": "not_an_object"}),
    ],
)
def test_what_is_no_place_is_refused(given: Any, wrong: dict[str, str]) -> None:
    for read in (location_from, whereabouts_from):
        with pytest.raises(Invalid) as caught:
            read(given, "/location")
        assert refused(caught) == wrong


@pytest.mark.parametrize("accuracy", [-1, math.nan, 10**9, "5"])
def test_what_is_no_accuracy_is_refused(accuracy: Any) -> None:
    with pytest.raises(Invalid) as caught:
        whereabouts_from({"latitude": 0, "longitude": 0, "accuracy_m": accuracy}, "/location")
    assert refused(caught) == {"/location/accuracy_m": "out_of_range"}
    assert whereabouts_from({"latitude": 0, "longitude": 0}, "") == Whereabouts(place(0, 0), 0)
