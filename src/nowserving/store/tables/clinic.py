"""The tables of the clinic: who a guest is that comes back, what was done, and who has read it.

Whatever says something about a person is sealed with a key that is not in the database. A record is
found again by keyed hashes of the words in it (`record_words`), so that nothing readable is indexed.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from nowserving.store.tables.metadata import RowId, metadata, where

# A guest who comes back, such as a patient.
records = Table(
    "records",
    metadata,
    Column("id", Text, primary_key=True),
    # Where the guest comes to: whoever does not see this branch does not see the record.
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    # Sealed JSON: name, birth_date, phone, email, number.
    Column("sealed", Text, nullable=False),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    Column("created_at", BigInteger, nullable=False),
    Column("erased_at", BigInteger),
    Index("ix_records_branch_id", "branch_id"),
)

# Keyed hashes of a record's words: parts of the name, digits of the phone, the number, the birth date.
record_words = Table(
    "record_words",
    metadata,
    Column("word_hash", Text, primary_key=True),
    Column("record_id", Text, ForeignKey("records.id"), primary_key=True),
    Index("ix_record_words_record_id", "record_id"),
)

# What a ticket is about, where a record or a reason is known: one visit, however many stations.
visits = Table(
    "visits",
    metadata,
    Column("ticket_id", RowId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("record_id", Text, ForeignKey("records.id")),
    # Sealed text: why the guest has come.
    Column("reason", Text),
    # Who sent the guest on, to be gone back to: the desk, the queue it was called from, and its rank there.
    Column("back_to_desk_id", Text, ForeignKey("desks.id")),
    Column("back_to_queue_id", Text, ForeignKey("queues.id")),
    Column("back_to_rank", BigInteger),
    Index("ix_visits_record_id", "record_id", **where("record_id IS NOT NULL")),
    Index("ix_visits_branch_id", "branch_id"),
)

# A serving stay with a clinician's note.
consultations = Table(
    "consultations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("ticket_id", RowId, ForeignKey("tickets.id"), nullable=False),
    Column("record_id", Text, ForeignKey("records.id")),
    Column("branch_id", Text, ForeignKey("branches.id"), nullable=False),
    Column("queue_id", Text, ForeignKey("queues.id"), nullable=False),
    Column("desk_id", Text, ForeignKey("desks.id")),
    Column("agent_id", Text),
    Column("from_at", BigInteger, nullable=False),
    Column("to_at", BigInteger),
    Column("outcome", Text, nullable=False, server_default=""),
    # Sealed text.
    Column("note", Text),
    Column("edited", BigInteger, nullable=False, server_default="1"),
    CheckConstraint("to_at IS NULL OR to_at >= from_at", name="ends_after_start"),
    Index("uq_consultations_stay", "ticket_id", "from_at", unique=True),
    Index("uq_consultations_open", "ticket_id", unique=True, **where("to_at IS NULL")),
    Index("ix_consultations_record_id", "record_id", "from_at", **where("record_id IS NOT NULL")),
    Index("ix_consultations_desk_id", "desk_id", "to_at"),
)

# Every look at who a guest is: kept for years, and naming nobody by name.
record_reads = Table(
    "record_reads",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("branch_id", Text),
    Column("record_id", Text),
    Column("ticket_id", RowId),
    # searched, opened, note_read, exported, ...
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("found", Integer, nullable=False, server_default="1"),
    Index("ix_record_reads_at", "at"),
    Index("ix_record_reads_record_id", "record_id", "at", **where("record_id IS NOT NULL")),
)
