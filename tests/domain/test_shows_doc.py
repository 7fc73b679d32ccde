"""docs/shows.md is what people read; it has to say what the code says, and its Python has to run."""

import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nowserving.domain.shows.draw import drawn, drawn_ranks, place_id, seed_hash
from nowserving.domain.shows.show import SHOW_TRANSITIONS, Effect

PAGE = (Path(__file__).parents[2] / "docs" / "shows.md").read_text(encoding="utf-8")
# The ten lines, as somebody would paste them.
AUDIT: dict[str, Any] = {}
exec(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0], AUDIT)  # noqa: S102 - our own page


def test_the_table_of_the_page_is_the_table_of_the_code() -> None:
    rows = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \| (\w+) \|$", PAGE, re.MULTILINE)
    in_code = [
        (state.value, verb.value, target.value, effect.value)
        for (state, verb), (target, effect) in SHOW_TRANSITIONS.items()
    ]
    assert sorted(rows) == sorted(in_code)


def test_the_arrows_of_the_drawing_are_the_rows_of_the_code() -> None:
    arrows = re.findall(r"^ +(\w+) --> (\w+): (\w+)$", PAGE, re.MULTILINE)
    in_code = [(state, target, verb) for (state, verb), (target, _) in SHOW_TRANSITIONS.items()]
    assert sorted(arrows) == sorted(in_code)


def test_every_effect_is_explained() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == [effect.value for effect in Effect]


def test_whoever_runs_the_lines_of_the_page_draws_the_same_order() -> None:
    places = [place_id(f"key-{one}") for one in range(200)]
    draw = {"seed": "a seed", "places": drawn("a seed", places)}
    assert AUDIT["draws_again"](draw, seed_hash("a seed"))


@pytest.mark.parametrize("lie", ["seed", "order", "left out"])
def test_and_finds_out_a_draw_that_was_tampered_with(lie: str) -> None:
    """The control: another seed than was promised, two places exchanged."""
    draw = {"seed": "a seed", "places": drawn("a seed", [place_id(f"key-{one}") for one in range(20)])}
    shown = seed_hash("a seed")
    if lie == "seed":
        shown = seed_hash("another seed")
    elif lie == "order":
        draw["places"] = [*draw["places"][1:], draw["places"][0]]
    else:
        draw["places"] = draw["places"][::-1]
    assert not AUDIT["draws_again"](draw, shown)


def chi_square(seen: Counter[int], cells: int, many: int) -> float:
    expected = many / cells
    return sum((seen[cell] - expected) ** 2 / expected for cell in range(cells))


# Of a chi-square with nine degrees of freedom a thousandth is above this.
_RARE = 27.9


def first_of_ten(draws: int, key_of: Any = lambda random: f"{random.getrandbits(128):x}") -> Counter[int]:
    """Let the same ten people come in the same order, and count who of them stands first."""
    random = Random(7)
    seen: Counter[int] = Counter()
    for _ in range(draws):
        places = [place_id(f"{key_of(random)}-{one}") for one in range(10)]
        seen[places.index(drawn(f"{random.getrandbits(256):x}", places)[0])] += 1
    return seen


def test_coming_early_is_no_advantage_and_every_place_is_as_likely() -> None:
    assert chi_square(first_of_ten(10_000), 10, 10_000) < _RARE


def test_a_draw_that_favours_somebody_is_seen() -> None:
    """The control: one in twenty times whoever came first is put first."""
    seen = first_of_ten(10_000)
    for cell in range(10):
        taken = seen[cell] // 20
        seen[cell] -= taken
        seen[0] += taken
    assert chi_square(seen, 10, 10_000) > _RARE


def test_drawn_ranks_grow_and_stay_before_everybody() -> None:
    ranks = list(drawn_ranks(1_000_000, 500))
    assert ranks == sorted(set(ranks))
    assert (len(ranks), ranks[-1] < 1_000_000) == (500, True)
