"""A month as a calendar shows it: which of its days have slots, and which of these have room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates

from nowserving.domain.calendar.day import instant, local_time
from nowserving.domain.reservations.slots import Slot
from nowserving.web.looks.i18n import Localiser

_ONE_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 2020, 2199


@dataclass(frozen=True, slots=True)
class Month:
    """One month: how many slots with room each day has (full days: 0), and the day that is chosen."""

    first: date
    room: dict[str, int]
    chosen: str
    today: str

    @property
    def before(self) -> str:
        """The month before, "2026-10"."""
        return (self.first - _ONE_DAY).isoformat()[:7]

    @property
    def after(self) -> str:
        """The month after."""
        return (self.first + timedelta(days=32)).isoformat()[:7]

    def words(self, speaking: Localiser) -> dict[str, Any]:
        """Return what a template draws: title, names of weekdays, weeks of days (None: not this month)."""
        begins = speaking.locale.first_week_day
        order = [(begins + place) % 7 for place in range(7)]
        wide = dates.get_day_names("wide", "stand-alone", speaking.locale)
        short = dates.get_day_names("short", "stand-alone", speaking.locale)
        start = self.first - timedelta(days=(self.first.weekday() - begins) % 7)
        weeks = []
        while start < date.fromisoformat(f"{self.after}-01"):
            weeks.append([self._day(start + timedelta(days=place)) for place in range(7)])
            start += timedelta(days=7)
        return {
            "title": dates.format_skeleton("yMMMM", self.first, locale=speaking.locale),
            "weekdays": [(short[day], wide[day]) for day in order],
            "weeks": weeks,
            "key": self.first.isoformat()[:7],
            "before": self.before if self.before >= self.today[:7] else "",
            "after": self.after,
            "chosen": self.chosen,
            "chosen_date": date.fromisoformat(self.chosen) if self.chosen else None,
        }

    def _day(self, day: date) -> dict[str, Any] | None:
        if day.month != self.first.month:
            return None
        key = day.isoformat()
        return {
            "key": key,
            "number": day.day,
            "date": day,
            "room": self.room.get(key, 0),
            "has_slots": key in self.room,
            "chosen": key == self.chosen,
            "today": key == self.today,
        }


def asked_month(text: str) -> str:
    """Return a month "2026-11" that was asked for, or "" for what is none."""
    year, dash, month = text.partition("-")
    fits = len(text) == 7 and dash and f"{year}{month}".isascii() and f"{year}{month}".isdigit()
    good = fits and _FIRST_YEAR <= int(year) <= _LAST_YEAR and 1 <= int(month) <= 12
    return text if good else ""


def day_of(at_us: int, zone: str) -> str:
    """Return the date of an instant in a zone."""
    return local_time(at_us, ZoneInfo(zone)).date().isoformat()


def span_of(month: str, zone: str) -> tuple[int, int]:
    """Return when a month begins and ends in a zone, in µs; an impossible one is that of the epoch."""
    first = date.fromisoformat(f"{asked_month(month) or '2020-01'}-01")
    after = (first + timedelta(days=32)).replace(day=1)
    return instant(first, 0, ZoneInfo(zone)), instant(after, 0, ZoneInfo(zone))


def month_of(month: str, slots: Sequence[Slot], zone: str, wanted: str, *, today: str) -> Month:
    """Return a month of slots. The chosen day is the wanted one, else the first with room, else of slots."""
    room: Counter[str] = Counter()
    for one in slots:
        room[day_of(one.start_at, zone)] += one.free > 0
    first = date.fromisoformat(f"{asked_month(month) or '2020-01'}-01")
    with_room = next((day for day, free in sorted(room.items()) if free), "")
    chosen = wanted if wanted in room else with_room or min(room, default="")
    return Month(first, dict(room), chosen, today)
