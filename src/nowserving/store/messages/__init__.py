"""Statements for contacts and for the outbox."""
