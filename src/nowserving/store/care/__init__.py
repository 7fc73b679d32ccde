"""Migrations, backups, checks and the replay of the log."""
