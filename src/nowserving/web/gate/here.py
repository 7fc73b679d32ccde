"""Pairing from the server's own machine: who can read the server's key needs no code and no password.

`nowserving kiosk --data DIR` proves with the key that it reads the data folder. The proof names
its moment and is good for a minute, so one that is overheard opens nothing later.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from nowserving.secret_key import secret_key
from nowserving.settings import Settings

GOOD_FOR_S = 60


def proof_of_being_here(settings: Settings, kind: str, at_s: int) -> str:
    """Return the proof that pairs a device of this kind at this moment (seconds since the epoch)."""
    said = f"pair a {kind} from this machine at {at_s}"
    return hmac.new(secret_key(settings), said.encode(), sha256).hexdigest()


def is_here(settings: Settings, kind: str, at_s: int, proof: str, now_s: int) -> bool:
    """Tell whether a proof is ours and of this minute."""
    wanted = proof_of_being_here(settings, kind, at_s)
    return abs(now_s - at_s) <= GOOD_FOR_S and hmac.compare_digest(proof.encode(), wanted.encode())
