"""Seats: the maps of houses, the seats of each performance, holds, bookings, stubs and the waiting list."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _seat_maps()
    _seatings()
    _holds()
    _bookings()
    _seats()
    _stubs()
    _seat_standbys()
    _messages()


def _seat_maps() -> None:
    op.create_table(
        "seat_maps",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("seat_count", sa.Integer(), nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("seat_count >= 1", name=op.f("ck_seat_maps_one_or_more")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_seat_maps_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_maps")),
    )
    op.create_index("ix_seat_maps_branch_id", "seat_maps", ["branch_id"])


def _seatings() -> None:
    op.create_table(
        "seatings",
        sa.Column("performance_id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("seat_map_id", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("seat_count", sa.Integer(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_seatings_branch_id")),
        sa.ForeignKeyConstraint(
            ["performance_id"], ["performances.id"], name=op.f("fk_seatings_performance_id")
        ),
        sa.ForeignKeyConstraint(["seat_map_id"], ["seat_maps.id"], name=op.f("fk_seatings_seat_map_id")),
        sa.PrimaryKeyConstraint("performance_id", name=op.f("pk_seatings")),
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("performance_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=True),
        sa.Column("seat_standby_id", ROW_ID, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("extended_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'held') = (ended_at IS NULL)", name=op.f("ck_holds_ended_has_end")),
        sa.CheckConstraint(
            "state IN ('held', 'booked', 'released', 'lapsed')", name=op.f("ck_holds_known_state")
        ),
        sa.CheckConstraint(
            "(ticket_id IS NULL) <> (seat_standby_id IS NULL)", name=op.f("ck_holds_held_for_somebody")
        ),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_holds_one_or_more")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_holds_branch_id")),
        sa.ForeignKeyConstraint(
            ["performance_id"], ["performances.id"], name=op.f("fk_holds_performance_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_holds_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("key", name=op.f("uq_holds_key")),
    )
    op.create_index("ix_holds_expires_at", "holds", ["expires_at"], **_where("state = 'held'"))
    op.create_index("ix_holds_performance_id", "holds", ["performance_id", "state"])
    op.create_index("ix_holds_ticket_id", "holds", ["ticket_id", "created_at"])
    op.create_index(
        "uq_holds_live",
        "holds",
        ["ticket_id"],
        unique=True,
        **_where("state = 'held' AND ticket_id IS NOT NULL"),
    )
    op.create_index(
        "uq_holds_offer",
        "holds",
        ["seat_standby_id"],
        unique=True,
        **_where("state = 'held' AND seat_standby_id IS NOT NULL"),
    )


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("performance_id", sa.Text(), nullable=False),
        sa.Column("hold_id", ROW_ID, nullable=True),
        sa.Column("ticket_id", ROW_ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_by", sa.Text(), server_default="", nullable=False),
        sa.Column("over_at", sa.BigInteger(), nullable=False),
        sa.Column("pay_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_bookings_cancelled_has_end")
        ),
        sa.CheckConstraint("state IN ('confirmed', 'cancelled')", name=op.f("ck_bookings_known_state")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_bookings_branch_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_bookings_hold_id")),
        sa.ForeignKeyConstraint(
            ["performance_id"], ["performances.id"], name=op.f("fk_bookings_performance_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_bookings_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("branch_id", "code", name=op.f("uq_bookings_branch_id_code")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_bookings_hold_id")),
        sa.UniqueConstraint("key", name=op.f("uq_bookings_key")),
    )
    op.create_index(
        "ix_bookings_confirmed", "bookings", ["performance_id", "id"], **_where("state = 'confirmed'")
    )
    op.create_index("ix_bookings_pay_at", "bookings", ["pay_at"], **_where("pay_at IS NOT NULL"))
    op.create_index(
        "ix_bookings_email", "bookings", ["performance_id", "email"], **_where("email IS NOT NULL")
    )
    op.create_index("ix_bookings_performance_id", "bookings", ["performance_id"])
    op.create_index(
        "ix_bookings_personal", "bookings", ["branch_id", "over_at"], **_where("name IS NOT NULL")
    )
    op.create_index(
        "ix_bookings_phone", "bookings", ["performance_id", "phone"], **_where("phone IS NOT NULL")
    )
    op.create_index("ix_bookings_ticket_id", "bookings", ["ticket_id"], **_where("ticket_id IS NOT NULL"))


def _seats() -> None:
    op.create_table(
        "seats",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("performance_id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("accessible", sa.Integer(), server_default="0", nullable=False),
        sa.Column("companion_of", sa.Text(), nullable=True),
        sa.Column("blocked", sa.Text(), nullable=True),
        sa.Column("hold_id", ROW_ID, nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("booking_id", ROW_ID, nullable=True),
        sa.CheckConstraint(
            "(hold_id IS NULL) = (held_until IS NULL)", name=op.f("ck_seats_held_until_some_time")
        ),
        sa.CheckConstraint("booking_id IS NULL OR hold_id IS NULL", name=op.f("ck_seats_held_or_sold")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_seats_booking_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_seats_branch_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_seats_hold_id")),
        sa.ForeignKeyConstraint(
            ["performance_id"], ["performances.id"], name=op.f("fk_seats_performance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
        sa.UniqueConstraint("performance_id", "guid", name=op.f("uq_seats_performance_id_guid")),
        sa.UniqueConstraint("performance_id", "place", name=op.f("uq_seats_performance_id_place")),
    )
    op.create_index("ix_seats_booking_id", "seats", ["booking_id"], **_where("booking_id IS NOT NULL"))
    op.create_index("ix_seats_hold_id", "seats", ["hold_id"], **_where("hold_id IS NOT NULL"))
    op.create_index(
        "ix_seats_taken",
        "seats",
        ["performance_id", "place", "held_until"],
        **_where("booking_id IS NOT NULL OR hold_id IS NOT NULL OR blocked IS NOT NULL"),
    )


def _stubs() -> None:
    op.create_table(
        "stubs",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("booking_id", ROW_ID, nullable=False),
        sa.Column("performance_id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("came_at", sa.BigInteger(), nullable=True),
        sa.Column("came_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('valid', 'void')", name=op.f("ck_stubs_known_state")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_stubs_booking_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_stubs_branch_id")),
        sa.ForeignKeyConstraint(
            ["performance_id"], ["performances.id"], name=op.f("fk_stubs_performance_id")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_stubs_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stubs")),
        sa.UniqueConstraint("serial", name=op.f("uq_stubs_serial")),
    )
    op.create_index("ix_stubs_booking_id", "stubs", ["booking_id"])
    op.create_index("ix_stubs_performance_id", "stubs", ["performance_id"])
    op.create_index("uq_stubs_seat_id", "stubs", ["seat_id"], unique=True, **_where("state = 'valid'"))


def _seat_standbys() -> None:
    op.create_table(
        "seat_standbys",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("performance_id", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("offers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("turn", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('booked', 'left', 'over')) = (ended_at IS NOT NULL)",
            name=op.f("ck_seat_standbys_final_has_end"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'booked', 'left', 'over')",
            name=op.f("ck_seat_standbys_known_state"),
        ),
        sa.CheckConstraint("size >= 1", name=op.f("ck_seat_standbys_one_or_more")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_seat_standbys_branch_id")),
        sa.ForeignKeyConstraint(
            ["performance_id"], ["performances.id"], name=op.f("fk_seat_standbys_performance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_standbys")),
        sa.UniqueConstraint("key", name=op.f("uq_seat_standbys_key")),
    )
    op.create_index(
        "ix_seat_standbys_waiting",
        "seat_standbys",
        ["performance_id", "turn", "id"],
        **_where("state = 'waiting'"),
    )
    op.create_index(
        "ix_seat_standbys_personal",
        "seat_standbys",
        ["branch_id", "performance_id"],
        **_where("name IS NOT NULL"),
    )


def _messages() -> None:
    for name in ("booking_id", "seat_standby_id"):
        op.add_column("messages", sa.Column(name, ROW_ID, nullable=True))
    op.drop_index("uq_messages_to_staff", "messages")
    nobody = (
        "ticket_id IS NULL AND reservation_id IS NULL AND standby_id IS NULL"
        " AND booking_id IS NULL AND seat_standby_id IS NULL"
    )
    columns = ["branch_id", "kind", "occasion"]
    op.create_index("uq_messages_to_staff", "messages", columns, unique=True, **_where(nobody))
    for name in ("booking", "seat_standby"):
        op.create_index(
            f"uq_messages_of_{name}",
            "messages",
            [f"{name}_id", "kind", "occasion"],
            unique=True,
            **_where(f"{name}_id IS NOT NULL"),
        )


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
