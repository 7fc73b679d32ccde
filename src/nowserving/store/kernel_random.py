"""Random numbers of the operating system, fetched many at a time."""

from __future__ import annotations

import os
from random import SystemRandom

_AT_ONCE = 4096
_FLOAT_BITS = 53


class KernelRandom(SystemRandom):
    """Like `SystemRandom`, for one thread, but fetched many bytes at a time. No byte is given out twice.

    Each fetch lets go of the interpreter and waits for its turn again, which in a rush costs more than
    the bytes do.
    """

    def __init__(self) -> None:
        self._bytes = b""
        self._used = 0
        super().__init__()

    def getrandbits(self, k: int) -> int:
        """Return so many random bits as a number."""
        size = (k + 7) // 8
        return int.from_bytes(self.randbytes(size), "big") >> (size * 8 - k)

    def randbytes(self, n: int) -> bytes:
        """Return so many random bytes."""
        if n > len(self._bytes) - self._used:
            self._bytes, self._used = os.urandom(max(n, _AT_ONCE)), 0
        found = self._bytes[self._used : self._used + n]
        self._used += n
        return found

    def random(self) -> float:
        """Return a random number from 0 up to, and without, 1."""
        return self.getrandbits(_FLOAT_BITS) / (1 << _FLOAT_BITS)
