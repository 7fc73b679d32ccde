"""Kiosks and displays; how guests can be told, and the outbox of what they are told."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _devices()
    _contacts()
    _messages()
    _settings()


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("push", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_contacts_ticket_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_contacts_branch_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_contacts")),
    )
    op.create_index("ix_contacts_branch_id", "contacts", ["branch_id"])
    op.create_index("ix_contacts_phone", "contacts", ["phone"], **_where("phone IS NOT NULL"))
    op.create_index("ix_contacts_email", "contacts", ["email"], **_where("email IS NOT NULL"))


def _messages() -> None:
    known = "state IN ('waiting', 'sending', 'sent', 'failed', 'skipped')"
    once = "uq_messages_ticket_id_kind_occasion"
    op.create_table(
        "messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=True),
        sa.Column("ticket_id", ROW_ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occasion", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(known, name=op.f("ck_messages_known_state")),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_messages_sent_has_instant")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_messages_ticket_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_messages_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("ticket_id", "kind", "occasion", name=op.f(once)),
    )
    to_staff = _where("ticket_id IS NULL")
    op.create_index(
        "uq_messages_to_staff", "messages", ["branch_id", "kind", "occasion"], unique=True, **to_staff
    )
    due = _where("state IN ('waiting', 'sending')")
    op.create_index("ix_messages_due_at", "messages", ["due_at"], **due)
    op.create_index("ix_messages_branch_id_created_at", "messages", ["branch_id", "created_at"])
    op.create_index("ix_messages_sms", "messages", ["branch_id", "tried_at"], **_where("channel = 'sms'"))


def _settings() -> None:
    op.create_table(
        "message_settings",
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("alert_url", sa.Text(), server_default="", nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_message_settings_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", name=op.f("pk_message_settings")),
    )


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "branch_id",
            sa.Text(),
            sa.ForeignKey("branches.id", name=op.f("fk_devices_branch_id")),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("paired_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('kiosk', 'display')", name=op.f("ck_devices_known_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_devices_token_hash")),
    )
    op.create_index("ix_devices_branch_id", "devices", ["branch_id"])
    op.create_table(
        "pairings",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("claim_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "device_id",
            sa.Text(),
            sa.ForeignKey("devices.id", name=op.f("fk_pairings_device_id")),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_pairings")),
        sa.UniqueConstraint("claim_hash", name=op.f("uq_pairings_claim_hash")),
    )
