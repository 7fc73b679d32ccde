"""The worlds in which the estimate is tried: who comes, how long they take, what goes wrong.

Each is a network of ciw with one node. Times are seconds. Nothing here knows the estimate, and the
estimate knows nothing of what stands here: it sees what a branch sees.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ciw  # type: ignore[import-untyped]

from nowserving.domain.tickets.rules import Admission, Counts, Fit, PartyLimit, QueueRules
from tests.worlds.houses import ABSENT, SIZE, Desks, Guest, Tables, guests_of

MINUTE = 60.0
HOUR = 60 * MINUTE
BY_AGENT = QueueRules()


@dataclass(frozen=True, slots=True)
class Happened:
    """One world that has taken place: its guests, its desks opened and closed, who was passed when."""

    guests: list[Guest]
    rules: QueueRules
    duty: list[tuple[float, int, bool]]
    passes: list[tuple[float, int, int]]


@dataclass(frozen=True, slots=True)
class World:
    """A world that can take place again and again, each time with another seed."""

    name: str
    tells: str
    make: Callable[[float], dict[str, Any]]
    hours: float = 60.0
    rules: QueueRules = BY_AGENT

    def happen(self, seed: int, hours: float | None = None) -> Happened:
        """Let it take place for so many hours, and return what happened."""
        ciw.seed(seed)
        until = (hours or self.hours) * HOUR
        network = ciw.create_network(**self.make(until))
        automatic = self.rules.admission is Admission.AUTOMATIC
        kind = type("OurTables", (Tables,), {"rules": self.rules}) if automatic else Desks
        simulation = ciw.Simulation(network, node_class=kind)
        simulation.simulate_until_max_time(until)
        node = simulation.transitive_nodes[0]
        return Happened(
            guests_of(simulation), self.rules, getattr(node, "duty", []), getattr(node, "passes", [])
        )


def lognormal(mean: float, variation: float) -> Any:
    """Return service times with this mean, and this deviation as a share of it."""
    sigma = math.sqrt(math.log(1 + variation**2))
    return ciw.dists.Lognormal(mean=math.log(mean) - sigma**2 / 2, sd=sigma)


def desks(
    load: float,
    service: Any,
    mean: float,
    count: float,
    *,
    schedule: Any = None,
    waves: Mapping[float, float] | None = None,
    absent: float = 0.0,
    patience: float | None = None,
) -> Callable[[float], dict[str, Any]]:
    """Return how to make a counter: `load` of its desks' time, by guests who take `mean` on average.

    `waves`: how much more or less than usual come, by the hour at which that ends. `absent`: what share
    does not come when called. `patience`: after how long in the line a guest leaves, on average.
    """

    def make(until: float) -> dict[str, Any]:
        classes = {"guest": (1 - absent, service)}
        if absent:
            classes[ABSENT] = (absent, ciw.dists.Uniform(40.0, 110.0))
        rate = load * count / mean
        network: dict[str, Any] = {
            "arrival_distributions": {
                name: [_comers(rate * p, waves, until)] for name, (p, _) in classes.items()
            },
            "service_distributions": {name: [of] for name, (_, of) in classes.items()},
            "number_of_servers": [schedule or int(count)],
        }
        if patience:
            leaves = ciw.dists.Exponential(1 / patience)
            network["reneging_time_distributions"] = {name: [leaves] for name in classes}
        return network

    return make


def tables(
    load: float,
    capacity: int,
    sizes: Mapping[int, tuple[float, float]],
    *,
    variation: float = 0.35,
    limits: Mapping[int, float] | None = None,
    waves: Mapping[float, float] | None = None,
    absent: float = 0.0,
    window: float = 5 * MINUTE,
) -> Callable[[float], dict[str, Any]]:
    """Return how to make a dining room: for each size of a party its share of all and its mean stay."""
    taken = sum(share * size * stay for size, (share, stay) in sizes.items())

    def make(until: float) -> dict[str, Any]:
        rate = load * capacity / taken
        classes: dict[str, tuple[float, Any]] = {}
        for size, (share, stay) in sizes.items():
            stays = _Limited(lognormal(stay, variation), (limits or {}).get(size, math.inf))
            classes[f"{SIZE}{size}"] = (share * (1 - absent), stays)
            if absent:
                classes[f"{SIZE}{size} {ABSENT}"] = (share * absent, ciw.dists.Deterministic(window))
        return {
            "arrival_distributions": {
                name: [_comers(rate * p, waves, until)] for name, (p, _) in classes.items()
            },
            "service_distributions": {name: [of] for name, (_, of) in classes.items()},
            "number_of_servers": [float("inf")],
        }

    return make


class _Limited(ciw.dists.Distribution):  # type: ignore[misc]
    """How long a party stays: as long as it likes, until its limit is over."""

    def __init__(self, stays: Any, limit_s: float) -> None:
        self._stays, self._limit_s = stays, limit_s

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """Return one stay."""
        return min(float(self._stays.sample(t, ind)), self._limit_s)


def _arrivals(
    rate: float, classes: Mapping[str, tuple[float, Any]], waves: Mapping[float, float] | None, until: float
) -> dict[str, list[Any]]:
    return {name: [_comers(rate * share, waves, until)] for name, (share, _) in classes.items()}


def _comers(rate: float, waves: Mapping[float, float] | None, until: float) -> Any:
    if not waves:
        return ciw.dists.Exponential(rate)
    rates = [rate * times for times in waves.values()]
    return ciw.dists.PoissonIntervals(rates, [hour * HOUR for hour in waves], until)


_DAY: Mapping[float, float] = {2: 0.7, 4: 1.35, 6: 0.6, 8: 1.0}
_EVENING: Mapping[float, float] = {1: 0.6, 2: 1.0, 4: 1.5, 5: 0.7, 6: 0.2}
_SHIFTS = ciw.Schedule([2, 3, 4, 3, 4, 2], [1.2 * HOUR, 2.5 * HOUR, 4 * HOUR, 5 * HOUR, 6.5 * HOUR, 8 * HOUR])
_PARTIES = {1: (0.1, 45 * MINUTE), 2: (0.5, 60 * MINUTE), 4: (0.25, 75 * MINUTE), 6: (0.15, 95 * MINUTE)}
_LIMITS = {1: 60 * MINUTE, 2: 75 * MINUTE, 4: 90 * MINUTE, 6: 120 * MINUTE}
_BY_PARTY = tuple(PartyLimit(size, int(limit)) for size, limit in _LIMITS.items())
_VISITORS = {1: (1.0, 35 * MINUTE)}


def _waitlist(capacity: int, **more: Any) -> QueueRules:
    return QueueRules(admission=Admission.AUTOMATIC, capacity=capacity, counts=Counts.COVERS, **more)


WORLDS = (
    World(
        "one desk",
        "M/M/1, load 0.85",
        desks(0.85, ciw.dists.Exponential(1 / 240), 240, 1),
        80,
    ),
    World(
        "three desks",
        "M/M/3, load 0.9",
        desks(0.9, ciw.dists.Exponential(1 / 300), 300, 3),
        30,
    ),
    World(
        "even visits",
        "M/G/2, lognormal, deviation 0.4 of the mean, load 0.93",
        desks(0.93, lognormal(360, 0.4), 360, 2),
        50,
    ),
    World(
        "uneven visits",
        "M/G/4, lognormal, deviation 1.2 of the mean, load 0.9",
        desks(0.9, lognormal(420, 1.2), 420, 4),
        30,
    ),
    World(
        "rush hours",
        "four desks; from 60 to 135 % of the usual guests, by the hour",
        desks(0.88, lognormal(300, 0.7), 300, 4, waves=_DAY),
        32,
    ),
    World(
        "changing shifts",
        "from two to four desks, changing every hour or so, which nobody knows before",
        desks(0.84, lognormal(300, 0.6), 300, 2.95, schedule=_SHIFTS),
        40,
    ),
    World(
        "no-shows",
        "three desks; one of five does not come when called, after a minute or so the next is called",
        desks(1.05, lognormal(300, 0.6), 300, 3, absent=0.2),
        30,
    ),
    World(
        "short patience",
        "two desks, load 1.15; who waits leaves after 35 minutes on average",
        desks(1.15, ciw.dists.Exponential(1 / 240), 240, 2, patience=35 * MINUTE),
        30,
    ),
    World(
        "dining room",
        "48 covers, parties of 1 to 6, smaller ones may pass, an evening's rush",
        tables(0.88, 48, _PARTIES, waves=_EVENING),
        60,
        _waitlist(48, fit=Fit.FILL),
    ),
    World(
        "strict order",
        "40 covers, limits by party size, one of eight calls lapses after five minutes",
        tables(1.0, 40, _PARTIES, limits=_LIMITS, absent=0.12),
        60,
        _waitlist(40, service_limit_by_party=_BY_PARTY),
    ),
    World(
        "brasserie",
        "60 covers, limits by party size, smaller ones may pass, lapsed calls, a rush",
        tables(0.95, 60, _PARTIES, limits=_LIMITS, absent=0.12, waves=_EVENING),
        50,
        _waitlist(60, fit=Fit.FILL, service_limit_by_party=_BY_PARTY),
    ),
    World(
        "small room",
        "20 covers, smaller ones may pass, a rush",
        tables(0.8, 20, _PARTIES, waves=_EVENING),
        120,
        _waitlist(20, fit=Fit.FILL),
    ),
    World(
        "exhibition",
        "60 people inside at once, each for half an hour or so, a rush",
        tables(0.97, 60, _VISITORS, variation=0.4, waves=_EVENING),
        24,
        QueueRules(admission=Admission.AUTOMATIC, capacity=60),
    ),
)
