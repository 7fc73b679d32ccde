"""Access tokens (JWT, RFC 7519): short-lived, of one kind, signed with one algorithm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeGuard

import jwt

from nowserving.domain.instants import SECOND_US
from nowserving.secret_key import secret_key
from nowserving.settings import Settings

_ALGORITHM = "HS256"
_ISSUER = "nowserving"
_AUDIENCE = "nowserving-api"
_KIND = "access"
_MOST_LENGTH = 2048


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good access token says. `expires_at` is in µs."""

    staff_id: str
    credential_version: int
    family: str
    expires_at: int


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value.isascii() and value.isprintable()


@lru_cache(maxsize=4)
def _key(settings: Settings) -> bytes:
    return secret_key(settings)


def make_access_token(
    settings: Settings, *, staff_id: str, credential_version: int, family: str, now_us: int
) -> str:
    """Return a signed access token that lives for `settings.access_token_s`."""
    now = now_us // SECOND_US
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "typ": _KIND,
        "sub": staff_id,
        "ver": credential_version,
        "fam": family,
        "iat": now,
        "exp": now + settings.access_token_s,
    }
    return jwt.encode(claims, _key(settings), algorithm=_ALGORITHM)


def read_access_token(settings: Settings, token: str) -> Claims | None:
    """Return the claims of a token that is ours and good now, or None whatever is wrong with it."""
    if len(token) > _MOST_LENGTH:
        return None
    try:
        found = jwt.decode(
            token,
            _key(settings),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            issuer=_ISSUER,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except jwt.PyJWTError:
        return None
    staff_id, version, family = found.get("sub"), found.get("ver"), found.get("fam")
    if found.get("typ") != _KIND or not _is_id(staff_id) or not _is_id(family):
        return None
    if not isinstance(version, int) or isinstance(version, bool):
        return None
    return Claims(staff_id, version, family, int(found["exp"]) * SECOND_US)
