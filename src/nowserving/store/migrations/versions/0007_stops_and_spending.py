"""When a guest took a stop back, and how often a message was really tried by text message."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("allowed_at", sa.BigInteger(), nullable=True))
    tries = sa.Column("sms_tries", sa.Integer(), server_default="0", nullable=False)
    op.add_column("messages", tries)
    op.execute("UPDATE messages SET sms_tries = attempts WHERE channel = 'sms'")
    op.drop_index("ix_messages_sms", "messages")
    op.create_index("ix_messages_sms", "messages", ["branch_id", "tried_at"], **_where("sms_tries > 0"))


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
