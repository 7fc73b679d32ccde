"""How long what says something of people is kept: here and nowhere else. Pages of docs/ tell people the same.

Each is counted from the end of what it was for, in microseconds. `background/housekeeping.py` and
`background/clinic.py` look every few minutes for what has had its time. A clinic's records are kept for as
many days as the setting says. What has a deadline of its own (sign-ins, tokens, pairings) goes with it.
"""

from __future__ import annotations

from nowserving.domain.instants import DAY_US

NAMES_KEPT_US = DAY_US
"""Name, note and device of a ticket, after the visit."""
CONTACTS_KEPT_US = DAY_US
"""How a ticket's guest could be told, after the visit."""
RESERVATIONS_KEPT_US = DAY_US
"""Who booked or waited for a slot, with their answers, after the promised time."""
BOOKINGS_KEPT_US = DAY_US
"""Who booked seats or waited for some, and to whom they were handed on, after the evening."""
REASONS_KEPT_US = DAY_US
"""Why somebody came who has no record, after the visit."""
REPLIES_KEPT_US = DAY_US
"""What a program was answered, so that asking again does nothing twice."""
UNPROVED_KEPT_US = 7 * DAY_US
"""An account whose address nobody has proved: whose it is, nobody knows."""
COMMENTS_KEPT_US = 30 * DAY_US
"""What a guest wrote after the visit, since it was written."""
MESSAGES_KEPT_US = 30 * DAY_US
"""That a message was sent, skipped or given up, without its address, since it was written."""
READS_KEPT_US = 6 * 366 * DAY_US
"""Who has looked at whose record: as long as somebody may have to answer for it."""

AT_ONCE = 500
"""How many rows one transaction of housekeeping takes, so that nobody waits behind it."""
