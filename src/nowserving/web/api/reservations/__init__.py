"""The API of reservations: services and their slots, reservations, the waiting list."""
