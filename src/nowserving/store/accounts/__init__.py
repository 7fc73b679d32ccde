"""Guests' accounts: reading them, their sign-ins and the proofs that were sent to them."""
