"""The key that signs stubs (Ed25519): whoever has its public half can check a code without a network.

And what a code looks like in a letter.
"""

from __future__ import annotations

import io
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from hashlib import sha256

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nowserving.domain.base64url import url_safe
from nowserving.domain.seats.stub import StubText, taken_apart

# The quiet zone that the standard asks for, in modules; and pixels for each, sharp on any phone and on paper.
_QUIET = 4
_PIXELS = 5


@dataclass(frozen=True, slots=True)
class StubKey:
    """A key pair, known by its id."""

    private: Ed25519PrivateKey
    id: str
    public: str
    """The raw public key, base64url."""

    def code_of(self, performance_id: str, serial: str, version: int) -> str:
        """Return what the QR code of a stub says."""
        said = StubText(performance_id, serial, version).signed_part(self.id)
        return f"{said}.{url_safe(self.private.sign(said.encode('ascii')))}"

    def read(self, code: str) -> StubText | None:
        """Return what a code says that we have signed; None for every other."""
        parts = taken_apart(code)
        if parts is None or parts.key_id != self.id:
            return None
        try:
            signature = urlsafe_b64decode(parts.signature + "==")
            self.private.public_key().verify(signature, parts.signed_part.encode("ascii"))
        except (InvalidSignature, ValueError):
            return None
        return parts.text


def stub_key(secret: bytes) -> StubKey:
    """Return the key of a house, made from its secret: every process of it has the same."""
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"nowserving stubs").derive(secret)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return StubKey(private, url_safe(sha256(raw).digest()[:6]), url_safe(raw))


def qr_png(text: str) -> bytes:
    """Return `text` as a QR code."""
    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", border=_QUIET, scale=_PIXELS)
    return picture.getvalue()
