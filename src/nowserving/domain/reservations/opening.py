"""When a service can be given: the hours of branch, service and desk laid over each other.

The most particular hours that are set (the desk's, else the service's, else the branch's) say when slots
begin; the others only cut. So an opening that runs over midnight stays one, and nothing depends on
which days somebody asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from nowserving.domain.calendar.day import instant
from nowserving.domain.calendar.hours import MIDNIGHT, Closure, Hours, Interval, Span
from nowserving.domain.reservations.roster import SpecialDay
from nowserving.domain.reservations.service import Service

if TYPE_CHECKING:
    from nowserving.domain.reservations.timetable import Timetable

_WHOLE_DAY = (Interval(0, MIDNIGHT),)
_ONE_DAY = timedelta(days=1)
Layer = Callable[[date], tuple[Interval, ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """A desk that gives a service: its own hours, if it has some, and when its owner is away.

    A service that no desk gives has one giver without a desk.
    """

    desk_id: str | None = None
    name: str = ""
    hours: Hours | None = None
    away: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that a service's slots follow from, but for what is taken of them."""

    service: Service
    zone: ZoneInfo
    hours: Hours
    """The branch's."""
    givers: tuple[Giver, ...]
    closures: tuple[Closure, ...] = ()
    days: Mapping[str, SpecialDay] = field(default_factory=dict)
    """Special days of the branch, by date."""
    own_days: Mapping[str, SpecialDay] = field(default_factory=dict)
    """Special days of the service alone."""
    reckoned: dict[str | None, Timetable] = field(default_factory=dict, compare=False, repr=False)
    """What has been reckoned of it so far, by desk."""


def openings(plan: Plan, giver: Giver, day: date) -> list[Span]:
    """Return the spans that begin on a date and in which this giver's slots lie, each from its beginning."""
    if _nothing_reserved(plan, day):
        return []
    layers = _layers(plan, giver)
    # The branch has hours of every day, so one of the layers always speaks.
    anchor = next(layer for layer in reversed(layers) if layer(day) is not None)
    spans = _spans(anchor, day, plan.zone)
    for layer in layers:
        if layer is not anchor:
            spans = _cut(spans, _around(layer, day, plan.zone))
    return spans


def _nothing_reserved(plan: Plan, day: date) -> bool:
    found = (plan.days.get(day.isoformat()), plan.own_days.get(day.isoformat()))
    return any(one is not None and one.walk_ins_only for one in found)


def _layers(plan: Plan, giver: Giver) -> tuple[Layer, ...]:
    """Return the hours of branch, service and desk: intervals of a date, or None for no word about it."""

    def of_branch(day: date) -> tuple[Interval, ...]:
        if any(closure.covers(day.isoformat()) for closure in plan.closures):
            return ()
        return _special(plan.days.get(day.isoformat()), plan.hours, day) or ()

    def of_service(day: date) -> tuple[Interval, ...] | None:
        return _special(plan.own_days.get(day.isoformat()), plan.service.hours, day)

    def of_desk(day: date) -> tuple[Interval, ...] | None:
        return None if giver.hours is None else giver.hours.weekly[day.weekday()]

    return of_branch, of_service, of_desk


def _special(special: SpecialDay | None, hours: Hours | None, day: date) -> tuple[Interval, ...] | None:
    if special is not None and (special.intervals or not special.walk_ins_only):
        return special.intervals
    return None if hours is None else hours.weekly[day.weekday()]


def _spans(layer: Layer, day: date, zone: ZoneInfo) -> list[Span]:
    """Return the openings of a date, without what one of the day before has of it already.

    A clock that skips a whole interval leaves nothing of it.
    """
    before = max((_span(day - _ONE_DAY, one, zone).end_us for one in layer(day - _ONE_DAY) or ()), default=0)
    spans = (_span(day, interval, zone) for interval in layer(day) or ())
    cut = (Span(max(span.start_us, before), span.end_us) for span in spans)
    return [span for span in cut if span.start_us < span.end_us]


@lru_cache(maxsize=16_384)
def _span(day: date, interval: Interval, zone: ZoneInfo) -> Span:
    opens, closes = interval
    end = closes + MIDNIGHT if closes < opens else closes
    return Span(instant(day, opens, zone), instant(day, end, zone, last=True))


def _around(layer: Layer, day: date, zone: ZoneInfo) -> list[Span] | None:
    """Return the openings around a date, those that touch made one; None if nothing is said of it."""
    days = [day - _ONE_DAY, day, day + _ONE_DAY]
    if all(layer(one) is None for one in days):
        return None

    def said(one: date) -> tuple[Interval, ...] | None:
        return _WHOLE_DAY if layer(one) is None else layer(one)

    return joined(span for one in days for span in _spans(said, one, zone))


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order with those that touch or overlap made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start_us <= found[-1].end_us:
            found[-1] = Span(found[-1].start_us, max(found[-1].end_us, span.end_us))
        else:
            found.append(span)
    return found


def _cut(spans: Sequence[Span], bounds: Sequence[Span] | None) -> list[Span]:
    """Return what of the spans lies within the bounds (None: all of it)."""
    if bounds is None:
        return list(spans)
    parts = (
        Span(max(span.start_us, bound.start_us), min(span.end_us, bound.end_us))
        for span in spans
        for bound in bounds
    )
    return [part for part in parts if part.start_us < part.end_us]
