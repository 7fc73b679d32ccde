"""What guests say after their visit: one face, and a comment if they like. The comment is personal."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from nowserving.store.tables.metadata import RowId, metadata

feedback = Table(
    "feedback",
    metadata,
    # One answer a visit; who changes their mind changes it.
    Column("ticket_id", RowId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("queue_id", Text, ForeignKey("queues.id"), nullable=False),
    # From 1, very unhappy, to 5, very happy.
    Column("face", Integer, nullable=False),
    Column("comment", Text),
    Column("given_at", BigInteger, nullable=False),
    CheckConstraint("face BETWEEN 1 AND 5", name="face_of_five"),
    Index("ix_feedback_queue_id", "queue_id", "given_at"),
    Index("ix_feedback_branch_id", "branch_id", "given_at"),
)
