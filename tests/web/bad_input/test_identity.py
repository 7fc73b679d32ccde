"""HARDENING section 4, rows 42 to 48: whose a thing is, what a token is worth, where a request is from."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import jwt
import pytest

from tests.web.bad_input.siege import COOKIE, KEYS, SECRET, Siege, problem_in, refused_fields

Claims = dict[str, Any]


def good_claims(**changes: object) -> Claims:
    """Return the claims of a token that would be good if its sign-in were known."""
    now = int(time.time())
    claims: Claims = {
        "iss": "nowserving",
        "aud": "nowserving-api",
        "typ": "access",
        "sub": "maria-lopez",
        "ver": 1,
        "fam": "no-such-family",
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def signed(claims: Claims | None = None, key: str = SECRET, **headers: Any) -> str:
    return jwt.encode(claims or good_claims(), key, algorithm="HS256", headers=headers)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(good_claims())}."


def by_hand(header: object, key: bytes) -> str:
    """Return a token signed as no library would: with a public key as the secret, or with none."""
    text = f"{part(header)}.{part(good_claims())}"
    digest = hmac.new(key, text.encode(), "sha256").digest()
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


PUBLIC_KEY = b"-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK\n-----END PUBLIC KEY-----\n"
NOW = int(time.time())
TOKENS: list[tuple[int, str, Callable[[], str]]] = [
    (44, "alg none", lambda: unsigned("none")),
    (44, "alg None", lambda: unsigned("None")),
    (44, "alg nOnE", lambda: unsigned("nOnE")),
    (44, "alg empty", lambda: unsigned("")),
    (44, "alg none, signature kept", lambda: unsigned("none") + signed().rsplit(".", 1)[1]),
    (44, "RS256", lambda: by_hand({"alg": "RS256"}, SECRET.encode())),
    (44, "HS256 with a public key", lambda: by_hand({"alg": "HS256"}, PUBLIC_KEY)),
    (44, "HS512", lambda: by_hand({"alg": "HS512"}, SECRET.encode())),
    (44, "another key", lambda: signed(key="another key, as long as it has to be")),
    (44, "empty key", lambda: by_hand({"alg": "HS256"}, b"")),
    (44, "kid traversal", lambda: signed(kid="../../../../dev/null")),
    (44, "kid SQL", lambda: signed(kid="' UNION SELECT 'x")),
    (44, "jku", lambda: signed(jku="https://evil.example/jwks.json")),
    (44, "x5u", lambda: signed(x5u="https://evil.example/x5u.pem")),
    (44, "jwk", lambda: signed(jwk={"kty": "oct", "k": "AAAA"})),
    (44, "crit", lambda: signed(crit=["exp"])),
    (44, "empty signature", lambda: signed().rsplit(".", 1)[0] + "."),
    (44, "cut signature", lambda: signed()[:-4]),
    (44, "two dots", lambda: ".."),
    (44, "four parts", lambda: signed() + ".x"),
    (44, "1 MB", lambda: signed() + "A" * 30_000),
    (44, "claims are a list", lambda: f"{part({'alg': 'HS256'})}.{part([1])}.AAAA"),
    (44, "claims are broken", lambda: f"{part({'alg': 'HS256'})}.e30{{.AAAA"),
    (45, "expired by a second", lambda: signed(good_claims(exp=int(time.time()) - 1))),
    (45, "nbf in the future", lambda: signed(good_claims(nbf=NOW + 3600))),
    (45, "iat in the future", lambda: signed(good_claims(iat=NOW + 3600))),
    (45, "no exp", lambda: signed(good_claims(exp=None))),
    (45, "exp is text", lambda: signed(good_claims(exp="tomorrow"))),
    (45, "exp is huge", lambda: signed(good_claims(exp=10**400))),
    (45, "exp is infinite", lambda: signed(good_claims(exp=float("inf")))),
    (45, "wrong aud", lambda: signed(good_claims(aud="somebody"))),
    (45, "wrong iss", lambda: signed(good_claims(iss="somebody"))),
    (45, "wrong type", lambda: signed(good_claims(typ="refresh"))),
    (45, "no type", lambda: signed(good_claims(typ=None))),
    (45, "unknown sign-in", signed),
    (45, "sub is a number", lambda: signed(good_claims(sub=1))),
    (45, "fam is a list", lambda: signed(good_claims(fam=["x"]))),
    (45, "fam with NUL", lambda: signed(good_claims(fam="\x00"))),
    (45, "sub with NUL", lambda: signed(good_claims(sub="\x00"))),
    (45, "ver is true", lambda: signed(good_claims(ver=True))),
    (45, "an API key that is none", lambda: "nsk_" + "x" * 43),
    (45, "a device that is none", lambda: "nsd_" + "x" * 43),
    (45, "a cookie as a token", lambda: "x" * 43),
]


@pytest.mark.parametrize(
    ("row", "name", "make"), TOKENS, ids=[f"row {row}: {name}" for row, name, _ in TOKENS]
)
def test_a_bad_token_is_refused_and_tells_nothing(
    siege: Siege, row: int, name: str, make: Callable[[], str]
) -> None:
    token = make()
    with siege.unchanged():
        for method, path in (
            ("GET", "/me"),
            ("POST", "/desks/desk-1/call-next"),
            ("GET", "/streams?topic=desk:desk-1"),
        ):
            answer = siege.call(method, path, as_=None, headers={"Authorization": f"Bearer {token}"})
            found = problem_in(answer, 401)
            assert (found["code"], answer.headers["www-authenticate"]) == ("bad_credentials", "Bearer")
            assert token[:40] not in answer.text


@pytest.mark.parametrize(
    "header", ["Bearer", "Basic YWRtaW46YWRtaW4=", "bearer", "Bearer a b c", "Digest x", "x"]
)
def test_row_44_another_scheme_is_refused(siege: Siege, header: str) -> None:
    answer = siege.call("GET", "/me", as_=None, headers={"Authorization": header})
    assert problem_in(answer, 401)["code"] == "bad_credentials"


def test_row_45_a_refresh_token_is_no_access_token(siege: Siege) -> None:
    pair = signed_in(siege, "first")
    answer = siege.call("GET", "/me", as_=None, headers={"Authorization": f"Bearer {pair['refresh_token']}"})
    assert problem_in(answer, 401)
    swapped = siege.call("POST", "/tokens/refresh", {"refresh_token": pair["access_token"]}, as_=None)
    assert problem_in(swapped, 401)["code"] == "bad_refresh_token"


def test_row_45_a_ticket_key_opens_nothing_but_its_ticket(siege: Siege) -> None:
    key = siege.data("POST", f"/queues/{siege.queue}/tickets", as_="kiosk")["key"]
    for headers in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}):
        assert problem_in(siege.call("GET", "/me", as_=None, headers=headers), 401)


def signed_in(siege: Siege, login: str) -> dict[str, Any]:
    """Make somebody with an account and sign them in."""
    password = "seven geese crossing"
    given = {"name": login, "login": f"{login}{time.time_ns()}", "role": "agent", "password": password}
    member = siege.data("POST", "/staff", {**given, "branch_ids": [siege.hall.branch_id]})
    pair = siege.data("POST", "/tokens", {"login": member["login"], "password": password}, as_=None)
    return {**pair, "id": member["id"], "login": member["login"]}


ENDS: dict[str, Callable[[Siege, str], httpx2.Response]] = {
    "disabled": lambda siege, id: siege.call("POST", f"/staff/{id}/disable"),
    "new password": lambda siege, id: siege.call(
        "PUT", f"/staff/{id}/password", {"password": "eight geese rest"}
    ),
    "new role": lambda siege, id: siege.call("PATCH", f"/staff/{id}", {"role": "admin"}),
    "signed out": lambda siege, id: siege.call("DELETE", f"/staff/{id}/sign-ins"),
}


@pytest.mark.parametrize("end", ENDS)
def test_row_46_a_token_ends_with_the_rights_behind_it(siege: Siege, end: str) -> None:
    pair = signed_in(siege, "leaving")
    bearer = {"Authorization": f"Bearer {pair['access_token']}"}
    assert siege.call("GET", "/me", as_=None, headers=bearer).status_code == 200
    assert ENDS[end](siege, pair["id"]).status_code == 200
    assert problem_in(siege.call("GET", "/me", as_=None, headers=bearer), 401)
    refreshed = siege.call("POST", "/tokens/refresh", {"refresh_token": pair["refresh_token"]}, as_=None)
    assert problem_in(refreshed, 401)


FOREIGN = [
    ("GET", "/branches/{}"),
    ("GET", "/branches/{}/queues"),
    ("GET", "/branches/{}/tickets"),
    ("GET", "/queues/{}"),
    ("GET", "/desks/{}"),
    ("GET", "/desks/{}/work"),
    ("POST", "/desks/{}/open"),
    ("POST", "/desks/{}/call-next"),
    ("POST", "/queues/{}/tickets"),
    ("POST", "/tickets/{}/start"),
    ("POST", "/tickets/{}/cancel"),
    ("GET", "/snapshots?topic=desk:{}"),
    ("GET", "/snapshots?topic=overview:{}"),
]
UNKNOWN = [
    "nobody",
    "00000000-0000-4000-8000-000000000000",
    "1",
    "0",
    "-1",
    "x" * 64,
    "é",
    "%00",
    "a%20b",
    "null",
]


@pytest.mark.parametrize(("method", "path"), FOREIGN, ids=[path for _, path in FOREIGN])
def test_row_42_what_is_foreign_looks_like_what_is_not_there(siege: Siege, method: str, path: str) -> None:
    ticket = siege.data("POST", f"/queues/{siege.queue}/tickets", as_="kiosk")["key"]
    foreign = {"branches": "town-hall", "queues": siege.queue, "tickets": ticket, "desks": "desk-1"}
    kind = "branches" if "overview" in path else "desks" if "desk:" in path else path.split("/")[1]
    with siege.unchanged():
        theirs = siege.call(method, path.format(foreign[kind]), as_="librarian")
        if theirs.status_code == 201:
            pytest.fail("a librarian joined the town hall's queue")
        assert problem_in(theirs, 404)["code"] == "not_found"
        for id in UNKNOWN:
            unknown = siege.call(method, path.format(id), as_="librarian")
            assert (unknown.status_code, unknown.content) == (404, theirs.content), id


def test_row_42_what_is_gone_looks_like_what_was_never_there(siege: Siege) -> None:
    path = f"/branches/{siege.hall.branch_id}/closures"
    closure = siege.data("POST", path, {"starts_on": "2100-01-01", "ends_on": "2100-01-01"})["id"]
    siege.data("DELETE", f"/closures/{closure}")
    gone = siege.call("GET", f"/closures/{closure}")
    assert gone.content == siege.call("GET", "/closures/never").content


SLIPPED = [
    {"role": "admin"},
    {"number": 1},
    {"state": "called"},
    {"rank": 1},
    {"branch_id": "library"},
    {"key": "mine"},
    {"remote": False},
    {"queue_id": "loans"},
    {"actor": "staff:maria-lopez"},
    {"__proto__": {"admin": True}},
]


@pytest.mark.parametrize("given", SLIPPED, ids=lambda given: next(iter(given)))
def test_row_43_a_field_that_is_not_the_callers_is_refused(siege: Siege, given: dict[str, Any]) -> None:
    with siege.unchanged():
        answer = siege.call("POST", f"/queues/{siege.queue}/tickets", given, as_="kiosk")
        assert refused_fields(answer) == {"/" + next(iter(given)): "unknown_field"}


@pytest.mark.parametrize(
    "header", ["X-User-Id", "X-Role", "X-Forwarded-User", "Remote-User", "X-Original-URL"]
)
def test_row_43_a_header_gives_no_rights(siege: Siege, header: str) -> None:
    with siege.unchanged():
        answer = siege.call("GET", "/staff?role=admin", as_="agent", headers={header: "admin"})
        assert answer.status_code in (403, 422)
        assert problem_in(siege.call("GET", "/staff", as_=None, headers={header: "admin"}), 401)


@pytest.mark.parametrize(
    "cookie",
    [
        "ns_signin=",
        "ns_signin=unknown",
        f"__Host-ns_signin={COOKIE}",
        f"ns_signin={COOKIE}x",
        f"ns_device={COOKIE}x",
        "=;=;;",
        "ns_signin",
    ],
)
def test_row_47_a_wrong_cookie_is_nobody(siege: Siege, cookie: str) -> None:
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    assert problem_in(siege.call("GET", "/me", as_=None, headers=headers), 401)["code"] == "not_signed_in"


def test_row_47_two_cookie_headers_are_refused(siege: Siege) -> None:
    request = (
        f"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nCookie: ns_signin={COOKIE}\r\nCookie: ns_signin=other\r\n\r\n"
    )
    assert b"header_twice" in siege.raw(request.encode())


CROSS_SITE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "CROSS-SITE"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:1"},
    {},
]


@pytest.mark.parametrize("headers", CROSS_SITE, ids=str)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_row_48_a_page_of_another_site_can_change_nothing(
    siege: Siege, headers: dict[str, str], kind: str
) -> None:
    sent = {"Cookie": f"ns_signin={COOKIE}", "Content-Type": kind, **headers}
    with siege.unchanged():
        for path in ("/desks/desk-1/call-next", "/desks/desk-3/open", f"/queues/{siege.queue}/tickets"):
            answer = siege.client.post(f"/api/v1{path}", content=b"{}", headers=sent)
            assert problem_in(answer, 403)["code"] == "cross_site"


def test_row_48_our_own_page_can(siege: Siege) -> None:
    """The control: the same request with the same cookie, from where it should come."""
    for headers in (siege.as_maria(), {"Cookie": f"ns_signin={COOKIE}", "Origin": siege.server.base}):
        answer = siege.call("POST", "/desks/desk-3/open", {}, as_=None, headers=headers)
        assert answer.status_code == 200, answer.text


def test_row_48_a_key_needs_no_page(siege: Siege) -> None:
    headers = {"X-API-Key": KEYS["agent"], "Sec-Fetch-Site": "cross-site"}
    assert siege.client.post("/api/v1/desks/desk-3/open", headers=headers).status_code == 200
