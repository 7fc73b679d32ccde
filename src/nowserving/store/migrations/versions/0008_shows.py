"""Shows, their performances and lobbies, and the passes to their seats."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _of_branch(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_branch_id")
    return (
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=name),
    )


def upgrade() -> None:
    op.add_column("queues", sa.Column("admit_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_queues_admit_at", "queues", ["admit_at"], **_where("admit_at IS NOT NULL"))
    op.create_index("ix_stays_called", "stays", ["queue_id", "from_at"], **_where("state = 'called'"))
    _shows()
    _performances()
    _passes()
    _presences()


def _shows() -> None:
    op.create_table(
        "shows",
        sa.Column("id", sa.Text(), nullable=False),
        *_of_branch("shows"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=True),
        sa.Column("closes_at", sa.BigInteger(), nullable=True),
        sa.Column("rules", sa.Text(), server_default="{}", nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'upcoming', 'open', 'on_going', 'closed', 'cancelled', 'postponed')",
            name=op.f("ck_shows_known_state"),
        ),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at",
            name=op.f("ck_shows_closes_after_opening"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shows")),
    )
    op.create_index("ix_shows_branch_id", "shows", ["branch_id"])
    upcoming = _where("state = 'upcoming' AND opens_at IS NOT NULL")
    op.create_index("ix_shows_opens_at", "shows", ["opens_at"], **upcoming)
    on_sale = _where("state IN ('open', 'on_going') AND closes_at IS NOT NULL")
    op.create_index("ix_shows_closes_at", "shows", ["closes_at"], **on_sale)


def _performances() -> None:
    op.create_table(
        "performances",
        sa.Column("id", sa.Text(), nullable=False),
        *_of_branch("performances"),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("doors_at", sa.BigInteger(), nullable=True),
        sa.Column("prices", sa.Text(), server_default="{}", nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("seed_hash", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "doors_at IS NULL OR doors_at <= starts_at", name=op.f("ck_performances_doors_before_start")
        ),
        sa.CheckConstraint(
            "paused_at IS NULL OR opened_at IS NOT NULL", name=op.f("ck_performances_paused_once_open")
        ),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_performances_show_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_performances_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performances")),
        sa.UniqueConstraint("queue_id", name=op.f("uq_performances_queue_id")),
    )
    op.create_index("ix_performances_show_id", "performances", ["show_id", "starts_at"])
    op.create_index("ix_performances_branch_id", "performances", ["branch_id", "starts_at"])


def _passes() -> None:
    op.create_table(
        "passes",
        sa.Column("id", sa.Text(), nullable=False),
        *_of_branch("passes"),
        sa.Column("performance_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("device_hash", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("extended_at", sa.BigInteger(), nullable=True),
        sa.Column("spent_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("expires_at > issued_at", name=op.f("ck_passes_lasts_a_while")),
        sa.CheckConstraint(
            "ended_by IN ('', 'booked', 'left', 'lapsed', 'closed')", name=op.f("ck_passes_known_end")
        ),
        sa.CheckConstraint("(ended_by <> '') = (ended_at IS NOT NULL)", name=op.f("ck_passes_ended_has_end")),
        sa.ForeignKeyConstraint(
            ["performance_id"], ["performances.id"], name=op.f("fk_passes_performance_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_passes_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passes")),
    )
    op.create_index("uq_passes_live", "passes", ["ticket_id"], unique=True, **_where("ended_at IS NULL"))
    op.create_index("ix_passes_ticket_id", "passes", ["ticket_id"])
    op.create_index("ix_passes_performance_id", "passes", ["performance_id", "issued_at"])


def _presences() -> None:
    op.create_table(
        "presences",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_presences_ticket_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_presences_queue_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_presences")),
    )
    op.create_index("ix_presences_queue_id", "presences", ["queue_id", "seen_at"])
