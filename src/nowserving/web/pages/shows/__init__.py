"""The pages of shows for guests: what is on, the lobby, the seats, and what was booked."""
