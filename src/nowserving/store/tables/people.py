"""The tables of people and of what acts for them: staff, sign-ins, tokens, keys, devices."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from nowserving.store.tables.metadata import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # What is typed at sign-in: lower case ASCII, e-mail or short name.
    Column("login", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    # Raised by every change of password or role: tokens and sign-ins of older versions are dead at once.
    Column("credential_version", Integer, nullable=False, server_default="1"),
    Column("keyboard", Integer, nullable=False, server_default="1"),
    # Whether this person may read what clinicians write. No role brings it along.
    Column("clinical", Integer, nullable=False, server_default="0"),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    CheckConstraint("role IN ('admin', 'agent')", name="known_role"),
)

# An agent sees the branches listed here and no others; an admin sees all.
staff_branches = Table(
    "staff_branches",
    metadata,
    Column("staff_id", Text, ForeignKey("staff.id"), primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), primary_key=True),
)

# Browsers that are signed in. Only the hash of the cookie's secret is kept.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("staff_id", Text, ForeignKey("staff.id"), nullable=False),
    Column("credential_version", Integer, nullable=False),
    Column("browser", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("ix_sign_ins_staff_id", "staff_id"),
)

# Refresh tokens of programs that act as a person. A family is a sign-in; a token used twice ends it.
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("family", Text, nullable=False),
    Column("staff_id", Text, ForeignKey("staff.id"), nullable=False),
    Column("credential_version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index("ix_refresh_tokens_family", "family"),
    Index("ix_refresh_tokens_staff_id", "staff_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key_hash", Text, nullable=False, unique=True),
    Column("hint", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("branch_id", Text, ForeignKey("branches.id")),
    # A demo's and a load test's key may be freed of the rate limits; never the default.
    Column("unlimited", Integer, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    CheckConstraint("role IN ('admin', 'agent', 'kiosk', 'display')", name="known_role"),
)

devices = Table(
    "devices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    # JSON: layout, queues shown, volume, muted hours, ...
    Column("settings", Text, nullable=False, server_default="{}"),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("paired_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("fault", Text, nullable=False, server_default=""),
    Column("revoked_at", BigInteger),
    CheckConstraint("kind IN ('kiosk', 'display')", name="known_kind"),
    Index("ix_devices_branch_id", "branch_id"),
)

# A device that shows its code and waits for an admin to type it. One use, minutes of life.
pairings = Table(
    "pairings",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("claim_hash", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("device_id", Text, ForeignKey("devices.id")),
)
