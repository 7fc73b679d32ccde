"""The verbs of seats: maps, holds, bookings, the door and the waiting list."""
