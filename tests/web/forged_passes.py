"""What attackers send in place of a pass, by name: most from what libraries of tokens once fell for."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from nowserving.web.gate.guests import passes
from tests.web.box_office import BoxOffice


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    header, body, signature = token.split(".")
    read = [json.loads(base64.urlsafe_b64decode(one + "==")) for one in (header, body)]
    return read[0], read[1], signature


def put_together(header: dict[str, Any], body: dict[str, Any], signature: str) -> str:
    return ".".join((b64(json.dumps(header).encode()), b64(json.dumps(body).encode()), signature))


def signed(header: dict[str, Any], body: dict[str, Any], key: bytes) -> str:
    text = put_together(header, body, "").rpartition(".")[0]
    return f"{text}.{b64(hmac.new(key, text.encode(), sha256).digest())}"


def own_key(office: BoxOffice, token: str) -> bytes:
    """Return the key that a token is signed with, as only the house knows it."""
    return passes._made(office.playhouse.house.settings, parts(token)[0]["kid"])


Forgery = Callable[[BoxOffice, str], str]


def edited(**claims: Any) -> Forgery:
    """Change what a token says and keep its signature."""

    def forge(_: BoxOffice, token: str) -> str:
        header, body, signature = parts(token)
        return put_together(header, {**body, **claims}, signature)

    return forge


def resigned(header: dict[str, Any] | None = None, without: str = "", **claims: Any) -> Forgery:
    """Sign other words with the right key: what a hole elsewhere could make our own code do."""

    def forge(office: BoxOffice, token: str) -> str:
        head, body, _ = parts(token)
        body = {name: value for name, value in {**body, **claims}.items() if name != without}
        return signed({**head, **(header or {})}, body, own_key(office, token))

    return forge


def unsigned(algorithm: str) -> Forgery:
    def forge(_: BoxOffice, token: str) -> str:
        header, body, _signature = parts(token)
        return put_together({**header, "alg": algorithm}, body, "")

    return forge


def signed_with(key: bytes, **header: Any) -> Forgery:
    def forge(_: BoxOffice, token: str) -> str:
        head, body, _signature = parts(token)
        return signed({**head, **header}, body, key)

    return forge


def spelled_otherwise(_: BoxOffice, token: str) -> str:
    """The same signature in other letters: base64 leaves two bits of the last one free."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]


FORGERIES: dict[str, Forgery] = {
    "nothing": lambda _office, _token: "",
    "words": lambda _office, _token: "let me in",
    "two dots": lambda _office, _token: "..",
    "four parts": lambda _office, token: token + ".x",
    "a megabyte": lambda _office, token: token + "A" * 60_000,
    "no signature": lambda _office, token: token.rpartition(".")[0] + ".",
    "half a signature": lambda _office, token: token[:-20],
    "other letters of the signature": spelled_otherwise,
    "padding": lambda _office, token: token + "=",
    "a blank before it": lambda _office, token: token.replace(".", " .", 1),
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg nOnE": unsigned("nOnE"),
    "alg none with its signature": resigned({"alg": "none"}),
    "alg HS512": resigned({"alg": "HS512"}),
    "alg RS256": resigned({"alg": "RS256"}),
    "another key": signed_with(b"k" * 32),
    "an empty key": signed_with(b""),
    "the key of stubs, which is public": signed_with(b"nowserving stubs"),
    "a key of its own in it": signed_with(b"k" * 32, jwk={"kty": "oct", "k": b64(b"k" * 32)}),
    "a place to fetch the key": signed_with(b"k" * 32, jku="https://evil.example/keys.json"),
    "a certificate": signed_with(b"k" * 32, x5u="https://evil.example/cert"),
    "kid of a path": signed_with(b"", kid="../../../../dev/null"),
    "kid of SQL": signed_with(b"x", kid="' UNION SELECT 'x' --"),
    "kid of no text": signed_with(b"", kid=0),
    "no kid": signed_with(b"", kid=None),
    "crit": resigned({"crit": ["exp"], "exp": 1}),
    "a header more": resigned({"b64": False}),
    "another kind": resigned({"typ": "JWT"}),
    "another performance": edited(perf="another-evening"),
    "another device": edited(dev="0" * 64),
    "another pass": edited(jti="x" * 22),
    "a longer life": edited(exp=4_000_000_000),
    "signed: for another audience": resigned(aud="nowserving-api"),
    "signed: for websites": resigned(aud="nowserving-website"),
    "signed: for two audiences": resigned(aud=["nowserving-seats", "nowserving-api"]),
    "signed: by another house": resigned(iss="elsewhere"),
    "signed: without an end": resigned(without="exp"),
    "signed: without its pass": resigned(without="jti"),
    "signed: an end in words": resigned(exp="4000000000"),
    "signed: an end that is true": resigned(exp=True),
    "signed: an end beyond numbers": resigned(exp=1e300),
    "signed: of the future": resigned(iat=4_000_000_000),
    "signed: another claim": resigned(role="admin"),
    "signed: a pass that is a list": resigned(jti=["x"]),
    "signed: a device that is null": resigned(dev=None),
    "signed: a pass that was never issued": resigned(jti="x" * 22),
    "signed: a pass in other letters": resigned(jti="é"),
}
