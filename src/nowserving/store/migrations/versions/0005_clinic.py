"""Who comes back, what was done, and who has read it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("staff", sa.Column("clinical", sa.Integer(), server_default="0", nullable=False))
    _records()
    _record_words()
    _visits()
    _consultations()
    _record_reads()


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_records_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
    )
    op.create_index("ix_records_branch_id", "records", ["branch_id"])


def _record_words() -> None:
    op.create_table(
        "record_words",
        sa.Column("word_hash", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_record_words_record_id")),
        sa.PrimaryKeyConstraint("word_hash", "record_id", name=op.f("pk_record_words")),
    )
    op.create_index("ix_record_words_record_id", "record_words", ["record_id"])


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("back_to_desk_id", sa.Text(), nullable=True),
        sa.Column("back_to_queue_id", sa.Text(), nullable=True),
        sa.Column("back_to_rank", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_visits_ticket_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_visits_branch_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_visits_record_id")),
        sa.ForeignKeyConstraint(["back_to_desk_id"], ["desks.id"], name=op.f("fk_visits_back_to_desk_id")),
        sa.ForeignKeyConstraint(["back_to_queue_id"], ["queues.id"], name=op.f("fk_visits_back_to_queue_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_branch_id", "visits", ["branch_id"])
    op.create_index(
        "ix_visits_record_id",
        "visits",
        ["record_id"],
        sqlite_where=sa.text("record_id IS NOT NULL"),
        postgresql_where=sa.text("record_id IS NOT NULL"),
    )


def _consultations() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=False),
        sa.Column("desk_id", sa.Text(), nullable=True),
        sa.Column("agent_id", sa.Text(), nullable=True),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "to_at IS NULL OR to_at >= from_at", name=op.f("ck_consultations_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_consultations_ticket_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_consultations_record_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_consultations_branch_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_consultations_queue_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_consultations_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    op.create_index("ix_consultations_desk_id", "consultations", ["desk_id", "to_at"])
    op.create_index(
        "ix_consultations_record_id",
        "consultations",
        ["record_id", "from_at"],
        sqlite_where=sa.text("record_id IS NOT NULL"),
        postgresql_where=sa.text("record_id IS NOT NULL"),
    )
    op.create_index("uq_consultations_stay", "consultations", ["ticket_id", "from_at"], unique=True)
    op.create_index(
        "uq_consultations_open",
        "consultations",
        ["ticket_id"],
        unique=True,
        sqlite_where=sa.text("to_at IS NULL"),
        postgresql_where=sa.text("to_at IS NULL"),
    )


def _record_reads() -> None:
    op.create_table(
        "record_reads",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=True),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("ticket_id", ROW_ID, nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("found", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_reads")),
    )
    op.create_index("ix_record_reads_at", "record_reads", ["at"])
    op.create_index(
        "ix_record_reads_record_id",
        "record_reads",
        ["record_id", "at"],
        sqlite_where=sa.text("record_id IS NOT NULL"),
        postgresql_where=sa.text("record_id IS NOT NULL"),
    )
