"""The one-time secret of the first run: who can read the server's console may set it up."""

from __future__ import annotations

import hmac
from hashlib import sha256

from nowserving.secret_key import secret_key
from nowserving.settings import Settings

PATH = "/first-run"


def set_up_secret(settings: Settings) -> str:
    """Return the secret. It follows from the server's key, so every process of a server knows the same.

    It opens nothing once anybody has an account.
    """
    return hmac.new(secret_key(settings), b"the first run of this house", sha256).hexdigest()[:32]


def is_set_up_secret(settings: Settings, typed: str) -> bool:
    """Tell whether this is the secret, in the same time whatever it is."""
    return hmac.compare_digest(typed.strip().encode(), set_up_secret(settings).encode())


def set_up_path(settings: Settings) -> str:
    """Return the path of the first-run page with its secret, to be printed on the console."""
    return f"{PATH}?secret={set_up_secret(settings)}"
