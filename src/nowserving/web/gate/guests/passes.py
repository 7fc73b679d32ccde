"""Tokens of passes (JWT, RFC 7519): signed, for one device or one website, until one instant.

A token only names a row. Whether that row lets anybody in is asked under the lock, each time it is used
(`actions/shows/passing.py`); here is only whose signature it is. Its text must be exactly as we write it: one
algorithm, one kind, these claims and no others. So whatever is sent instead gets one and the same refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hmac import compare_digest
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import Request

from nowserving.actions.shows.passing import no_pass, pass_lapsed
from nowserving.domain.base64url import raw_of, url_safe
from nowserving.domain.instants import HOUR_US, SECOND_US
from nowserving.domain.shows.draw import place_id
from nowserving.errors import N_, AppError, Busy
from nowserving.secret_key import secret_key
from nowserving.settings import BadSettings, Settings
from nowserving.store.shows.passes import Pass
from nowserving.web.house import house_of
from nowserving.web.pages.guest.phones import phone_of
from nowserving.web.wire import asgi

HEADER = b"pass"
ROTATE_S = 24 * 3600
"""Each day has a key of its own."""
WEBSITE_S = 120
"""How long the way to a website that we guard may take."""
_LONGEST_S = 3 * HOUR_US // SECOND_US  # Two hours to choose and one more: no pass lasts longer.
_SKEW_S = 60  # So far may the clocks of our processes differ.
_ALGORITHM = "HS256"
_TYPE = "pass"
_ISSUER = "nowserving"
_SEATS, _WEBSITE = "nowserving-seats", "nowserving-website"
_MOST_LENGTH = 1024
_TEXTS = ("iss", "aud", "sub", "perf", "dev", "jti")
_TIMES = ("iat", "exp")


def pass_token(settings: Settings, given: Pass, key: str, now: int) -> str:
    """Return the token of a pass, for the device that it was given to; `key` is that of its place.

    It says until when the pass lasts now: one that is extended has a new token. Raises Busy `no_signer`.
    """
    of = {"aud": _SEATS, "dev": given.device_hash, "exp": given.expires_at}
    return _signed(settings, given, key, now, of)


def website_token(settings: Settings, given: Pass, key: str, now: int) -> str:
    """Return the token that leads to a website that we guard, good for the way there.

    It does not say which device it is: websites must not know people again by it. Raises Busy `no_signer`.
    """
    until = min(given.expires_at, now + WEBSITE_S * SECOND_US)
    return _signed(settings, given, key, now, {"aud": _WEBSITE, "dev": "", "exp": until})


def claims_of(request: Request) -> dict[str, Any]:
    """Return the claims of the pass in a request's header, sent by the device that it was given to.

    Raises Forbidden `no_pass` whatever is wrong with it, Gone `pass_lapsed` for one that was good, Busy
    `no_signer` where no signature can be looked at: nobody is let in then.
    """
    house = house_of(request)
    found = _read(house.settings, asgi.header(request.scope, HEADER), _SEATS, house.store.clock())
    device = phone_of(request)
    if device is None or not compare_digest(device, found["dev"]):
        raise no_pass()
    return found


def claims_of_place(request: Request, key: str) -> dict[str, Any]:
    """Like `claims_of`, of the pass of the place that a key opens."""
    found = claims_of(request)
    if not compare_digest(found["sub"], place_id(key)):
        raise no_pass()
    return found


def claims_for_website(
    settings: Settings, token: str, performance_id: str, now: int, *, on_the_way: bool = True
) -> dict[str, Any]:
    """Return the claims of a token that leads to the website of a performance; raises as `claims_of` does.

    Unless somebody is `on_the_way`, one whose time is over will do: its pass was taken before.
    """
    found = _read(settings, token, _WEBSITE, now, lapsed_too=not on_the_way)
    if not compare_digest(found["perf"].encode(), performance_id.encode()):
        raise no_pass()
    return found


def check_signer(settings: Settings, now: int) -> None:
    """Raise Busy `no_signer` unless tokens can be signed: looked at before somebody is let in."""
    _key(settings, _key_id(now))


def _signed(settings: Settings, given: Pass, key: str, now: int, of: Mapping[str, Any]) -> str:
    claims = {
        **of,
        "iss": _ISSUER,
        "sub": place_id(key),
        "perf": given.performance_id,
        "jti": given.id,
        "iat": now // SECOND_US,
        # The last second is cut by the row, to the microsecond.
        "exp": -(-of["exp"] // SECOND_US),
    }
    key_id = _key_id(now)
    headers = {"kid": key_id, "typ": _TYPE}
    return jwt.encode(claims, _key(settings, key_id), algorithm=_ALGORITHM, headers=headers)


def _read(
    settings: Settings, token: str, audience: str, now: int, *, lapsed_too: bool = False
) -> dict[str, Any]:
    now_s = now // SECOND_US
    key_id = _key_id_of(token, now_s)
    if key_id is None:
        raise no_pass()
    key = _key(settings, key_id)
    # Time is judged below, by the house's clock.
    by_itself = dict.fromkeys(("verify_exp", "verify_iat", "verify_nbf"), False)
    options: Any = {"require": [*_TEXTS, *_TIMES], **by_itself}
    try:
        found: dict[str, Any] = jwt.decode(
            token, key, algorithms=[_ALGORITHM], audience=audience, issuer=_ISSUER, options=options
        )
    except jwt.PyJWTError:
        raise no_pass() from None
    if not _is_ours(found, audience) or found["iat"] > now_s + _SKEW_S:
        raise no_pass()
    if found["exp"] <= now_s and not lapsed_too:
        raise pass_lapsed()
    return found


def _is_ours(found: Mapping[str, Any], audience: str) -> bool:
    texts = all(isinstance(found[name], str) and found[name].isascii() for name in _TEXTS)
    times = all(type(found[name]) is int for name in _TIMES)
    return texts and times and found["aud"] == audience and set(found) == {*_TEXTS, *_TIMES}


def _key_id_of(token: str, now_s: int) -> str | None:
    """Return which key a token says it is signed with, if we could have written it so, else None."""
    parts = token.split(".")
    if len(token) > _MOST_LENGTH or not token.isascii() or len(parts) != 3 or not _exact(parts[2]):
        return None
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        return None
    good = {
        str(day)
        for day in range((now_s - _LONGEST_S) // ROTATE_S, (now_s + _SKEW_S) // ROTATE_S + 1)
        if header == {"alg": _ALGORITHM, "typ": _TYPE, "kid": str(day)}
    }
    return next(iter(good), None)


def _exact(signature: str) -> bool:
    """Say whether a signature is written as we write it: base64 has several spellings of some."""
    try:
        return url_safe(raw_of(signature)) == signature
    except ValueError:
        return False


def _key_id(now: int) -> str:
    return str(now // SECOND_US // ROTATE_S)


def _key(settings: Settings, key_id: str) -> bytes:
    try:
        return _made(settings, key_id)
    except (BadSettings, OSError):
        raise no_signer() from None


@lru_cache(maxsize=16)
def _made(settings: Settings, key_id: str) -> bytes:
    info = f"nowserving passes {key_id}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret_key(settings))


def no_signer() -> AppError:
    """Return the refusal while nothing can be signed, ready to raise: nobody is let in without."""
    message = N_("Passes can't be looked at just now. Your place is kept; please try again.")
    return Busy("no_signer", message, retry_after_s=5)
