"""The tables of seats: the maps of houses, the seats of each performance, and who has which of them.

A seat is free if it is neither booked nor blocked, and not held until later than now: whether a hold has run
out is judged when it is read, so a late sweep never keeps a seat from anybody.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from nowserving.store.tables.metadata import RowId, metadata, where

seat_maps = Table(
    "seat_maps",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("name", Text, nullable=False),
    # JSON: the inner form of domain/seats/plan.py.
    Column("plan", Text, nullable=False),
    Column("seat_count", Integer, nullable=False),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("created_at", BigInteger, nullable=False),
    Column("archived_at", BigInteger),
    CheckConstraint("seat_count >= 1", name="one_or_more"),
    Index("ix_seat_maps_branch_id", "branch_id"),
)

# Each time the seats of a performance are made anew: which plan they are of.
seatings = Table(
    "seatings",
    metadata,
    Column("performance_id", Text, ForeignKey("performances.id"), primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("seat_map_id", Text, ForeignKey("seat_maps.id"), nullable=False),
    # JSON as it was then: what a map becomes later changes no performance.
    Column("plan", Text, nullable=False),
    Column("seat_count", Integer, nullable=False),
    # Raised each time: what is kept in memory of the seats is kept by it.
    Column("edition", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

holds = Table(
    "holds",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("performance_id", Text, ForeignKey("performances.id"), nullable=False),
    # The place in the lobby whose pass it is under; or the place in the waiting list that it is offered to.
    Column("ticket_id", RowId, ForeignKey("tickets.id")),
    Column("seat_standby_id", RowId),
    Column("state", Text, nullable=False),
    Column("seats", Integer, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("extended_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    CheckConstraint("state IN ('held', 'booked', 'released', 'lapsed')", name="known_state"),
    CheckConstraint("(state = 'held') = (ended_at IS NULL)", name="ended_has_end"),
    CheckConstraint("(ticket_id IS NULL) <> (seat_standby_id IS NULL)", name="held_for_somebody"),
    CheckConstraint("seats >= 1", name="one_or_more"),
    Index("uq_holds_live", "ticket_id", unique=True, **where("state = 'held' AND ticket_id IS NOT NULL")),
    Index(
        "uq_holds_offer",
        "seat_standby_id",
        unique=True,
        **where("state = 'held' AND seat_standby_id IS NOT NULL"),
    ),
    Index("ix_holds_ticket_id", "ticket_id", "created_at"),
    Index("ix_holds_expires_at", "expires_at", **where("state = 'held'")),
    Index("ix_holds_performance_id", "performance_id", "state"),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # Whoever has it is the guest, as with a ticket.
    Column("key", Text, nullable=False, unique=True),
    # What is said on the telephone; it proves nothing.
    Column("code", Text, nullable=False),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("performance_id", Text, ForeignKey("performances.id"), nullable=False),
    # Null for what was handed on by a friend.
    Column("hold_id", RowId, ForeignKey("holds.id"), unique=True),
    Column("ticket_id", RowId, ForeignKey("tickets.id")),
    # Personal: never in an event.
    Column("name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("language", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    # JSON: by, reference, amount_minor, currency, state.
    Column("payment", Text, nullable=False),
    # RFC 5545: raised by every change that a calendar must know.
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("cancelled_at", BigInteger),
    Column("cancelled_by", Text, nullable=False, server_default=""),
    # When the performance is over: what is personal is erased some time after it.
    Column("over_at", BigInteger, nullable=False),
    # When money is to be taken or given back: a deadline like every other.
    Column("pay_at", BigInteger),
    CheckConstraint("state IN ('confirmed', 'cancelled')", name="known_state"),
    CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_end"),
    UniqueConstraint("branch_id", "code"),
    Index("ix_bookings_performance_id", "performance_id"),
    Index("ix_bookings_email", "performance_id", "email", **where("email IS NOT NULL")),
    Index("ix_bookings_phone", "performance_id", "phone", **where("phone IS NOT NULL")),
    Index("ix_bookings_ticket_id", "ticket_id", **where("ticket_id IS NOT NULL")),
    Index("ix_bookings_personal", "branch_id", "over_at", **where("name IS NOT NULL")),
    Index("ix_bookings_pay_at", "pay_at", **where("pay_at IS NOT NULL")),
    # Whom the end of a show still has to be told to.
    Index("ix_bookings_confirmed", "performance_id", "id", **where("state = 'confirmed'")),
)

seats = Table(
    "seats",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("performance_id", Text, ForeignKey("performances.id"), nullable=False),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    # Its number in the order of the plan, from 0: how live news name it.
    Column("place", Integer, nullable=False),
    Column("guid", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("row", Text, nullable=False),
    Column("number", Text, nullable=False),
    # In full words.
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("area", Text),
    Column("accessible", Integer, nullable=False, server_default="0"),
    Column("companion_of", Text),
    # Why nobody gets it.
    Column("blocked", Text),
    Column("hold_id", RowId, ForeignKey("holds.id")),
    Column("held_until", BigInteger),
    Column("booking_id", RowId, ForeignKey("bookings.id")),
    # One or the other: a seat that is sold is held no more.
    CheckConstraint("booking_id IS NULL OR hold_id IS NULL", name="held_or_sold"),
    CheckConstraint("(hold_id IS NULL) = (held_until IS NULL)", name="held_until_some_time"),
    UniqueConstraint("performance_id", "guid"),
    UniqueConstraint("performance_id", "place"),
    Index("ix_seats_hold_id", "hold_id", **where("hold_id IS NOT NULL")),
    Index("ix_seats_booking_id", "booking_id", **where("booking_id IS NOT NULL")),
    # What is not free, to be read at once.
    Index(
        "ix_seats_taken",
        "performance_id",
        "place",
        "held_until",
        **where("booking_id IS NOT NULL OR hold_id IS NOT NULL OR blocked IS NOT NULL"),
    ),
)

# The proof of one booked seat.
stubs = Table(
    "stubs",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("booking_id", RowId, ForeignKey("bookings.id"), nullable=False),
    Column("performance_id", Text, ForeignKey("performances.id"), nullable=False),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("seat_id", RowId, ForeignKey("seats.id"), nullable=False),
    # 128 random bits: what its code says, beside a version that is raised whenever it is handed on.
    Column("serial", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False, server_default="1"),
    # Personal: the friend it was handed on to.
    Column("holder", Text),
    Column("state", Text, nullable=False),
    Column("came_at", BigInteger),
    # Which device let them in, as the event log names it.
    Column("came_by", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('valid', 'void')", name="known_state"),
    Index("uq_stubs_seat_id", "seat_id", unique=True, **where("state = 'valid'")),
    Index("ix_stubs_booking_id", "booking_id"),
    Index("ix_stubs_performance_id", "performance_id"),
)

# The waiting list of a sold-out house: first come, first offered.
seat_standbys = Table(
    "seat_standbys",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("performance_id", Text, ForeignKey("performances.id"), nullable=False),
    Column("size", Integer, nullable=False),
    Column("category", Text),
    Column("state", Text, nullable=False),
    # Personal.
    Column("name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("language", Text, nullable=False, server_default=""),
    Column("offers", Integer, nullable=False, server_default="0"),
    # When an offer was let go: who had one comes after those who have had none.
    Column("turn", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    CheckConstraint("state IN ('waiting', 'offered', 'booked', 'left', 'over')", name="known_state"),
    CheckConstraint("(state IN ('booked', 'left', 'over')) = (ended_at IS NOT NULL)", name="final_has_end"),
    CheckConstraint("size >= 1", name="one_or_more"),
    Index("ix_seat_standbys_waiting", "performance_id", "turn", "id", **where("state = 'waiting'")),
    Index("ix_seat_standbys_personal", "branch_id", "performance_id", **where("name IS NOT NULL")),
)
