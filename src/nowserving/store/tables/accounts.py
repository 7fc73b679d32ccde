"""The tables of guests who have an account: for those who come back and want to see all they booked."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from nowserving.store.tables.metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    # As it is compared: the domain in lower case. Personal, like the name and the phone.
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("phone", Text),
    Column("language", Text, nullable=False, server_default=""),
    Column("password_hash", Text, nullable=False),
    Column("credential_version", Integer, nullable=False, server_default="1"),
    Column("verified_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("edited", BigInteger, nullable=False, server_default="1"),
)

# Browsers in which a guest is signed in. Only the hash of the cookie's secret is kept.
account_sign_ins = Table(
    "account_sign_ins",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("credential_version", Integer, nullable=False),
    Column("browser", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("ix_account_sign_ins_account_id", "account_id"),
)

# What is sent by e-mail to prove that the address is the guest's. One use, minutes of life.
account_proofs = Table(
    "account_proofs",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    CheckConstraint("purpose IN ('verify', 'reset')", name="known_purpose"),
    Index("ix_account_proofs_account_id", "account_id"),
)
