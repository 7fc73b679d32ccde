"""The tables of shows: what is played, when, and who has been let out of the lobby to its seats.

A lobby stands nowhere of its own: it is the queue of its performance, and a place in it is a ticket.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, Text

from nowserving.store.tables.metadata import RowId, metadata, where

shows = Table(
    "shows",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    # When its on-sale begins and ends by itself; null: somebody does it by hand. Both are deadlines.
    Column("opens_at", BigInteger),
    Column("closes_at", BigInteger),
    # JSON of domain.shows.rules.ShowRules.
    Column("rules", Text, nullable=False, server_default="{}"),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("created_at", BigInteger, nullable=False),
    Column("archived_at", BigInteger),
    CheckConstraint(
        "state IN ('draft', 'upcoming', 'open', 'on_going', 'closed', 'cancelled', 'postponed')",
        name="known_state",
    ),
    CheckConstraint(
        "opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at", name="closes_after_opening"
    ),
    Index("ix_shows_branch_id", "branch_id"),
    Index("ix_shows_opens_at", "opens_at", **where("state = 'upcoming' AND opens_at IS NOT NULL")),
    Index(
        "ix_shows_closes_at", "closes_at", **where("state IN ('open', 'on_going') AND closes_at IS NOT NULL")
    ),
)

performances = Table(
    "performances",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("show_id", Text, ForeignKey("shows.id"), nullable=False),
    # Its lobby.
    Column("queue_id", Text, ForeignKey("queues.id"), nullable=False, unique=True),
    Column("starts_at", BigInteger, nullable=False),
    # When the doors of the house open.
    Column("doors_at", BigInteger),
    # JSON: of each category what it costs, in words, and where known as an amount.
    Column("prices", Text, nullable=False, server_default="{}"),
    # The draw of those who come early: its hash is shown from the beginning, the seed once it has been used.
    Column("seed", Text, nullable=False),
    Column("seed_hash", Text, nullable=False),
    # When places were drawn. From then on arrivals stand behind all of them, strictly in order.
    Column("drawn_at", BigInteger),
    Column("opened_at", BigInteger),
    Column("paused_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("created_at", BigInteger, nullable=False),
    Column("archived_at", BigInteger),
    CheckConstraint("doors_at IS NULL OR doors_at <= starts_at", name="doors_before_start"),
    CheckConstraint("paused_at IS NULL OR opened_at IS NOT NULL", name="paused_once_open"),
    Index("ix_performances_show_id", "show_id", "starts_at"),
    Index("ix_performances_branch_id", "branch_id", "starts_at"),
)

passes = Table(
    "passes",
    metadata,
    # The "jti" of the signed token.
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("performance_id", Text, ForeignKey("performances.id"), nullable=False),
    Column("ticket_id", RowId, ForeignKey("tickets.id"), nullable=False),
    # The hash of the secret of the one device that it is good for.
    Column("device_hash", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("extended_at", BigInteger),
    # When a website that we guard took it: once.
    Column("spent_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("ended_by", Text, nullable=False, server_default=""),
    CheckConstraint("expires_at > issued_at", name="lasts_a_while"),
    CheckConstraint(
        "ended_by IN ('', 'booked', 'left', 'lapsed', 'closed')",
        name="known_end",
    ),
    CheckConstraint("(ended_by <> '') = (ended_at IS NOT NULL)", name="ended_has_end"),
    Index("uq_passes_live", "ticket_id", unique=True, **where("ended_at IS NULL")),
    Index("ix_passes_ticket_id", "ticket_id"),
    Index("ix_passes_performance_id", "performance_id", "issued_at"),
)

# When a place in a lobby was last heard of. Written in batches, from memory.
presences = Table(
    "presences",
    metadata,
    Column("ticket_id", RowId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("queue_id", Text, ForeignKey("queues.id"), nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Index("ix_presences_queue_id", "queue_id", "seen_at"),
)
