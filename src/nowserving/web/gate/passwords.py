"""Passwords: hashing and checking them, off the event loop, never more than a few at a time.

Argon2id takes 64 MiB and some tens of milliseconds for each hash, on purpose. A small semaphore
bounds what a flood of sign-ins can cost; who has no account costs the same as who has one.
"""

from __future__ import annotations

import asyncio
import hashlib
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from nowserving.domain.people.staff import check_password, fits_password
from nowserving.errors import N_, invalid_field

T = TypeVar("T")

# The first five bytes of the SHA-256 of each of 11,600 common passwords, sorted. Made from the
# frequency lists of zxcvbn (MIT licence); hashes, because the words themselves are not nice to read.
COMMON = Path(__file__).with_name("common_passwords.bin")
_WIDTH = 5
_AT_A_TIME = 2
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)


class Passwords:
    """Hashes and checks passwords in threads, `_AT_A_TIME` at a time. One for each server."""

    def __init__(self) -> None:
        self._gate = asyncio.Semaphore(_AT_A_TIME)

    async def hash(self, password: str) -> str:
        """Return the hash to keep of an acceptable new password."""
        return await self._off_loop(lambda: hash_now(password))

    async def fits(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is the one of this hash. None (nobody) takes as long and is False."""
        if not fits_password(password):
            return False
        return await self._off_loop(lambda: _fits(password_hash, password))

    async def _off_loop(self, work: Callable[[], T]) -> T:
        async with self._gate:
            return await asyncio.to_thread(work)


def hash_now(password: str) -> str:
    """Return the hash to keep of a password, in this thread (command line)."""
    return _hasher.hash(password)


def new_password(value: object, *related: str, pointer: str = "/password") -> str:
    """Return a new password that is acceptable: long enough, not a common one, not a name at hand."""
    password = check_password(value, pointer)
    plain = password.casefold()
    if is_common(plain) or plain in _names(related) or len(set(plain)) < 3:
        message = N_("This password is among the first that an attacker tries. Choose another one.")
        raise invalid_field(pointer, "common_password", message)
    return password


def is_common(password: str) -> bool:
    """Tell whether a password, in lower case, stands on the list of common ones."""
    wanted = hashlib.sha256(password.encode()).digest()[:_WIDTH]
    known = _common()
    place = bisect_left(known, wanted)
    return place < len(known) and known[place] == wanted


def _names(related: Sequence[str]) -> set[str]:
    names = {"now serving", "nowserving", "now-serving"}
    for name in related:
        names |= {name.casefold(), name.casefold().partition("@")[0], name.casefold().replace(" ", "")}
    return names


@cache
def _common() -> list[bytes]:
    packed = COMMON.read_bytes()
    return [packed[at : at + _WIDTH] for at in range(0, len(packed), _WIDTH)]


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("the password of somebody who has no account")


def _fits(password_hash: str | None, password: str) -> bool:
    try:
        _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
