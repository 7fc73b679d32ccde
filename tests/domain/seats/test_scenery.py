"""What is drawn besides rows comes from every kind of area that the open format knows."""

from __future__ import annotations

from nowserving.domain.seats.plan import read_plan
from nowserving.domain.seats.scenery import scenery_of
from nowserving.domain.seats.seat import seats_of
from tests.domain.seats.plans import NEW, OLD, house


def test_each_shape_stands_where_its_zone_does() -> None:
    circle, ellipse, polygon, text, rectangle = scenery_of(read_plan(NEW).form)
    assert (circle["shape"], circle["radius"], circle["x"], circle["y"]) == ("ellipse", [20, 20], 21.5, 42)
    assert (ellipse["radius"], ellipse["rotation"]) == ([4, 5], 12.5)
    assert polygon["points"] == [[0, 0], [9, 0], [0, 9]]
    assert (text["shape"], text["text"], text["text_size"]) == ("text", "Bühne", 20)
    assert (rectangle["width"], rectangle["height"], rectangle["rotation"]) == (10, 20, 0)


def test_an_area_of_older_files_is_a_box_with_its_words() -> None:
    assert scenery_of(read_plan(OLD).form) == [
        {"x": 10, "y": -80, "rotation": 0, "shape": "rectangle", "width": 200, "height": 50, "text": "Stage"}
    ]


def test_an_area_with_places_says_which_numbers_they_have() -> None:
    plan = read_plan(house(2, 3, standing=40))
    (floor,) = scenery_of(plan.form)
    assert (floor["name"], floor["category"], floor["first"], floor["many"]) == ("Floor", "Seats", 6, 40)
    assert floor["text"] == "Floor"
    assert {seat.place for seat in seats_of(plan) if seat.area} == set(range(6, 46))
