"""What instants are made of: whole microseconds since the epoch, UTC, in every column and event.

A length in seconds has a name that ends in `_s`, and one in microseconds a name that ends in `_us`. An hour
and a day are so many microseconds here, whatever the clocks do: days of a calendar are in `calendar/day.py`.
"""

from __future__ import annotations

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
