"""The draw of a performance as everybody may read it: what is shown before, and what proves it after."""

from __future__ import annotations

from dataclasses import dataclass

from nowserving.domain.shows.draw import drawn, place_id
from nowserving.domain.shows.show import Performance
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.shows.lobbies import drawn_keys


@dataclass(frozen=True, slots=True)
class PublishedDraw:
    """A draw: before it the hash of its seed alone, after it the seed and every place in its order.

    `drawn_at` is in µs. There is no name in it: guests work their place out from their own key.
    """

    performance_id: str
    seed_hash: str
    seed: str | None = None
    drawn_at: int | None = None
    places: tuple[str, ...] | None = None


def published_draw(source: Tx | Reader, one: Performance) -> PublishedDraw:
    """Return the draw of a performance; its seed is told only once it has been used."""
    if one.drawn_at is None:
        return PublishedDraw(one.id, one.seed_hash)
    keys = drawn_keys(source, one.queue_id, one.drawn_at)
    places = tuple(drawn(one.seed, map(place_id, keys)))
    return PublishedDraw(one.id, one.seed_hash, one.seed, one.drawn_at, places)
