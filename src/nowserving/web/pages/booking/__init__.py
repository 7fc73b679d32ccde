"""Reservations as guests see them: choosing a time, the form, and the page that manages what was booked."""
