"""The tables of reservations: what can be booked, when it is given, and who has been promised a time.

Slots stand nowhere: they follow from hours, and what is left of one follows from the reservations in
it. Every row that takes room in a slot is a reservation, whether somebody fills in the form (held), is
offered a freed place (offered), waits for approval (pending) or has it (confirmed, arrived).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from nowserving.store.tables.metadata import RowId, metadata, where

services = Table(
    "services",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    # The line in which its guests wait once they are here.
    Column("queue_id", Text, ForeignKey("queues.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    # A text, as people write it: "free", "12 EUR, cash only".
    Column("price", Text, nullable=False, server_default=""),
    Column("place", Integer, nullable=False, server_default="0"),
    Column("duration_s", Integer, nullable=False),
    # JSON like a branch's hours; null: whenever the branch is open.
    Column("hours", Text),
    # JSON: what the form asks besides.
    Column("questions", Text, nullable=False, server_default="[]"),
    # JSON of domain.reservations.service.ServiceRules.
    Column("rules", Text, nullable=False, server_default="{}"),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("archived_at", BigInteger),
    CheckConstraint("duration_s >= 60", name="a_minute_at_least"),
    Index("ix_services_branch_id", "branch_id"),
    Index("ix_services_queue_id", "queue_id"),
)

# Who gives a service. A service that no desk gives has room of its own, whoever serves its guests.
service_desks = Table(
    "service_desks",
    metadata,
    Column("service_id", Text, ForeignKey("services.id"), primary_key=True),
    Column("desk_id", Text, ForeignKey("desks.id"), primary_key=True),
    Column("place", Integer, nullable=False),
    Index("ix_service_desks_desk_id", "desk_id"),
)

# When a desk gives services, and whose it is: a doctor is an agent who owns a desk.
rosters = Table(
    "rosters",
    metadata,
    Column("desk_id", Text, ForeignKey("desks.id"), primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("owner_id", Text, ForeignKey("staff.id")),
    # What guests read when they choose a person; "": the desk's name.
    Column("public_name", Text, nullable=False, server_default=""),
    # JSON like a branch's hours; null: whenever its branch is open.
    Column("hours", Text),
    # The secret of its calendar feed, hashed; null: no feed.
    Column("feed_hash", Text, unique=True),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Index("ix_rosters_branch_id", "branch_id"),
    Index("ix_rosters_owner_id", "owner_id"),
)

# One date with hours of its own, for the whole branch or for one service.
special_days = Table(
    "special_days",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("service_id", Text, ForeignKey("services.id")),
    Column("on_date", Text, nullable=False),
    # JSON: pairs of times; none: closed.
    Column("intervals", Text, nullable=False, server_default="[]"),
    # People may come, but nothing can be reserved.
    Column("walk_ins_only", Integer, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint("walk_ins_only IN (0, 1)", name="walk_ins_only_flag"),
    Index("uq_special_days_of_branch", "branch_id", "on_date", unique=True, **where("service_id IS NULL")),
    Index(
        "uq_special_days_of_service",
        "service_id",
        "on_date",
        unique=True,
        **where("service_id IS NOT NULL"),
    ),
)

# When a desk's owner is away. What was promised then stays promised until somebody moves it.
absences = Table(
    "absences",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("desk_id", Text, ForeignKey("desks.id"), nullable=False),
    Column("from_at", BigInteger, nullable=False),
    Column("to_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    # The desk that takes over who is promised to this one.
    Column("replacement_id", Text, ForeignKey("desks.id")),
    CheckConstraint("to_at > from_at", name="ends_after_start"),
    Index("ix_absences_desk_id", "desk_id", "to_at"),
    Index("ix_absences_branch_id", "branch_id", "to_at"),
)

# What takes room in a slot.
_TAKES_ROOM = "state IN ('held', 'offered', 'pending', 'confirmed', 'arrived')"
_FINAL = "('no_show', 'cancelled', 'lapsed')"

reservations = Table(
    "reservations",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # Whoever has it is the guest, as with a ticket.
    Column("key", Text, nullable=False, unique=True),
    # What is said or typed at the kiosk; it proves nothing about who says it.
    Column("code", Text, nullable=False),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("service_id", Text, ForeignKey("services.id"), nullable=False),
    Column("desk_id", Text, ForeignKey("desks.id")),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    # With the buffers: what of the desk's time it takes.
    Column("busy_from_at", BigInteger, nullable=False),
    Column("busy_to_at", BigInteger, nullable=False),
    Column("size", Integer, nullable=False, server_default="1"),
    Column("state", Text, nullable=False),
    # When a hold, an offer or an unanswered request ends by itself, and when nobody is expected any more.
    Column("deadline_at", BigInteger),
    # Personal: name, birth date, address, note and answers. Never in an event.
    Column("name", Text),
    Column("birth_date", Text),
    Column("phone", Text),
    Column("email", Text),
    Column("note", Text),
    Column("answers", Text, nullable=False, server_default="{}"),
    Column("language", Text, nullable=False, server_default=""),
    # The account of a guest who has one, and the device that booked.
    Column("account_id", Text),
    Column("booked_from", Text),
    # The place in the waiting list that an offer was made to.
    Column("standby_id", RowId),
    Column("verified_at", BigInteger),
    # RFC 5545: raised by every change that a calendar must know.
    Column("sequence", Integer, nullable=False, server_default="0"),
    # When the guest said, after a reminder, that they will come.
    Column("coming_at", BigInteger),
    # Since when the guest wants to hear nothing more of it.
    Column("stopped_at", BigInteger),
    Column("ticket_id", RowId, ForeignKey("tickets.id")),
    # Who ended it: guest, staff or rule; and why, in their words.
    Column("ended_by", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("since_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    CheckConstraint(
        "state IN ('held', 'offered', 'pending', 'confirmed', 'arrived', 'no_show', 'cancelled', 'lapsed')",
        name="known_state",
    ),
    CheckConstraint(f"(state IN {_FINAL}) = (ended_at IS NOT NULL)", name="final_has_end"),
    CheckConstraint("(state = 'arrived') = (ticket_id IS NOT NULL)", name="arrived_has_ticket"),
    CheckConstraint(f"deadline_at IS NULL OR state NOT IN {_FINAL}", name="final_has_no_deadline"),
    CheckConstraint("start_at < end_at", name="ends_after_start"),
    CheckConstraint("busy_from_at <= start_at AND busy_to_at >= end_at", name="busy_while_it_lasts"),
    CheckConstraint("size >= 1", name="one_or_more"),
    Index("ix_reservations_of_service", "service_id", "busy_to_at", **where(_TAKES_ROOM)),
    Index("ix_reservations_of_desk", "desk_id", "busy_to_at", **where(_TAKES_ROOM)),
    Index("ix_reservations_branch_id", "branch_id", "start_at"),
    Index("ix_reservations_deadline_at", "deadline_at", **where("deadline_at IS NOT NULL")),
    Index("uq_reservations_code", "branch_id", "code", unique=True, **where("ended_at IS NULL")),
    Index("uq_reservations_ticket_id", "ticket_id", unique=True, **where("ticket_id IS NOT NULL")),
    Index("ix_reservations_account_id", "account_id", **where("account_id IS NOT NULL")),
    Index("ix_reservations_standby_id", "standby_id", **where("standby_id IS NOT NULL")),
    Index("ix_reservations_booked_from", "booked_from", **where("state = 'held'")),
)

# The waiting list of full slots: first come, first offered.
standbys = Table(
    "standbys",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("service_id", Text, ForeignKey("services.id"), nullable=False),
    # Null: anyone who gives it.
    Column("desk_id", Text, ForeignKey("desks.id")),
    # A slot that starts from the one instant on and before the other would do.
    Column("from_at", BigInteger, nullable=False),
    Column("to_at", BigInteger, nullable=False),
    Column("size", Integer, nullable=False, server_default="1"),
    Column("state", Text, nullable=False),
    Column("name", Text),
    Column("phone", Text),
    Column("email", Text),
    Column("language", Text, nullable=False, server_default=""),
    Column("account_id", Text),
    Column("offers", Integer, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    CheckConstraint("state IN ('waiting', 'offered', 'booked', 'left', 'over')", name="known_state"),
    CheckConstraint("(state IN ('booked', 'left', 'over')) = (ended_at IS NOT NULL)", name="final_has_end"),
    CheckConstraint("to_at > from_at", name="ends_after_start"),
    CheckConstraint("size >= 1", name="one_or_more"),
    Index("ix_standbys_waiting", "service_id", "id", **where("state = 'waiting'")),
)
