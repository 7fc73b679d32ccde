"""Guests' accounts in a browser: registering, signing in, proofs by e-mail, all that was booked."""
