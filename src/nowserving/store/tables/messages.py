"""The tables of messages: how a guest can be told, what is to be told, and what a branch has set.

Addresses stand in `contacts` and nowhere else; an outbox row says who is told what, never where.
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

from nowserving.store.tables.metadata import RowId, metadata, where

# How the guest of a ticket can be told. Personal data: erased a day after the visit, with the name.
contacts = Table(
    "contacts",
    metadata,
    Column("ticket_id", RowId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    # E.164: a plus and digits.
    Column("phone", Text),
    Column("email", Text),
    # JSON: {"endpoint", "p256dh", "auth"}, what the guest's browser has given us.
    Column("push", Text),
    Column("language", Text, nullable=False, server_default=""),
    # Since when the guest wants to hear nothing more.
    Column("stopped_at", BigInteger),
    # When such a stop was taken back, which holds for the number and the address in every visit.
    Column("allowed_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_contacts_branch_id", "branch_id"),
    Index("ix_contacts_phone", "phone", **where("phone IS NOT NULL")),
    Index("ix_contacts_email", "email", **where("email IS NOT NULL")),
)

# The outbox. A row is written in the transaction of what it tells of, and says who is told what.
messages = Table(
    "messages",
    metadata,
    # What a receiver may know a message by: the same for every try.
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("queue_id", Text),
    # None for what is told to staff.
    Column("ticket_id", RowId, ForeignKey("tickets.id")),
    # Or it is about a reservation, or about a place in the waiting list.
    Column("reservation_id", RowId),
    Column("standby_id", RowId),
    # Or about seats that were booked, or about a place in the waiting list for seats.
    Column("booking_id", RowId),
    Column("seat_standby_id", RowId),
    Column("kind", Text, nullable=False),
    # Which call, which announcement: one of them is told once.
    Column("occasion", BigInteger, nullable=False, server_default="0"),
    # "" until somebody looks who can send.
    Column("channel", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default="waiting"),
    # Tries by the present channel.
    Column("attempts", Integer, nullable=False, server_default="0"),
    # Tries by text message, whatever the present channel is: each may have cost money.
    Column("sms_tries", Integer, nullable=False, server_default="0"),
    # When somebody shall look at it: to send it, or because the lease of whoever sends it is over.
    Column("due_at", BigInteger, nullable=False),
    # Raised by each claim. Only who claimed it last may say how it went.
    Column("fence", BigInteger, nullable=False, server_default="0"),
    # A word for why it failed or was skipped; never what a provider has said.
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("tried_at", BigInteger),
    Column("sent_at", BigInteger),
    CheckConstraint(
        "state IN ('waiting', 'sending', 'sent', 'failed', 'skipped')",
        name="known_state",
    ),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_instant"),
    UniqueConstraint("ticket_id", "kind", "occasion"),
    Index(
        "uq_messages_to_staff",
        "branch_id",
        "kind",
        "occasion",
        unique=True,
        **where(
            "ticket_id IS NULL AND reservation_id IS NULL AND standby_id IS NULL"
            " AND booking_id IS NULL AND seat_standby_id IS NULL"
        ),
    ),
    Index(
        "uq_messages_of_reservation",
        "reservation_id",
        "kind",
        "occasion",
        unique=True,
        **where("reservation_id IS NOT NULL"),
    ),
    Index(
        "uq_messages_of_standby",
        "standby_id",
        "kind",
        "occasion",
        unique=True,
        **where("standby_id IS NOT NULL"),
    ),
    Index(
        "uq_messages_of_booking",
        "booking_id",
        "kind",
        "occasion",
        unique=True,
        **where("booking_id IS NOT NULL"),
    ),
    Index(
        "uq_messages_of_seat_standby",
        "seat_standby_id",
        "kind",
        "occasion",
        unique=True,
        **where("seat_standby_id IS NOT NULL"),
    ),
    Index("ix_messages_due_at", "due_at", **where("state IN ('waiting', 'sending')")),
    Index("ix_messages_branch_id_created_at", "branch_id", "created_at"),
    # What has been spent today.
    Index("ix_messages_sms", "branch_id", "tried_at", **where("sms_tries > 0")),
)

# What a branch has set. The address of the staff's alerts is a secret: never shown, never in an event.
message_settings = Table(
    "message_settings",
    metadata,
    Column("branch_id", Text, ForeignKey("branches.id"), primary_key=True),
    # JSON of domain/messages/wanted.py.
    Column("settings", Text, nullable=False, server_default="{}"),
    Column("alert_url", Text, nullable=False, server_default=""),
    Column("edited", BigInteger, nullable=False, server_default="1"),
)
