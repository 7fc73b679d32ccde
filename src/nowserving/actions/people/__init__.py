"""Accounts, sign-ins, keys of programs and devices."""
