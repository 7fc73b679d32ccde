"""What guests say after their visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=False),
        sa.Column("face", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("face BETWEEN 1 AND 5", name=op.f("ck_feedback_face_of_five")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_feedback_ticket_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_feedback_branch_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_feedback_queue_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_feedback")),
    )
    op.create_index("ix_feedback_queue_id", "feedback", ["queue_id", "given_at"])
    op.create_index("ix_feedback_branch_id", "feedback", ["branch_id", "given_at"])
