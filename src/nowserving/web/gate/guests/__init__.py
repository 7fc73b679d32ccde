"""Guests who are known: signed in to an account, or by what only the mail to their address says."""
