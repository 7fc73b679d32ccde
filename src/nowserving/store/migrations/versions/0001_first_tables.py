"""The tables of the first release, and the one row of the organisation itself."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite gives a rowid alias only to INTEGER PRIMARY KEY, PostgreSQL needs BIGINT.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _organisations()
    _branches()
    _departments()
    _queues()
    _desks()
    _tickets()
    _stays()
    _events()
    _staff()
    _sign_ins()
    _api_keys()
    # Changes that belong to no branch are ordered by this row. It has no name until the first run gives one.
    organisations = sa.table("organisations", sa.column("id"), sa.column("name"), sa.column("created_at"))
    row = {"id": "organisation", "name": "", "created_at": time.time_ns() // 1000}
    op.bulk_insert(organisations, [row])


def _where(condition: str) -> dict[str, Any]:
    """Return the arguments of an index that holds only some rows."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _to(column: str, name: str) -> sa.ForeignKey:
    return sa.ForeignKey(column, name=op.f(name))


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("accent", sa.Text(), server_default="", nullable=False),
        sa.Column("languages", sa.Text(), server_default="en hi es ar", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("clock_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )


def _branches() -> None:
    op.create_table(
        "branches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("screens", sa.Text(), server_default="{}", nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("clock_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
    )
    op.create_table(
        "closures",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), _to("branches.id", "fk_closures_branch_id"), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_closures_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    op.create_index("ix_closures_branch_id", "closures", ["branch_id"])


def _departments() -> None:
    op.create_table(
        "departments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), _to("branches.id", "fk_departments_branch_id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
    )
    op.create_index("ix_departments_branch_id", "departments", ["branch_id"])


def _queues() -> None:
    op.create_table(
        "queues",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), _to("branches.id", "fk_queues_branch_id"), nullable=False),
        sa.Column(
            "department_id", sa.Text(), _to("departments.id", "fk_queues_department_id"), nullable=True
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("icon", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("waiting", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("late_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("told", sa.Text(), server_default="", nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("waiting >= 0", name=op.f("ck_queues_waiting_not_negative")),
        sa.CheckConstraint("late_s >= 0", name=op.f("ck_queues_late_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queues")),
    )
    op.create_index("ix_queues_branch_id", "queues", ["branch_id"])
    op.create_index(
        "uq_queues_live_prefix",
        "queues",
        ["branch_id", "prefix"],
        unique=True,
        **_where("archived_at IS NULL"),
    )
    op.create_table(
        "numbers",
        sa.Column("queue_id", sa.Text(), _to("queues.id", "fk_numbers_queue_id"), nullable=False),
        sa.Column("service_day", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("queue_id", "service_day", name=op.f("pk_numbers")),
    )


def _desks() -> None:
    op.create_table(
        "desks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), _to("branches.id", "fk_desks_branch_id"), nullable=False),
        sa.Column("department_id", sa.Text(), _to("departments.id", "fk_desks_department_id"), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="closed", nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=True),
        sa.Column("since_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('closed', 'open', 'paused')", name=op.f("ck_desks_known_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desks")),
    )
    op.create_index("ix_desks_branch_id", "desks", ["branch_id"])
    op.create_table(
        "desk_queues",
        sa.Column("desk_id", sa.Text(), _to("desks.id", "fk_desk_queues_desk_id"), nullable=False),
        sa.Column("queue_id", sa.Text(), _to("queues.id", "fk_desk_queues_queue_id"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("desk_id", "queue_id", name=op.f("pk_desk_queues")),
    )
    op.create_index("ix_desk_queues_queue_id", "desk_queues", ["queue_id"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), _to("branches.id", "fk_tickets_branch_id"), nullable=False),
        sa.Column("queue_id", sa.Text(), _to("queues.id", "fk_tickets_queue_id"), nullable=False),
        sa.Column(
            "number_queue_id", sa.Text(), _to("queues.id", "fk_tickets_number_queue_id"), nullable=False
        ),
        sa.Column("service_day", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("party_size", sa.Integer(), server_default="1", nullable=False),
        sa.Column("priority", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("desk_id", sa.Text(), _to("desks.id", "fk_tickets_desk_id"), nullable=True),
        sa.Column("agent_id", sa.Text(), nullable=True),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
        sa.Column("calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("passed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("quoted_low_s", sa.Integer(), nullable=True),
        sa.Column("quoted_high_s", sa.Integer(), nullable=True),
        sa.Column("coming_at", sa.BigInteger(), nullable=True),
        sa.Column("overstayed_at", sa.BigInteger(), nullable=True),
        sa.Column("rejoin_until_at", sa.BigInteger(), nullable=True),
        sa.Column("joined_from", sa.Text(), nullable=True),
        sa.Column("reach", sa.Integer(), server_default="0", nullable=False),
        *_ticket_checks(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("key", name=op.f("uq_tickets_key")),
        sa.UniqueConstraint(
            "number_queue_id",
            "service_day",
            "number",
            name=op.f("uq_tickets_number_queue_id_service_day_number"),
        ),
    )
    _ticket_indexes()


def _ticket_checks() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint(
            "(state IN ('done', 'no_show', 'left', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_tickets_final_has_end"),
        ),
        sa.CheckConstraint(
            "deadline_at IS NULL OR state NOT IN ('done', 'no_show', 'left', 'cancelled')",
            name=op.f("ck_tickets_final_has_no_deadline"),
        ),
        sa.CheckConstraint(
            "desk_id IS NULL OR state IN ('called', 'serving')", name=op.f("ck_tickets_desk_only_when_called")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'called', 'serving', 'parked', 'done', 'no_show', 'left', 'cancelled')",
            name=op.f("ck_tickets_known_state"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_tickets_number_from_one")),
        sa.CheckConstraint("party_size >= 1", name=op.f("ck_tickets_party_of_one_or_more")),
    )


def _ticket_indexes() -> None:
    op.create_index("ix_tickets_deadline_at", "tickets", ["deadline_at"], **_where("deadline_at IS NOT NULL"))
    op.create_index("ix_tickets_ended_at", "tickets", ["branch_id", "ended_at"])
    op.create_index("ix_tickets_inside", "tickets", ["queue_id"], **_where("state IN ('called', 'serving')"))
    op.create_index(
        "ix_tickets_joined_from",
        "tickets",
        ["joined_from"],
        **_where("joined_from IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_index("ix_tickets_open", "tickets", ["branch_id", "id"], **_where("ended_at IS NULL"))
    to_tell = _where("state = 'waiting' AND reach = 1")
    op.create_index("ix_tickets_to_tell", "tickets", ["queue_id", "reach", "rank"], **to_tell)
    op.create_index(
        "uq_tickets_open_call",
        "tickets",
        ["desk_id"],
        unique=True,
        **_where("state IN ('called', 'serving') AND desk_id IS NOT NULL"),
    )
    op.create_index(
        "uq_tickets_waiting_rank", "tickets", ["queue_id", "rank"], unique=True, **_where("state = 'waiting'")
    )


def _stays() -> None:
    op.create_table(
        "stays",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("ticket_id", ROW_ID, _to("tickets.id", "fk_stays_ticket_id"), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("desk_id", sa.Text(), nullable=True),
        sa.Column("agent_id", sa.Text(), nullable=True),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("to_at IS NULL OR to_at >= from_at", name=op.f("ck_stays_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stays")),
    )
    op.create_index(
        "ix_stays_served", "stays", ["queue_id", "to_at"], **_where("state = 'serving' AND to_at IS NOT NULL")
    )
    op.create_index("ix_stays_ticket_id", "stays", ["ticket_id"])
    op.create_index("uq_stays_open", "stays", ["ticket_id"], unique=True, **_where("to_at IS NULL"))


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("scope_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=True),
        sa.Column("queue_id", sa.Text(), nullable=True),
        sa.Column("desk_id", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "version", name=op.f("pk_events")),
    )
    op.create_index("ix_events_at", "events", ["scope_id", "at"])
    op.create_index("ix_events_ticket_id", "events", ["ticket_id"], **_where("ticket_id IS NOT NULL"))
    op.create_table(
        "replies",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "route", "key", name=op.f("pk_replies")),
    )
    op.create_index("ix_replies_created_at", "replies", ["created_at"])


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("credential_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("keyboard", sa.Integer(), server_default="1", nullable=False),
        sa.Column("edited", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("role IN ('admin', 'agent')", name=op.f("ck_staff_known_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "staff_branches",
        sa.Column("staff_id", sa.Text(), _to("staff.id", "fk_staff_branches_staff_id"), nullable=False),
        sa.Column("branch_id", sa.Text(), _to("branches.id", "fk_staff_branches_branch_id"), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "branch_id", name=op.f("pk_staff_branches")),
    )


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), _to("staff.id", "fk_sign_ins_staff_id"), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("browser", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")),
    )
    op.create_index("ix_sign_ins_staff_id", "sign_ins", ["staff_id"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), _to("staff.id", "fk_refresh_tokens_staff_id"), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_tokens")),
    )
    op.create_index("ix_refresh_tokens_family", "refresh_tokens", ["family"])
    op.create_index("ix_refresh_tokens_staff_id", "refresh_tokens", ["staff_id"])


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), _to("branches.id", "fk_api_keys_branch_id"), nullable=True),
        sa.Column("unlimited", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "role IN ('admin', 'agent', 'kiosk', 'display')", name=op.f("ck_api_keys_known_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
