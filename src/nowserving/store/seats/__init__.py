"""Seats as rows: maps, what is taken, holds, bookings, stubs and the waiting list."""
