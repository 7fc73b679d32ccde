"""The API of seats: maps, what is free, bookings, the door and the waiting list."""
