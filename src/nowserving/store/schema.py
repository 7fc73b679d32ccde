"""The tables. Instants are BIGINT microseconds since the epoch, UTC; durations end in `_s`.

The migrations create exactly this (a test compares the two), and the database itself refuses
nonsense: a final ticket has an end and no desk, a desk has one open call, a number is given once
per queue and service day.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from nowserving.store.tables.accounts import account_proofs, account_sign_ins, accounts
from nowserving.store.tables.clinic import consultations, record_reads, record_words, records, visits
from nowserving.store.tables.feedback import feedback
from nowserving.store.tables.messages import contacts, message_settings, messages
from nowserving.store.tables.metadata import RowId, metadata, where
from nowserving.store.tables.people import (
    api_keys,
    devices,
    pairings,
    refresh_tokens,
    sign_ins,
    staff,
    staff_branches,
)
from nowserving.store.tables.reservations import (
    absences,
    reservations,
    rosters,
    service_desks,
    services,
    special_days,
    standbys,
)
from nowserving.store.tables.seats import (
    bookings,
    holds,
    seat_maps,
    seat_standbys,
    seatings,
    seats,
    stubs,
)
from nowserving.store.tables.shows import passes, performances, presences, shows

# What stands in modules of its own, and belongs to the whole.
__all__ = [
    "RowId",
    "absences",
    "account_proofs",
    "account_sign_ins",
    "accounts",
    "api_keys",
    "bookings",
    "consultations",
    "contacts",
    "devices",
    "feedback",
    "holds",
    "message_settings",
    "messages",
    "metadata",
    "pairings",
    "passes",
    "performances",
    "presences",
    "record_reads",
    "record_words",
    "records",
    "refresh_tokens",
    "reservations",
    "rosters",
    "seat_maps",
    "seat_standbys",
    "seatings",
    "seats",
    "service_desks",
    "services",
    "shows",
    "sign_ins",
    "special_days",
    "staff",
    "staff_branches",
    "standbys",
    "stubs",
    "visits",
]

# The one row of the house itself. Its version orders the events that belong to no branch.
organisations = Table(
    "organisations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("accent", Text, nullable=False, server_default=""),
    Column("languages", Text, nullable=False, server_default="en hi es ar"),
    Column("version", BigInteger, nullable=False, server_default="0"),
    Column("clock_at", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
)

branches = Table(
    "branches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("time_zone", Text, nullable=False),
    # JSON: {"weekly": {"mon": [["09:00", "17:00"], ...], ...}, "day_starts_at": "00:00"}
    Column("hours", Text, nullable=False),
    # JSON: what the displays and kiosks of this branch do (voice languages, ticker, ...).
    Column("screens", Text, nullable=False, server_default="{}"),
    # JSON: {"latitude": 41.38, "longitude": 2.17}, in degrees
    Column("location", Text),
    # The unit of order: bumped once by every change, so (branch, version) is gap-free.
    Column("version", BigInteger, nullable=False, server_default="0"),
    # The instant of the latest change. Branch time never runs backwards, whatever the wall clock does.
    Column("clock_at", BigInteger, nullable=False, server_default="0"),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("created_at", BigInteger, nullable=False),
    Column("archived_at", BigInteger),
)

closures = Table(
    "closures",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("starts_on", Text, nullable=False),
    Column("ends_on", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    Index("ix_closures_branch_id", "branch_id"),
)

departments = Table(
    "departments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("place", Integer, nullable=False, server_default="0"),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("archived_at", BigInteger),
    Index("ix_departments_branch_id", "branch_id"),
)

queues = Table(
    "queues",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("department_id", Text, ForeignKey("departments.id")),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("icon", Text, nullable=False, server_default=""),
    Column("place", Integer, nullable=False, server_default="0"),
    # JSON of domain.rules.QueueRules.
    Column("rules", Text, nullable=False),
    Column("paused_at", BigInteger),
    # How many tickets wait. Kept by the one mover under the branch's lock, because counting a
    # million rows for each join would cost 56 ms; `nowserving check` compares it with the rows.
    Column("waiting", BigInteger, nullable=False, server_default="0"),
    # Seconds that staff have added to every estimate of this queue: it is running late.
    Column("late_s", Integer, nullable=False, server_default="0"),
    # What staff have told everybody in this line, and when; shown to them for an hour.
    Column("told", Text, nullable=False, server_default=""),
    Column("told_at", BigInteger),
    # When the rate of admission lets the next one in: a deadline. Null: the rate keeps nobody out.
    Column("admit_at", BigInteger),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("archived_at", BigInteger),
    CheckConstraint("waiting >= 0", name="waiting_not_negative"),
    CheckConstraint("late_s >= 0", name="late_not_negative"),
    Index("ix_queues_branch_id", "branch_id"),
    Index("ix_queues_admit_at", "admit_at", **where("admit_at IS NOT NULL")),
    Index("uq_queues_live_prefix", "branch_id", "prefix", unique=True, **where("archived_at IS NULL")),
)

# The last number given in a queue on a service day (branch-local date, ISO 8601).
numbers = Table(
    "numbers",
    metadata,
    Column("queue_id", Text, ForeignKey("queues.id"), primary_key=True),
    Column("service_day", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

desks = Table(
    "desks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("department_id", Text, ForeignKey("departments.id")),
    Column("name", Text, nullable=False),
    Column("place", Integer, nullable=False, server_default="0"),
    # closed, open or paused. An open or paused desk has an agent (a person or a program).
    Column("state", Text, nullable=False, server_default="closed"),
    Column("agent_id", Text),
    Column("since_at", BigInteger, nullable=False, server_default="0"),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("archived_at", BigInteger),
    CheckConstraint("state IN ('closed', 'open', 'paused')", name="known_state"),
    Index("ix_desks_branch_id", "branch_id"),
)

desk_queues = Table(
    "desk_queues",
    metadata,
    Column("desk_id", Text, ForeignKey("desks.id"), primary_key=True),
    Column("queue_id", Text, ForeignKey("queues.id"), primary_key=True),
    Column("place", Integer, nullable=False),
    Index("ix_desk_queues_queue_id", "queue_id"),
)

_FINAL = "('done', 'no_show', 'left', 'cancelled')"
_INSIDE = "state IN ('called', 'serving')"
_OPEN_CALL = f"{_INSIDE} AND desk_id IS NOT NULL"
_WAITING = "state = 'waiting'"

tickets = Table(
    "tickets",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("queue_id", Text, ForeignKey("queues.id"), nullable=False),
    # Queue and day of the number. A transfer keeps code and identity, so they can differ from queue_id.
    Column("number_queue_id", Text, ForeignKey("queues.id"), nullable=False),
    Column("service_day", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("party_size", Integer, nullable=False, server_default="1"),
    Column("priority", Text, nullable=False, server_default=""),
    Column("name", Text),
    Column("language", Text, nullable=False, server_default=""),
    Column("desk_id", Text, ForeignKey("desks.id")),
    Column("agent_id", Text),
    Column("joined_at", BigInteger, nullable=False),
    # Since when it is in its present state; where the open stay began.
    Column("since_at", BigInteger, nullable=False),
    Column("called_at", BigInteger),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("passed", Integer, nullable=False, server_default="0"),
    Column("deadline_at", BigInteger),
    Column("ended_at", BigInteger),
    # What staff have written about a guest ("window table"). Personal, like the name: never in an event.
    Column("note", Text),
    # The range of seconds that the guest was told when joining.
    Column("quoted_low_s", Integer),
    Column("quoted_high_s", Integer),
    # When a guest who is on the way means to be here.
    Column("coming_at", BigInteger),
    # When the limit of a party that stays all the same was over.
    Column("overstayed_at", BigInteger),
    # Until when a guest who missed a call may come back by the guest's own hand.
    Column("rejoin_until_at", BigInteger),
    # The hash of the device that joined from afar: one open place for each.
    Column("joined_from", Text),
    # Whether the guest can be told anything: 0 no, 1 yes, 2 yes and knows that it is nearly their turn.
    Column("reach", Integer, nullable=False, server_default="0"),
    CheckConstraint(
        "state IN ('waiting', 'called', 'serving', 'parked', 'done', 'no_show', 'left', 'cancelled')",
        name="known_state",
    ),
    CheckConstraint(f"(state IN {_FINAL}) = (ended_at IS NOT NULL)", name="final_has_end"),
    CheckConstraint("desk_id IS NULL OR state IN ('called', 'serving')", name="desk_only_when_called"),
    CheckConstraint(f"deadline_at IS NULL OR state NOT IN {_FINAL}", name="final_has_no_deadline"),
    CheckConstraint("party_size >= 1", name="party_of_one_or_more"),
    CheckConstraint("number >= 1", name="number_from_one"),
    UniqueConstraint("number_queue_id", "service_day", "number"),
    Index("uq_tickets_waiting_rank", "queue_id", "rank", unique=True, **where(_WAITING)),
    Index("uq_tickets_open_call", "desk_id", unique=True, **where(_OPEN_CALL)),
    # Who takes a queue's capacity: what automatic admission counts at every change.
    Index("ix_tickets_inside", "queue_id", **where(_INSIDE)),
    Index("ix_tickets_deadline_at", "deadline_at", **where("deadline_at IS NOT NULL")),
    Index("ix_tickets_open", "branch_id", "id", **where("ended_at IS NULL")),
    Index("ix_tickets_ended_at", "branch_id", "ended_at"),
    # Whom to tell that it is nearly their turn, in the order of the line. With `reach`, or SQLite would
    # rather walk the whole line by its own index.
    Index("ix_tickets_to_tell", "queue_id", "reach", "rank", **where("state = 'waiting' AND reach = 1")),
    Index("ix_tickets_joined_from", "joined_from", **where("joined_from IS NOT NULL AND ended_at IS NULL")),
)

stays = Table(
    "stays",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("ticket_id", RowId, ForeignKey("tickets.id"), nullable=False),
    Column("branch_id", Text, nullable=False),
    Column("queue_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("desk_id", Text),
    Column("agent_id", Text),
    Column("from_at", BigInteger, nullable=False),
    Column("to_at", BigInteger),
    CheckConstraint("to_at IS NULL OR to_at >= from_at", name="ends_after_start"),
    Index("ix_stays_ticket_id", "ticket_id"),
    Index("uq_stays_open", "ticket_id", unique=True, **where("to_at IS NULL")),
    # Recent service times of a queue, newest first: what the estimate is made of.
    Index("ix_stays_served", "queue_id", "to_at", **where("state = 'serving' AND to_at IS NOT NULL")),
    # The latest calls of a queue: what a rate of admission counts.
    Index("ix_stays_called", "queue_id", "from_at", **where("state = 'called'")),
)

# The outbox and the audit log in one. `scope_id` is a branch, or the organisation for what belongs to none.
events = Table(
    "events",
    metadata,
    Column("scope_id", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("verb", Text, nullable=False),
    # Who did it: "staff:<id>", "key:<id>", "device:<id>", "guest" or "rule".
    Column("actor", Text, nullable=False),
    Column("ticket_id", RowId),
    Column("queue_id", Text),
    Column("desk_id", Text),
    # JSON: what the event changed, enough to rebuild every screen from it.
    Column("data", Text, nullable=False),
    Index("ix_events_ticket_id", "ticket_id", **where("ticket_id IS NOT NULL")),
    Index("ix_events_at", "scope_id", "at"),
)

# Stored replies of requests with an Idempotency-Key, written in the transaction of their effect.
replies = Table(
    "replies",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_hash", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_replies_created_at", "created_at"),
)
