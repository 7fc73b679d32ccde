"""What proves that an address is a guest's: something that only the mail to this address says."""

from __future__ import annotations

import hmac
from hashlib import sha256

from nowserving.secret_key import secret_key
from nowserving.web.house import House

_SAID = b"this address is the guest's of reservation "


def address_proof(house: House, key: str, email: str) -> str:
    """Return the proof for the reservation of a key and its address: nothing is stored for it."""
    said = _SAID + key.encode() + b" " + email.encode()
    return hmac.new(secret_key(house.settings), said, sha256).hexdigest()[:32]


def is_address_proof(house: House, key: str, email: str, given: str) -> bool:
    """Tell whether this is the proof of a reservation's address."""
    return hmac.compare_digest(given.encode(), address_proof(house, key, email).encode())
