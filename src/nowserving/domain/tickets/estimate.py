"""How long a guest will probably wait: always a range, and "unknown" where we do not know.

The model. `c` desks serve one line, so a desk comes free every mean / c seconds. Of those ahead a
share stays until called (the others lose patience), so a guest is called when a desk has come free
`k = ahead · stays + 1` times, less half a time where visits are even, for each desk is half-way
through one. The middle of the wait is k · mean / c. Its variance has two parts:

    chance       (mean / c)² · (variation · k + phase + those who may leave)
    ignorance    middle² · (variation / samples + UNFORESEEN)

Chance is that of a sum of k visits (`variation` is their variance by their squared mean), plus the
phase in which the desks happen to be; ignorance is that of a mean from so few visits, and of a
future in which desks open and close. Waits lean to the right, so the middle of the range stands a
third of variance / middle below the mean, as the median of a gamma distribution does. The range
reaches `REACH` deviations to both sides, which holds four waits of five (docs/evidence/estimates.md).

A line is long partly because its last visits happened to be long, and those are the visits that the mean
is learnt from. So behind a long line the mean is drawn back a little: by variation / (1 + variation) ·
behind / samples, within two deviations of a mean of so many.

Those who have a reservation and are still to come (coming.py) are visits more, each by how probably
it happens, for a guest whose `rank` is known and at a time `now`.

A queue that calls by itself has no such desks; its pace brings a range for each of the first
places (rehearsal.py), and whoever stands behind them waits a regular step longer for each. Where only so
many are called in a minute, nobody waits less than it takes to call those in front (`at_rate`).

A phone does the same in static/js/guest/estimate.js, from the same numbers; a test compares them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from nowserving.domain.tickets.coming import NOBODY, Coming, Expected, expected_before

STEP_S = 30
_MINUTE_S = 60
LONGEST_S = 24 * 60 * 60
REACH = 1.11
UNFORESEEN = 0.006
FEW = 20
"""From fewer visits nothing is read into a line's length."""


class Range(NamedTuple):
    """From so many to so many seconds."""

    low_s: int
    high_s: int


class Pace(NamedTuple):
    """All that an estimate needs: how a queue goes at this moment. Shared by everybody in the line."""

    desks: int
    """Desks at work on the queue; where it calls by itself, how many tickets fit in at once."""
    idle: int = 0
    """How many of them could take somebody now."""
    mean_s: float | None = None
    """How long a desk is taken by one ticket, no-shows included; None while nothing is known."""
    variation: float = 0.0
    """The variance of that, by its squared mean."""
    stays: float = 1.0
    """What share of those in the line stay until they are called."""
    samples: int = 0
    median_s: float | None = None
    """The usual visit, of those who came."""
    late_s: int = 0
    """What staff have added to every estimate."""
    places: tuple[Range | None, ...] = ()
    """The wait of the first places of a line that is called by rule, as it stands; without `late_s`."""
    coming: tuple[Coming, ...] = ()
    """The next reservations whose guests are not here yet, by rank."""


def estimate(ahead: int, pace: Pace | None, rank: int | None = None, now: int = 0) -> Range | None:
    """Return how long a guest with so many ahead will wait, in whole half minutes, or None if unknown.

    With the guest's `rank` and the time it is `now`, in µs, those still to come are counted too. Unknown
    without a pace, without an open desk, and beyond a day, where a number would be nonsense.
    """
    if pace is None or pace.mean_s is None or pace.desks < 1:
        return None
    ahead = max(ahead, 0)
    step = pace.mean_s / pace.desks
    more = still_to_come(ahead, pace, rank, now)
    if pace.places:
        return _in_places(ahead, pace, step, more)
    if ahead < pace.idle:
        return _rounded(0.0, STEP_S, pace.late_s)
    behind = ahead - pace.idle
    visits = _visits(ahead, pace) + more.visits
    # In visits, not in seconds: what is squared stays a number of ordinary size.
    variance = _variance(behind, visits, pace) + more.variance
    centre = visits - variance / (3 * visits)
    reach = REACH * math.sqrt(variance)
    step /= 1.0 + _bad_luck(behind, pace)
    return _rounded((centre - reach) * step, (centre + reach) * step, pace.late_s)


def still_to_come(ahead: int, pace: Pace | None, rank: int | None, now: int) -> Expected:
    """Return what reservations still to come mean for a guest of this rank with so many ahead."""
    if rank is None or pace is None or not pace.coming or not pace.mean_s or pace.desks < 1:
        return NOBODY
    ahead = max(ahead, 0)
    if pace.places:
        last = len(pace.places) - 1
        found = pace.places[min(ahead, last)]
        if found is None:
            return NOBODY
        wait_s = (found.low_s + found.high_s) / 2 + max(ahead - last, 0) * pace.mean_s / pace.desks
    elif ahead < pace.idle:
        return NOBODY
    else:
        wait_s = _visits(ahead, pace) * pace.mean_s / pace.desks
    return expected_before(pace.coming, rank, now, wait_s=wait_s, mean_s=pace.mean_s, desks=pace.desks)


def at_rate(pace: Pace, per_minute: int | None) -> Pace:
    """Return how a queue goes that calls no more than so many in any minute; None: as room allows.

    What comes free sooner than somebody may be called to it is as good as taken until then.
    """
    if per_minute is None or pace.mean_s is None:
        return pace
    mean_s = max(pace.mean_s, pace.desks * _MINUTE_S / per_minute)
    places = (one and _behind(one, place, per_minute) for place, one in enumerate(pace.places))
    return pace._replace(
        idle=min(pace.idle, per_minute),
        mean_s=round(mean_s, 1),
        # What made visits uneven makes these waits no more uneven than they were.
        variation=round(pace.variation * (pace.mean_s / mean_s) ** 2, 3) if mean_s else pace.variation,
        places=tuple(places),
    )


def _behind(wait: Range, place: int, per_minute: int) -> Range:
    """Return a wait no shorter than it takes to call all those in front."""
    low_s = _MINUTE_S * (place // per_minute)
    high_s = math.ceil(_MINUTE_S * (place + 1) / per_minute)
    return Range(max(wait.low_s, low_s), max(wait.high_s, high_s))


def _visits(ahead: int, pace: Pace) -> float:
    behind = ahead - pace.idle
    return max(behind * pace.stays + 1.0 - max(1.0 - pace.variation, 0.0) / 2, 0.5)


def _bad_luck(behind: int, pace: Pace) -> float:
    """Return by what share the visits that the mean is learnt from were probably longer than the next ones.

    That is what regression from the line's length to the mean says, at a desk that is nearly always taken;
    with many desks most of the visits that made the line have not ended, so they are not in the mean. It is
    never more than chance does to a mean of so many visits, nor so much that one more desk, of whose visits
    still fewer have ended, would make the wait longer: desks · (1 + share · (1 - desks/samples)²) grows with
    the desks for every share up to three.
    """
    samples = max(pace.samples, FEW)
    in_the_mean = max(1.0 - pace.desks / samples, 0.0) ** 2
    share = pace.variation / (1.0 + pace.variation) * max(behind, 0) / samples
    return in_the_mean * min(share, 2.0 * math.sqrt(pace.variation / samples), 3.0)


def _variance(behind: int, visits: float, pace: Pace) -> float:
    """Return the variance of the wait behind so many, in squared visits of one desk by all of them."""
    phase = min(pace.desks / 6, 1.0) * max(1.0 - pace.variation, 0.0)
    chance = pace.variation * visits + phase + behind * pace.stays * (1.0 - pace.stays)
    ignorance = min(pace.variation / max(pace.samples, 1) + UNFORESEEN, 0.5)
    return chance + ignorance * visits * visits


def _in_places(ahead: int, pace: Pace, step: float, coming: Expected) -> Range | None:
    last = len(pace.places) - 1
    found = pace.places[min(ahead, last)]
    if found is None:
        return None
    behind = max(ahead - last, 0)
    centre = (found.low_s + found.high_s) / 2 + (behind + coming.visits) * step
    own = (found.high_s - found.low_s) / 2
    more = REACH * step
    variance = (_variance(behind, behind, pace) if behind else 0.0) + coming.variance
    reach = math.sqrt(own * own + more * more * variance)
    return _rounded(centre - reach, centre + reach, pace.late_s)


def _rounded(low: float, high: float, late_s: int) -> Range | None:
    """Round outwards: nobody should read more precision than there is."""
    if high + late_s > LONGEST_S:
        return None
    low_s = STEP_S * math.floor((max(low, 0.0) + late_s) / STEP_S)
    return Range(low_s, STEP_S * max(math.ceil((high + late_s) / STEP_S), 1))
