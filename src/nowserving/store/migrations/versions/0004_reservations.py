"""What can be booked, when it is given, and who has been promised a time."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _services()
    _service_desks()
    _rosters()
    _special_days()
    _absences()
    _reservations()
    _standbys()
    _messages()


def _services() -> None:
    op.create_table(
        "services",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("price", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("questions", sa.Text(), server_default="[]", nullable=False),
        sa.Column("rules", sa.Text(), server_default="{}", nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("duration_s >= 60", name=op.f("ck_services_a_minute_at_least")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_services_branch_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_services_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )
    op.create_index("ix_services_branch_id", "services", ["branch_id"])
    op.create_index("ix_services_queue_id", "services", ["queue_id"])


def _service_desks() -> None:
    op.create_table(
        "service_desks",
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_service_desks_service_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_service_desks_desk_id")),
        sa.PrimaryKeyConstraint("service_id", "desk_id", name=op.f("pk_service_desks")),
    )
    op.create_index("ix_service_desks_desk_id", "service_desks", ["desk_id"])


def _rosters() -> None:
    op.create_table(
        "rosters",
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("public_name", sa.Text(), server_default="", nullable=False),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("feed_hash", sa.Text(), nullable=True),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_rosters_desk_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_rosters_branch_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_rosters_owner_id")),
        sa.PrimaryKeyConstraint("desk_id", name=op.f("pk_rosters")),
        sa.UniqueConstraint("feed_hash", name=op.f("uq_rosters_feed_hash")),
    )
    op.create_index("ix_rosters_branch_id", "rosters", ["branch_id"])
    op.create_index("ix_rosters_owner_id", "rosters", ["owner_id"])


def _special_days() -> None:
    op.create_table(
        "special_days",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=True),
        sa.Column("on_date", sa.Text(), nullable=False),
        sa.Column("intervals", sa.Text(), server_default="[]", nullable=False),
        sa.Column("walk_ins_only", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("walk_ins_only IN (0, 1)", name=op.f("ck_special_days_walk_ins_only_flag")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_special_days_branch_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_special_days_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_days")),
    )
    op.create_index(
        "uq_special_days_of_branch",
        "special_days",
        ["branch_id", "on_date"],
        unique=True,
        sqlite_where=sa.text("service_id IS NULL"),
        postgresql_where=sa.text("service_id IS NULL"),
    )
    op.create_index(
        "uq_special_days_of_service",
        "special_days",
        ["service_id", "on_date"],
        unique=True,
        sqlite_where=sa.text("service_id IS NOT NULL"),
        postgresql_where=sa.text("service_id IS NOT NULL"),
    )


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("desk_id", sa.Text(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("replacement_id", sa.Text(), nullable=True),
        sa.CheckConstraint("to_at > from_at", name=op.f("ck_absences_ends_after_start")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_absences_branch_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_absences_desk_id")),
        sa.ForeignKeyConstraint(["replacement_id"], ["desks.id"], name=op.f("fk_absences_replacement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_branch_id", "absences", ["branch_id", "to_at"])
    op.create_index("ix_absences_desk_id", "absences", ["desk_id", "to_at"])


def _reservations() -> None:
    op.create_table(
        "reservations",
        *_reservation_columns(),
        sa.CheckConstraint(
            "state IN ('held', 'offered', 'pending', 'confirmed', 'arrived', "
            "'no_show', 'cancelled', 'lapsed')",
            name=op.f("ck_reservations_known_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('no_show', 'cancelled', 'lapsed')) = (ended_at IS NOT NULL)",
            name=op.f("ck_reservations_final_has_end"),
        ),
        sa.CheckConstraint(
            "(state = 'arrived') = (ticket_id IS NOT NULL)", name=op.f("ck_reservations_arrived_has_ticket")
        ),
        sa.CheckConstraint(
            "deadline_at IS NULL OR state NOT IN ('no_show', 'cancelled', 'lapsed')",
            name=op.f("ck_reservations_final_has_no_deadline"),
        ),
        sa.CheckConstraint("start_at < end_at", name=op.f("ck_reservations_ends_after_start")),
        sa.CheckConstraint(
            "busy_from_at <= start_at AND busy_to_at >= end_at",
            name=op.f("ck_reservations_busy_while_it_lasts"),
        ),
        sa.CheckConstraint("size >= 1", name=op.f("ck_reservations_one_or_more")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_reservations_branch_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_reservations_service_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_reservations_desk_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_reservations_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("key", name=op.f("uq_reservations_key")),
    )
    _reservation_indexes()


def _reservation_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("desk_id", sa.Text(), nullable=True),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("busy_from_at", sa.BigInteger(), nullable=False),
        sa.Column("busy_to_at", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), server_default="1", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("birth_date", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("answers", sa.Text(), server_default="{}", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("booked_from", sa.Text(), nullable=True),
        sa.Column("standby_id", ROW_ID, nullable=True),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("coming_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", ROW_ID, nullable=True),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
    ]


def _reservation_indexes() -> None:
    op.create_index(
        "ix_reservations_account_id",
        "reservations",
        ["account_id"],
        sqlite_where=sa.text("account_id IS NOT NULL"),
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )
    op.create_index(
        "ix_reservations_booked_from",
        "reservations",
        ["booked_from"],
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index("ix_reservations_branch_id", "reservations", ["branch_id", "start_at"])
    op.create_index(
        "ix_reservations_deadline_at",
        "reservations",
        ["deadline_at"],
        sqlite_where=sa.text("deadline_at IS NOT NULL"),
        postgresql_where=sa.text("deadline_at IS NOT NULL"),
    )
    op.create_index(
        "ix_reservations_of_desk",
        "reservations",
        ["desk_id", "busy_to_at"],
        sqlite_where=sa.text("state IN ('held', 'offered', 'pending', 'confirmed', 'arrived')"),
        postgresql_where=sa.text("state IN ('held', 'offered', 'pending', 'confirmed', 'arrived')"),
    )
    op.create_index(
        "ix_reservations_of_service",
        "reservations",
        ["service_id", "busy_to_at"],
        sqlite_where=sa.text("state IN ('held', 'offered', 'pending', 'confirmed', 'arrived')"),
        postgresql_where=sa.text("state IN ('held', 'offered', 'pending', 'confirmed', 'arrived')"),
    )
    op.create_index(
        "ix_reservations_standby_id",
        "reservations",
        ["standby_id"],
        sqlite_where=sa.text("standby_id IS NOT NULL"),
        postgresql_where=sa.text("standby_id IS NOT NULL"),
    )
    op.create_index(
        "uq_reservations_code",
        "reservations",
        ["branch_id", "code"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_reservations_ticket_id",
        "reservations",
        ["ticket_id"],
        unique=True,
        sqlite_where=sa.text("ticket_id IS NOT NULL"),
        postgresql_where=sa.text("ticket_id IS NOT NULL"),
    )


def _standbys() -> None:
    op.create_table(
        "standbys",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("desk_id", sa.Text(), nullable=True),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), server_default="1", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("offers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'booked', 'left', 'over')", name=op.f("ck_standbys_known_state")
        ),
        sa.CheckConstraint(
            "(state IN ('booked', 'left', 'over')) = (ended_at IS NOT NULL)",
            name=op.f("ck_standbys_final_has_end"),
        ),
        sa.CheckConstraint("to_at > from_at", name=op.f("ck_standbys_ends_after_start")),
        sa.CheckConstraint("size >= 1", name=op.f("ck_standbys_one_or_more")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_standbys_branch_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_standbys_service_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_standbys_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standbys")),
        sa.UniqueConstraint("key", name=op.f("uq_standbys_key")),
    )
    op.create_index(
        "ix_standbys_waiting",
        "standbys",
        ["service_id", "id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _messages() -> None:
    for name in ("reservation_id", "standby_id"):
        op.add_column("messages", sa.Column(name, ROW_ID, nullable=True))
    op.drop_index("uq_messages_to_staff", "messages")
    condition = sa.text("ticket_id IS NULL AND reservation_id IS NULL AND standby_id IS NULL")
    op.create_index(
        "uq_messages_to_staff",
        "messages",
        ["branch_id", "kind", "occasion"],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )
    of_reservation, of_standby = sa.text("reservation_id IS NOT NULL"), sa.text("standby_id IS NOT NULL")
    for name, condition in (("reservation", of_reservation), ("standby", of_standby)):
        op.create_index(
            f"uq_messages_of_{name}",
            "messages",
            [f"{name}_id", "kind", "occasion"],
            unique=True,
            sqlite_where=condition,
            postgresql_where=condition,
        )
