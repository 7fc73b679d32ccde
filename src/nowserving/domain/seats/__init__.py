"""Seats: the plan of a house, which seats are best, and the proof that one was booked."""
