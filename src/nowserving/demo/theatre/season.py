"""What is on at the demo's theatre, and the on-sale of the hour before the visitor came.

Everything is done through the actions that an organiser and a guest use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.holding import hold_seats
from nowserving.actions.seats.mapping import create_seat_map, set_seat_map
from nowserving.actions.shows.lobbying import take_place
from nowserving.actions.shows.organising import create_performance, create_show
from nowserving.actions.shows.passing import come_in
from nowserving.actions.shows.selling import change_show
from nowserving.demo.invented import INVENTED
from nowserving.demo.theatre.guests import guest
from nowserving.demo.theatre.house import BALCONY, FRONT, STALLS, STANDING, playhouse
from nowserving.demo.town import DemoBranch
from nowserving.domain.instants import MINUTE_US, SECOND_US
from nowserving.domain.seats.plan import read_plan
from nowserving.domain.shows.show import ShowVerb

if TYPE_CHECKING:
    from random import Random

    from nowserving.demo.build import Built, MorningClock
    from nowserving.store.store import Store

THEATRE = DemoBranch("Riverside Playhouse", "Europe/London", (), ())
_PRICES = {
    FRONT: {"amount_minor": 4_800, "currency": "GBP"},
    STALLS: {"amount_minor": 3_600, "currency": "GBP"},
    BALCONY: {"amount_minor": 2_400, "currency": "GBP"},
    STANDING: {"amount_minor": 900, "currency": "GBP"},
}
# One after the other, so few choose at once; whoever takes long is reminded.
_RULES: dict[str, Any] = {
    "choosing": 5,
    "admit_per_minute": 20,
    "come_in_s": 180,
    "choose_s": 480,
    "no_single_seat": True,
    "cancel_until_s": 24 * 3600,
}
_CHOOSERS, _IN_LINE, _EARLY = 42, 14, 26
_BETWEEN_S, _CHOICE_S, _LATELY_S = (20, 90), (40, 160), 45
# What guests ask for: mostly the best there is.
_LIKED = (None, None, None, STALLS, BALCONY, BALCONY, STANDING)
_HOW_MANY = (1, 2, 2, 2, 2, 3, 3, 4, 4, 5)


@dataclass(frozen=True, slots=True)
class DemoShow:
    """What is played: its dates by days from today, what happened with it, and when its sale opens."""

    name: str
    description: str
    days: tuple[int, ...]
    verbs: tuple[ShowVerb, ...]
    opens_in_s: int | None = None
    rules: dict[str, Any] = field(default_factory=dict)


SHOWS = (
    DemoShow(
        "The Tempest",
        "Shakespeare's island, its storm and its spirits, played by the house company. Two hours and a half.",
        (9, 10),
        (ShowVerb.ANNOUNCE, ShowVerb.OPEN),
    ),
    DemoShow(
        "The Snow Queen",
        "A winter's tale for everybody from six years on, with live music.",
        (30, 31, 32),
        (ShowVerb.ANNOUNCE,),
        opens_in_s=15 * 60,
        rules={"per_person": 4},
    ),
    DemoShow(
        "Songs of the River",
        "One evening with the city's choirs.",
        (58,),
        (ShowVerb.ANNOUNCE,),
        opens_in_s=4 * 24 * 3600,
    ),
    DemoShow(
        "Late Night Jazz",
        "The quartet is on its way to another stage; a new date will be found.",
        (21,),
        (ShowVerb.ANNOUNCE, ShowVerb.POSTPONE),
    ),
)


class Season:
    """The shows of one theatre, and the first hour of the sale of one of them."""

    def __init__(self, store: Store, branch: Built, clock: MorningClock, random: Random) -> None:
        self._store = store
        self._branch = branch
        self._clock = clock
        self._random = random
        self._phones = 0

    def live_until(self, end: int) -> tuple[str, ...]:
        """Set everything up and play the sale up to `end` (µs); returns the ids of the lobbies."""
        seat_map = self._do(
            create_seat_map, branch_id=self._branch.id, name="Main house", plan=read_plan(playhouse())
        )
        lobbies: list[str] = []
        for show in SHOWS:
            dates = list(self._dates(show, seat_map.id, end))
            lobbies += (queue_id for _, queue_id in dates)
            if show.verbs[-1] is ShowVerb.OPEN:
                self._sell([performance_id for performance_id, _ in dates], end)
            elif show.verbs[-1] is ShowVerb.ANNOUNCE and show is SHOWS[1]:
                for _ in range(_EARLY):
                    self._comes(dates[0][0])
        self._clock.now = end
        return tuple(lobbies)

    def _dates(self, show: DemoShow, seat_map_id: str, end: int) -> Iterator[tuple[str, str]]:
        """Set a show up, move it by its verbs, and yield each performance with its lobby."""
        opens_at = None if show.opens_in_s is None else end + show.opens_in_s * SECOND_US
        made = self._do(
            create_show,
            branch_id=self._branch.id,
            name=show.name,
            description=show.description,
            opens_at=opens_at,
            rules={**_RULES, **show.rules},
        )
        dates = [self._date(made.id, seat_map_id, _evening(end, days)) for days in show.days]
        for verb in show.verbs:
            self._do(change_show, show_id=made.id, to=verb)
        yield from dates

    def _date(self, show_id: str, seat_map_id: str, starts_at: int) -> tuple[str, str]:
        made = self._do(
            create_performance,
            show_id=show_id,
            starts_at=starts_at,
            doors_at=starts_at - 30 * MINUTE_US,
            prices=_PRICES,
        )
        self._do(set_seat_map, performance_id=made.id, seat_map_id=seat_map_id)
        return made.id, made.queue_id

    def _sell(self, performance_ids: list[str], end: int) -> None:
        """Let guests choose, one after the other, and leave a line at the first date for the visitor."""
        first = performance_ids[0]
        for _ in range(_CHOOSERS):
            self._takes(_BETWEEN_S)
            if self._clock.now > end - 2 * _CHOICE_S[1] * SECOND_US:
                break
            performance_id = first if self._random.random() < 0.75 else self._random.choice(performance_ids)
            self._book(performance_id)
        # Those who are in line now have come a moment ago: nobody's time to come in is over.
        self._clock.now = end - _LATELY_S * SECOND_US
        for _ in range(_IN_LINE):
            self._comes(first)

    def _book(self, performance_id: str) -> None:
        device, key = self._comes(performance_id)
        held_by = self._do(come_in, key=key, device_hash=device)
        claims = {"jti": held_by.id, "dev": device}
        wish = {"many": self._random.choice(_HOW_MANY), "category": self._random.choice(_LIKED)}
        hold = self._do(hold_seats, performance_id=performance_id, claims=claims, **wish)
        self._takes(_CHOICE_S)
        self._do(book_seats, hold_key=hold.key, claims=claims, **guest(self._random, self._phones))

    def _takes(self, between_s: tuple[int, int]) -> None:
        """Let as long pass as somebody takes."""
        self._clock.now += self._random.randrange(*between_s) * SECOND_US

    def _comes(self, performance_id: str) -> tuple[str, str]:
        """Let somebody take a place; returns their device and the key of the place."""
        self._phones += 1
        device = f"{INVENTED}-{self._phones}"
        came = self._do(take_place, performance_id=performance_id, joined_from=device)
        return device, came.ticket.key

    def _do(self, verb: Any, **arguments: Any) -> Any:
        return self._store.write_now(verb, actor="rule", **arguments)


def _evening(now: int, days: int) -> int:
    """Return half past seven in the evening so many days from now, in µs."""
    zone = ZoneInfo(THEATRE.time_zone)
    day = datetime.fromtimestamp(now / SECOND_US, zone).date() + timedelta(days=days)
    return round(datetime.combine(day, time(19, 30), zone).timestamp()) * SECOND_US
