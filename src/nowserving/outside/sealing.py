"""Sealing a push (RFC 8291, aes128gcm) and signing who sends it (RFC 8292, VAPID)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nowserving.domain.base64url import raw_of, url_safe
from nowserving.outside.clock import now

_RECORD = 4096
_SIGNED_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class PushKey:
    """The key pair that push services know this server by."""

    private: ec.EllipticCurvePrivateKey
    contact: str = ""
    """Whom a push service may write to: "mailto:…" or an https address."""

    @property
    def public(self) -> str:
        """The public key as a browser wants it: an uncompressed point, base64url."""
        return url_safe(_point(self.private.public_key()))

    def signature(self, endpoint: str) -> str:
        """Return the Authorization header for a push service, good for half a day."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now() + _SIGNED_FOR}
        if self.contact:
            claims["sub"] = self.contact
        return f"vapid t={jwt.encode(claims, self.private, algorithm='ES256')}, k={self.public}"


def new_key() -> bytes:
    """Return a new private key (P-256) as PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def key_from(pem: bytes, contact: str = "") -> PushKey:
    """Return the key that a PEM holds; raises ValueError for anything but a private key on P-256."""
    private = serialization.load_pem_private_key(pem, None)
    if isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
        return PushKey(private, contact)
    raise ValueError("not a private key on the curve P-256")


def sealed(plain: bytes, p256dh: str, auth: str) -> bytes:
    """Return a payload that only the browser with these keys can open. Raises ValueError for bad keys."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw_of(p256dh))
    ours = ec.generate_private_key(ec.SECP256R1())
    point = _point(ours.public_key())
    salt = os.urandom(16)
    info = b"WebPush: info\x00" + _point(theirs) + point
    secret = _derived(ours.exchange(ec.ECDH(), theirs), raw_of(auth), info, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
    head = salt + _RECORD.to_bytes(4, "big") + bytes([len(point)]) + point
    return head + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
