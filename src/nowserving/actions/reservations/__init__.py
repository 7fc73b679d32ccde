"""The verbs of reservations: services, rosters, booking, changing, arriving, the waiting list."""
