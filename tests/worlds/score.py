"""How well quotes fared in each world and in all of them, and what we claim of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nowserving.domain.tickets.estimate import Range
from tests.worlds.replay import Quote


@dataclass(frozen=True, slots=True)
class Claim:
    """How many waits shall lie in their range, of all and in each world, and how far off we may be."""

    held_from: float = 0.78
    held_to: float = 0.82
    each_from: float = 0.70
    error_to: float = 0.80


CLAIM = Claim()


@dataclass(frozen=True, slots=True)
class Score:
    """The quotes of one world or of several. Errors are sums, in seconds.

    `waited` guests had to wait for their call, and only of them it is asked whether their range held;
    `at_once` found a desk or a table free. `unknown` were told that nobody knows yet.
    """

    waited: int = 0
    at_once: int = 0
    unknown: int = 0
    held: int = 0
    longer: int = 0
    error_s: float = 0.0
    simple_error_s: float = 0.0
    error_at_once_s: float = 0.0
    simple_error_at_once_s: float = 0.0

    def __add__(self, other: Score) -> Score:
        """Return both together."""
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def share_held(self) -> float:
        """Return what share of the waits lay in their range."""
        return self.held / self.waited

    @property
    def share_longer(self) -> float:
        """Return what share of the waits were longer than their range."""
        return self.longer / self.waited

    @property
    def error(self) -> float:
        """Return our mean error by that of the simple formula, of those who had to wait."""
        return self.error_s / self.simple_error_s

    @property
    def error_of_all(self) -> float:
        """Return the same of every quote, those of guests who were called at once too."""
        return (self.error_s + self.error_at_once_s) / (self.simple_error_s + self.simple_error_at_once_s)


def score(quotes: Iterable[Quote]) -> Score:
    """Return how quotes fared."""
    total = Score()
    for quote in quotes:
        total += _one(quote)
    return total


def _one(quote: Quote) -> Score:
    if quote.told is None or quote.simple_s is None:
        return Score(unknown=1)
    error_s = abs(quote.middle_s - quote.waited_s)
    simple_s = abs(quote.simple_s - quote.waited_s)
    if quote.at_once:
        return Score(at_once=1, error_at_once_s=error_s, simple_error_at_once_s=simple_s)
    longer = int(quote.waited_s > quote.told.high_s)
    return Score(1, held=int(quote.holds), longer=longer, error_s=error_s, simple_error_s=simple_s)


def faults(scores: Mapping[str, Score], claim: Claim = CLAIM) -> list[str]:
    """Return a sentence for each claim that does not come true."""
    whole = together(scores)
    found = [
        f"{name}: the range holds {one.share_held:.1%} of the time"
        for name, one in scores.items()
        if one.share_held < claim.each_from
    ]
    if not claim.held_from <= whole.share_held <= claim.held_to:
        found.append(f"all: the range holds {whole.share_held:.1%} of the time")
    if whole.error > claim.error_to:
        found.append(f"all: the error is {whole.error:.2f} of the simple formula's")
    return found


def together(scores: Mapping[str, Score]) -> Score:
    """Return all worlds as one, each with the same weight, whatever the number of its guests."""
    total = Score()
    for one in scores.values():
        scale = 1_000_000 / one.waited
        total += Score(
            1_000_000,
            round(one.at_once * scale),
            round(one.unknown * scale),
            round(one.held * scale),
            round(one.longer * scale),
            *(
                getattr(one, name) * scale
                for name in ("error_s", "simple_error_s", "error_at_once_s", "simple_error_at_once_s")
            ),
        )
    return total


def halved(quotes: Sequence[Quote]) -> list[Quote]:
    """Return the same quotes with ranges half as wide: a control."""
    return [_told(quote, quote.middle_s, 0.25) for quote in quotes]


def simple(quotes: Sequence[Quote]) -> list[Quote]:
    """Return ranges as wide as ours around what the simple formula says: a control."""
    return [_told(quote, quote.simple_s or 0.0, 0.5) for quote in quotes]


def _told(quote: Quote, middle_s: float, reach: float) -> Quote:
    if quote.told is None:
        return quote
    span = (quote.told.high_s - quote.told.low_s) * reach
    return replace(quote, told=Range(round(max(middle_s - span, 0)), round(middle_s + span)))
