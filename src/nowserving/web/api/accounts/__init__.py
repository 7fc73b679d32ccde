"""Guests' accounts for programs: registering, proving, signing in, what was booked."""
