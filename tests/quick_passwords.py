"""Passwords at next to no cost, for tests that are about something else.

To hash one takes a tenth of a second and 64 MiB, on purpose; the tests sign in two thousand times. What a
hash must cost is tried in tests/web/test_passwords.py, with the real one.
"""

from __future__ import annotations

from argon2 import PasswordHasher

from nowserving.web.gate import passwords

REAL = passwords._hasher
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def use() -> None:
    """Hash quickly in this process from now on."""
    passwords._hasher = _QUICK
    passwords._nobodys_hash.cache_clear()
