"""Guests who have an account: registering, proving the address, signing in, changing, deleting."""
